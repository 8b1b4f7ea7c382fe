import { describe, expect, it } from 'vitest'
import { printIr } from '../../../../../src/core/security/ir/printIr.ts'
import { lowerJava } from '../../../../../src/core/security/lowering/java/lowerJava.ts'
import { testParser } from '../../../../parseForTest.ts'
import { testGoldenIr } from './goldenIr.ts'

const parser = testParser()

describe('lowerJava', () => {
	testGoldenIr('java', lowerJava, '# java')

	it('goes as deep as trees go', async () => {
		const deep = `class A { Object a = ${'f('.repeat(5_000)}1${')'.repeat(5_000)}; String b = ${'"x" + '.repeat(3_000)}"x"; }`
		const ir = lowerJava(await parser.parse('java', deep))
		expect(ir.gaps.length).toBeGreaterThan(0)
	})

	it('takes statements and methods outside of a class', async () => {
		const code = 'String name = ask();\nvoid show(String text) { print(name + text); }\n'
		const printed = printIr(lowerJava(await parser.parse('java', code)))
		expect(printed).toContain('let name: String = ask()')
		expect(printed).toContain('print((name + text))')
	})
})
