import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { starter, temporaryFolder, writeTalkativeModel } from '../engineFiles.ts'
import { EngineDriver } from './engineDriver.ts'
import { randomFrom } from './random.ts'

describe('a cancelled completion', () => {
	let engine: EngineDriver

	beforeAll(async () => {
		engine = new EngineDriver()
		await engine.initialize()
		await engine.load({ path: writeTalkativeModel(temporaryFolder()), contextSize: 2_048 })
	})
	afterAll(() => engine.kill())

	/** A prompt of as many tokens as characters, which shares nothing with others. */
	const prompt = (letter: string) => letter.repeat(1_800)

	it('in its prompt ends without the rest of the prompt, and what was evaluated stays', async () => {
		const running = engine.start({ prefix: prompt('a'), maxTokens: 8 })
		// Answered after the request was taken, and long before its prompt is done.
		await engine.request('ping', {})
		running.cancel()
		const { text, stopReason, stats } = await running.answer
		expect({ text, stopReason }).toEqual({ text: '', stopReason: 'cancelled' })
		expect(stats.generatedTokens).toBe(0)
		const again = await engine.complete({ prefix: prompt('a'), maxTokens: 1 })
		expect(again.stats.promptTokens).toBeGreaterThan(1_500)
		expect(again.stats.reusedTokens).toBeLessThan(1_400)
	})

	it('in its text resolves with the text so far', async () => {
		const running = engine.start({ prefix: 'const a = ', maxTokens: 1_000 })
		await running.firstPiece
		running.cancel()
		const { text, stopReason, stats } = await running.answer
		expect(stopReason).toBe('cancelled')
		expect(text).not.toBe('')
		expect(text).toBe(running.pieces.join(''))
		expect(stats.generatedTokens).toBeLessThan(1_000)
	})

	it('in the queue resolves at once, and the others go on', async () => {
		const first = engine.start({ prefix: 'const a = ', maxTokens: 300 })
		const second = engine.start({ prefix: 'const b = ', maxTokens: 300 })
		const third = engine.start({ prefix: 'const c = ', maxTokens: 20 })
		const order: string[] = []
		const settled = [first, second, third].map(async ({ answer }, i) => {
			await answer
			order.push(['first', 'second', 'third'][i] ?? '')
		})
		await first.firstPiece
		second.cancel()
		const cancelled = await second.answer
		expect(cancelled).toMatchObject({ text: '', stopReason: 'cancelled' })
		expect(cancelled.stats.queueMs).toBeGreaterThan(0)
		await Promise.all(settled)
		expect(order).toEqual(['second', 'first', 'third'])
		expect((await first.answer).stats.generatedTokens).toBe(300)
		expect((await third.answer).stats.generatedTokens).toBe(20)
	})

	it('leaves a state that later requests can build on', async () => {
		const whole = await engine.complete({ prefix: 'const total = ', maxTokens: 40 })
		for (let i = 0; i < 5; i++) {
			const running = engine.start({ prefix: 'const total = ', maxTokens: 1_000 })
			await running.firstPiece
			running.cancel()
			const { text } = await running.answer
			expect(text.startsWith(whole.text) || whole.text.startsWith(text)).toBe(true)
		}
		expect((await engine.complete({ prefix: 'const total = ', maxTokens: 40 })).text).toBe(whole.text)
	})
})

describe('two hundred completions, cancelled at random', () => {
	it('all settle, and the answers are right', async () => {
		const engine = new EngineDriver()
		await engine.initialize()
		await engine.load({ ...starter, contextSize: 1_024 })
		const prefixes = Array.from({ length: 8 }, (_, i) => `function f${i}(a: number) {\n\tconst b = a * ${i}\n\treturn `)
		const expected = new Map<string, string>()
		for (const prefix of prefixes) expected.set(prefix, (await engine.complete({ prefix, maxTokens: 24 })).text)
		const next = randomFrom(7)
		let cancelled = 0
		const answers = Array.from({ length: 200 }, async (_, i) => {
			const prefix = prefixes[i % prefixes.length] ?? ''
			const running = engine.start({ prefix, maxTokens: 24 })
			const when = next()
			if (when < 0.2) running.cancel()
			else if (when < 0.4) setTimeout(() => running.cancel(), next() * 1_000)
			else if (when < 0.6) void running.firstPiece.then(() => running.cancel())
			const { text, stopReason } = await running.answer
			expect(text).toBe(running.pieces.join(''))
			// Near-ties may fall either way when tokens are evaluated in other batches; most answers are the same.
			if (stopReason === 'cancelled') cancelled++
			return stopReason !== 'cancelled' && text !== expected.get(prefix)
		})
		const different = (await Promise.all(answers)).filter((differs) => differs).length
		expect(cancelled).toBeGreaterThan(20)
		expect(cancelled).toBeLessThan(200)
		expect(different).toBeLessThan(20)
		expect(await engine.request('ping', {})).toHaveProperty('rssBytes')
		await engine.kill()
	})
})
