import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withEdits } from '../../../../src/core/chat/apply/lineEdit.ts'
import { accepted, afterChange, reviewOf, reviewText, without } from '../../../../src/core/chat/apply/review.ts'
import { lineDiff } from '../../../../src/node/lineDiff.ts'

const text = ['a', 'b', 'c', 'd', 'e']
const edits = [
	{ startLine: 1, endLine: 2, lines: ['B', 'B2'] },
	{ startLine: 4, endLine: 5, lines: [] },
]

describe('a review', () => {
	it('has the lines that would go and those that would come, change by change', () => {
		const review = reviewOf(text, edits, lineDiff)
		expect(review.hunks.map(({ startLine, before, lines }) => [startLine, before, lines])).toEqual([
			[1, ['b'], ['B', 'B2']],
			[4, ['e'], []],
		])
		const { lines, shown } = reviewText(review)
		expect(lines).toEqual(['a', 'b', 'B', 'B2', 'c', 'd', 'e'])
		expect(shown.map(({ removed, added }) => [removed, added])).toEqual([
			[
				{ startLine: 1, endLine: 2 },
				{ startLine: 2, endLine: 4 },
			],
			[
				{ startLine: 6, endLine: 7 },
				{ startLine: 7, endLine: 7 },
			],
		])
	})

	it('goes on after one change was accepted, and another rejected', () => {
		const review = reviewOf(text, edits, lineDiff)
		const left = accepted(review, 0)
		expect(left.lines).toEqual(['a', 'B', 'B2', 'c', 'd', 'e'])
		expect(left.hunks.map(({ id, startLine }) => [id, startLine])).toEqual([[1, 5]])
		expect(without(left, 1).hunks).toEqual([])
	})

	it('loses a change whose lines were edited, and moves the others', () => {
		const review = reviewOf(text, edits, lineDiff)
		const { review: left, lost } = afterChange(review, ['new', 'a', 'bb', 'c', 'd', 'e'], lineDiff)
		expect(lost).toBe(1)
		expect(left.hunks.map(({ id, startLine, before }) => [id, startLine, before])).toEqual([[1, 5, ['e']]])
	})

	it('comes to the same text in whatever order changes are accepted', () => {
		const line = fc.constantFrom('a', 'b', 'c', 'd')
		const lines = fc.array(line, { maxLength: 12 })
		fc.assert(
			fc.property(lines, lines, fc.array(fc.nat()), (before, after, order) => {
				let review = reviewOf(before, [{ startLine: 0, endLine: before.length, lines: after }], lineDiff)
				for (let step = 0; review.hunks.length > 0; step++) {
					const hunk = review.hunks[(order[step] ?? 0) % review.hunks.length]
					if (!hunk) break
					review = accepted(review, hunk.id)
				}
				expect(review.lines).toEqual(after)
			}),
			{ numRuns: 2_000 },
		)
	})
})

describe('what differs', () => {
	it('is not the blanks at the end of a line', () => {
		expect(lineDiff(['a', '}'], ['a\t', '} ', 'b'])).toEqual([{ startLine: 2, endLine: 2, lines: ['b'] }])
	})

	it('turns one text into the other', () => {
		const lines = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 15 })
		fc.assert(
			fc.property(lines, lines, (before, after) => {
				expect(withEdits(before, lineDiff(before, after))).toEqual(after)
			}),
			{ numRuns: 2_000 },
		)
	})
})
