import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isExcluded } from '../../../src/core/context/excludedPaths.ts'
import { grammarOfPath } from '../../../src/core/syntax/grammarOf.ts'
import { IncludedFiles } from '../../../src/node/symbols/workspaceFiles.ts'
import { type Random, seededRandom } from '../recall/random.ts'
import type { HeldOutPosition, PositionKind } from './heldOutPosition.ts'

const languages: Readonly<Record<string, string>> = { tsx: 'typescriptreact', bash: 'shellscript' }
const measured = /^(typescript|tsx|javascript|python|go|rust|java|c|cpp|csharp|php|ruby)$/
/** Code of others that a repository brings along says nothing about the repository, and a model may have seen it. */
const foreign = /(^|\/)(vendor|_?vendored|node_modules|deps|third_party|dist)\//
const largestFile = 300_000
const longestLine = 160
const shortestTruth = 4
const mostBlockLines = 8
const comment = /^\s*(?:\/\/|#|\*|\/\*|"""|$)/
/** In turn: of five places, three are the rest of a line. */
const kinds: readonly PositionKind[] = ['rest', 'line', 'rest', 'block', 'rest']

/** The same positions for the same seed: files in turn, so that a large one does not count for all. */
export async function choosePositions(root: string, count: number, seed: number): Promise<HeldOutPosition[]> {
	const paths: string[] = []
	for await (const path of new IncludedFiles({ folder: root, name: '', excluded: [] }).below()) {
		if (isMeasured(path)) paths.push(path)
	}
	const random = seededRandom(seed)
	const order = shuffled(paths.sort(), random)
	const found: HeldOutPosition[] = []
	for (let turn = 0; found.length < count && turn < count * 6 && order.length > 0; turn++) {
		const path = order[turn % order.length] ?? ''
		const lines = linesOf(readFileSync(join(root, path), 'utf8'))
		const line = Math.floor(random() * lines.length)
		const position = positionAt({ path, lines, line, kind: kinds[found.length % kinds.length] }, random)
		if (position) found.push(position)
	}
	return found
}

export function isMeasured(path: string): boolean {
	return measured.test(grammarOfPath(path) ?? '') && !isExcluded(path) && !foreign.test(path)
}

/** None where the text is too long, or no text. */
export function linesOf(text: string): string[] {
	return text.length > largestFile || text.includes('\0') ? [] : text.replaceAll('\r\n', '\n').split('\n')
}

interface Spot {
	readonly path: string
	readonly lines: readonly string[]
	readonly line: number
	readonly kind: PositionKind | undefined
}

/** Undefined where the line says too little, or is a comment: those are left to people. */
export function positionAt(spot: Spot, random: Random): HeldOutPosition | undefined {
	const { path, lines, line, kind = 'rest' } = spot
	const whole = lines[line] ?? ''
	if (comment.test(whole) || whole.length > longestLine) return undefined
	const taken = kind === 'block' ? blockBelow(lines, line) : within(lines, line, characterIn(whole, kind, random))
	if (!taken || taken.truth.length < shortestTruth || !/[\p{L}\p{N}]/u.test(taken.truth)) return undefined
	return { path, languageId: languageOf(path), kind, ...taken }
}

/** As the editor names it. */
export function languageOf(path: string): string {
	const grammar = grammarOfPath(path) ?? ''
	return languages[grammar] ?? grammar
}

type Taken = Pick<HeldOutPosition, 'lines' | 'line' | 'character' | 'truth'>

function within(lines: readonly string[], line: number, character: number): Taken | undefined {
	const whole = lines[line] ?? ''
	if (character < 0) return undefined
	const shortened = [...lines.slice(0, line), whole.slice(0, character), ...lines.slice(line + 1)]
	return { lines: shortened, line, character, truth: whole.slice(character).trimEnd() }
}

/** What starts a word or a mark after the first one; the indentation where the whole line is taken. */
function characterIn(whole: string, kind: PositionKind, random: Random): number {
	if (kind === 'line') return indentOf(whole)
	const starts = [...whole.matchAll(/[\p{L}_$][\p{L}\p{N}_$]*|\d+|[^\s\p{L}\p{N}_$]+/gu)].map(({ index }) => index)
	return starts[1 + Math.floor(random() * Math.max(1, starts.length - 1))] ?? -1
}

/** The first block that begins at or below a line: everything in it goes, the cursor stands indented in an empty line. */
function blockBelow(lines: readonly string[], from: number): Taken | undefined {
	const head = lines.findIndex((text, at) => at >= from && !comment.test(text) && opensBlock(text, lines[at + 1]))
	if (head < 0) return undefined
	const indent = indentOf(lines[head] ?? '')
	let end = head + 1
	while (end < lines.length && (lines[end]?.trim() === '' || indentOf(lines[end] ?? '') > indent)) end++
	const body = lines
		.slice(head + 1, end)
		.join('\n')
		.trimEnd()
	const count = body.split('\n').length
	if (count > mostBlockLines || comment.test(body)) return undefined
	const character = indentOf(body)
	const left = [...lines.slice(0, head + 1), body.slice(0, character), ...lines.slice(head + 1 + count)]
	return { lines: left, line: head + 1, character, truth: body.slice(character) }
}

function opensBlock(text: string, next = ''): boolean {
	const opens = /[{:]$/.test(text.trimEnd()) || /^\s*(?:def|if|unless|while)\b|\bdo(?:\s*\|.*\|)?$/.test(text.trimEnd())
	return opens && next.trim() !== '' && indentOf(next) > indentOf(text)
}

function indentOf(text: string): number {
	return text.length - text.trimStart().length
}

export function shuffled<T>(items: readonly T[], random: Random): T[] {
	const all = [...items]
	for (let at = all.length - 1; at > 0; at--) {
		const other = Math.floor(random() * (at + 1))
		const [a, b] = [all[at], all[other]]
		if (a !== undefined && b !== undefined) [all[at], all[other]] = [b, a]
	}
	return all
}
