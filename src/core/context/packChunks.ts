import type { Candidate } from './candidates.ts'
import type { ContextChunk } from './contextSource.ts'

/** Tokens that a chunk costs beside its text: its path and the marks around it. */
const chunkOverhead = 8

/**
 * Takes candidates in their order as long as they fit, and puts those of one file together, in the order of the file.
 *
 * @param budget in tokens
 */
export function packChunks(
	candidates: readonly Candidate[],
	{ budget, charactersPerToken }: { readonly budget: number; readonly charactersPerToken: number },
): ContextChunk[] {
	const files = new Map<string, Candidate[]>()
	let left = budget
	for (const candidate of candidates) {
		if (left < 4) break
		const known = files.get(candidate.path)
		const opening = known ? 0 : chunkOverhead + candidate.path.length / charactersPerToken
		const cost = opening + (lineOf(candidate).length + 1) / charactersPerToken
		if (cost > left) continue
		left -= cost
		if (known) known.push(candidate)
		else files.set(candidate.path, [candidate])
	}
	return [...files].map(([path, chosen]) => chunkOf(path, chosen))
}

function chunkOf(path: string, chosen: readonly Candidate[]): ContextChunk {
	const inOrder = chosen.toSorted((a, b) => a.definition.startLine - b.definition.startLine)
	const lines = inOrder.map((candidate) => candidate.definition)
	const [first] = chosen
	return {
		kind: first?.kind ?? 'definition',
		path,
		startLine: Math.min(...lines.map(({ startLine }) => startLine)),
		endLine: Math.max(...lines.map(({ endLine }) => endLine)),
		text: inOrder.map(lineOf).join('\n'),
	}
}

/** Members stand indented, so that one sees that they belong to something. */
function lineOf({ definition: { container, signature } }: Candidate): string {
	return container === undefined ? signature : `  ${signature}`
}
