import { ChunkBudget } from './chunkBudget.ts'
import type { CollectedContext, ContextChunk, ContextKind, ContextRequest } from './contextSource.ts'
import { type CursorText, usesOf, wordsOf, writingPlaceOf } from './cursorText.ts'
import { identifiersIn } from './identifiers.ts'
import { mostSimilar, type TextWindow } from './similarWindows.ts'
import { type Candidate, symbolCandidates } from './symbolCandidates.ts'
import { symbolChunk, symbolText } from './symbolChunks.ts'
import type { Definition, FileSymbols } from './symbols/fileSymbols.ts'
import type { SymbolTable } from './symbols/symbolTable.ts'
import { symbolWeights } from './symbolWeights.ts'
import { worthOf } from './symbolWorth.ts'

/** What is known when context is collected. Only of files that may be shown. */
export interface ContextMaterial {
	readonly table: SymbolTable
	/** The document as it is now. */
	readonly own: FileSymbols
	readonly lines: readonly string[]
	/** Of open documents. */
	readonly windows: readonly TextWindow[]
	/** The latest first. */
	readonly edits: readonly ContextChunk[]
	lineOf(path: string, line: number): string | undefined
}

export interface GatherOptions {
	/** Milliseconds on a clock that never goes back. */
	readonly now: () => number
	/** Kinds to leave out: to measure what one is worth. */
	readonly without?: ReadonlySet<ContextKind>
	readonly weights?: Readonly<Record<string, number>>
}

type Question = Pick<ContextRequest, 'line' | 'character' | 'shown' | 'budget' | 'charactersPerToken' | 'deadlineMs'>

/** Of the budget, what all chunks up to and with a kind may take: what comes later always has room. */
const shares = { enclosing: 0.15, sibling: 0.3, recentEdit: 0.4 } as const
/** What is less likely than this to be named next costs more to read than it helps. */
const leastLikely = 0.000_02
const leastSimilar = 0.12

/** Chooses what else a model should see at a place. The same material and question always give the same chunks. */
export function gatherContext(question: Question, material: ContextMaterial, options: GatherOptions): CollectedContext {
	const end = options.now() + question.deadlineMs
	const { own, lines } = material
	const { line, character, budget, charactersPerToken } = question
	const cursor: CursorText = { lines, line, character }
	const shown = new Set(lines.slice(question.shown.startLine, question.shown.endLine).map((text) => text.trim()))
	const room = new ChunkBudget(budget, charactersPerToken, (text) =>
		text.split('\n').every((one) => shown.has(one.trim().replace(/^[-+]/, ''))),
	)
	const late: ContextKind[] = []
	const steps: readonly [ContextKind, () => void][] = [
		['enclosing', () => takeAll(enclosing(question, own), room, shares.enclosing * budget)],
		['sibling', () => takeAll(siblings(question, own), room, shares.sibling * budget)],
		['recentEdit', () => takeAll(unseenEdits(question, material), room, shares.recentEdit * budget)],
		['imported', () => takeSymbols(cursor, material, room, { ...options, mayGoOn: () => options.now() < end })],
		['similar', () => takeAll(similar(cursor, material), room, budget)],
	]
	for (const [kind, step] of steps) {
		if (options.without?.has(kind)) continue
		if (options.now() >= end) late.push(kind)
		else step()
	}
	return { path: own.path, chunks: room.chunks(), late }
}

function takeAll(chunks: readonly ContextChunk[], room: ChunkBudget, limit: number): void {
	for (const chunk of chunks) room.take(chunk, limit)
}

/** What the cursor is in, and the fields of it, where they begin above what the prompt shows. */
function enclosing({ line, shown }: Question, own: FileSymbols): ContextChunk[] {
	const around = own.definitions.filter(({ startLine, endLine }) => startLine <= line && line < endLine)
	const names = new Set(around.map(qualified))
	const fields = own.definitions.filter(
		({ kind, container }) => kind === 'field' && container !== undefined && names.has(container),
	)
	return [...around, ...fields]
		.filter((definition) => isHidden(definition, shown))
		.map((one) => ownChunk('enclosing', own, one))
}

