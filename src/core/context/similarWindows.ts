import { identifiersIn } from './identifiers.ts'

/** A document that is open beside the one with the cursor. */
export interface OpenText {
	readonly path: string
	readonly lines: readonly string[]
	/** First lines of the definitions in it: windows begin there. In order. */
	readonly definitionLines: readonly number[]
}

export interface TextWindow {
	readonly path: string
	/** From 0; the end is exclusive. */
	readonly startLine: number
	readonly endLine: number
	readonly names: ReadonlySet<string>
}

const windowLines = 60
/** A window ends at a definition where that leaves at least this much of it. */
const leastLines = 20

/** Cuts a text into windows of about 60 lines that begin where definitions do. */
export function windowsOf({ path, lines, definitionLines }: OpenText): TextWindow[] {
	const windows: TextWindow[] = []
	let start = 0
	while (start < lines.length) {
		const limit = Math.min(start + windowLines, lines.length)
		const cut =
			limit === lines.length ? undefined : definitionLines.findLast((at) => at <= limit && at >= start + leastLines)
		const end = cut ?? limit
		const names = new Set(identifiersIn(lines.slice(start, end).join('\n')))
		if (names.size > 0) windows.push({ path, startLine: start, endLine: end, names })
		start = end
	}
	return windows
}

/** How much two sets of names have in common, from 0 to 1. */
export function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
	const [small, large] = a.size < b.size ? [a, b] : [b, a]
	let shared = 0
	for (const name of small) if (large.has(name)) shared++
	const all = a.size + b.size - shared
	return all === 0 ? 0 : shared / all
}

/** Those that look most like the text around the cursor, best first; the order of equals is theirs. */
export function mostSimilar(
	names: ReadonlySet<string>,
	windows: readonly TextWindow[],
	{ least, most }: { readonly least: number; readonly most: number },
): { readonly window: TextWindow; readonly score: number }[] {
	return windows
		.map((window) => ({ window, score: jaccard(names, window.names) }))
		.filter(({ score }) => score >= least)
		.sort((a, b) => b.score - a.score)
		.slice(0, most)
}
