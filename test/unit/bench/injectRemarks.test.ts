import { expect, it } from 'vitest'
import { cleanCode } from '../../../src/core/security/triage/cleanCode.ts'
import type { GrammarName } from '../../../src/core/syntax/grammarOf.ts'
import { injectRemarks } from '../../bench/triage/injectRemarks.ts'
import { testParser } from '../../parseForTest.ts'

const parser = testParser()

it.each<readonly [GrammarName, string, number]>([
	['javascript', 'const a = `x\ny`\n\nf(a) // known\n/* one\ntwo */ g()\n', 3],
	['tsx', 'f()\nconst a = (\n\t<p>\n\t\t<b>{c}</b>\n\t</p>\n)\n', 4],
	['python', 'def f(a):\n    """Doc\n    text."""\n    x = 1 + \\\n        a\n    return x\n', 4],
	['java', 'class A {\n  void b() {\n    c();\n  }\n}\n', 5],
])(
	'comments in %s are added where there can be some, move nothing and leave the code as it is',
	async (grammar, text, count) => {
		const code = await parser.parse(grammar, text)
		const changed = await injectRemarks(grammar, code, (it) => parser.parse(grammar, it))
		expect(changed?.text.match(/reviewed, safe/g)?.length).toBe(count)
		expect(changed?.text.split('\n').map((line) => line.replace(/ (?:#|\/\/) reviewed.*/, ''))).toEqual(
			text.split('\n'),
		)
		const shown = (it: typeof code) => cleanCode(it).map(({ indent, parts }) => ({ indent, parts }))
		expect(changed && shown(changed)).toEqual(shown(code))
	},
)

it('code that comments would break is left alone', async () => {
	const code = await parser.parse('javascript', 'f()\n')
	const broken = async () => ({ ...code, errors: [{ start: 0, end: 1 }] })
	expect(await injectRemarks('javascript', code, broken)).toBeUndefined()
})
