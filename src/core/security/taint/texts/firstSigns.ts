import type { Binary, Expression } from '../../ir/ir.ts'
import { factsOf } from '../checks/facts.ts'
import type { Machine } from '../machine.ts'
import { maskOf } from '../taint.ts'
import { constantOf, type Fact, type Value } from '../value.ts'

const ofOptions = maskOf(['option'])
const dash = '-'.charCodeAt(0)
const pieces = /^(?:mb_)?substr$/
const positions = /^(?:mb_)?str(?:i?pos)$/

/** `name[0] == '-'`, `substr($name, 0, 1) === '-'`, `strpos($name, '-') === 0`: whether a program may take the text for an option. */
export function dashFacts(
	machine: Machine,
	{ left, right }: Binary,
	values: readonly [Value, Value],
	isEqual: boolean,
): readonly Fact[] {
	const text = dashed(left, values[1]) ?? dashed(right, values[0])
	return text ? factsOf(machine.evaluate(text).taint, !isEqual, ofOptions) : []
}

/** The text whose first sign is asked for. */
function dashed(it: Expression, other: Value): Expression | undefined {
	const wanted = other.taint.length === 0 ? constantOf(other) : undefined
	const isDash = wanted === '-' || wanted === dash
	if (it.kind === 'index') return isDash && isNumber(it.index, 0) && isPlain(it.object) ? it.object : undefined
	if (it.kind === 'slice')
		return isDash && (!it.from || isNumber(it.from, 0)) && isNumber(it.to, 1) && isPlain(it.object)
			? it.object
			: undefined
	if (it.kind !== 'call' || it.callee.kind !== 'name') return undefined
	const [text, from, count] = it.arguments.map(({ value }) => value)
	if (!text || !isPlain(text)) return undefined
	const { name } = it.callee
	if (pieces.test(name)) return isDash && isNumber(from, 0) && isNumber(count, 1) ? text : undefined
	return positions.test(name) && wanted === 0 && from?.kind === 'constant' && from.value === '-' && !count
		? text
		: undefined
}

function isNumber(it: Expression | undefined, value: number): boolean {
	return it?.kind === 'constant' && it.value === value
}

/** What may be evaluated once more. */
function isPlain(it: Expression): boolean {
	return it.kind === 'name' || ((it.kind === 'field' || it.kind === 'index') && isPlain(it.object))
}
