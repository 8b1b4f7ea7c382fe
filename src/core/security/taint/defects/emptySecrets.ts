import type { Assignment, Declaration, Expression, Target } from '../../ir/ir.ts'
import { nodesOf } from '../../ir/irNodes.ts'
import type { CodeSpan } from '../../tree/codeNode.ts'
import type { Machine } from '../machine.ts'

const looksUp = /^(?:get|getenv|getattr|getOrDefault|fetch|pop|env|config|str)$/
const converts = /^(?:encode|strip|trim|getBytes|toString|bytes|str|force_bytes|to_bytes|from|of)$/
/** What somebody sends may be empty: that is not the secret. */
const ofRequest = /(?:^|[._])(?:req|request|headers?|cookies|args|form|params|query|body|payload|event|META|GET|POST)\b/
const deepest = 4
const longest = 40_000

/**
 * Whether what is written there is an empty text where something was looked up and not found, `keys.get(id, '')` and `process.env.KEY ?? ''`, and nothing
 * around asks whether it is.
 */
export function mayBeEmpty(machine: Machine, written: Expression | undefined, depth = 0): boolean {
	if (!written || depth > deepest) return false
	switch (written.kind) {
		case 'logical':
			if (written.operator === '&&') return false
			return isEmpty(written.right)
				? !ofRequest.test(textOf(machine, written.left))
				: mayBeEmpty(machine, written.right, depth + 1)
		case 'call': {
			const { callee, arguments: given } = written
			const name = callee.kind === 'name' || callee.kind === 'field' ? callee.name : ''
			const last = given.at(-1)
			const isDefault = last?.keyword === 'default' || (given.length > 1 && looksUp.test(name))
			if (last && isDefault && isEmpty(last.value)) return !ofRequest.test(textOf(machine, callee))
			if (!converts.test(name)) return false
			const of = given[0]?.value
			return (
				(callee.kind === 'field' && mayBeEmpty(machine, callee.object, depth + 1)) || mayBeEmpty(machine, of, depth + 1)
			)
		}
		case 'name':
			return isGivenEmpty(machine, written.name, depth)
		case 'field': {
			const isOwn = written.object.kind === 'self' || (written.object.kind === 'name' && written.object.name === 'self')
			return isOwn && isLeftEmpty(machine, written.name, depth)
		}
		default:
			return false
	}
}

function textOf({ unit }: Machine, { start, end }: CodeSpan): string {
	return unit.text.slice(start, end)
}

function isEmpty(it: Expression): boolean {
	return it.kind === 'constant' && it.value === ''
}

/** A variable of the function around, or of the file. */
function isGivenEmpty(machine: Machine, name: string, depth: number): boolean {
	const around = machine.frame.function
	const own = around ? valuesOf(around.body, (it) => it.kind === 'name' && it.name === name) : []
	if (around && own.length > 0)
		return !isAskedFor(machine, around, name) && own.some((it) => mayBeEmpty(machine, it, depth + 1))
	if (around?.parameters.some(({ target }) => target.kind === 'name' && target.name === name)) return false
	const { ir, text } = machine.unit
	const atTop = ir.body.flatMap((it) =>
		it.kind === 'declare' || it.kind === 'expression'
			? valuesOf(it, (at) => at.kind === 'name' && at.name === name)
			: [],
	)
	const whole = { start: 0, end: Math.min(text.length, longest) }
	return atTop.some((it) => mayBeEmpty(machine, it, depth + 1)) && !isAskedFor(machine, whole, name)
}

/** A field that a method of the class fills. */
function isLeftEmpty(machine: Machine, name: string, depth: number): boolean {
	const of = machine.frame.home?.class
	if (!of) return false
	const values = of.methods.flatMap((it) => valuesOf(it.body, (at) => at.kind === 'field' && at.name === name))
	return values.some((it) => mayBeEmpty(machine, it, depth + 1)) && !isAskedFor(machine, of, name)
}

function valuesOf(root: unknown, isIt: (target: Target) => boolean): readonly Expression[] {
	const assigned = nodesOf<Assignment>(root, 'assign').flatMap((it) => (isIt(it.target) ? [it.value] : []))
	const declared = nodesOf<Declaration>(root, 'declare').flatMap((it) =>
		it.initial && isIt(it.target) ? [it.initial] : [],
	)
	return [...assigned, ...declared]
}

/** Whether a condition there names it. */
function isAskedFor({ unit }: Machine, { start, end }: CodeSpan, name: string): boolean {
	const text = unit.text.slice(start, Math.min(end, start + longest))
	return askedPattern(name).test(text)
}

function askedPattern(name: string): RegExp {
	const it = `(?:\\w+\\.)?${name.replace(/\W/g, '\\$&')}\\b`
	return new RegExp(
		`(?:\\b(?:if|elif|while|assert|not|unless)\\s*\\(?\\s*(?:not\\s+)?|!|\\b(?:and|or)\\s+|&&\\s*|\\|\\|\\s*|\\b(?:len|bool|all|any)\\(\\s*)${it}|${it}\\s*(?:is\\b|===?|!==?|in\\b|and\\b|or\\b|if\\b|\\?(?![.?]))`,
	)
}
