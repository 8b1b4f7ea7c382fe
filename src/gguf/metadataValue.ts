import { GgufFormatError } from './ggufFormatError.ts'
import type { GgufValue } from './header.ts'

type Metadata = ReadonlyMap<string, GgufValue>

/** @throws GgufFormatError where the entry is something else. */
export function textOf(metadata: Metadata, key: string): string | undefined {
	const value = metadata.get(key)
	if (value === undefined || typeof value === 'string') return value
	throw new GgufFormatError('corrupt', `${key} is no text`)
}

/** A whole number. @throws GgufFormatError where the entry is something else or out of range. */
export function numberOf(metadata: Metadata, key: string, least: number, most: number): number | undefined {
	const value = metadata.get(key)
	if (value === undefined) return undefined
	if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
		throw new GgufFormatError('corrupt', `${key} is out of range`)
	}
	return value
}

/** A whole number for each layer; the file may give one for all. @throws GgufFormatError. */
export function numbersOf(metadata: Metadata, key: string, layers: number, most: number): number[] | undefined {
	const value = metadata.get(key)
	if (value === undefined) return undefined
	if (typeof value !== 'object') {
		const one = numberOf(metadata, key, 0, most) ?? 0
		return new Array<number>(layers).fill(one)
	}
	const numbers = value.numbers ?? []
	if (numbers.length < layers) throw new GgufFormatError('corrupt', `${key} has ${value.count} entries`)
	if (numbers.some((n) => !Number.isInteger(n) || n < 0 || n > most)) {
		throw new GgufFormatError('corrupt', `${key} is out of range`)
	}
	return numbers.slice(0, layers)
}
