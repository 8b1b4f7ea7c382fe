import { ChunkBudget } from './chunkBudget.ts'
import type { CollectedContext, ContextChunk, ContextKind, ContextRequest } from './contextSource.ts'
import { type CursorText, usesOf, wordsOf, writingPlaceOf } from './cursorText.ts'
import { identifiersIn } from './identifiers.ts'
import { namesOfKin } from './kinFiles.ts'
import { mostSimilar, type TextWindow } from './similarWindows.ts'
import { type ServedPlace, symbolCandidates } from './symbolCandidates.ts'
import { scopeOf, symbolText } from './symbolChunks.ts'
import { type RankedSymbol, takeSymbols } from './symbolPacking.ts'
import type { Definition, FileSymbols } from './symbols/fileSymbols.ts'
import type { SymbolTable } from './symbols/symbolTable.ts'
import { type Traits, traitReader } from './symbolTraits.ts'
import type { Weigher } from './symbolWorth.ts'
import { Trail } from './trail.ts'

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
	/** What a language server found, of files that may be shown. */
	readonly served?: readonly ServedPlace[]
}

export interface GatherOptions {
	/** Milliseconds on a clock that never goes back. */
	readonly now: () => number
	/** Kinds to leave out: to measure what one is worth. */
	readonly without?: ReadonlySet<ContextKind>
	/** How likely a definition is named at the cursor: `weigher(symbolWeights)`. */
	readonly weigh: Weigher
}

/** Whether there is time left to find candidates, and to do anything. */
interface Until {
	readonly mayFind: () => boolean
	readonly mayGoOn: () => boolean
}

type Question = Pick<ContextRequest, 'line' | 'character' | 'shown' | 'budget' | 'charactersPerToken' | 'deadlineMs'>

/** Of the budget, what all chunks up to and with a kind may take: what comes later always has room. */
const shares = { enclosing: 0.15, sibling: 0.3, recentEdit: 0.4 } as const
const leastSimilar = 0.12
/** Of the time, what goes into finding candidates: what was found and not weighed is worth nothing. */
const shareOfFinding = 0.55

/** Chooses what else a model should see at a place. The same material and question always give the same chunks. */
export function gatherContext(question: Question, material: ContextMaterial, options: GatherOptions): CollectedContext {
	const start = options.now()
	const end = start + question.deadlineMs
	const findingEnds = start + shareOfFinding * question.deadlineMs
	const { own, lines } = material
	const { line, character, budget, charactersPerToken } = question
	const cursor: CursorText = { lines, line, character }
	const shown = new Set(lines.slice(question.shown.startLine, question.shown.endLine).map((text) => text.trim()))
	const room = new ChunkBudget(budget, charactersPerToken, (text) =>
		text.split('\n').every((one) => shown.has(one.trim().replace(/^[-+]/, ''))),
	)
	const late: ContextKind[] = []
	const until = { mayFind: () => options.now() < findingEnds, mayGoOn: () => options.now() < end }
	const steps: readonly [ContextKind, () => boolean | undefined][] = [
		['enclosing', () => takeOwn('enclosing', enclosing(question, own), own, room, shares.enclosing * budget)],
		['sibling', () => takeOwn('sibling', siblings(question, own), own, room, shares.sibling * budget)],
		['recentEdit', () => takeAll(unseenEdits(question, material), room, shares.recentEdit * budget)],
		['imported', () => takeNamed(cursor, material, room, { ...options, ...until })],
		['similar', () => takeAll(similar(cursor, material), room, budget)],
	]
	for (const [kind, step] of steps) {
		if (options.without?.has(kind)) continue
		if (options.now() >= end) late.push(kind)
		else if (step() === false) late.push(kind)
	}
	return { path: own.path, chunks: room.chunks(), late }
}

function takeAll(chunks: readonly ContextChunk[], room: ChunkBudget, limit: number): undefined {
	for (const chunk of chunks) room.take(chunk, limit)
}

