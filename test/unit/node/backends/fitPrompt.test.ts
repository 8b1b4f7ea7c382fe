import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { estimatedTokens } from '../../../../src/core/model/estimatedTokens.ts'
import type { ChatMessage } from '../../../../src/core/model/ports.ts'
import { fitMessages, fitPlace } from '../../../../src/node/backends/fitPrompt.ts'

const text = fc
	.array(fc.constantFrom('a', 'word ', '\n', 'ü', '你', '😀', '\t'), { maxLength: 400 })
	.map((all) => all.join(''))

describe('a prompt', () => {
	it('fits, and what is kept is next to the cursor', () => {
		fc.assert(
			fc.property(text, text, text, fc.integer({ min: 200, max: 900 }), (prefix, suffix, piece, contextSize) => {
				const context = {
					path: 'a',
					comment: '//',
					pieces: [
						{ path: 'b', text: piece },
						{ path: 'c', text: piece },
					],
				}
				const fitted = fitPlace({ prefix, suffix, context }, contextSize, 64)
				const tokens = estimatedTokens(fitted.prefix) + estimatedTokens(fitted.suffix) + fitted.pieceTokens
				expect(tokens).toBeLessThanOrEqual(contextSize - 64)
				expect(prefix.endsWith(fitted.prefix)).toBe(true)
				expect(suffix.startsWith(fitted.suffix)).toBe(true)
				expect(fitted.cut?.prefix ?? false).toBe(fitted.prefix.length < prefix.length)
				expect(fitted.cut?.suffix ?? false).toBe(fitted.suffix.length < suffix.length)
				expect(`${fitted.prefix}${fitted.suffix}`.isWellFormed?.() ?? true).toBe(true)
			}),
		)
	})

	it('that fits is whole', () => {
		expect(fitPlace({ prefix: 'a\nb', suffix: 'c' }, 4_096, 96)).toMatchObject({
			prefix: 'a\nb',
			suffix: 'c',
			cut: undefined,
		})
		expect(fitPlace({ prefix: 'a', suffix: 'c', mode: 'plain' }, 4_096, 96)).toMatchObject({
			suffix: '',
			cut: undefined,
		})
	})
})

it('messages: the first ones go, never the system’s and the last one', () => {
	const message = (role: ChatMessage['role'], content: string): ChatMessage => ({ role, content })
	const messages = [
		message('system', 'be brief'),
		...[1, 2, 3, 4].map((at) => message(at % 2 ? 'user' : 'assistant', `${at}${' word'.repeat(100)}`)),
		message('user', 'now'),
	]
	const kept = fitMessages(messages, 600, 100).map(({ content }) => content.slice(0, 3))
	expect(kept).toEqual(['be ', '3 w', '4 w', 'now'])
	expect(fitMessages(messages, 100, 50).map(({ content }) => content)).toEqual(['be brief', 'now'])
	expect(fitMessages(messages, 9_000, 100)).toEqual(messages)
})