/** What stands beside the cursor's place in the same class or file, nearest first. */
function siblings({ line, shown }: Question, own: FileSymbols): ContextChunk[] {
	const around = own.definitions.filter(({ startLine, endLine }) => startLine <= line && line < endLine)
	const scopes = new Set<string | undefined>([undefined, ...around.map(qualified)])
	return own.definitions
		.filter(
			(definition) => scopes.has(definition.container) && isHidden(definition, shown) && !around.includes(definition),
		)
		.sort((a, b) => Math.abs(a.startLine - line) - Math.abs(b.startLine - line) || a.startLine - b.startLine)
		.map((definition) => ownChunk('sibling', own, definition))
}

function qualified({ container, name }: Definition): string {
	return container === undefined ? name : `${container}.${name}`
}

function isHidden({ startLine }: Definition, shown: Question['shown']): boolean {
	return startLine < shown.startLine || startLine >= shown.endLine
}

function ownChunk(kind: ContextKind, { path, grammar }: FileSymbols, definition: Definition): ContextChunk {
	const { startLine, endLine } = definition
	return { kind, path, startLine, endLine, text: symbolText({ definition }, grammar) }
}

function unseenEdits({ shown }: Question, { own, edits }: ContextMaterial): ContextChunk[] {
	return edits.filter(
		({ path, startLine, endLine }) => path !== own.path || endLine <= shown.startLine || startLine >= shown.endLine,
	)
}

function similar({ lines, line }: CursorText, { windows, own, lineOf }: ContextMaterial): ContextChunk[] {
	const names = new Set(identifiersIn(lines.slice(Math.max(0, line - 40), line + 1).join('\n')))
	const others = windows.filter(({ path }) => path !== own.path)
	return mostSimilar(names, others, { least: leastSimilar, most: 2 }).map(
		({ window: { path, startLine, endLine } }) => {
			const text: string[] = []
			for (let at = startLine; at < endLine; at++) text.push(lineOf(path, at) ?? '')
			return { kind: 'similar', path, startLine, endLine, text: text.join('\n').trimEnd() }
		},
	)
}

function takeSymbols(
	cursor: CursorText,
	{ table, own, windows }: ContextMaterial,
	room: ChunkBudget,
	{ weights = symbolWeights, mayGoOn }: GatherOptions & { readonly mayGoOn: () => boolean },
): void {
	const { grammar, path } = own
	const place = writingPlaceOf(cursor)
	const uses = usesOf(cursor)
	const candidates = symbolCandidates({ table, own, cursor, place, uses, mayGoOn })
	const words = wordsAround(cursor)
	const opened = countNames(windows.filter((window) => window.path !== path))
	const question = { grammar, path, place, uses, words, opened, weights }
	const worths = candidates.map((candidate) => worthOf(candidate, question))
	const sum = worths.reduce((total, worth) => total + worth, 0)
	const ranked: { readonly candidate: Candidate; readonly text: string; readonly value: number }[] = []
	for (const [index, candidate] of candidates.entries()) {
		const likely = (worths[index] ?? 0) / sum
		if (likely < leastLikely) continue
		const text = symbolText(candidate, grammar)
		ranked.push({ candidate, text, value: likely / (text.length + 12) })
	}
	ranked.sort((a, b) => b.value - a.value)
	for (const { candidate, text } of ranked) {
		if (room.left < 6) break
		room.take(symbolChunk(candidate, text))
	}
}

/** Words of the names on the cursor's line and two above. */
export function wordsAround({ lines, line, character }: CursorText): Set<string> {
	const near = [...lines.slice(Math.max(0, line - 2), line), (lines[line] ?? '').slice(0, character)]
	return new Set(near.flatMap((text) => identifiersIn(text).flatMap(wordsOf)))
}

/** In how many windows each name stands. */
export function countNames(windows: readonly TextWindow[]): Map<string, number> {
	const counts = new Map<string, number>()
	for (const { names } of windows) for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
	return counts
}
