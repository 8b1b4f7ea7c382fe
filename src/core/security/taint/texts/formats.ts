import type { ArgumentValues, Machine } from '../machine.ts'
import { textBehind } from '../memory/memory.ts'
import type { Value } from '../value.ts'

interface Conversion {
	readonly letter: string
	readonly width: number
	readonly precision: number | undefined
	readonly length: string
}

/** The conversions and the plain text of a format of `printf`. */
function partsOf(format: string): readonly (string | Conversion)[] {
	const parts: (string | Conversion)[] = []
	let from = 0
	for (const match of format.matchAll(/%([-+ #0]*)(\d+|\*)?(?:\.(\d+|\*)?)?(hh|h|ll|l|j|z|t|L|q|I64)?([a-zA-Z%])/g)) {
		if (match.index > from) parts.push(format.slice(from, match.index))
		from = match.index + match[0].length
		if (match[5] === '%') parts.push('%')
		else {
			const precision = match[0].includes('.') ? Number(match[3] ?? 0) : undefined
			parts.push({ letter: match[5] as string, width: Number(match[2] ?? 0) || 0, precision, length: match[4] ?? '' })
		}
	}
	if (from < format.length) parts.push(format.slice(from))
	return parts
}

/**
 * The bytes that `printf` with this format may write for values that are known, or of types whose longest form is known, with the end of
 * the text. What has no such form, such as a text from elsewhere, counts nothing.
 */
export function formattedLength(machine: Machine, values: ArgumentValues, position: number): number | undefined {
	const format = values.positional[position]
	const text = format && textBehind(machine, format)
	if (text === undefined) return undefined
	let length = 1
	let at = position + 1
	for (const part of partsOf(text)) {
		if (typeof part === 'string') {
			length += part.length
			continue
		}
		length += Math.max(part.width, conversionLength(machine, part, values.positional[at]))
		at++
	}
	return length
}

/** The text in front of each conversion of a format, by the argument that it takes, the first of which is told. */
export function textsBefore(format: string, first: number): ReadonlyMap<number, string> {
	const before = new Map<number, string>()
	let text = ''
	let at = first
	for (const part of partsOf(format)) {
		if (typeof part === 'string') text += part
		else {
			before.set(at++, text)
			// What was put there is no sign of the language.
			text += '_'
		}
	}
	return before
}

function conversionLength(
	machine: Machine,
	{ letter, precision, length }: Conversion,
	value: Value | undefined,
): number {
	const [constant] = value?.constants?.length === 1 && value.objects.length === 0 ? value.constants : []
	switch (letter) {
		case 's':
		case 'S': {
			const text = value && textBehind(machine, value)
			return text === undefined ? 0 : Math.min(text.length, precision ?? text.length)
		}
		case 'c':
			return 1
		case 'd':
		case 'i':
			if (typeof constant === 'number') return String(Math.trunc(constant)).length
			return length === 'hh' ? 4 : length === 'h' ? 6 : /^(?:l|ll|j|z|t|I64)$/.test(length) ? 20 : 11
		case 'u':
			if (typeof constant === 'number') return String(Math.trunc(Math.abs(constant))).length
			return length === 'hh' ? 3 : length === 'h' ? 5 : /^(?:l|ll|j|z|t|I64)$/.test(length) ? 20 : 10
		case 'x':
		case 'X':
			if (typeof constant === 'number') return Math.trunc(Math.abs(constant)).toString(16).length
			return length === 'hh' ? 2 : length === 'h' ? 4 : length === '' ? 8 : 16
		case 'f':
		case 'F':
			// The largest numbers have 309 digits before the point.
			if (typeof constant === 'number') return Math.trunc(constant).toString().length + 1 + (precision ?? 6)
			return 310 + 1 + (precision ?? 6)
		case 'e':
		case 'E':
		case 'g':
		case 'G':
			return 8 + (precision ?? 6)
		case 'p':
			return 3
		default:
			return 0
	}
}

/** The first conversion that reads a text of any length, for `scanf`. */
export function readsUnbounded(format: string): boolean {
	return /%(?!%)(?:l|h|m)?(?:s|\[)/.test(
		format
			.replace(/%%/g, '')
			.replace(/%\*\d*(?:s|\[)/g, '')
			.replace(/%m(?:s|\[)/g, ''),
	)
}
