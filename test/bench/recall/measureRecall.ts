import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ContextChunk, ContextKind } from '../../../src/core/context/contextSource.ts'
import { gatherContext } from '../../../src/core/context/gatherContext.ts'
import { type TextWindow, windowsOf } from '../../../src/core/context/similarWindows.ts'
import type { FileSymbols } from '../../../src/core/context/symbols/fileSymbols.ts'
import { symbolWeights } from '../../../src/core/context/symbolWeights.ts'
import { type Weigher, weigher } from '../../../src/core/context/symbolWorth.ts'
import { SymbolReader } from '../../../src/node/symbols/symbolReader.ts'
import { GrammarLibrary } from '../../../src/node/syntax/grammarLibrary.ts'
import { filesOfCommits, type History, importedFiles, importsAndWindows, ringBuffer } from './baselines.ts'
import { choosePoints, type Point } from './points.ts'
import { seededRandom } from './random.ts'
import { budgets, type Recall, type RecallClock, type RecallResult, type RepositoryRecall } from './renderRecall.ts'
import { type Repository, readRepository, symbolsOf } from './repository.ts'

const charactersPerToken = 3
const prefixCharacters = 6_144
const suffixCharacters = 512
/** Milliseconds: as long as `contextAtCursor` waits for an answer. */
const deadlineMs = 20
/** Of the sources that find definitions in other files: what is lost without each. */
const ablated: readonly ContextKind[] = ['imported', 'similar']

/** A point as the extension would meet it. */
export interface Situation {
	readonly point: Point
	readonly own: FileSymbols
	readonly lines: readonly string[]
	readonly shown: { readonly startLine: number; readonly endLine: number }
	readonly opened: Readonly<Record<History, readonly string[]>>
}

/** @param folder holds a folder for each half (`dev`, `heldout`), with a checkout of a repository in each of its folders */
export async function measureRecall(
	folder: string,
	grammarFolder: string,
	pointsPerRepository: number,
	clock: RecallClock,
): Promise<RecallResult> {
	const repositories: RepositoryRecall[] = []
	for (const { half, root } of checkoutsIn(folder)) {
		const { repository, situations } = await situationsOf(root, grammarFolder, pointsPerRepository)
		const result = measureRepository(repository, half, situations, clocks[clock])
		repositories.push(result)
		console.log(
			`${half} ${result.name} (${result.language}, ${result.points}): ${result.alcove.map(percent).join(' ')}, ` +
				`without a deadline ${result.unlimited?.map(percent).join(' ')}, cut short ${percent(result.cutShort ?? 0)}`,
		)
	}
	return { clock, repositories }
}

export function checkoutsIn(folder: string): { readonly half: string; readonly root: string }[] {
	const foldersIn = (path: string) => (existsSync(path) ? readdirSync(path).sort() : []).map((name) => join(path, name))
	return ['dev', 'heldout'].flatMap((half) =>
		foldersIn(join(folder, half))
			.filter((root) => statSync(root).isDirectory())
			.map((root) => ({ half, root })),
	)
}

export async function situationsOf(
	root: string,
	grammarFolder: string,
	count: number,
): Promise<{ readonly repository: Repository; readonly situations: readonly Situation[] }> {
	const grammars = new GrammarLibrary(grammarFolder)
	const reader = new SymbolReader(grammars, grammarFolder)
	const repository = await readRepository(root, reader)
	const points = await choosePoints(repository, grammars, { count, random: seededRandom(20_261) })
	const situations: Situation[] = []
	const commits = new Map<string, readonly string[]>()
	for (const point of points) {
		const { path } = point
		const ofCommits = commits.get(path) ?? filesOfCommits(repository, path)
		commits.set(path, ofCommits)
		const situation = await situationOf(repository, point, ofCommits, reader)
		if (situation) situations.push(situation)
	}
	return { repository, situations }
}

/** The name and the rest of its line are not written yet; in half of the cases nothing behind it is either. */
async function situationOf(
	repository: Repository,
	point: Point,
	commits: readonly string[],
	reader: SymbolReader,
): Promise<Situation | undefined> {
	const file = repository.files.get(point.path)
	if (!file) return undefined
	const before = [...file.lines.slice(0, point.line), (file.lines[point.line] ?? '').slice(0, point.character)]
	const lines = point.hasRest ? [...before, ...file.lines.slice(point.line + 1)] : before
	const own = await symbolsOf(file, lines.join('\n'), reader)
	const opened = { commits, imports: importedFiles(repository, own) }
	return { point, own, lines, shown: shownIn(lines, point.line), opened }
}

function shownIn(lines: readonly string[], line: number): Situation['shown'] {
	let startLine = line
	let room = prefixCharacters
	while (startLine > 0 && room > (lines[startLine - 1]?.length ?? 0)) room -= (lines[--startLine]?.length ?? 0) + 1
	let endLine = line + 1
	room = suffixCharacters
	while (endLine < lines.length && room > (lines[endLine]?.length ?? 0)) room -= (lines[endLine++]?.length ?? 0) + 1
	return { startLine, endLine }
}

