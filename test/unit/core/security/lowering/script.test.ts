import { describe, expect, it } from 'vitest'
import { lowerScript } from '../../../../../src/core/security/lowering/script/lowerScript.ts'
import { testParser } from '../../../../parseForTest.ts'
import { testGoldenIr } from './goldenIr.ts'

const parser = testParser()

describe('lowerScript', () => {
	testGoldenIr('javascript', lowerScript, '# javascript')

	it('goes as deep as trees go', async () => {
		const deep = `${'f('.repeat(5_000)}1${')'.repeat(5_000)}; ${'['.repeat(3_000)}`
		const ir = lowerScript(await parser.parse('javascript', deep))
		expect(ir.gaps.length).toBeGreaterThan(0)
	})
})
