import { beforeAll, describe, expect, it } from 'vitest'
import { starter, temporaryFolder, writeTalkativeModel } from '../engineFiles.ts'
import { type RunningCompletion, useEngines } from './engineDriver.ts'
import { samplePositions } from './sampleCode.ts'

describe('requests of several purposes', () => {
	const engines = useEngines()
	let talkative: string

	beforeAll(() => {
		talkative = writeTalkativeModel(temporaryFolder())
	})

	const loaded = async () => (await engines.loaded({ path: talkative, contextSize: 2_048 })).engine
	const long = { prefix: 'const a = ', maxTokens: 1_500 }

	/** What settled, in this order. */
	const orderOf = (running: Record<string, RunningCompletion>) => {
		const order: string[] = []
		const all = Object.entries(running).map(async ([name, { answer }]) => {
			await answer
			order.push(name)
		})
		return { order, all: Promise.all(all) }
	}

	it('let inline go before a chat that generates, which goes on afterwards', async () => {
		const engine = await loaded()
		const chat = engine.start({ ...long, purpose: 'chat' })
		await chat.firstPiece
		const before = chat.pieces.length
		const inline = await engine.complete({ prefix: 'const b = ', maxTokens: 8 })
		const between = chat.pieces.length
		expect(inline.stats.generatedTokens).toBe(8)
		expect(between).toBeGreaterThanOrEqual(before)
		expect(between).toBeLessThan(1_500)
		const { text, stopReason, stats } = await chat.answer
		expect({ stopReason, tokens: stats.generatedTokens }).toEqual({ stopReason: 'maxTokens', tokens: 1_500 })
		expect(chat.pieces.join('')).toBe(text)
		expect(stats.pausedMs).toBeGreaterThan(0)
		expect(stats.pausedMs).toBeLessThan(stats.totalMs)
		expect(inline.stats.pausedMs).toBe(0)
		expect(inline.stats.queueMs).toBeGreaterThan(0)
	})

	it('let inline go before a chat that reads its prompt, which loses nothing of it', async () => {
		const engine = await loaded()
		const chat = engine.start({ prefix: 'a'.repeat(1_900), maxTokens: 4, purpose: 'chat' })
		await engine.request('ping', {})
		const inline = engine.start({ prefix: 'const b = ', maxTokens: 4 })
		const { order, all } = orderOf({ chat, inline })
		await all
		expect(order).toEqual(['inline', 'chat'])
		const { stats } = await chat.answer
		expect(stats.pausedMs).toBeGreaterThan(0)
		const again = await engine.complete({ prefix: 'a'.repeat(1_900), maxTokens: 4, purpose: 'chat' })
		expect(again.stats.reusedTokens).toBe(again.stats.promptTokens - 1)
		expect(again.text).toBe((await chat.answer).text)
	})

	it('go in the order of their lanes, and equals in the order in which they came', async () => {
		const engine = await loaded()
		const first = engine.start({ ...long, purpose: 'index' })
		await first.firstPiece
		const start = (purpose: 'research' | 'triage' | 'fix' | 'chat' | 'inline') =>
			engine.start({ prefix: `const ${purpose} = `, maxTokens: 40, purpose })
		const { order, all } = orderOf({
			first,
			research: start('research'),
			triage: start('triage'),
			chat: start('chat'),
			chat2: start('chat'),
			fix: start('fix'),
			inline: start('inline'),
		})
		await all
		expect(order).toEqual(['inline', 'chat', 'chat2', 'fix', 'triage', 'research', 'first'])
	})

	it('that are cancelled in a pause settle at once with the text so far', async () => {
		const engine = await loaded()
		const chat = engine.start({ ...long, purpose: 'chat' })
		await chat.firstPiece
		const inline = engine.start({ prefix: 'const b = ', maxTokens: 1_000 })
		await inline.firstPiece
		chat.cancel()
		const { order, all } = orderOf({ chat, inline })
		await all
		expect(order).toEqual(['chat', 'inline'])
		const { text, stopReason, stats } = await chat.answer
		expect(stopReason).toBe('cancelled')
		expect(text).toBe(chat.pieces.join(''))
		expect(text).not.toBe('')
		expect(stats.pausedMs).toBeGreaterThan(0)
		expect((await inline.answer).stats.generatedTokens).toBe(1_000)
		const again = await engine.complete({ ...long, maxTokens: 300, purpose: 'chat' })
		expect(again.text.startsWith(text) || text.startsWith(again.text)).toBe(true)
	})

	it('are cancelled when their model goes, paused or not', async () => {
		const { engine, summary } = await engines.loaded({ path: talkative, contextSize: 2_048 })
		const index = engine.start({ ...long, purpose: 'index' })
		await index.firstPiece
		const chat = engine.start({ ...long, purpose: 'chat' })
		await chat.firstPiece
		const waiting = engine.start({ ...long, purpose: 'research' })
		await engine.request('unloadModel', { model: summary.id })
		for (const { answer } of [index, chat, waiting]) expect((await answer).stopReason).toBe('cancelled')
		expect((await index.answer).text).not.toBe('')
		await engine.load({ ...starter, contextSize: 512 })
		expect((await engine.complete({ prefix: 'const a = ', maxTokens: 2 })).stats.generatedTokens).toBeGreaterThan(0)
	})

	it('of one purpose take turns where they are long, and each gives what it gives alone', async () => {
		const engine = await loaded()
		const alone = await engine.complete({ ...long, purpose: 'chat' })
		const first = engine.start({ ...long, purpose: 'chat' })
		const second = engine.start({ ...long, prefix: `${long.prefix} `, purpose: 'chat' })
		let isFirstDone = false
		void first.answer.then(() => {
			isFirstDone = true
		})
		await second.firstPiece
		expect(isFirstDone).toBe(false)
		const { text, stats } = await first.answer
		expect(text).toBe(alone.text)
		expect(stats.pausedMs).toBeGreaterThan(0)
		expect((await second.answer).stats.generatedTokens).toBe(long.maxTokens)
	})

	it('end with the engine, which exits with 0', async () => {
		const engine = await loaded()
		const index = engine.start({ ...long, purpose: 'index' })
		await index.firstPiece
		const chat = engine.start({ ...long, purpose: 'chat' })
		await chat.firstPiece
		const inline = engine.start({ prefix: 'const b = ', maxTokens: 1_000 })
		await inline.firstPiece
		expect(await engine.request('shutdown', {})).toEqual({})
		for (const { answer } of [index, chat, inline]) expect((await answer).stopReason).toBe('cancelled')
		expect(await engine.exited).toEqual([0, null])
		expect(engine.output).toBe('')
	})
})

describe('a disturbed chat', () => {
	const engines = useEngines()

	it('says what it would have said alone', async () => {
		const { engine } = await engines.loaded({ path: starter.path, contextSize: 1_024 })
		const positions = samplePositions(12)
		let paused = 0
		let different = 0
		for (const position of positions) {
			const request = { ...position, maxTokens: 64, purpose: 'chat' } as const
			const { text } = await engine.complete(request)
			const chat = engine.start(request)
			const disturbed = chat.firstPiece.then(() => engine.complete({ prefix: `${position.prefix}x`, maxTokens: 4 }))
			const answer = await chat.answer
			if (answer.stats.pausedMs > 0) paused++
			if (answer.text !== text) different++
			if (chat.pieces.length > 0) await disturbed
		}
		expect(paused).toBeGreaterThan(positions.length / 3)
		// Near-ties may fall either way when tokens are evaluated in other batches.
		expect(different).toBeLessThan(2)
	})
})
