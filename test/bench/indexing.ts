import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { round, type Summary, summaryOf } from '../../src/cli/bench/statistics.ts'
import { codeThreadOf, indexed } from './codeThreadOf.ts'
import { type CodeWorkspace, makeCodeWorkspace } from './codeWorkspace.ts'

/** What it takes to know a workspace. */
export interface IndexRow {
	readonly files: number
	readonly lines: number
	readonly definitions: number
	/** Seconds from nothing, and with what was kept on disk. */
	readonly coldSeconds: Summary
	readonly warmSeconds: Summary
	/** Milliseconds that the host's own thread was held up at most while that went on, of each round. */
	readonly longestPause: Summary
	/** Milliseconds from a file that changes to an index that knows it. */
	readonly changeMs: Summary
	/** Bytes by which the process grew, garbage of reading not counted: with the index out of what was kept. */
	readonly memoryBytes: Summary
	readonly storedBytes: number
}

/** What one round found; figures as above. */
interface IndexRound {
	readonly definitions: number
	readonly coldSeconds: number
	readonly warmSeconds: number
	readonly longestPause: number
	readonly changeMs: number
	readonly memoryBytes: number
	readonly storedBytes: number
}

/** Milliseconds between two looks at the host's thread; they are in what the histogram says. */
const lookEveryMs = 1

/**
 * Sizes take turns, so that a change of the machine's mood hits all of them.
 * @param sizes lines of the workspaces
 */
export async function measureIndexing(
	root: string,
	extensionRoot: string,
	sizes: readonly number[],
	rounds: number,
): Promise<IndexRow[]> {
	const folder = mkdtempSync(join(tmpdir(), 'alcove-index-'))
	try {
		const places = sizes.map((size) => join(folder, String(size)))
		const workspaces = sizes.map((size, at) => makeCodeWorkspace(root, join(places[at] ?? folder, 'workspace'), size))
		const measured: IndexRound[][] = sizes.map(() => [])
		for (let round = 1; round <= rounds; round++) {
			for (const [at, workspace] of workspaces.entries()) {
				const one = await measureOne(root, extensionRoot, workspace, join(places[at] ?? folder, `symbols${round}.bin`))
				console.log(`  ${workspace.lines} lines, round ${round} of ${rounds}: ${JSON.stringify(one)}`)
				measured[at]?.push(one)
			}
		}
		return workspaces.map((workspace, at) => rowOf(workspace, measured[at] ?? []))
	} finally {
		rmSync(folder, { recursive: true, force: true })
	}
}

function rowOf({ files, lines }: CodeWorkspace, rounds: readonly IndexRound[]): IndexRow {
	const first = rounds[0]
	const of = (figure: keyof IndexRound): Summary => {
		const summary = summaryOf(rounds.map((round) => round[figure]))
		if (!summary) throw new Error('No round was measured')
		return summary
	}
	return {
		files,
		lines,
		definitions: first?.definitions ?? 0,
		coldSeconds: of('coldSeconds'),
		warmSeconds: of('warmSeconds'),
		longestPause: of('longestPause'),
		changeMs: of('changeMs'),
		memoryBytes: of('memoryBytes'),
		storedBytes: first?.storedBytes ?? 0,
	}
}

async function measureOne(
	root: string,
	extensionRoot: string,
	workspace: CodeWorkspace,
	storeFile: string,
): Promise<IndexRound> {
	const beds = join(workspace.folder, 'src', 'beds.ts')
	const asItWas = readFileSync(beds)
	await settled()
	const cold = codeThreadOf(root, extensionRoot)
	const pauseOfCold = watchPauses()
	const coldStart = performance.now()
	const { definitions } = await indexed(cold, workspace.folder, storeFile)
	const coldSeconds = (performance.now() - coldStart) / 1000
	const changeMs = await timeOfChange(cold, beds)
	await writtenTo(storeFile)
	const longestCold = pauseOfCold()
	cold.dispose()

	await settled()
	const before = process.memoryUsage().rss
	const warm = codeThreadOf(root, extensionRoot)
	const pauseOfWarm = watchPauses()
	const warmStart = performance.now()
	await indexed(warm, workspace.folder, storeFile)
	const warmSeconds = (performance.now() - warmStart) / 1000
	const longestWarm = pauseOfWarm()
	await settled()
	const memoryBytes = process.memoryUsage().rss - before
	warm.dispose()
	await settled()
	writeFileSync(beds, asItWas)
	return {
		definitions,
		coldSeconds: round(coldSeconds),
		warmSeconds: round(warmSeconds),
		longestPause: round(Math.max(longestCold, longestWarm)),
		changeMs: round(changeMs),
		memoryBytes,
		storedBytes: statSync(storeFile).size,
	}
}

/** The answer ends it, and tells the longest pause in milliseconds. One that is begun again would count the time between. */
function watchPauses(): () => number {
	const delay = monitorEventLoopDelay({ resolution: lookEveryMs })
	delay.enable()
	return () => {
		delay.disable()
		return Math.max(0, delay.max / 1e6 - lookEveryMs)
	}
}

function timeOfChange(code: ReturnType<typeof codeThreadOf>, file: string): Promise<number> {
	return new Promise((resolve) => {
		writeFileSync(file, 'export function changedOne(value: number): number {\n\treturn value\n}\n')
		const start = performance.now()
		const subscription = code.onDidIndex(() => {
			subscription.dispose()
			resolve(performance.now() - start)
		})
		code.filesChanged([file])
	})
}

async function writtenTo(file: string): Promise<void> {
	for (let tries = 0; tries < 600; tries++) {
		if (statSync(file, { throwIfNoEntry: false })) return
		await new Promise((resolve) => setTimeout(resolve, 100))
	}
	throw new Error('The index was not kept')
}

/** Garbage is collected, and threads that ended have given back what they had. */
async function settled(): Promise<void> {
	for (let turn = 0; turn < 3; turn++) {
		globalThis.gc?.()
		await new Promise((resolve) => setTimeout(resolve, 500))
	}
}
