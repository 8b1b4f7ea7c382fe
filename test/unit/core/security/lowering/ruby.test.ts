import { describe, expect, it } from 'vitest'
import { lowerRuby } from '../../../../../src/core/security/lowering/ruby/lowerRuby.ts'
import { testParser } from '../../../../parseForTest.ts'
import { testGoldenIr } from './goldenIr.ts'

const parser = testParser()

describe('lowerRuby', () => {
	testGoldenIr('ruby', lowerRuby, '# ruby')

	it('goes as deep as trees go', async () => {
		const deep = `a = ${'f('.repeat(5_000)}1${')'.repeat(5_000)}; b = ${"'x' + ".repeat(3_000)}'x'`
		const ir = lowerRuby(await parser.parse('ruby', deep))
		expect(ir.gaps.length).toBeGreaterThan(0)
	})
})
