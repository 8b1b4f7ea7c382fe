import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { endHashes } from '../../../src/core/completion/textHash.ts'

describe('the hash of what stands before an end', () => {
	it('is the same wherever the text begins, and whatever follows', () => {
		const text = fc.string({ minLength: 100, maxLength: 220 })
		fc.assert(
			fc.property(text, fc.string(), fc.string({ maxLength: 300 }), (end, before, after) => {
				const [alone] = endHashes(end, 1, 7)
				expect(endHashes(before + end + after, 400, 7)[after.length]).toBe(alone)
			}),
		)
	})

	it('is there for every end up to the start of the text, and no further', () => {
		expect(endHashes('abc', 10, 0)).toHaveLength(4)
		expect(endHashes('', 10, 5)).toEqual(new Int32Array([5]))
		expect(new Set(endHashes('abcdefgh'.repeat(40), 8, 0)).size).toBe(8)
	})
})
