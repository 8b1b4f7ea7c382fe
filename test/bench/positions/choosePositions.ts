import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isExcluded } from '../../../src/core/context/excludedPaths.ts'
import { grammarOfPath } from '../../../src/core/syntax/grammarOf.ts'
import { filesBelow } from '../../../src/node/symbols/workspaceFiles.ts'
import { type Random, seededRandom } from '../recall/random.ts'

/** A place from which on the rest of a line was taken away, and what it was. */
export interface HeldOutPosition {
	/** Relative to the repository. */
	readonly path: string
	readonly languageId: string
	/** The lines without what was taken away. */
	readonly lines: readonly string[]
	readonly line: number
	readonly character: number
	/** The rest of the line; a whole line where the cursor stands at its indentation. */
	readonly truth: string
	readonly isWholeLine: boolean
}

const languages: Readonly<Record<string, string>> = { tsx: 'typescriptreact', bash: 'shellscript' }
const measured = /^(typescript|tsx|javascript|python|go|rust|java|c|cpp|csharp|php|ruby)$/
const largestFile = 300_000
const shortestTruth = 4
/** One in so many is a whole line. */
const wholeLines = 3

/** The same positions for the same seed: files in turn, so that a large one does not count for all. */
export async function choosePositions(root: string, count: number, seed: number): Promise<HeldOutPosition[]> {
	const paths: string[] = []
	for await (const path of filesBelow({ folder: root, name: '', excluded: [] })) {
		if (measured.test(grammarOfPath(path) ?? '') && !isExcluded(path)) paths.push(path)
	}
	const random = seededRandom(seed)
	const order = shuffled(paths.sort(), random)
	const found: HeldOutPosition[] = []
	for (let turn = 0; found.length < count && turn < count * 4 && order.length > 0; turn++) {
		const path = order[turn % order.length]
		const position = path === undefined ? undefined : positionIn(root, path, random)
		if (position) found.push(position)
	}
	return found
}

function positionIn(root: string, path: string, random: Random): HeldOutPosition | undefined {
	const text = readFileSync(join(root, path), 'utf8').replaceAll('\r\n', '\n')
	if (text.length > largestFile || text.includes('\0')) return undefined
	const lines = text.split('\n')
	const line = Math.floor(random() * lines.length)
	const whole = lines[line] ?? ''
	const indent = whole.length - whole.trimStart().length
	// What starts a word or a mark after the first one; comments are left to people.
	if (/^\s*(?:\/\/|#|\*|\/\*|"""|$)/.test(whole) || whole.length > 160) return undefined
	const starts = [...whole.matchAll(/[\p{L}_$][\p{L}\p{N}_$]*|\d+|[^\s\p{L}\p{N}_$]+/gu)].map(({ index }) => index)
	const isWholeLine = Math.floor(random() * wholeLines) === 0
	const character = isWholeLine ? indent : (starts[1 + Math.floor(random() * Math.max(1, starts.length - 1))] ?? -1)
	if (character < 0) return undefined
	const truth = whole.slice(character).trimEnd()
	if (truth.length < shortestTruth || !/[\p{L}\p{N}]/u.test(truth)) return undefined
	const shortened = [...lines.slice(0, line), whole.slice(0, character), ...lines.slice(line + 1)]
	const grammar = grammarOfPath(path) ?? ''
	return { path, languageId: languages[grammar] ?? grammar, lines: shortened, line, character, truth, isWholeLine }
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
	const all = [...items]
	for (let at = all.length - 1; at > 0; at--) {
		const other = Math.floor(random() * (at + 1))
		const [a, b] = [all[at], all[other]]
		if (a !== undefined && b !== undefined) [all[at], all[other]] = [b, a]
	}
	return all
}
