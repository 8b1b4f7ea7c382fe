import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TextStream } from '../../../src/engine/llama/textStream.ts'

/** Each token is a byte. */
const bytes = (tokens: readonly number[]) => Buffer.from(tokens).toString('utf8')
/** Each token is a word with a space before it, which the first word of a text loses. */
const words = (tokens: readonly number[]) =>
	tokens
		.map((token) => ` w${token}`)
		.join('')
		.slice(1)

function stream(text: Buffer): string[] {
	const out = new TextStream(bytes, [])
	return [...[...text].map((byte) => out.push(byte)), out.end()]
}

describe('TextStream', () => {
	it('gives out only whole characters', () => {
		expect(stream(Buffer.from('aé漢😀b'))).toEqual(['a', '', 'é', '', '', '漢', '', '', '', '😀', 'b', ''])
	})

	it('drops a character that never becomes whole', () => {
		expect(stream(Buffer.from('a😀').subarray(0, -1)).join('')).toBe('a')
	})

	it('shows a real replacement character when something follows', () => {
		expect(stream(Buffer.from('a\uFFFDb')).join('')).toBe('a\uFFFDb')
	})

	it('is not held up for ever by bytes that are no character', () => {
		const text = stream(Buffer.concat([Buffer.alloc(20, 0xff), Buffer.from('after')])).join('')
		expect(text.endsWith('after')).toBe(true)
	})

	it('keeps the space before the first word of a continuation', () => {
		const out = new TextStream(words, [0])
		expect([out.push(1), out.push(2), out.end()]).toEqual([' w1', ' w2', ''])
	})

	it('gives out every text whole', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme' }), (text) => {
				expect(stream(Buffer.from(text)).join('')).toBe(text.replace(/\uFFFD+$/, ''))
			}),
		)
	})
})
