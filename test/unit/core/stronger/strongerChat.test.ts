import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChatMessage } from '../../../../src/core/model/ports.ts'
import { mostTokens, purposeOf, rulesFault } from '../../../../src/core/model/strongerRules.ts'
import { messagesIn, payloadText } from '../../../../src/core/stronger/payloadText.ts'
import { type CheckedPayload, type Payload, StrongerChat } from '../../../../src/core/stronger/strongerChat.ts'
import { TokenBudget } from '../../../../src/core/stronger/tokenBudget.ts'
import { neverCancelled } from '../../../../src/shared/cancellation.ts'
import { FakeChatModel } from '../../../fakes/fakeChatModel.ts'
import { RecordingLogger } from '../../../fakes/recordingLogger.ts'

type Check = (messages: readonly ChatMessage[]) => CheckedPayload

function stronger({
	decide = (payload: Payload, _check: Check): readonly ChatMessage[] | undefined => payload.messages,
	question = 'why?',
	limit = 1_000,
} = {}) {
	const served = new FakeChatModel({ say: () => ({ text: 'because' }) })
	const counted: string[] = []
	const countTokens = served.countTokens.bind(served)
	served.countTokens = (texts, token) => {
		counted.push(...texts)
		return countTokens(texts, token)
	}
	const kept: { use: unknown } = { use: undefined }
	const budget = new TokenBudget(
		{
			read: () => kept.use,
			write: async (use) => {
				kept.use = use
			},
		},
		() => limit,
		() => new Date(2026, 10, 26),
	)
	const shown: Payload[] = []
	const logger = new RecordingLogger()
	const model = new StrongerChat({
		...{ served, budget, question, logger },
		rules: () => [
			{ purpose: 'explain', maxTokens: 5 },
			{ purpose: 'question', maxTokens: 500 },
		],
		reviewer: {
			review: async (payload, check) => {
				shown.push(payload)
				return decide(payload, check)
			},
		},
	})
	const ask = (content: string) =>
		model.chat({ messages: [{ role: 'user', content }], maxTokens: 100, stop: [] }, () => {}, neverCancelled)
	return { served, counted, kept, budget, shown, logger, model, ask }
}

describe('a stronger model', () => {
	it('gets what a person lets go, and nothing before', async () => {
		const edited = [{ role: 'user', content: 'shorter' }] as const
		const { served, counted, ask, model } = stronger({ decide: () => edited })
		expect(await model.countTokens(['a secret text'], neverCancelled)).toEqual([5])
		expect((await ask('a long question')).text).toBe('because')
		expect(served.requests.map(({ messages }) => messages)).toEqual([edited])
		// To be counted there, a text would have to go there.
		expect(counted).toEqual([])
	})

	it('gets nothing where nobody lets it go', async () => {
		const { served, ask, kept } = stronger({ decide: () => undefined })
		await expect(ask('a question')).rejects.toMatchObject({ name: 'CancelledError' })
		expect(served.requests).toEqual([])
		expect(kept.use).toBeUndefined()
	})

	it('is shown without what looks secret; what is written back is named', async () => {
		const secret = `ghp_${'aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA1bC2'}`
		const seen: CheckedPayload[] = []
		const { shown, served, ask } = stronger({
			decide: (payload, check) => {
				seen.push(check([{ role: 'user', content: `with ${secret}` }]))
				return payload.messages
			},
		})
		await ask(`my token is ${secret}`)
		expect(shown[0]?.redacted).toHaveLength(1)
		expect(shown[0]?.secrets).toEqual([])
		expect(JSON.stringify(served.requests)).not.toContain(secret)
		expect(seen[0]?.payload.secrets).toHaveLength(1)
	})

	it('does not get what the rules or the budget do not allow, whatever is let go', async () => {
		const refusals: unknown[] = []
		const decide = (payload: Payload, check: Check) => {
			refusals.push(check(payload.messages).refusal)
			return payload.messages
		}
		const long = 'word '.repeat(400)
		for (const [question, limit, text] of [
			['why?', 1_000, long],
			['/explain it', 1_000, long],
			['/fix it', 1_000, 'a'],
			['why?', 100, 'a b c'],
		] as const) {
			const { served, ask } = stronger({ decide, question, limit })
			await expect(ask(text)).rejects.toMatchObject({ name: 'CancelledError' })
			expect(served.requests).toEqual([])
		}
		expect(refusals).toEqual(['tooLarge', 'tooLarge', 'tooLarge', 'overBudget'])
	})

	it('is counted, by month, and on record without a word of it', async () => {
		const { ask, kept, budget, logger } = stronger()
		await ask('a question of 24 letters')
		expect(kept.use).toEqual({ month: '2026-11', tokens: 8 })
		expect(budget.left).toBe(992)
		kept.use = { month: '2026-10', tokens: 990 }
		expect(budget.left).toBe(1_000)
		kept.use = { month: '2026-11', tokens: 'many' }
		expect(budget.left).toBe(1_000)
		expect(JSON.stringify(logger.lines)).toContain('strongerModel.sent')
		expect(JSON.stringify(logger.lines)).not.toContain('letters')
	})
})

describe('a payload as text', () => {
	it('is the same messages again', () => {
		const role = fc.constantFrom('system', 'user', 'assistant' as const)
		const content = fc.string().filter((text) => text.trim() !== '' && !text.includes('\r'))
		fc.assert(
			fc.property(fc.array(fc.record({ role, content })), content, (before, last) => {
				const messages = [...before, { role: 'user', content: last }] as ChatMessage[]
				expect(messagesIn(payloadText('for people\nonly', messages, 'a1b2'), 'a1b2')).toEqual(messages)
			}),
		)
	})

	it('is none without its headings, without a last word of the person, and with the headings of another', () => {
		const text = payloadText('head', [{ role: 'user', content: 'x' }], 'a1')
		expect(messagesIn(text.replace(/═.*/, ''), 'a1')).toBeUndefined()
		expect(messagesIn(payloadText('head', [{ role: 'assistant', content: 'x' }], 'a1'), 'a1')).toBeUndefined()
		expect(messagesIn(payloadText('head', [{ role: 'user', content: '' }], 'a1'), 'a1')).toBeUndefined()
		expect(messagesIn(text, 'b2')).toBeUndefined()
	})
})

it('rules: what a question is for, and which rule decides', () => {
	expect(['why?', ' /explain this', '/fix', 'a /fix', '/ fix'].map(purposeOf)).toEqual([
		...['question', 'explain', 'fix', 'question', 'question'],
	])
	const rules = [
		{ purpose: 'fix', maxTokens: 1 },
		{ purpose: 'any', maxTokens: 2 },
	]
	expect(mostTokens(rules, '/fix')).toBe(1)
	expect(mostTokens(rules, '/doc')).toBe(2)
	expect(mostTokens(rules.slice(0, 1), '/doc')).toBeUndefined()
	expect(rulesFault(rules)).toBeUndefined()
	for (const wrong of [
		'x',
		[1],
		[{ purpose: 'a b', maxTokens: 1 }],
		[{ purpose: 'a', maxTokens: 0 }],
		[{ purpose: 'a', maxTokens: 1, x: 1 }],
	])
		expect(rulesFault(wrong)).toContain('maxTokens')
})
