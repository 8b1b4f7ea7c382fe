import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AnalyzedFile, CreateProjectAnalyzer } from '../../../../src/core/security/analyzer.ts'
import type { AnalysisMessage, AnalysisReply, AnalysisSetup } from '../../../../src/node/security/analysisMessages.ts'
import { analyzeInPool, type PoolOptions } from '../../../../src/node/security/analysisPool.ts'
import type { StartAnalysisProcess } from '../../../../src/node/security/analysisProcess.ts'
import { analyzeProject } from '../../../../src/node/security/analyzeProject.ts'
import { serveAnalysis } from '../../../../src/node/security/serveAnalysis.ts'
import { CancellationSource, neverCancelled } from '../../../../src/shared/cancellation.ts'
import { CancelledError } from '../../../../src/shared/errors.ts'

/** Finds nothing; takes the second line of a file for what it depends on, and reads it. */
const fakeAnalyzer: CreateProjectAnalyzer = ({ files }) => ({
	async analyze({ files: names, onBegin, onFile }) {
		for (const file of names) {
			onBegin?.(file)
			const read = await files.read(file)
			if (file.includes('throws')) throw new TypeError('a bug')
			const text = read && 'text' in read ? (read.text ?? '') : ''
			const dependsOn = text
				.split('\n')
				.slice(1)
				.filter((line) => line !== '')
			for (const other of dependsOn) await files.read(other)
			onFile({ file, findings: [], gaps: [], dependsOn, lines: text.split('\n').length })
		}
		return { files: names.length, lines: 1, findings: 0, incomplete: 0, parseMs: 0, lowerMs: 0, analyzeMs: 0 }
	},
	forget: () => {},
})

interface Faults {
	/** Ends when it begins such a file. */
	readonly dies?: (file: string) => boolean
	readonly hangs?: (file: string) => boolean
	readonly diesAtStart?: boolean
	readonly isOutOfMemory?: boolean
	readonly memory?: number
}

/** Processes that are none, and how many of them were started. */
function fakeProcesses(faults: Faults = {}): {
	start: StartAnalysisProcess
	started: () => number
	analyzed: string[]
} {
	let started = 0
	const analyzed: string[] = []
	const start: StartAnalysisProcess = (listener) => {
		started++
		let isOver = false
		const end = () => {
			if (isOver) return
			isOver = true
			setImmediate(() => listener.ended({ isOutOfMemory: faults.isOutOfMemory === true, detail: 'it died' }))
		}
		const reply = (message: AnalysisReply) => {
			if (isOver) return
			listener.reply(message.kind === 'batchDone' ? { ...message, memory: faults.memory ?? 1 } : message)
			if (message.kind === 'begin') analyzed.push(message.file)
			if (message.kind === 'begin' && faults.hangs?.(message.file)) isOver = true
			if (message.kind === 'begin' && faults.dies?.(message.file)) end()
		}
		const serve = serveAnalysis(fakeAnalyzer, reply)
		if (faults.diesAtStart) end()
		return {
			send: (message: AnalysisMessage) => void (isOver || serve(JSON.parse(JSON.stringify(message)))),
			kill: () => {
				isOver = true
			},
		}
	}
	return { start, started: () => started, analyzed }
}

let root = ''
const names = Array.from({ length: 40 }, (_, at) => `f${String(at).padStart(2, '0')}.js`)
const write = (file: string, text: string) => writeFileSync(join(root, file), text)

beforeAll(() => {
	root = mkdtempSync(join(tmpdir(), 'pool-'))
	for (const name of names) write(name, 'x')
})
afterAll(() => rmSync(root, { recursive: true }))

const setupOf = (given: Partial<AnalysisSetup> = {}): AnalysisSetup => ({
	...{
		root,
		grammarFolder: join(import.meta.dirname, '../../../../grammars'),
		ownRules: [],
		off: [],
		mostBytes: 1_000,
		libraries: [],
		today: '2026-01-01',
	},
	...given,
})

async function run(files: readonly string[], faults: Faults = {}, options: Partial<PoolOptions> = {}) {
	const { start, started } = fakeProcesses(faults)
	const found: AnalyzedFile[] = []
	await analyzeInPool(
		files,
		{ jobs: 2, setup: setupOf(), start, patience: 500, ...options },
		{ analyzed: ({ analyzed }) => found.push(analyzed) },
		neverCancelled,
	)
	const gaps = found.flatMap(({ file, gaps: own }) => own.map(({ reason }) => `${file}: ${reason}`))
	return { files: found.map(({ file }) => file).sort(), gaps: gaps.sort(), started: started() }
}

