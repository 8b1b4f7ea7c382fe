import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { purposes } from '../../src/protocol/engine.ts'
import { starter, temporaryFolder, writeTalkativeModel } from '../engineFiles.ts'
import { type SyntheticModel, syntheticShapes, writeSyntheticModel } from '../synthetic/syntheticModel.ts'
import { EngineDriver, refusalOf, useEngines } from './engineDriver.ts'
import { isAlive } from './processes.ts'
import { randomFrom } from './random.ts'

const folder = temporaryFolder()
const tiny = { layers: 2, width: 64, heads: 2, kvHeads: 1, feedForward: 128, type: 'Q8_0' } as const

function written(name: string, model: SyntheticModel): string {
	const path = join(folder, `${name}.gguf`)
	writeSyntheticModel(path, model)
	return path
}

describe('a model file that was cut', () => {
	let engine: EngineDriver

	beforeAll(async () => {
		engine = new EngineDriver()
		await engine.initialize()
	})
	afterAll(() => engine.kill())

	it('at any of a hundred places is refused, and the engine lives on', async () => {
		const whole = readFileSync(starter.path)
		const next = randomFrom(100)
		const path = join(folder, 'cut.gguf')
		const codes = new Map<string, number>()
		for (let i = 0; i < 100; i++) {
			writeFileSync(path, whole.subarray(0, Math.floor(next() * whole.length)))
			const { code, file } = await refusalOf(engine.load({ path, contextSize: 256 }))
			expect(file).toBe(path)
			codes.set(code, (codes.get(code) ?? 0) + 1)
		}
		expect([...codes.keys()]).toEqual(['modelTruncated'])
		expect((await engine.load({ ...starter, contextSize: 256 })).name).toBe('tiny-coder-target')
		expect(engine.output).toBe('')
	})
})

describe('an unusual model', () => {
	const engines = useEngines()
	const answerOf = async (path: string, contextSize = 512) => {
		const { engine, summary } = await engines.loaded({ path, contextSize })
		const answer = await engine.complete({ prefix: 'const a = ', suffix: '\n', maxTokens: 20 })
		return { engine, summary, answer }
	}

	it('with a vocabulary of 256k completes, with a draft of the same vocabulary', async () => {
		const model = { ...tiny, vocabulary: 262_144, contextSize: 512 }
		const draftPath = written('many-words-draft', { ...model, layers: 1, seed: 2 })
		const { engine, summary } = await engines.loaded({
			path: written('many-words', model),
			draftPath,
			contextSize: 512,
		})
		expect(summary.draft).toMatchObject({ path: draftPath })
		const { stats } = await engine.complete({ prefix: 'const a = ', maxTokens: 20 })
		expect(stats.generatedTokens).toBe(20)
	})

	it('without an end-of-text token ends at the limit', async () => {
		const path = written('endless', { ...tiny, vocabulary: 1_024, contextSize: 512, endOfText: false })
		expect((await answerOf(path)).answer.stopReason).toBe('maxTokens')
	})

	it('gets no longer a context than it was trained for', async () => {
		const path = written('short', { ...tiny, vocabulary: 1_024, contextSize: 256 })
		const { engine, summary } = await answerOf(path, 100_000)
		expect(summary).toMatchObject({ contextSize: 256, trainContextSize: 256 })
		const { stopReason, stats } = await engine.complete({ prefix: 'x '.repeat(5_000), maxTokens: 400 })
		expect(stopReason).toBe('contextFull')
		expect(stats.promptTokens).toBeLessThan(256)
	})
})

describe.runIf(process.platform === 'linux')('an engine that runs out of memory', () => {
	const engines = useEngines()

	it('makes room, says so when that is not enough, and works again when there is some', async () => {
		const model = writeTalkativeModel(folder)
		const { engine, summary } = await engines.loaded({ path: model, contextSize: 512 })
		// The soft limit alone: a hard one could not be raised again.
		const limit = (bytes: number | 'unlimited') =>
			promisify(execFile)('prlimit', ['--pid', String(engine.pid), `--as=${bytes}:`])
		const size = /^VmSize:\s+(\d+) kB/m.exec(readFileSync(`/proc/${engine.pid}/status`, 'utf8'))
		await limit(Number(size?.[1]) * 1024 + (24 << 20))
		const large = written('large', { ...syntheticShapes['60M'], contextSize: 32_768, type: 'Q8_0' })
		const refusal = await refusalOf(engine.load({ path: large, contextSize: 32_768 }))
		expect(refusal).toMatchObject({ code: 'modelTooLarge', file: large })
		// The one that nobody used was given up first.
		expect(engine.unloaded).toEqual([{ model: summary.id, reason: 'memory' }])
		await limit('unlimited')
		await engine.load({ path: large, contextSize: 512 })
		expect((await engine.complete({ prefix: 'const a = ', maxTokens: 4 })).stats.generatedTokens).toBe(4)
	})
})

describe('ten thousand requests', () => {
	const engines = useEngines()

	it('with random cancels all settle, and the memory stays flat', async () => {
		const path = written('quick', { ...tiny, vocabulary: 1_024, contextSize: 256 })
		const { engine } = await engines.loaded({ path, contextSize: 256 })
		const next = randomFrom(10)
		const ask = async (i: number) => {
			const purpose = purposes[Math.floor(next() * purposes.length)] ?? 'inline'
			const running = engine.start({
				prefix: `const value${i % 90} = `,
				maxTokens: 1 + Math.floor(next() * 8),
				purpose,
			})
			const when = next()
			if (when < 0.1) running.cancel()
			else if (when < 0.3) void running.firstPiece.then(() => running.cancel())
			return (await running.answer).stopReason
		}
		const reasons = new Map<string, number>()
		const wave = async (count: number) => {
			for (const reason of await Promise.all(Array.from({ length: count }, (_, i) => ask(i)))) {
				reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
			}
		}
		const rss: number[] = []
		for (let i = 0; i < 50; i++) {
			await wave(200)
			rss.push((await engine.request('ping', {})).rssBytes)
		}
		// The least of many: what waits for the garbage collector comes and goes.
		const before = Math.min(...rss.slice(10, 25))
		const after = Math.min(...rss.slice(35))
		expect([...reasons.values()].reduce((sum, count) => sum + count, 0)).toBe(10_000)
		expect(reasons.get('cancelled')).toBeGreaterThan(500)
		expect(reasons.get('maxTokens')).toBeGreaterThan(1_000)
		expect(after - before).toBeLessThan(32 << 20)
	})
})

describe('a shut-down in the middle of everything', () => {
	const engines = useEngines()

	it('settles what runs, waits and loads, and leaves no process behind', async () => {
		const model = writeTalkativeModel(folder)
		const { engine, summary } = await engines.loaded({ path: model, contextSize: 2_048 })
		const asked = purposes.flatMap((purpose) =>
			[1, 2, 3].map((n) =>
				engine.start({ model: summary.id, prefix: `let ${purpose}${n} = `, maxTokens: 1_500, purpose }),
			),
		)
		const load = engine.load({ ...starter, contextSize: 512 }).then(
			() => 'loaded',
			(error: { data: { code: string } }) => error.data.code,
		)
		await asked[0]?.firstPiece
		await engine.request('shutdown', {})
		for (const { answer } of asked) expect((await answer).stopReason).toMatch(/^(cancelled|maxTokens)$/)
		expect(await load).toMatch(/^(engineStopped|loaded)$/)
		expect(await engine.exited).toEqual([0, null])
		expect(engine.output).toBe('')
		expect(isAlive(engine.pid)).toBe(false)
	})
})
