import { linesEqual } from './linesEqual.ts'

const commentMark = /^(?:\/\/+|#+|--+|;+|%+|\/\*+|<!--|\{\s*\/\*+|"""|''')\s*/
const elidingWords =
	/\b(?:existing|unchanged|unmodified|remaining|remains?|rest of|same as|as before|other (?:code|methods|functions|members|fields|imports)|omitted|previous code|keep)\b/i

/** Whether a line stands for lines that were left out: `// ... existing code ...`. Bare dots are code in some languages. */
export function isElision(line: string): boolean {
	const text = line.trim()
	const mark = commentMark.exec(text)
	if (!mark) return false
	const words = text.slice(mark[0].length)
	return /^(?:\.{3}|…)/.test(words) || (/(?:\.{3}|…)/.test(words) && elidingWords.test(words))
}

/**
 * Puts what was left out of a rewritten piece of code back in, from how it was. Lines before and after a gap are looked for in the old
 * code; lines that are new there stay next to them.
 *
 * @param old the piece as it is
 * @param written the piece with lines that stand for what was left out
 * @returns undefined where it cannot be told what was left out
 */
export function filledIn(old: readonly string[], written: readonly string[]): string[] | undefined {
	const segments = segmentsOf(written)
	const result: string[] = []
	let at = 0
	for (const [index, segment] of segments.entries()) {
		const isFirst = index === 0
		const isLast = index === segments.length - 1
		if (!isFirst) {
			const resume = isLast ? resumeAtEnd(old, segment, at) : headOf(old, segment, at)
			if (resume === undefined) return undefined
			result.push(...old.slice(at, resume))
			at = resume
		}
		result.push(...segment)
		if (isLast) break
		const end = tailOf(old, segment, at)
		if (end === undefined) return undefined
		at = end
	}
	return result
}

function segmentsOf(lines: readonly string[]): string[][] {
	const segments: string[][] = [[]]
	for (const line of lines) {
		if (isElision(line)) segments.push([])
		else segments.at(-1)?.push(line)
	}
	return segments
}

/** Behind the last line of a segment that is in the old code, from a place on. An empty first segment: nothing was written before the gap. */
function tailOf(old: readonly string[], segment: readonly string[], from: number): number | undefined {
	if (segment.every((line) => line.trim() === '')) return from
	let end: number | undefined
	let at = from
	// In order, so that a line that comes several times is found where it belongs.
	for (const line of segment) {
		if (!isAnchor(line)) continue
		const found = old.findIndex((other, index) => index >= at && linesEqual(other, line))
		if (found >= 0) at = found + 1
		// A line that was changed takes the place of the one that it was.
		else if ((end !== undefined || at === 0) && areAlike(old[at] ?? '', line)) at++
		else continue
		end = at
	}
	return end
}

/** Before the first line of a segment that is in the old code. */
function headOf(old: readonly string[], segment: readonly string[], from: number): number | undefined {
	for (const [at, line] of segment.entries()) {
		if (!isAnchor(line)) continue
		const found = old.findIndex((other, index) => index >= from && linesEqual(other, line))
		if (found < 0) continue
		let start = found
		for (const before of segment.slice(0, at).toReversed())
			if (start > from && areAlike(old[start - 1] ?? '', before)) start--
		return start
	}
	return undefined
}

/** Whether one line may be the other one, changed: half of their words are the same. */
function areAlike(a: string, b: string): boolean {
	const words = (line: string) => new Set(line.match(/[\p{L}\p{N}_]+/gu) ?? [])
	const [of, other] = [words(a), words(b)]
	const shared = [...of].filter((word) => other.has(word)).length
	return shared > 0 && shared * 2 >= of.size + other.size - shared
}

/** The last segment goes to the end of the old code: its lines are looked for from there. */
function resumeAtEnd(old: readonly string[], segment: readonly string[], from: number): number | undefined {
	const lines = segment.filter((line) => line.trim() !== '')
	if (lines.length === 0) return old.length
	let at = old.length
	let start: number | undefined
	for (const line of lines.toReversed()) {
		let found = at - 1
		while (found >= from && !linesEqual(old[found] ?? '', line)) found--
		// What closes a block is only meant where it is next.
		if (found < from || (!isAnchor(line) && old.slice(found + 1, at).some((other) => other.trim() !== ''))) continue
		at = found
		start = found
	}
	return start
}

/** Whether a line says where it stands: brackets alone do not. */
function isAnchor(line: string): boolean {
	return /[\p{L}\p{N}_]/u.test(line) && !/^\s*(?:end|else|try|do|then|fi|done)\s*[:;{]?\s*$/.test(line)
}