/** Milliseconds, which never go back. */
const clocks: Readonly<Record<RecallClock, () => number>> = {
	real: () => performance.now(),
	processor: () => {
		const { user, system } = process.cpuUsage()
		return (user + system) / 1_000
	},
}

function measureRepository(
	repository: Repository,
	half: string,
	situations: readonly Situation[],
	now: () => number,
): RepositoryRecall {
	const times: number[] = []
	const weigh = weigher(symbolWeights)
	const recall = (chunksOf: (situation: Situation, budget: number) => readonly ContextChunk[]): Recall =>
		budgets.map((budget) => {
			const hits = situations.filter((situation) => isFound(situation.point, chunksOf(situation, budget)))
			return hits.length / Math.max(1, situations.length)
		})
	const ours = ({ point, own, lines, shown, opened }: Situation, limits: Limits) => {
		// The index has the document as it is being written: nothing of what follows is known.
		const { table } = repository
		const whole = table.get(own.path)
		table.set(own)
		const { chunks, milliseconds } = collect(repository, { point, own, lines, shown, opened }, limits, { weigh, now })
		if (whole) table.set(whole)
		if (limits.budget === 1024 && limits.without.size === 0 && !Number.isFinite(limits.deadlineMs))
			times.push(milliseconds)
		return chunks
	}
	const all: ReadonlySet<ContextKind> = new Set()
	let cutShort = 0
	const baseline = (make: typeof ringBuffer, history: History) =>
		recall(({ point, own, lines, opened }, budget) => {
			const before = lines.slice(0, point.line + 1)
			return make({ repository, point, own, before, history: opened[history], budget, charactersPerToken })
		})
	const both = (make: typeof ringBuffer) => ({ commits: baseline(make, 'commits'), imports: baseline(make, 'imports') })
	const unlimited = recall((situation, budget) => ours(situation, { budget, without: all, deadlineMs: Infinity }))
	const alcove = recall((situation, budget) => {
		const chunks = ours(situation, { budget, without: all, deadlineMs })
		// The same question is answered in the same way: what is missing or else was late.
		const whole = budget === 1024 ? ours(situation, { budget, without: all, deadlineMs: Infinity }) : chunks
		if (JSON.stringify(chunks) !== JSON.stringify(whole)) cutShort++
		return chunks
	})
	const withoutKind = (kind: ContextKind) =>
		recall((situation, budget) => ours(situation, { budget, without: new Set([kind]), deadlineMs: Infinity }))
	const without = Object.fromEntries(ablated.map((kind) => [kind, withoutKind(kind)]))
	times.sort((a, b) => a - b)
	const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
	return {
		name: repository.name,
		commit: repository.commit,
		half,
		language: mostCommon(situations.map(({ own }) => own.grammar)),
		files: repository.files.size,
		points: situations.length,
		alcove,
		unlimited,
		cutShort: cutShort / Math.max(1, situations.length),
		without,
		ringBuffer: both(ringBuffer),
		importsAndWindows: both(importsAndWindows),
		milliseconds: { p50: at(0.5), p99: at(0.99) },
	}
}

interface Limits {
	readonly budget: number
	readonly without: ReadonlySet<ContextKind>
	readonly deadlineMs: number
}

function collect(
	repository: Repository,
	{ point, own, lines, shown, opened }: Situation,
	{ budget, without, deadlineMs }: Limits,
	{ weigh, now }: { readonly weigh: Weigher; readonly now: () => number },
): { readonly chunks: readonly ContextChunk[]; readonly milliseconds: number } {
	const { table, files } = repository
	const windows = opened.commits.flatMap((path): TextWindow[] => {
		const definitionLines = (table.get(path)?.definitions ?? []).map(({ startLine }) => startLine)
		return windowsOf({ path, lines: files.get(path)?.lines ?? [], definitionLines })
	})
	const { line, character } = point
	const question = { line, character, shown, budget, charactersPerToken, deadlineMs }
	const lineOf = (path: string, at: number) => files.get(path)?.lines[at]
	const material = { table, own, lines, windows, edits: [], lineOf }
	// The windows of open documents are known before somebody types: they are no part of the time.
	const started = now()
	const { chunks } = gatherContext(question, material, { now, without, weigh })
	return { chunks, milliseconds: now() - started }
}

/** Whether a chunk shows the line that defines the name: a window of code, or the definition's head. */
export function isFound({ truth, name }: Point, chunks: readonly ContextChunk[]): boolean {
	const pattern = new RegExp(`(?<![\\p{L}\\p{N}_$])${name.replaceAll('$', '\\$')}(?![\\p{L}\\p{N}_$])`, 'u')
	return chunks.some(
		({ path, startLine, endLine, text }) =>
			truth.some((place) => place.path === path && startLine <= place.line && place.line < endLine) &&
			pattern.test(text),
	)
}

function mostCommon(items: readonly string[]): string {
	const counts = new Map<string, number>()
	for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1)
	return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? ''
}

function percent(share: number): string {
	return `${(share * 100).toFixed(1)} %`
}
