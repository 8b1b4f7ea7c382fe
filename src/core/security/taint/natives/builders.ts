import type { CodeSpan } from '../../tree/codeNode.ts'
import { foldBinary } from '../constants.ts'
import { deepTaints } from '../items.ts'
import type { ArgumentValues, Machine } from '../machine.ts'
import type { ObjectState } from '../store.ts'
import { derived, joinTaints, type Taint } from '../taint.ts'
import { behindText } from '../texts/prefixes.ts'
import { constant, constantOf, joinValues, onlyTaint, unknown, type Value, withTaint } from '../value.ts'
import type { GlobalCall } from './native.ts'

/** `new StringBuilder(…)`: an object with a text that grows, so that what it holds is known as far as the text of a variable is. */
export function newBuilder({ machine, path, values }: GlobalCall): Value {
	const id = machine.newObject('instance', { isOpen: true })
	const [first] = values.positional
	const size = first && constantOf(first)
	const text = first && typeof size !== 'number' && size !== null ? textOf(machine, first) : constant('')
	machine.store.ownObject(id)?.fields.set(textField, text)
	return { ...unknown, objects: [id], paths: [path] }
}

const textField = '@text'

/** What is put into it, as a text. */
function textOf(machine: Machine, value: Value): Value {
	const known = value.objects.length === 1 ? machine.store.object(value.objects[0] as number) : undefined
	const own = known?.fields.get(textField)
	if (own) return withTaint(own, known?.other.taint ?? [])
	const taints = derived(deepTaints(machine, value))
	if (value.objects.length > 0 || value.constants === undefined) return onlyTaint(unknown, taints)
	return { ...unknown, constants: value.constants.map((it) => String(it)), taint: taints }
}

/** A method of a builder of texts; undefined where the receiver is none, or it is another method. */
export function builderMethod(
	machine: Machine,
	receiver: Value,
	name: string,
	values: ArgumentValues,
	at: CodeSpan,
): Value | undefined {
	let result: Value | undefined
	for (const id of receiver.objects) {
		const text = machine.store.object(id)?.fields.get(textField)
		if (!text) return undefined
		const state = machine.store.ownObject(id)
		const value = state && oneMethod({ machine, state, receiver, name, values, at }, text)
		if (!value) return undefined
		result = result ? joinValues(result, value) : value
	}
	return result
}

interface BuilderCall {
	readonly machine: Machine
	readonly state: ObjectState
	readonly receiver: Value
	readonly name: string
	readonly values: ArgumentValues
	readonly at: CodeSpan
}

function oneMethod(call: BuilderCall, text: Value): Value | undefined {
	const { state, receiver, name } = call
	if (name === 'toString' || name === 'ToString') return withTaint(text, derived(state.other.taint))
	if (name === 'length' || name === 'capacity') {
		const known = constantOf(text)
		return typeof known === 'string' && name === 'length' && text.taint.length === 0 ? constant(known.length) : unknown
	}
	const after = changed(call, text)
	if (!after) return undefined
	state.fields.set(textField, receiver.objects.length === 1 ? after : joinValues(text, after))
	if (after.taint.length === 0) state.other = unknown
	return name === 'setLength' || name === 'setCharAt' ? unknown : { ...receiver, taint: [], facts: [] }
}

/** The text after a method that changes it; undefined where the method is another one. */
function changed(call: BuilderCall, text: Value): Value | undefined {
	const { machine, values, name } = call
	const [first, second, third] = values.positional
	const known = text.taint.length === 0 ? constantOf(text) : undefined
	switch (name) {
		case 'append':
		case 'Append':
			return values.positional.length === 1 && first ? joined(text, textOf(machine, first)) : withAll(call, text)
		case 'insert':
		case 'Insert': {
			const at = first && constantOf(first)
			const more = second && textOf(machine, second)
			const part = more && more.taint.length === 0 ? constantOf(more) : undefined
			if (typeof known === 'string' && typeof at === 'number' && typeof part === 'string')
				return constant(known.slice(0, at) + part + known.slice(at))
			return withAll(call, text, 1)
		}
		case 'replace': {
			const part = third && textOf(machine, third)
			if (!part) return withAll(call, text)
			if (isWhole(call)) return part
			const [from, to, by] = [first && constantOf(first), second && constantOf(second), constantOf(part)]
			if (typeof known === 'string' && typeof from === 'number' && typeof to === 'number' && typeof by === 'string')
				return { ...constant(known.slice(0, from) + by + known.slice(to)), taint: part.taint }
			return onlyTaint(unknown, joinTaints(text.taint, part.taint))
		}
		case 'delete':
		case 'deleteCharAt':
		case 'Remove': {
			if (name === 'delete' && isWhole(call)) return constant('')
			const from = first && constantOf(first)
			const to = second ? constantOf(second) : typeof from === 'number' ? from + 1 : undefined
			if (typeof known === 'string' && typeof from === 'number' && typeof to === 'number' && name !== 'Remove')
				return constant(known.slice(0, from) + known.slice(to))
			return onlyTaint(unknown, text.taint)
		}
		case 'setLength': {
			const length = first && constantOf(first)
			if (length === 0) return constant('')
			return typeof known === 'string' && typeof length === 'number' && length <= known.length
				? constant(known.slice(0, length))
				: onlyTaint(unknown, text.taint)
		}
		case 'Clear':
			return constant('')
		case 'reverse':
			return typeof known === 'string' ? constant([...known].reverse().join('')) : onlyTaint(unknown, text.taint)
		case 'appendCodePoint':
		case 'setCharAt':
		case 'AppendLine':
		case 'AppendFormat':
		case 'AppendJoin':
		case 'Replace':
			return withAll(call, text)
		default:
			return undefined
	}
}

function joined(text: Value, more: Value): Value {
	const taints = text.taint.length === 0 ? behindText(constantOf(text), more.taint) : more.taint
	const both = foldBinary('+', onlyTaint(text, []), onlyTaint(more, []), 'java')
	return withTaint(both, joinTaints(text.taint, taints))
}

function withAll({ machine, values }: BuilderCall, text: Value, from = 0): Value {
	let taints: readonly Taint[] = text.taint
	for (const it of values.positional.slice(from)) taints = joinTaints(taints, derived(deepTaints(machine, it)))
	return onlyTaint(unknown, taints)
}

/** `delete(0, text.length())`: all of it. */
function isWhole({ machine, values }: BuilderCall): boolean {
	const [first] = values.positional
	const end = values.written[1]
	return (
		first !== undefined &&
		constantOf(first) === 0 &&
		end !== undefined &&
		/^[\w.]+\s*\.\s*length\(\)$/.test(machine.unit.text.slice(end.start, end.end))
	)
}
