/** A set of UTF-16 code units: ranges with both ends included, sorted, with a gap between each and the next. */
export type CharSet = readonly (readonly [from: number, to: number])[]

const last = 0xffff

export const anyChar: CharSet = [[0, last]]
export const digits: CharSet = [[48, 57]]
export const wordChars: CharSet = [
	[48, 57],
	[65, 90],
	[95, 95],
	[97, 122],
]
export const spaces: CharSet = [
	[9, 13],
	[32, 32],
	[0xa0, 0xa0],
	[0x1680, 0x1680],
	[0x2000, 0x200a],
	[0x2028, 0x2029],
	[0x202f, 0x202f],
	[0x205f, 0x205f],
	[0x3000, 0x3000],
	[0xfeff, 0xfeff],
]
export const lineEnds: CharSet = [
	[10, 10],
	[13, 13],
	[0x2028, 0x2029],
]

export function unionOf(sets: readonly CharSet[]): CharSet {
	const sorted = sets.flat().sort((a, b) => a[0] - b[0])
	const merged: [number, number][] = []
	for (const [from, to] of sorted) {
		const before = merged.at(-1)
		if (before && from <= before[1] + 1) before[1] = Math.max(before[1], to)
		else merged.push([from, to])
	}
	return merged
}

export function complementOf(set: CharSet): CharSet {
	const rest: [number, number][] = []
	let next = 0
	for (const [from, to] of set) {
		if (from > next) rest.push([next, from - 1])
		next = to + 1
	}
	if (next <= last) rest.push([next, last])
	return rest
}

export function intersectionOf(a: CharSet, b: CharSet): CharSet {
	const common: [number, number][] = []
	for (let i = 0, j = 0; i < a.length && j < b.length; ) {
		const [fromA, toA] = a[i] ?? [0, 0]
		const [fromB, toB] = b[j] ?? [0, 0]
		const from = Math.max(fromA, fromB)
		const to = Math.min(toA, toB)
		if (from <= to) common.push([from, to])
		if (toA < toB) i++
		else j++
	}
	return common
}

/** With the other case of its ASCII letters. */
export function withBothCases(set: CharSet): CharSet {
	const upper = intersectionOf(set, [[65, 90]]).map(([from, to]) => [from + 32, to + 32] as const)
	const lower = intersectionOf(set, [[97, 122]]).map(([from, to]) => [from - 32, to - 32] as const)
	return unionOf([set, upper, lower])
}

/** Up to where properties are looked at: behind it there are no blanks but one. */
const lastLookedAt = 0x3000

/** What a property such as `\p{L}` has: exactly up to the last blank, and behind that it may have all but blanks. */
export function propertySet(written: string): CharSet {
	let pattern: RegExp
	try {
		pattern = new RegExp(`^${written}$`, 'u')
	} catch {
		return anyChar
	}
	const found: [number, number][] = []
	for (let code = 0; code <= lastLookedAt; code++) {
		if (!pattern.test(String.fromCharCode(code))) continue
		const before = found.at(-1)
		if (before?.[1] === code - 1) before[1] = code
		else found.push([code, code])
	}
	return unionOf([found, intersectionOf([[lastLookedAt + 1, last]], complementOf(spaces))])
}
