import { describe, expect, it } from 'vitest'
import { lowerPhp } from '../../../../../src/core/security/lowering/php/lowerPhp.ts'
import { testParser } from '../../../../parseForTest.ts'
import { testGoldenIr } from './goldenIr.ts'

const parser = testParser()

describe('lowerPhp', () => {
	testGoldenIr('php', lowerPhp, '# php')

	it('goes as deep as trees go', async () => {
		const deep = `<?php $a = ${'f('.repeat(5_000)}1${')'.repeat(5_000)}; $b = ${"'x' . ".repeat(3_000)}'x';`
		const ir = lowerPhp(await parser.parse('php', deep))
		expect(ir.gaps.length).toBeGreaterThan(0)
	})
})
