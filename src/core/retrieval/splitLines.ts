import { longestChunk } from './chunk.ts'

interface Span {
	readonly start: number
	readonly end: number
}

/** In a window of so many lines at its end the best place to cut is looked for. */
const cutWithin = 25

/**
 * Pieces of at most `longest` lines, cut at blank lines where there are some, and before lines that are indented least otherwise. Blank
 * lines at their ends are in none of them.
 *
 * @param start from 0, the end exclusive
 */
export function splitLines(lines: readonly string[], start: number, end: number, longest = longestChunk): Span[] {
	const spans: Span[] = []
	for (let at = start; at < end; ) {
		const cut = end - at <= longest ? end : cutAt(lines, at, at + longest)
		const span = trimmed(lines, at, cut)
		if (span.start < span.end) spans.push(span)
		at = cut
	}
	return spans
}

function cutAt(lines: readonly string[], start: number, end: number): number {
	const from = Math.max(start + 1, end - cutWithin)
	let best = end
	let bestWorth = Number.NEGATIVE_INFINITY
	for (let at = end; at >= from; at--) {
		const before = lines[at - 1] ?? ''
		const indent = /^[\t ]*/.exec(lines[at] ?? '')?.[0].length ?? 0
		const worth = (before.trim() === '' ? 100 : 0) - Math.min(50, indent)
		if (worth > bestWorth) [best, bestWorth] = [at, worth]
	}
	return best
}

function trimmed(lines: readonly string[], start: number, end: number): Span {
	let [from, to] = [start, end]
	while (from < to && (lines[from] ?? '').trim() === '') from++
	while (to > from && (lines[to - 1] ?? '').trim() === '') to--
	return { start: from, end: to }
}
