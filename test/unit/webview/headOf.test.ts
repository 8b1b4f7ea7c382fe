import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { headOf } from '../../../webview/markdown/headOf.ts'

describe('what is drawn of a long block', () => {
	it('is its first lines', () => {
		const lines = Array.from({ length: 300 }, (_, at) => `line ${at}\n`)
		expect(headOf(lines.join(''), 1)).toBe(lines.slice(0, 100).join(''))
		expect(headOf(lines.join(''), 5)).toBe(lines.join(''))
		expect(headOf('short', 1)).toBe('short')
		expect(headOf('', 1)).toBe('')
	})

	it('is no more than so many characters, in whole lines, words and characters', () => {
		expect(headOf(`${'a'.repeat(5_000)}\n${'b'.repeat(5_000)}\n`, 1)).toBe(`${'a'.repeat(5_000)}\n`)
		expect(headOf('ab '.repeat(5_000), 1)).toMatch(/ ab$/)
		expect(headOf(`x${'😀'.repeat(9_000)}`, 1)).toMatch(/^x(😀)+$/u)
	})

	it('is a beginning of it, and all of it sooner or later', () => {
		fc.assert(
			fc.property(fc.string({ unit: fc.constantFrom('a', ' ', '\n', '😀'), maxLength: 60_000 }), (text) => {
				for (const factor of [1, 5, 25]) {
					const head = headOf(text, factor)
					expect(text.startsWith(head)).toBe(true)
					expect(head.length).toBeLessThanOrEqual(8_000 * factor)
					if (text !== '') expect(head).not.toBe('')
				}
				expect(headOf(text, 5 ** 6)).toBe(text)
			}),
			{ numRuns: 30 },
		)
	})
})
