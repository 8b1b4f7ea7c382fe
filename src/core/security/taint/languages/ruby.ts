import type { Call, FunctionIr } from '../../ir/ir.ts'
import type { CodeSpan } from '../../tree/codeNode.ts'
import { templateHelper } from '../frameworks/railsHelpers.ts'
import { itemsOf, knownItems } from '../items.ts'
import { type ArgumentValues, argumentsOf, type Machine } from '../machine.ts'
import { findMember } from '../members.ts'
import { undefinedName } from '../names.ts'
import { constantOf, joinValues, unknown, type Value } from '../value.ts'

/** The keyword under which a block is handed over. */
const blockName = '&block'

/** What a bare name calls: a method of the object itself, one that is known everywhere, or one of a library. */
export function implicitMethod(machine: Machine, call: Call, name: string): Value {
	const { self } = machine.frame
	let member: Value | undefined
	const add = (value: Value | undefined): void => {
		if (value) member = member ? joinValues(member, value) : value
	}
	for (const id of self.objects) {
		const of = machine.store.object(id)?.class
		if (of) add(findMember(machine, of, name, { ...unknown, objects: [id], paths: self.paths }))
	}
	for (const one of self.classes) add(findMember(machine, one, name, { ...unknown, classes: [one] }))
	if (member && member.functions.length > 0) return { ...member, paths: [] }
	const cell = call.callee.kind === 'name' ? machine.cellOf(call.callee) : undefined
	const defined = cell === undefined ? undefined : machine.valueIn(cell)
	if (defined && (defined.functions.length > 0 || defined.classes.length > 0)) return defined
	const helper = templateHelper(machine, name)
	if (helper) return helper
	const elsewhere = undefinedName(machine, name)
	if (elsewhere.functions.length > 0 || !member) return elsewhere
	return { ...elsewhere, paths: [...elsewhere.paths, ...member.paths.filter((it) => !it.startsWith('?'))] }
}

/** `object.name` where `name` is data that the object holds and no method: it is read, not called. */
export function attribute(
	machine: Machine,
	call: Call,
	receiver: Value,
	target: Value,
	name: string,
): Value | undefined {
	if (call.arguments.length > 0 || target.functions.length > 0 || target.classes.length > 0) return undefined
	const holds = receiver.objects.some((id) => {
		const state = machine.store.object(id)
		return (state?.form === 'instance' || state?.form === 'object') && state.fields.has(name)
	})
	return holds ? target : undefined
}

/** `tap` and `then` hand what they are called on to their block; undefined for all other calls. */
export function handedToBlock(
	machine: Machine,
	receiver: Value,
	name: string,
	{ positional, keywords }: ArgumentValues,
	at: CodeSpan,
): Value | undefined {
	if (name !== 'tap' && name !== 'then' && name !== 'yield_self') return undefined
	const block = keywords.get(blockName)
	if (!block || block.functions.length === 0 || positional.length > 0) return undefined
	const result = machine.parts.callValue(machine, block, undefined, argumentsOf(receiver), at)
	return name === 'tap' ? receiver : result
}

/** `set :name, value` of Sinatra. */
export function keepSetting(machine: Machine, { positional }: ArgumentValues): void {
	const [key, value] = positional
	const name = key && constantOf(key)
	if (typeof name === 'string' && value && value.objects.length > 0) machine.settings.set(name, value)
}

/** `settings.name` of Sinatra. */
export function settingNamed(machine: Machine, { paths }: Value, name: string): Value | undefined {
	if (machine.settings.size === 0 || !paths.some((it) => it === 'settings()' || it.endsWith('.settings()')))
		return undefined
	return machine.settings.get(name)
}

const takesBlock =
	/^(?:each|map|collect|flat_map|filter|select|reject|find|detect|inject|reduce|any|all|none|one|sum|sort|group|partition|min|max|times|index|count|keep_if|delete_if|transform|to_h|zip|cycle|uniq|chunk|tally)/

/** The block as the first of the arguments, which is where other languages have their functions. */
export function withBlock(machine: Machine, values: ArgumentValues, name: string, isList: boolean): ArgumentValues {
	const { positional, keywords } = values
	if (keywords.size === 0) return values
	const block = keywords.get(blockName)
	const others = withoutBlock(keywords)
	const given = isList && others.size > 0 ? [...positional, mapOf(machine, others)] : positional
	const all = !block ? given : takesBlock.test(name) ? [block, ...given] : [...given, block]
	return { ...values, positional: all, keywords: isList ? new Map() : others }
}

function withoutBlock(keywords: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
	if (!keywords.has(blockName)) return keywords
	const others = new Map(keywords)
	others.delete(blockName)
	return others
}

function mapOf(machine: Machine, entries: ReadonlyMap<string, Value>): Value {
	const id = machine.newObject('map')
	const state = machine.store.ownObject(id)
	for (const [key, value] of entries) state?.fields.set(key, value)
	return { ...unknown, objects: [id] }
}

/**
 * What a method or block gets for its parameters: keywords that it does not name are a hash at the end, and a list is spread over the
 * parameters of a block that has several.
 */
export function givenTo(machine: Machine, ir: FunctionIr, values: ArgumentValues, at: CodeSpan): ArgumentValues {
	const { positional, keywords, rest } = values
	const [only] = positional
	if (ir.form === 'lambda' && only && positional.length === 1 && !rest && isSpread(ir) && only.functions.length === 0) {
		const items = knownItems(machine, only)
		const isList = only.objects.some((id) => machine.store.object(id)?.form === 'list')
		if (items && isList) return { ...values, positional: items.map((it) => it.value) }
		if (isList || only.taint.length > 0) return { ...values, positional: [], rest: itemsOf(machine, only, at) }
	}
	if (keywords.size === 0) return values
	const own = new Set(
		ir.parameters.map((it) => (it.target.kind === 'name' ? it.target.name : '')).filter((it) => it !== ''),
	)
	if (ir.parameters.some((it) => it.rest === 'map')) return { ...values, keywords: withoutUnused(keywords, own) }
	const others = [...keywords].filter(([name]) => !own.has(name) && name !== blockName)
	const plain = ir.parameters.filter((it) => it.target.kind === 'name' && it.target.name !== blockName && !it.rest)
	if (others.length === 0 || plain.length <= positional.length) return values
	return { ...values, positional: [...positional, mapOf(machine, new Map(others))] }
}

function isSpread(ir: FunctionIr): boolean {
	return ir.parameters.length > 1
}

/** A block that the method does not ask for is none of its options. */
function withoutUnused(keywords: ReadonlyMap<string, Value>, own: ReadonlySet<string>): ReadonlyMap<string, Value> {
	return own.has(blockName) ? keywords : withoutBlock(keywords)
}
