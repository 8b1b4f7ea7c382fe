import { describe, expect, it } from 'vitest'
import type { EngineProcess } from '../../src/node/engine/engineProcess.ts'
import { CancellationSource } from '../../src/shared/cancellation.ts'
import { completion, stream, useEnginesUnderTest } from './engineUnderTest.ts'

/** What every engine keeps to about where an answer ends, what is said of it, and what is computed before it. */
export function engineTextContract(name: string, start: () => EngineProcess): void {
	describe(name, () => {
		const { loaded } = useEnginesUnderTest(start)

		it('takes what was typed for the beginning of the answer, and does not repeat it', async () => {
			const { client } = await loaded()
			const without = await stream(client, 'complete', completion())
			const { answer, pieces } = await stream(client, 'complete', completion({ typed: 'someValue + ' }))
			expect(answer.stats.promptTokens).toBeGreaterThan(without.answer.stats.promptTokens)
			expect(pieces.join('')).toBe(answer.text)
			expect(answer.text.startsWith('someValue + ')).toBe(false)
		})

		it('does not look at the suffix where it goes on after the prefix', async () => {
			const { client } = await loaded()
			const plain = (suffix: string) => stream(client, 'complete', completion({ mode: 'plain', suffix }))
			const [one, other] = [await plain('\n'), await plain('\n// something else entirely\n')]
			expect(one.answer.text).not.toBe('')
			expect(other.answer.text).toBe(one.answer.text)
			expect(other.answer.stats.promptTokens).toBe(one.answer.stats.promptTokens)
		})

		it('ends after so many lines, before the line break', async () => {
			const { client } = await loaded()
			const whole = (await stream(client, 'complete', completion())).answer.text
			const { answer, pieces } = await stream(client, 'complete', completion({ stopRule: { maxLines: 1 } }))
			const end = whole.indexOf('\n')
			expect(answer.text).toBe(end < 0 ? whole : whole.slice(0, end))
			expect(answer.stopReason).toBe(end < 0 ? 'maxTokens' : 'stopRule')
			expect(pieces.join('')).toBe(answer.text)
		})

		it('ends before a line that is indented less, unless it is blank', async () => {
			const { client } = await loaded()
			const whole = (await stream(client, 'complete', completion())).answer.text
			const { answer } = await stream(client, 'complete', completion({ stopRule: { leastIndent: 1 } }))
			const end = whole.search(/\n\S/)
			expect(answer.stopReason).toBe(end < 0 ? 'maxTokens' : 'stopRule')
			expect(answer.text.trimEnd()).toBe((end < 0 ? whole : whole.slice(0, end)).trimEnd())
		})

		it('says nothing where the first token is too unlikely, and ends where all of them are', async () => {
			const { client } = await loaded()
			// No token is likelier than certain.
			const first = await stream(client, 'complete', completion({ stopRule: { leastFirstLogProb: 1 } }))
			expect(first.answer).toMatchObject({ text: '', stopReason: 'stopRule' })
			expect(first.pieces.join('')).toBe('')
			const whole = (await stream(client, 'complete', completion())).answer.text
			const mean = (await stream(client, 'complete', completion({ stopRule: { leastMeanLogProb: 1 } }))).answer
			expect(mean.stopReason).toBe('stopRule')
			expect(whole.startsWith(mean.text)).toBe(true)
			expect(mean.text.length).toBeLessThan(whole.length)
			const stopRule = { leastFirstLogProb: -1_000, leastMeanLogProb: -1_000 }
			const likely = (await stream(client, 'complete', completion({ stopRule }))).answer
			expect(likely).toMatchObject({ text: whole, stopReason: 'maxTokens' })
		})

		it('says how likely the answer was where it is asked to', async () => {
			const { client } = await loaded()
			const { answer } = await stream(client, 'complete', completion({ logProbs: true }))
			for (const value of [answer.logProbs?.first, answer.logProbs?.mean]) {
				expect(value).toBeLessThanOrEqual(0)
				expect(value).toBeGreaterThan(-50)
			}
			expect((await stream(client, 'complete', completion())).answer.logProbs).toBeUndefined()
		})

		it('ends with what there is when the time is over', async () => {
			const { client } = await loaded()
			const { answer, pieces } = await stream(client, 'complete', completion({ maxTokens: 900, deadlineMs: 20 }))
			expect(answer.stopReason).toBe('deadline')
			expect(answer.text).toBe(pieces.join(''))
			const late = await stream(client, 'complete', completion({ deadlineMs: 0 }))
			expect(late.answer).toMatchObject({ text: late.pieces.join(''), stopReason: 'deadline' })
			const { answer: next } = await stream(client, 'complete', completion({ deadlineMs: 600_000 }))
			expect(next.stopReason).toBe('maxTokens')
		})

		describe('a place that is warmed up', () => {
			const place = { prefix: `${'const value = compute(1)\n'.repeat(10)}const total = `, suffix: '\n' }

			it('costs its completion almost nothing, and nothing is warmed up twice', async () => {
				const { client } = await loaded()
				const warm = await client.request('warmUp', place)
				expect(warm.stopReason).toBe('done')
				expect(warm.evaluatedTokens).toBeGreaterThan(0)
				expect(warm.evaluatedTokens).toBeLessThanOrEqual(warm.promptTokens)
				const { answer } = await stream(client, 'complete', completion({ ...place, maxTokens: 3 }))
				expect(answer.stats.reusedTokens).toBeGreaterThan(warm.promptTokens * 0.7)
				const again = await client.request('warmUp', place)
				expect(again.stopReason).toBe('done')
				expect(again.evaluatedTokens).toBeLessThan(warm.promptTokens * 0.3)
			})

			it('is given up when it is cancelled, and when the time is over', async () => {
				const { client } = await loaded()
				const source = new CancellationSource()
				source.cancel()
				const cancelled = await client.request('warmUp', place, { token: source.token })
				expect(cancelled.stopReason).toBe('cancelled')
				const late = await client.request('warmUp', { ...place, deadlineMs: 0 })
				expect(late.stopReason).toBe('deadline')
			})
		})

		it('is told that a completion is expected, and refuses to wait for it for long', async () => {
			const { client } = await loaded()
			expect(await client.request('announce', { withinMs: 200 })).toEqual({})
			const { answer } = await stream(client, 'complete', completion({ maxTokens: 1 }))
			expect(answer.stopReason).toBe('maxTokens')
			await expect(client.request('announce', { withinMs: 60_000 })).rejects.toMatchObject({
				data: { code: 'invalidRequest' },
			})
		})

		it('counts tokens, also while it writes', async () => {
			const { client } = await loaded()
			let isWriting = true
			const written = client
				.request('complete', completion({ maxTokens: 900 }), { onProgress: () => {} })
				.finally(() => {
					isWriting = false
				})
			const texts = ['', 'a', 'const a = 1', 'const a = 1\nconst a = 1', '<|im_end|>']
			const { counts } = await client.request('countTokens', { texts })
			expect(isWriting).toBe(true)
			const [none = -1, one = 0, line = 0, lines = 0, special = 0] = counts
			expect(counts).toHaveLength(texts.length)
			expect(none).toBe(0)
			expect(one).toBe(1)
			expect(line).toBeGreaterThan(one)
			expect(lines).toBeGreaterThan(line)
			// Text never counts as one of the vocabulary's special tokens.
			expect(special).toBeGreaterThan(1)
			expect((await client.request('countTokens', { texts: [] })).counts).toEqual([])
			await written
		})
	})
}
