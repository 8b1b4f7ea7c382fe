import type { ArgumentValues, Machine } from '../machine.ts'
import { formattedLength } from '../texts/formats.ts'
import type { Value } from '../value.ts'
import { textBehind } from './memory.ts'

/** How many bytes an argument asks for: a number, the length of a text with its end, or what a format makes. */
export function wantedBytes(
	machine: Machine,
	value: Value,
	{ formatted, times, unit }: { readonly formatted: boolean; readonly times: Value | undefined; readonly unit: number },
	values: ArgumentValues,
	position: number,
): number | undefined {
	if (formatted) return formattedLength(machine, values, position)
	const text = textBehind(machine, value)
	if (text !== undefined) return (text.length + 1) * unit
	const numbers = value.constants?.filter((it) => typeof it === 'number')
	if (!numbers || numbers.length === 0 || numbers.length !== value.constants?.length || value.objects.length > 0)
		return undefined
	const factor = times?.constants?.[0]
	if (times && typeof factor !== 'number') return undefined
	return Math.max(...(numbers as number[])) * unit * (typeof factor === 'number' ? factor : 1)
}