describe('several processes', () => {
	it('analyze each file once', async () => {
		expect(await run([...names, ...names])).toEqual({ files: names, gaps: [], started: 2 })
		expect((await run(names.slice(0, 3))).started).toBe(1)
		expect(await run([])).toEqual({ files: [], gaps: [], started: 0 })
	})

	it('go on where one of them dies, without the file that it died of', async () => {
		const { files, gaps, started } = await run(names, { dies: (file) => file === 'f03.js' || file === 'f30.js' })
		expect(files).toEqual(names)
		expect(gaps).toEqual(['f03.js: crashed', 'f30.js: crashed'])
		expect(started).toBeGreaterThanOrEqual(3)
	})

	it('try again where memory was short, and say where it stays so', async () => {
		const always = { dies: (file: string) => file === 'f03.js', isOutOfMemory: true }
		expect(await run(names.slice(0, 5), always)).toMatchObject({ gaps: ['f03.js: outOfBudget'], started: 3 })
		let deaths = 0
		const once = { dies: (file: string) => file === 'f03.js' && deaths++ === 0, isOutOfMemory: true }
		expect(await run(names.slice(0, 5), once)).toEqual({ files: names.slice(0, 5), gaps: [], started: 2 })
	})

	it('are ended where one takes too long', async () => {
		const { files, gaps } = await run(names, { hangs: (file) => file === 'f05.js' })
		expect({ files, gaps }).toEqual({ files: names, gaps: ['f05.js: outOfBudget'] })
	})

	it('are replaced where they have grown', async () => {
		expect(await run(names, { memory: 2e9 })).toEqual({ files: names, gaps: [], started: 4 })
	})

	it('survive a bug in the analysis of a file', async () => {
		write('throws.js', '')
		expect((await run(['f00.js', 'throws.js', 'f01.js'])).gaps).toEqual(['throws.js: crashed'])
	})

	it('are given up where none can be started', async () => {
		await expect(run(names, { diesAtStart: true })).rejects.toMatchObject({
			name: 'AnalysisFailed',
			reason: 'notStarted',
		})
		const setup = setupOf({ rulesFile: join(root, 'missing.json') })
		await expect(run(names, {}, { setup })).rejects.toMatchObject({ reason: 'notStarted' })
	})

	it('end at once where they are cancelled', async () => {
		const cancellation = new CancellationSource()
		const { start } = fakeProcesses()
		let count = 0
		const running = analyzeInPool(
			names,
			{ jobs: 1, setup: setupOf(), start },
			{
				analyzed: () => {
					if (++count === 5) cancellation.cancel()
				},
			},
			cancellation.token,
		)
		await expect(running).rejects.toBeInstanceOf(CancelledError)
		expect(count).toBe(5)
		await expect(
			analyzeInPool(names, { jobs: 1, setup: setupOf(), start }, { analyzed: () => {} }, cancellation.token),
		).rejects.toBeInstanceOf(CancelledError)
	})
})

describe('results that are kept', () => {
	const scan = async (
		files: readonly string[],
		setup: Partial<AnalysisSetup> = {},
		faults: Faults = {},
		isWhole = false,
	) => {
		const { start, analyzed } = fakeProcesses(faults)
		const all: string[] = []
		const pool = { jobs: 1, setup: setupOf(setup), start }
		const order = { files, entryPath: import.meta.filename, isWhole, cacheFile: join(root, 'cache', 'x.gz'), pool }
		await analyzeProject(order, { analyzed: ({ file }) => all.push(file) }, neverCancelled)
		expect(all.sort()).toEqual([...files].sort())
		return analyzed.sort()
	}
	const files = ['a.js', 'b.js', 'c.js']

	it('hold until the file or what it depends on changes', async () => {
		write('a.js', 'x\nlib.js\nnone.js')
		write('b.js', 'y')
		write('c.js', 'z\nlib.js')
		write('lib.js', '1')
		expect(await scan(files)).toEqual(files)
		expect(await scan(files)).toEqual([])
		write('b.js', 'y2')
		expect(await scan(files)).toEqual(['b.js'])
		write('lib.js', '2')
		expect(await scan(files)).toEqual(['a.js', 'c.js'])
		write('none.js', '')
		expect(await scan(files)).toEqual(['a.js'])
		expect(await scan(files)).toEqual([])
	})

	it('do not count with other rules or switches', async () => {
		expect(await scan(files, { off: ['x/*'] })).toEqual(files)
		expect(await scan(files, { off: ['x/*'], ownRules: [{ language: 'go' }] })).toEqual(files)
		expect(await scan(files, { off: ['x/*'], ownRules: [{ language: 'go' }], today: '2027-01-01' })).toEqual([])
	})

	it('are none where the analysis of a file failed', async () => {
		write('c.js', 'new')
		const dies = (file: string) => file === 'c.js'
		expect(await scan(files, {}, { dies })).toContain('c.js')
		expect(await scan(files)).toContain('c.js')
	})

	it('are forgotten of files that are gone', async () => {
		write('b.js', 'y3')
		await scan(['a.js', 'b.js'])
		expect(await scan(files)).toEqual([])
		write('b.js', 'y4')
		await scan(['a.js', 'b.js'], {}, {}, true)
		expect(await scan(files)).toEqual(['c.js'])
	})

	it('are read anew where the file is damaged', async () => {
		await scan(files)
		expect(await scan(files)).toEqual([])
		write(join('cache', 'x.gz'), 'no')
		expect(await scan(files)).toEqual(files)
	})
})