function takeOwn(
	kind: ContextKind,
	definitions: readonly Definition[],
	{ path, grammar }: FileSymbols,
	room: ChunkBudget,
	limit: number,
): undefined {
	for (const definition of definitions) {
		const { startLine, endLine, name } = definition
		const chunk = { kind, path, startLine, endLine, text: symbolText(definition, grammar) }
		room.take(chunk, limit, { scope: scopeOf(definition), declares: name })
	}
}

/** False where the time was over before anything could be weighed. */
function takeNamed(
	cursor: CursorText,
	material: ContextMaterial,
	room: ChunkBudget,
	options: GatherOptions & Until,
): boolean {
	const symbols = likelyCandidates(cursor, material, options)
	takeSymbols(symbols, material.own.grammar, room)
	return symbols.length > 0 || options.mayGoOn()
}

/** What the cursor is in, and the fields of it, where they begin above what the prompt shows. */
function enclosing({ line, shown }: Question, own: FileSymbols): Definition[] {
	const around = own.definitions.filter(({ startLine, endLine }) => startLine <= line && line < endLine)
	const names = new Set(around.map(qualified))
	const fields = own.definitions.filter(
		({ kind, container }) => kind === 'field' && container !== undefined && names.has(container),
	)
	return [...around, ...fields].filter((definition) => isHidden(definition, shown))
}

/** What stands beside the cursor's place in the same class or file, nearest first. */
function siblings({ line, shown }: Question, own: FileSymbols): Definition[] {
	const around = own.definitions.filter(({ startLine, endLine }) => startLine <= line && line < endLine)
	const scopes = new Set<string | undefined>([undefined, ...around.map(qualified)])
	return own.definitions
		.filter(
			(definition) => scopes.has(definition.container) && isHidden(definition, shown) && !around.includes(definition),
		)
		.sort((a, b) => Math.abs(a.startLine - line) - Math.abs(b.startLine - line) || a.startLine - b.startLine)
}

function qualified({ container, name }: Definition): string {
	return container === undefined ? name : `${container}.${name}`
}

function isHidden({ startLine }: Definition, shown: Question['shown']): boolean {
	return startLine < shown.startLine || startLine >= shown.endLine
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

/** What could be named at the cursor, each with how likely it is. */
export function likelyCandidates(
	cursor: CursorText,
	{ table, own, windows, served = [] }: Pick<ContextMaterial, 'table' | 'own' | 'windows' | 'served'>,
	{ weigh, mayFind, mayGoOn }: Pick<GatherOptions, 'weigh'> & Until,
): RankedSymbol[] {
	const place = writingPlaceOf(cursor)
	const uses = usesOf(cursor)
	const others = windows.filter(({ path }) => path !== own.path)
	const kin = namesOfKin(own, table, [...new Set(others.map(({ path }) => path))], mayFind)
	const candidates = symbolCandidates({ table, own, cursor, place, uses, kin, served, mayGoOn: mayFind })
	const knowsReceiver = candidates.some(({ ofReceiver }) => ofReceiver)
	const words = wordsAround(cursor)
	const trail = new Trail(cursor, own, table)
	const read = traitReader({ table, own, place, uses, words, opened: countNames(others), kin, trail, knowsReceiver })
	const traits: Traits = []
	const ranked: RankedSymbol[] = []
	for (const candidate of candidates) {
		if (ranked.length % 256 === 0 && !mayGoOn()) break
		read(candidate, traits)
		ranked.push({ candidate, likely: weigh(traits) })
	}
	const sum = ranked.reduce((total, { likely }) => total + likely, 0)
	return ranked.map(({ candidate, likely }) => ({ candidate, likely: likely / sum }))
}

const longestLine = 2_000

/** Words of the names on the cursor's line and two above. */
export function wordsAround({ lines, line, character }: CursorText): Set<string> {
	const written = (lines[line] ?? '').slice(0, character)
	// Of a line that no person wrote, such as one of a megabyte, only what is near the cursor.
	const near = [...lines.slice(Math.max(0, line - 2), line), written].map((text) => text.slice(-longestLine))
	return new Set(near.flatMap((text) => identifiersIn(text).flatMap(wordsOf)))
}

/** In how many windows each name stands. */
export function countNames(windows: readonly TextWindow[]): Map<string, number> {
	const counts = new Map<string, number>()
	for (const { names } of windows) for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
	return counts
}
