import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LineRule } from '../../../src/shared/lineRule.ts'

/** What a rule leaves of a text that comes in these pieces. */
function left(rule: ConstructorParameters<typeof LineRule>[0], pieces: readonly string[]) {
	const lines = new LineRule(rule)
	let text = ''
	for (const piece of pieces) {
		const scanned = lines.push(piece)
		text += scanned.text
		if (scanned.stopped) return { text, stopped: true }
	}
	return { text: text + lines.end(), stopped: false }
}

describe('LineRule', () => {
	it.each([
		[1, 'one\ntwo', 'one'],
		[1, 'one\r\ntwo', 'one'],
		[2, 'one\ntwo\nthree', 'one\ntwo'],
		[2, 'one\r\ntwo\r\nthree', 'one\r\ntwo'],
		[2, 'one\n\nthree', 'one\n'],
		[2, 'one\n  \nthree', 'one\n  '],
		[1, '\nsecond', ''],
	])('ends after %i lines of %j', (maxLines, text, expected) => {
		expect(left({ maxLines, tabWidth: 4 }, [text])).toEqual({ text: expected, stopped: true })
	})

	it.each([
		[4, 'a\n    b\n  c', 'a\n    b'],
		[4, 'a\n\tb\n}', 'a\n\tb'],
		[4, 'a\n   \tb\nc', 'a\n   \tb'],
		[1, 'a\n\n\n\tb\n\n}\n', 'a\n\n\n\tb'],
		[2, 'a\r\n  b\r\n\r\n}', 'a\r\n  b'],
	])('ends before a line with fewer than %i columns in %j', (leastIndent, text, expected) => {
		expect(left({ leastIndent, tabWidth: 4 }, [text])).toEqual({ text: expected, stopped: true })
	})

	it.each(['a\n    b\n\n', 'a\n  ', 'a', '', '\t\n    x'])('lets %j be', (text) => {
		expect(left({ leastIndent: 4, maxLines: 5, tabWidth: 4 }, [text])).toEqual({ text, stopped: false })
	})

	it('says the same whatever the pieces are', () => {
		const text = fc.array(fc.constantFrom('a', ' ', '\t', '\n', '\r\n', '\r', '😀'), { maxLength: 20 })
		fc.assert(
			fc.property(
				text,
				fc.integer({ min: 1, max: 4 }),
				fc.integer({ min: 1, max: 4 }),
				(parts, maxLines, leastIndent) => {
					const rule = { maxLines, leastIndent, tabWidth: 4 }
					const whole = left(rule, [parts.join('')])
					expect(left(rule, parts.join('').split(''))).toEqual(whole)
					expect(parts.join('').startsWith(whole.text)).toBe(true)
					if (!whole.stopped) expect(whole.text).toBe(parts.join(''))
				},
			),
		)
	})
})
