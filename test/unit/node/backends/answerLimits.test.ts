import fc from 'fast-check'
import { expect, it } from 'vitest'
import { AnswerLimits } from '../../../../src/node/backends/answerLimits.ts'

/** What is let through of pieces, and why it ended. */
function limited(pieces: readonly string[], terms: ConstructorParameters<typeof AnswerLimits>[0]) {
	const limits = new AnswerLimits(terms)
	const text = pieces.map((piece) => limits.take(piece)).join('') + limits.finish()
	return { text, ended: limits.ended }
}

it('an answer ends at the same place, wherever its pieces end', () => {
	const letters = fc.array(fc.constantFrom('a', 'b', '\n', '  ', '\t', '}', 'END'), { maxLength: 30 })
	const stop = fc.array(fc.constantFrom('END', '\n\n', 'b}', 'aa'), { maxLength: 3 })
	const stopRule = fc.record({ maxLines: fc.integer({ min: 1, max: 5 }), leastIndent: fc.integer({ min: 1, max: 3 }) })
	fc.assert(
		fc.property(letters, stop, stopRule, (all, stops, rule) => {
			const text = all.join('')
			const terms = { stop: stops, stopRule: rule }
			expect(limited([...text], terms)).toEqual(limited([text], terms))
			expect(limited(all, terms)).toEqual(limited([text], terms))
		}),
	)
})

it('stop texts and rules about lines are kept to', () => {
	expect(limited(['one tw', 'o EN', 'D three'], { stop: ['END'] })).toEqual({ text: 'one two ', ended: 'stopText' })
	expect(limited(['a\nb\nc'], { stop: [], stopRule: { maxLines: 2 } })).toEqual({ text: 'a\nb', ended: 'stopRule' })
	expect(limited(['a\n  b\nc'], { stop: [], stopRule: { leastIndent: 1 } })).toEqual({
		text: 'a\n  b',
		ended: 'stopRule',
	})
	expect(limited(['all EN'], { stop: ['END'] })).toEqual({ text: 'all EN', ended: undefined })
	// How likely an answer is, a server does not say.
	expect(limited(['a'], { stop: [], stopRule: { leastFirstLogProb: 1 } })).toEqual({ text: 'a', ended: undefined })
})
