import { ofNumbers } from '../declaredTypes.ts'
import type { ArgumentValues } from '../machine.ts'
import { cleaned, maskOf, type Taint } from '../taint.ts'
import { constantOf, onlyTaint, type Value } from '../value.ts'

/** `%5.2f`, `%1$05d` (PHP), `%(name)d` (Python); `%%` is none. */
const places = /%(?:(\d+)\$|\(\w+\))?[-+ 0#']*\d*(?:\.\d+)?([a-zA-Z%])/g
const ofNumber = /[bdiouxXeEfFgG]/
const numbers = ofNumbers | maskOf(['command'])

/** `'%d' % data`: where all places are for numbers there is no text in the result (Python). */
export function behindNumbers(text: unknown, data: readonly Taint[]): readonly Taint[] {
	if (typeof text !== 'string' || data.length === 0) return data
	const kinds = [...text.matchAll(places)].map(([, , kind = '']) => kind).filter((kind) => kind !== '%')
	return kinds.length > 0 && kinds.every((kind) => ofNumber.test(kind)) ? cleaned(data, numbers) : data
}

/** What `sprintf(text, …)` of PHP makes a number of is one. @param first the place of the text among the arguments */
export function withNumbers(values: ArgumentValues, first: number): ArgumentValues {
	const text = values.positional[first] && constantOf(values.positional[first])
	if (typeof text !== 'string') return values
	const numeric = new Set<number>()
	const others = new Set<number>()
	let next = first + 1
	for (const [, at, kind = ''] of text.matchAll(places)) {
		if (kind === '%') continue
		const position = at === undefined ? next++ : first + Number(at)
		;(ofNumber.test(kind) ? numeric : others).add(position)
	}
	if (numeric.size === 0) return values
	const positional = values.positional.map((value, at): Value => {
		const isNumber = numeric.has(at) && !others.has(at) && value.taint.length > 0
		return isNumber ? onlyTaint(value, cleaned(value.taint, numbers)) : value
	})
	return { ...values, positional }
}
