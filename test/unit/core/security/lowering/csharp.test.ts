import { describe, expect, it } from 'vitest'
import { lowerCsharp } from '../../../../../src/core/security/lowering/csharp/lowerCsharp.ts'
import { testParser } from '../../../../parseForTest.ts'
import { testGoldenIr } from './goldenIr.ts'

const parser = testParser()

describe('lowerCsharp', () => {
	testGoldenIr('csharp', lowerCsharp, '# csharp')

	it('goes as deep as trees go', async () => {
		const deep = `class A { object a = ${'f('.repeat(5_000)}1${')'.repeat(5_000)}; string b = ${'"x" + '.repeat(3_000)}"x"; }`
		const ir = lowerCsharp(await parser.parse('csharp', deep))
		expect(ir.gaps.length).toBeGreaterThan(0)
	})
})
