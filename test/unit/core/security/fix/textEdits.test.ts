import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { applyEdits, lineEdits } from '../../../../../src/core/security/fix/textEdits.ts'

it('edits of lines make of one text the other, and touch no line that both have around them', () => {
	const text = fc
		.array(fc.constantFrom('a\n', 'b\n', 'c\n', '\n', 'd'), { maxLength: 12 })
		.map((lines) => lines.join(''))
	fc.assert(
		fc.property(text, text, text, (before, after, around) => {
			const edits = lineEdits(before, after, around.length)
			expect(applyEdits(around + before + around, edits)).toBe(around + after + around)
			for (const [at, edit] of edits.entries()) expect(edit.start).toBeGreaterThan(edits[at - 1]?.end ?? -1)
		}),
	)
})

it('lines that stay are in no edit', () => {
	expect(lineEdits('a\nb\nc\nd\n', 'a\nx\nc\ny\nd\n', 10)).toEqual([
		{ start: 12, end: 14, text: 'x\n' },
		{ start: 16, end: 16, text: 'y\n' },
	])
})
