import { describe, expect, it } from 'vitest'
import { linesLabel } from '../../../src/core/documentPage.ts'

describe('a page', () => {
	it('counts its own lines', () => {
		expect(linesLabel(11, 14, { number: 3, startLine: 10 })).toBe('#page=3:2-4')
		expect(linesLabel(11, 14, undefined)).toBe(':12-14')
		expect(linesLabel(undefined, undefined, undefined)).toBe('')
	})
})
