import { describe, expect, it } from 'vitest'
import { identifiersIn } from '../../../../src/core/context/identifiers.ts'
import { jaccard, mostSimilar, windowsOf } from '../../../../src/core/context/similarWindows.ts'

const lines = (count: number, name: string) => Array.from({ length: count }, (_, line) => `${name}${line}()`)

describe('windows of open files', () => {
	it('begin where a definition does', () => {
		const windows = windowsOf({ path: 'a.ts', lines: lines(100, 'call'), definitionLines: [0, 50, 58, 90] })
		expect(windows.map(({ startLine, endLine }) => [startLine, endLine])).toEqual([
			[0, 58],
			[58, 100],
		])
	})

	it('are cut at their greatest length where no definition is near', () => {
		const windows = windowsOf({ path: 'a.ts', lines: lines(130, 'call'), definitionLines: [5] })
		expect(windows.map(({ startLine, endLine }) => [startLine, endLine])).toEqual([
			[0, 60],
			[60, 120],
			[120, 130],
		])
	})

	it('are ranked by the names that they share with the cursor', () => {
		const windows = [
			...windowsOf({ path: 'far.ts', lines: lines(10, 'other'), definitionLines: [] }),
			...windowsOf({ path: 'near.ts', lines: lines(10, 'call'), definitionLines: [] }),
		]
		const found = mostSimilar(new Set(identifiersIn('call1 call2 call3')), windows, { least: 0.1, most: 3 })
		expect(found.map(({ window, score }) => [window.path, score])).toEqual([['near.ts', 0.3]])
	})
})

describe('jaccard', () => {
	it('is what two sets share of all that they have', () => {
		expect(jaccard(new Set(['a', 'b']), new Set(['b', 'c']))).toBeCloseTo(1 / 3)
		expect(jaccard(new Set(), new Set())).toBe(0)
	})
})

describe('identifiers', () => {
	it('are the names of a text without what every file has', () => {
		expect(identifiersIn('const größe = this.$el.width2(x)')).toEqual(['größe', '$el', 'width2'])
	})
})
