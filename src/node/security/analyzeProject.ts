import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import type { AnalysisStatistics, AnalyzedFile } from '../../core/security/analyzer.ts'
import type { CancellationToken } from '../../shared/cancellation.ts'
import { CancelledError } from '../../shared/errors.ts'
import type { AnalysisSetup, BatchExtra, KeptResult } from './analysisMessages.ts'
import { analyzeInPool, type PoolOptions } from './analysisPool.ts'
import { DiskProject } from './diskProject.ts'
import { readResults, writeResults } from './resultCache.ts'

export interface ProjectOrder {
	/** Relative to the root of the setup, with `/`. */
	readonly files: readonly string[]
	/** Whether these are all files of the project: what is known of others is forgotten. */
	readonly isWhole?: boolean
	readonly extra?: BatchExtra
	/** Absolute; where results are kept from one analysis to the next. Absent: nowhere. */
	readonly cacheFile?: string
	/** Absolute path of the bundled process: a result of another version of it does not count. */
	readonly entryPath: string
	readonly pool: PoolOptions
}

export interface ProjectListener {
	/** Each file once. @param isKept from an earlier analysis */
	analyzed(file: AnalyzedFile, isKept: boolean): void
	statistics?(statistics: AnalysisStatistics): void
	/** The results could not be kept. */
	notKept?(error: Error): void
}

/**
 * Analyzes files of a project: those that did not change since the last time, nor anything that they depend on, are taken from the cache.
 * What was found until a cancellation is kept, so that the next analysis goes on from there.
 *
 * @throws CancelledError, AnalysisFailed
 */
export async function analyzeProject(
	order: ProjectOrder,
	listener: ProjectListener,
	token: CancellationToken,
): Promise<void> {
	const { cacheFile, pool } = order
	const key = cacheFile === undefined ? '' : await keyOf(order.entryPath, pool.setup)
	const known = cacheFile === undefined ? new Map<string, KeptResult>() : await readResults(cacheFile, key)
	const project = new DiskProject(pool.setup.root, pool.setup.mostBytes)
	project.overlay(order.extra?.unsaved ?? [])
	if (order.isWhole) {
		const files = new Set(order.files)
		for (const file of [...known.keys()]) if (!files.has(file)) known.delete(file)
	}
	const changed: string[] = []
	for (const file of order.files) {
		if (token.isCancellationRequested) throw new CancelledError()
		const result = known.get(file)
		if (result && (await holds(result, file, project, pool.setup.today))) listener.analyzed(result.analyzed, true)
		else changed.push(file)
	}
	const analyzed = (result: KeptResult) => {
		const { file, gaps } = result.analyzed
		// What went wrong may go well the next time.
		if (result.states.length > 0 && !gaps.some(({ reason }) => reason === 'crashed')) known.set(file, result)
		else known.delete(file)
		listener.analyzed(result.analyzed, false)
	}
	try {
		const statistics = (it: AnalysisStatistics) => listener.statistics?.(it)
		await analyzeInPool(changed, pool, { analyzed, statistics }, token, order.extra)
	} finally {
		if (cacheFile !== undefined && changed.length > 0) {
			await writeResults(cacheFile, key, known).catch((error: Error) => listener.notKept?.(error))
		}
	}
}

async function holds(result: KeptResult, file: string, project: DiskProject, today: string): Promise<boolean> {
	const { analyzed, states } = result
	const names = [file, ...analyzed.dependsOn]
	if (states.length !== names.length || changesBy(analyzed, today)) return false
	for (const [at, name] of names.entries()) if ((await project.stateOf(name)) !== states[at]) return false
	return true
}

/** Whether a comment's day is over that was not. One that is over stays so. */
function changesBy({ ignored = [] }: AnalyzedFile, today: string): boolean {
	return ignored.some(({ until }) => until !== undefined && until < today)
}

/** Of the program, the grammars, the rules and the switches. */
async function keyOf(entryPath: string, setup: AnalysisSetup): Promise<string> {
	const hash = createHash('sha256')
	hash.update(await readFile(entryPath))
	if (setup.rulesFile !== undefined) hash.update(await readFile(setup.rulesFile))
	// A grammar comes with a version of the program.
	const { mtimeMs } = await stat(setup.grammarFolder)
	hash.update(JSON.stringify([mtimeMs, setup.ownRules, setup.off, setup.libraries, setup.mostBytes, setup.root]))
	return hash.digest('hex')
}
