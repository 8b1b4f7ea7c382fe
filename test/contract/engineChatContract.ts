import { describe, expect, it } from 'vitest'
import type { EngineProcess } from '../../src/node/engine/engineProcess.ts'
import type { EngineArguments } from '../../src/protocol/engine.ts'
import { CancellationSource } from '../../src/shared/cancellation.ts'
import { conversation, failureOf, stream, useEnginesUnderTest } from './engineUnderTest.ts'

const schema = {
	type: 'object',
	properties: {
		verdict: { type: 'string', enum: ['vulnerable', 'safe', 'unsure'] },
		isCertain: { type: 'boolean' },
		kind: { const: 'finding' },
		level: { enum: [1, 2, null] },
	},
}

/** What every engine keeps to about conversations, and answers in JSON. */
export function engineChatContract(name: string, start: () => EngineProcess): void {
	describe(name, () => {
		const { initialized, loaded } = useEnginesUnderTest(start)

		it('needs a model', async () => {
			const { client } = await initialized()
			expect((await failureOf(client.request('chat', conversation()))).code).toBe('modelNotLoaded')
		})

		it('streams what the answer consists of, up to the limit of tokens', async () => {
			const { client } = await loaded()
			const { answer, pieces } = await stream(client, 'chat', conversation())
			expect(answer.stopReason).toBe('maxTokens')
			expect(pieces.length).toBeGreaterThan(1)
			expect(pieces.join('')).toBe(answer.text)
			expect(answer.droppedMessages).toBe(0)
			expect(answer.verdict).toBeUndefined()
			expect(answer.stats.promptTokens).toBeGreaterThan(0)
		})

		it('keeps to stop texts, rules and deadlines as a completion does', async () => {
			const { client } = await loaded()
			const whole = (await stream(client, 'chat', conversation())).answer.text
			const stop = whole.slice(8, 12)
			const stopped = await stream(client, 'chat', conversation({ stop: [stop] }))
			expect(stopped.answer).toMatchObject({ text: whole.slice(0, whole.indexOf(stop)), stopReason: 'stopText' })
			const ruled = await stream(client, 'chat', conversation({ stopRule: { leastFirstLogProb: 1 } }))
			expect(ruled.answer).toMatchObject({ text: '', stopReason: 'stopRule' })
			const late = await stream(client, 'chat', conversation({ maxTokens: 900, deadlineMs: 20 }))
			expect(late.answer.stopReason).toBe('deadline')
			const told = await stream(client, 'chat', conversation({ logProbs: true }))
			expect(told.answer.logProbs?.mean).toBeLessThanOrEqual(0)
		})

		it('ends when it is cancelled, with what there is', async () => {
			const { client } = await loaded()
			const source = new CancellationSource()
			const pieces: string[] = []
			const answer = await client.request('chat', conversation({ maxTokens: 900 }), {
				token: source.token,
				onProgress: ({ text }) => {
					pieces.push(text)
					source.cancel()
				},
			})
			expect(answer).toMatchObject({ text: pieces.join(''), stopReason: 'cancelled' })
			expect(answer.text).not.toBe('')
		})

		it('leaves out the first messages that do not fit, but neither the system’s nor the last one', async () => {
			const { client } = await loaded()
			const turns = Array.from({ length: 20 }, (_, index) => [
				{ role: 'user', content: `${index} what does it do? `.repeat(20) } as const,
				{ role: 'assistant', content: `${index} it computes a value. `.repeat(20) } as const,
			]).flat()
			const system = { role: 'system', content: 'Answer in one line.' } as const
			const last = { role: 'user', content: 'And now?' } as const
			const params = conversation({ messages: [system, ...turns, last], maxTokens: 20 })
			const { answer } = await stream(client, 'chat', params)
			expect(answer.droppedMessages).toBeGreaterThan(0)
			expect(answer.droppedMessages).toBeLessThanOrEqual(turns.length)
			expect(answer.stats.promptTokens).toBeLessThan(1_024)
			expect(answer.text).not.toBe('')
		})

		describe('in JSON', () => {
			it('answers with every property of the schema, in its order', async () => {
				const { client } = await loaded()
				const { answer, pieces } = await stream(client, 'chat', conversation({ maxTokens: 400, json: { schema } }))
				expect(answer.stopReason).toBe('endOfText')
				expect(pieces.join('')).toBe(answer.text)
				const value = JSON.parse(answer.text)
				expect(Object.keys(value)).toEqual(Object.keys(schema.properties))
				expect(schema.properties.verdict.enum).toContain(value.verdict)
				expect(typeof value.isCertain).toBe('boolean')
				expect(value.kind).toBe('finding')
				expect(schema.properties.level.enum).toContain(value.level)
				expect(answer.verdict).toBeUndefined()
			})

			it('says how likely each verdict was', async () => {
				const { client } = await loaded()
				const json = { schema, verdict: 'verdict' }
				const { answer } = await stream(client, 'chat', conversation({ maxTokens: 400, json }))
				const { verdict } = answer
				expect(verdict?.value).toBe(JSON.parse(answer.text).verdict)
				expect(verdict?.probabilities.map(({ value }) => value)).toEqual(schema.properties.verdict.enum)
				const sum = verdict?.probabilities.reduce((total, { probability }) => total + probability, 0)
				expect(sum).toBeCloseTo(1, 5)
				for (const { probability } of verdict?.probabilities ?? []) expect(probability).toBeGreaterThanOrEqual(0)
			})

			it('says nothing of a verdict that it did not come to', async () => {
				const { client } = await loaded()
				const json = { schema, verdict: 'verdict' }
				const source = new CancellationSource()
				source.cancel()
				const params = conversation({ maxTokens: 400, json })
				const answer = await client.request('chat', params, { token: source.token })
				expect(answer.stopReason).toBe('cancelled')
				expect(answer.verdict).toBeUndefined()
			})
		})

		it('refuses bad parameters, whatever is wrong with them, and goes on', async () => {
			const { client } = await loaded()
			const bad: Record<string, unknown> = {
				'no messages': conversation({ messages: [] }),
				'an unknown role': conversation({ messages: [{ role: 'tool' as 'user', content: '' }] }),
				'a message without text': { ...conversation(), messages: [{ role: 'user' }] },
				'a schema that is no object': { ...conversation(), json: { schema: 'string' } },
				'a verdict that the schema does not name': conversation({ json: { schema, verdict: 'other' } }),
				'a verdict that is no choice of texts': conversation({ json: { schema, verdict: 'isCertain' } }),
				'no tokens': conversation({ maxTokens: 0 }),
			}
			for (const [what, params] of Object.entries(bad)) {
				const refused = client.request('chat', params as EngineArguments<'chat'>)
				expect((await failureOf(refused)).code, what).toBe('invalidRequest')
			}
			expect((await stream(client, 'chat', conversation({ maxTokens: 3 }))).answer.stopReason).toBe('maxTokens')
		})
	})
}
