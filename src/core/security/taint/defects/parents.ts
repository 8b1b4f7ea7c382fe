import { escapePattern } from '../../../../shared/escapePattern.ts'
import type { Call, ClassIr, Expression, FieldAccess, FunctionIr, Target } from '../../ir/ir.ts'
import { type IrNode, nodesOf, someNode } from '../../ir/irNodes.ts'
import type { RuleFind } from '../../rules/ruleIndex.ts'
import type { CodeSpan } from '../../tree/codeNode.ts'
import type { Machine, ProgramUnit } from '../machine.ts'
import { typeNamed } from '../names.ts'

/** A function that looks things up. */
interface Place {
	readonly handler: { readonly function: FunctionIr; readonly span: CodeSpan }
	readonly lookups: readonly { readonly call: Call; readonly of: string; readonly isOwned: boolean }[]
}

/** What was looked up first, by the name of its variable and of its class. */
interface Parent {
	readonly name: string
	readonly of: string | undefined
	readonly call: CodeSpan | undefined
	readonly written: string
}

/**
 * Something that is looked up by its own number alone, after what it belongs to was looked up with a check of whose that is: nothing says that it belongs
 * to that one. What belongs to what is known by a foreign key of the model, or by another place in the file that asks for both.
 */
export function checkParents(machine: Machine, unit: ProgramUnit, entry: RuleFind, places: readonly Place[]): void {
	const { cache } = machine.rules
	const isAbove = cache.pattern(entry.find.above ?? '')
	const isLeftOut = entry.find.unless === undefined ? undefined : cache.pattern(entry.find.unless)
	const textOf = ({ start, end }: CodeSpan) => unit.text.slice(start, end)
	if (!isAbove) return
	const keysOf = (call: Call) => call.arguments.map((it) => textOf(it.value)).join(' ')
	for (const { handler, lookups } of places) {
		if (lookups.length === 0 || isLeftOut?.test(textOf(handler.span))) continue
		const { parameters, body } = handler.function
		const given: Parent[] = parameters.flatMap((it) => {
			const name = it.target.kind === 'name' ? it.target.name : ''
			return name !== '' && isAbove.test(textOf(it)) ? [{ name, of: undefined, call: undefined, written: '' }] : []
		})
		const kept = keptCalls(body)
		const parents = [
			...given,
			...kept.flatMap(({ name, call }): readonly Parent[] => {
				const lookup = lookups.find((it) => it.call.start >= call.start && it.call.end <= call.end)
				const isChecked = lookup?.isOwned ?? isAbove.test(textOf(call.callee))
				return isChecked ? [{ name, of: lookup?.of, call, written: keysOf(call) }] : []
			}),
		].filter((it) => !asks.test(it.name))
		for (const { call, of, isOwned } of lookups) {
			if (isOwned || call.arguments.some((it) => someNode(it.value, isPutTogether))) continue
			const written = textOf(call)
			const names = kept.filter((it) => it.call.start <= call.start && call.end <= it.call.end).map((it) => it.name)
			const parent = parents.find(
				(it) =>
					(it.call === undefined || it.call.end <= call.start) &&
					it.of !== of &&
					!mentions(written, it) &&
					belongs(machine, places, of, it, textOf),
			)
			if (parent && !isCompared(body, call, names, parent, textOf)) machine.reporter.find(entry, machine.place(call))
		}
	}
}

/** Who asks is no thing that others belong to here: other rules look at that. */
const asks = /^(?:current_?)?(?:user|account|principal|viewer|member|admin|auth|session|me)$/i
const longest = 4_000

/** What is looked for was put together before: `findOne({ where })`. */
function isPutTogether({ kind, name }: IrNode): boolean {
	return (
		kind === 'name' && /^(?:where|query|q|filters?|options|opts|conditions?|criteria|kwargs|lookup)$/.test(String(name))
	)
}

/** `document = self.get_object()`, `const project = await Project.findOne(…)` */
function keptCalls(body: unknown): readonly { readonly name: string; readonly call: Call }[] {
	const made = [
		...nodesOf<{ readonly target: Target; readonly initial: Expression | undefined }>(body, 'declare').map((it) => ({
			target: it.target,
			value: it.initial,
		})),
		...nodesOf<{ readonly target: Target; readonly value: Expression }>(body, 'assign'),
	]
	return made.flatMap(({ target, value }) => {
		const [call] = value ? nodesOf<Call>(value, 'call') : []
		return target.kind === 'name' && call ? [{ name: target.name, call }] : []
	})
}

