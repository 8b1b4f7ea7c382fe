import { beforeAll, describe, expect, it } from 'vitest'
import { purposes } from '../../src/protocol/engine.ts'
import { starter, temporaryFolder, writeTalkativeModel } from '../engineFiles.ts'
import { type EngineDriver, useEngines } from './engineDriver.ts'
import { randomFrom } from './random.ts'
import { samplePositions } from './sampleCode.ts'

const opened = (engine: EngineDriver) => engine.log.filter(({ event }) => event === 'engine.slotOpened').length
/** How often a slot was taken from a paused request. */
const taken = (engine: EngineDriver) => engine.log.filter(({ event }) => event === 'engine.slotTaken').length

describe('what is evaluated', () => {
	const engines = useEngines()
	let talkative: string

	beforeAll(() => {
		talkative = writeTalkativeModel(temporaryFolder())
	})

	it('for inline survives chats, and the other way round', async () => {
		const { engine } = await engines.loaded({ path: talkative, contextSize: 2_048 })
		const typed = 'a'.repeat(1_200)
		const asked = 'b'.repeat(600)
		await engine.complete({ prefix: typed, maxTokens: 2 })
		expect(opened(engine)).toBe(0)
		await engine.complete({ prefix: asked, maxTokens: 2, purpose: 'chat' })
		await engine.complete({ prefix: 'c'.repeat(600), maxTokens: 2, purpose: 'triage' })
		const inline = await engine.complete({ prefix: `${typed}xy`, maxTokens: 2 })
		// The letters that are new, and the token after the prefix.
		expect(inline.stats.promptTokens - inline.stats.reusedTokens).toBeLessThanOrEqual(4)
		const chat = await engine.complete({ prefix: `${asked}xy`, maxTokens: 2, purpose: 'chat' })
		expect(chat.stats.promptTokens - chat.stats.reusedTokens).toBeLessThanOrEqual(4)
		expect(opened(engine)).toBe(2)
		await engine.complete({ prefix: 'd'.repeat(600), maxTokens: 2, purpose: 'index' })
		expect(opened(engine)).toBe(2)
	})

	it('for inline survives a chat that is interrupted for it', async () => {
		const { engine } = await engines.loaded({ path: talkative, contextSize: 2_048 })
		const typed = 'a'.repeat(1_200)
		await engine.complete({ prefix: typed, maxTokens: 2 })
		const chat = engine.start({ prefix: 'b'.repeat(300), maxTokens: 1_000, purpose: 'chat' })
		await chat.firstPiece
		const { stats } = await engine.complete({ prefix: `${typed}x`, maxTokens: 2 })
		expect(stats.promptTokens - stats.reusedTokens).toBeLessThanOrEqual(3)
		expect((await chat.answer).stats.generatedTokens).toBe(1_000)
	})

	it('for a request is there again after more urgent ones took all slots', async () => {
		const { engine } = await engines.loaded({ path: talkative, contextSize: 2_048 })
		const long = { prefix: 'const a = ', maxTokens: 600 }
		const alone = await engine.complete({ ...long, purpose: 'index' })
		const index = engine.start({ ...long, purpose: 'index' })
		await index.firstPiece
		const triage = engine.start({ ...long, prefix: 'const b = ', purpose: 'triage' })
		await triage.firstPiece
		const chat = engine.start({ ...long, prefix: 'const c = ', purpose: 'chat' })
		await chat.firstPiece
		for (const { answer, pieces } of [index, triage, chat]) {
			const { text, stats } = await answer
			expect(stats.generatedTokens).toBe(600)
			expect(pieces.join('')).toBe(text)
		}
		expect((await index.answer).text).toBe(alone.text)
		expect(opened(engine)).toBe(2)
		expect(taken(engine)).toBe(1)
	})
})

describe('three hundred requests in all lanes, cancelled at random', () => {
	const engines = useEngines()

	const run = async (engine: EngineDriver, count: number, next: () => number) => {
		const reasons = new Map<string, number>()
		const answers = samplePositions(count).map(async ({ prefix, suffix }) => {
			const purpose = purposes[Math.floor(next() * purposes.length)] ?? 'inline'
			const running = engine.start({ prefix, suffix, maxTokens: 16, purpose })
			const when = next()
			if (when < 0.1) running.cancel()
			else if (when < 0.4) setTimeout(() => running.cancel(), next() * 3_000)
			else if (when < 0.6) void running.firstPiece.then(() => running.cancel())
			const { text, stopReason, stats } = await running.answer
			expect(text).toBe(running.pieces.join(''))
			expect(stats.queueMs + stats.pausedMs).toBeLessThanOrEqual(stats.totalMs + 1)
			reasons.set(stopReason, (reasons.get(stopReason) ?? 0) + 1)
		})
		await Promise.all(answers)
		return reasons
	}

	it('all settle, no slot is lost, and the memory stays what it was', async () => {
		const { engine } = await engines.loaded({ ...starter, contextSize: 1_024 })
		const next = randomFrom(3)
		await run(engine, 60, next)
		const { rssBytes: before } = await engine.request('ping', {})
		const reasons = await run(engine, 300, next)
		const { rssBytes: after } = await engine.request('ping', {})
		const cancelled = reasons.get('cancelled') ?? 0
		expect(cancelled).toBeGreaterThan(50)
		expect(cancelled).toBeLessThan(280)
		expect(after - before).toBeLessThan(48 << 20)
		expect(opened(engine)).toBe(2)
		// Two unrelated texts find a slot each: none is held by a request that is gone.
		const ask = (letter: string) =>
			engine.complete({ prefix: `${letter}(1) `.repeat(100), maxTokens: 1, purpose: 'chat' })
		const takenBefore = taken(engine)
		for (const letter of ['a', 'b']) await ask(letter)
		for (const letter of ['a', 'b']) {
			const { stats } = await ask(letter)
			expect(stats.promptTokens - stats.reusedTokens).toBe(1)
		}
		expect(taken(engine)).toBe(takenBefore)
		await engine.request('shutdown', {})
		expect(await engine.exited).toEqual([0, null])
		expect(engine.output).toBe('')
	})
})
