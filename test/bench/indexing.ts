import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { round } from '../../src/cli/bench/statistics.ts'
import { codeThreadOf, indexed } from './codeThreadOf.ts'
import { makeCodeWorkspace } from './codeWorkspace.ts'

/** What it takes to know a workspace. */
export interface IndexRow {
	readonly files: number
	readonly lines: number
	readonly definitions: number
	/** Seconds from nothing, and with what was kept on disk. */
	readonly coldSeconds: number
	readonly warmSeconds: number
	/** Milliseconds that the host's own thread was held up at most while that went on. */
	readonly longestPause: number
	/** Milliseconds from a file that changes to an index that knows it. */
	readonly changeMs: number
	/** Bytes by which the process grew, garbage of reading not counted: with the index out of what was kept. */
	readonly memoryBytes: number
	readonly storedBytes: number
}

/** @param sizes lines of the workspaces */
export async function measureIndexing(
	root: string,
	extensionRoot: string,
	sizes: readonly number[],
): Promise<IndexRow[]> {
	const rows: IndexRow[] = []
	for (const size of sizes) {
		const folder = mkdtempSync(join(tmpdir(), 'alcove-index-'))
		try {
			rows.push(await measureOne(root, extensionRoot, folder, size))
			console.log(`  ${JSON.stringify(rows.at(-1))}`)
		} finally {
			rmSync(folder, { recursive: true, force: true })
		}
	}
	return rows
}

async function measureOne(root: string, extensionRoot: string, folder: string, size: number): Promise<IndexRow> {
	const workspace = makeCodeWorkspace(root, join(folder, 'workspace'), size)
	const storeFile = join(folder, 'symbols.bin')
	const delay = monitorEventLoopDelay({ resolution: 1 })

	await settled()
	const cold = codeThreadOf(root, extensionRoot)
	delay.enable()
	const coldStart = performance.now()
	const { definitions } = await indexed(cold, workspace.folder, storeFile)
	const coldSeconds = (performance.now() - coldStart) / 1000
	const changeMs = await timeOfChange(cold, join(workspace.folder, 'src', 'beds.ts'))
	delay.disable()
	await writtenTo(storeFile)
	cold.dispose()

	await settled()
	const before = process.memoryUsage().rss
	const warm = codeThreadOf(root, extensionRoot)
	const warmStart = performance.now()
	await indexed(warm, workspace.folder, storeFile)
	const warmSeconds = (performance.now() - warmStart) / 1000
	await settled()
	const memoryBytes = process.memoryUsage().rss - before
	warm.dispose()
	await settled()
	const { files, lines } = workspace
	return {
		files,
		lines,
		definitions,
		coldSeconds: round(coldSeconds),
		warmSeconds: round(warmSeconds),
		longestPause: round(delay.max / 1e6),
		changeMs: round(changeMs),
		memoryBytes,
		storedBytes: statSync(storeFile).size,
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