/** Whether it is looked up with its parent, by the parent itself, by its number or by what the parent was looked up with. */
function mentions(written: string, { name, of, written: keys }: Parent): boolean {
	const plain = written.replaceAll('_', '').toLowerCase()
	if (plain.includes(name.replaceAll('_', '').toLowerCase()) || (of !== undefined && plain.includes(of))) return true
	const words = new Set(written.slice(0, longest).match(/\w+/g))
	return (keys.slice(0, longest).match(/\b\w*(?:id|pk|uuid|slug|key|number)\b/gi) ?? []).some(
		(it) => it.length > 2 && words.has(it),
	)
}

function belongs(
	machine: Machine,
	places: readonly Place[],
	of: string,
	{ name, of: above }: Parent,
	textOf: (at: CodeSpan) => string,
): boolean {
	const known = new Set([singular(name), above ?? singular(name)])
	if (keysAbove(machine, of.replace(/(?:repository|repo|model|dao)$/, '')).some((it) => known.has(it))) return true
	if (machine.language !== 'javascript') return false
	// Another place asks for both.
	return places.some(({ lookups }) =>
		lookups.some(
			(it) =>
				it.of === of && new RegExp(`\\b${escapePattern(name)}(?:Id|_id)?\\b`).test(textOf(it.call).slice(0, longest)),
		),
	)
}

/** Whether something in the function looks at both, or at what the thing says that it belongs to. */
function isCompared(
	body: unknown,
	call: CodeSpan,
	names: readonly string[],
	{ name, of }: Parent,
	textOf: (at: CodeSpan) => string,
): boolean {
	const above = new RegExp(`^(?:${escapePattern(name)}|${escapePattern(of ?? name)})(?:_?id|_?pk|_?uuid)?$`, 'i')
	const isOther = (it: CodeSpan) => it.end <= call.start || it.start >= call.end
	const isBoth = (it: CodeSpan): boolean => {
		const text = textOf(it).slice(0, longest)
		return isOther(it) && hasWord(text, name) && names.some((one) => hasWord(text, one))
	}
	return (
		nodesOf<FieldAccess>(body, 'field').some(
			(it) => above.test(it.name) && it.object.kind === 'name' && names.includes(it.object.name),
		) ||
		nodesOf<CodeSpan>(body, 'binary').some(isBoth) ||
		nodesOf<Call>(body, 'call').some(
			(it) => isBoth(it) && (checking.test(textOf(it.callee)) || hasWord(textOf(it.callee).slice(0, longest), name)),
		)
	)
}

const checking =
	/(?:^|\.)_?(?:is|has|can|may|check|ensure|assert|verify|require|validate|belongs|contains|includes|match|equals?|same|guard|authori[sz]e|raise|abort)(?:[A-Z_]\w*)?$/

function hasWord(text: string, word: string): boolean {
	return new RegExp(`\\b${escapePattern(word)}\\b`).test(text)
}

const longestField = 200

/** What something belongs to, by foreign keys of its model: the names of the fields and of the classes. */
export function keysAbove(machine: Machine, of: string): readonly string[] {
	const found: string[] = []
	for (const [name, slot] of machine.unit.scopes.topSlots) {
		if (singular(name) !== of || slot === undefined) continue
		for (const { class: model, frame } of typeNamed(machine, name)?.classes ?? [])
			found.push(...foreignKeys(model, (frame.unit as ProgramUnit).text))
	}
	return found
}

const foreignKey =
	/\b(?:(?:ForeignKey|OneToOneField|ForeignKeyField|ParentalKey)\(\s*(?:to\s*=\s*)?|foreign_key\s*=\s*)["']?((?:\w+\.)*\w+)/

function foreignKeys({ fields }: ClassIr, text: string): readonly string[] {
	return fields.flatMap(({ name, type, initial, annotations }) => {
		const plain = singular(name.replace(/_?id$/i, ''))
		if (annotations.some((it) => /^(?:\w+\.)?(?:ManyToOne|ForeignKey|BelongsTo)$/.test(it.name)))
			return type === undefined ? [plain] : [plain, singular(type)]
		const written = initial ? text.slice(initial.start, Math.min(initial.end, initial.start + longestField)) : ''
		const parts = foreignKey.exec(written)?.[1]?.split('.')
		if (!parts) return []
		// A class, with its module or application before it, or a column with its table.
		const model = /^[a-z]/.test(parts.at(-1) ?? '') ? parts.at(-2) : parts.at(-1)
		return model === undefined || model === 'self' ? [plain] : [plain, singular(model)]
	})
}

export function singular(name: string): string {
	return name.toLowerCase().replace(/ies$/, 'y').replace(/s$/, '')
}
