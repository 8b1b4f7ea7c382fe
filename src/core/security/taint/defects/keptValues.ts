import type { ClassIr, Expression, FunctionIr, ObjectEntry, Target } from '../../ir/ir.ts'
import { nodesOf, someNode } from '../../ir/irNodes.ts'
import type { Machine } from '../machine.ts'
import type { ClassValue } from '../value.ts'

interface Given {
	readonly target: Target
	readonly value: Expression | undefined
}

const deepestAlias = 3
/** What a constructor is told of these is for one message, as the object may be. */
const ofMessage =
	/^_?(?:iv|nonce|vector|counter|start|opts?|options|config|plain\w*|text|message|data|payload|body|content|stream|file)$/i

/**
 * Whether an expression is a variable of the file or a field that got its value once, where the file begins or in the constructor, so that it is the same whenever
 * the function is called: `iv` of `const iv = randomBytes(12)` outside of it, `this.iv`.
 *
 * @param property of an object literal
 */
export function isKept(machine: Machine, written: Expression | undefined, property: string | undefined): boolean {
	let at = written
	if (property !== undefined) {
		const entries: readonly ObjectEntry[] = at?.kind === 'object' ? at.entries : []
		at = entries.find(({ key }) => key?.kind === 'constant' && key.value === property)?.value
	}
	const functions: FunctionIr[] = []
	let home: ClassValue | undefined
	for (let frame = machine.frame; ; frame = frame.parent) {
		if (frame.function) functions.push(frame.function)
		home ??= frame.home
		if (!frame.parent) break
	}
	if (functions.length === 0 || functions.some(isMaker)) return false
	for (let depth = 0; at && depth < deepestAlias; depth++) {
		if (at.kind === 'field') return isOwn(at.object) && home !== undefined && isSetOnce(machine, home.class, at.name)
		if (at.kind !== 'name') return false
		const { name } = at
		if (functions.some((it) => it.parameters.some(({ target }) => binds(target, name)))) return false
		const inside: readonly Given[] = functions.flatMap((it) => givenIn(it.body)).filter((it) => binds(it.target, name))
		if (inside.length === 0) return isTopSetOnce(machine, name)
		const [only] = inside
		if (inside.length > 1 || only?.target.kind !== 'name') return false
		at = only.value
	}
	return false
}

function isMaker({ form, name }: FunctionIr): boolean {
	return form === 'constructor' || name === '__init__'
}

/** `this`; `self` of Python. */
function isOwn(it: Expression): boolean {
	return it.kind === 'self' || (it.kind === 'name' && it.name === 'self')
}

function givenIn(body: unknown): readonly Given[] {
	const declared = nodesOf<{ readonly target: Target; readonly initial: Expression | undefined }>(body, 'declare')
	return [...declared.map(({ target, initial }) => ({ target, value: initial })), ...nodesOf<Given>(body, 'assign')]
}

function binds(target: Target, name: string): boolean {
	if (target.kind === 'field' || target.kind === 'index') return false
	return someNode(target, (it) => it.kind === 'name' && it.name === name)
}

function isTopSetOnce(machine: Machine, name: string): boolean {
	const { ir, text } = machine.unit
	const all = givenIn(ir.body).filter((it) => binds(it.target, name))
	const [only] = all
	if (all.length !== 1 || only?.target.kind !== 'name' || !isMade(only.value)) return false
	const isTop = ir.body.some(
		(it) =>
			(it.kind === 'declare' && it.initial === only.value) ||
			(it.kind === 'expression' && it.expression.kind === 'assign' && it.expression.value === only.value),
	)
	return isTop && !isChanged(text, name)
}

function isSetOnce(machine: Machine, { fields, methods }: ClassIr, name: string): boolean {
	const { text } = machine.unit
	const makers = methods.filter(isMaker)
	const isSetting = ({ target }: Given) => target.kind === 'field' && target.name === name
	const begun = fields.find((it) => it.name === name)
	if (begun?.isStatic || methods.some((it) => !isMaker(it) && givenIn(it.body).some(isSetting))) return false
	const set = makers.flatMap((it) => givenIn(it.body)).filter(isSetting)
	const values = [...(begun?.initial ? [begun.initial] : []), ...set.map((it) => it.value)]
	const told = makers.flatMap(({ parameters }) => parameters.map(({ target }) => target))
	if (told.some((it) => it.kind !== 'name' || ofMessage.test(it.name))) return false
	return values.length === 1 && isMade(values[0]) && !isChanged(text, name)
}

/** Made by a call: not what somebody handed over. */
function isMade(value: Expression | undefined): boolean {
	return value?.kind === 'call' || value?.kind === 'await' || value?.kind === 'slice'
}

/** Whether something writes into it: a counter, or an array that is filled anew each time. */
function isChanged(text: string, name: string): boolean {
	const own = `(?:(?:this|self)\\.)?${name.replace(/\W/g, '\\$&')}`
	return new RegExp(
		`(?:[rR]andom\\w{0,40}|getRandomValues|[iI]ncrement\\w{0,40}|next\\w{0,40})\\(\\s?${own}\\b|\\b${own}(?:\\.(?:fill|set|write\\w{0,20}|copy)\\(|\\[[^\\]\\n]{0,40}\\]\\s?(?:[-+^|]?=[^=]|\\+\\+))`,
	).test(text)
}
