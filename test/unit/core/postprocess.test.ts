import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { indentUnitOf } from '../../../src/core/completion/postprocess/indentation.ts'
import { postprocess } from '../../../src/core/completion/postprocess/postprocess.ts'
import { markedDocument } from './markedDocument.ts'

/** The document after the suggestion is accepted, with `│` at the end of it; or the reason why there is none. */
function accept(marked: string, answer: string, isCut = false, languageId = 'typescript'): string {
	const { document, position } = markedDocument(marked)
	const line = document.lineAt(position.line)
	const place = { before: line.slice(0, position.character), after: line.slice(position.character) }
	const linesBelow = marked
		.split('\n')
		.slice(position.line + 1)
		.filter((text) => text.trim() !== '')
	const [nextLine] = linesBelow
	const indentUnit = indentUnitOf(...(marked.split('│') as [string, string]))
	const around = { languageId, indentUnit, nextLine, linesBelow, hasFences: false, hasSpecialTokens: false }
	const previousLine = marked
		.split('\n')
		.slice(0, position.line)
		.findLast((text) => text.trim() !== '')
	const { result: draft } = postprocess(answer, { ...place, ...around, previousLine, isCut })
	if (typeof draft === 'string') return draft
	const [head = '', tail = ''] = marked.split('│')
	return `${head}${draft.text}│${tail.slice(draft.replaceAfter)}`
}

describe('from answer to suggestion', () => {
	it.each([
		// Closing brackets and quotes that the editor has put there already.
		['print(│)', 'x)', 'print(x│)'],
		['print(│)', 'f(x)', 'print(f(x)│)'],
		['print(│)', 'f(x))', 'print(f(x)│)'],
		['if (│)', 'a) {', 'if (a) {│'],
		['if (│) {', 'a === b) {', 'if (a === b│) {'],
		['f(g(│))', 'x))', 'f(g(x│))'],
		['f(g(│))', 'x)', 'f(g(x│))'],
		['f(g(│))', 'x) + y', 'f(g(x) + y│)'],
		['say("│")', 'hello")', 'say("hello│")'],
		['say("│")', 'hello", name)', 'say("hello", name│)'],
		['say("│"))', 'hello") + f(x', 'say("hello") + f(x│)'],
		['say("│")', 'a \\"quoted\\" word")', 'say("a \\"quoted\\" word│")'],
		['new Map<│>', 'string, number>()', 'new Map<string, number>()│'],
		['x.map(│)', '(a) => a + 1)', 'x.map((a) => a + 1│)'],
		['const x = │;', 'f(1);', 'const x = f(1)│;'],
		['f(│ )', 'x) + 1', 'f(x│ )'],
		['f(│)', ')', 'repeatsWhatFollows'],
		// A block that the editor has closed already.
		['function f() {\n\t│\n}', '}', 'repeatsWhatFollows'],
		['function f() {\n\t│\n}', '\t}\n\nfunction g() {', 'repeatsWhatFollows'],
		['const a = [\n\t│\n]', ']', 'repeatsWhatFollows'],
		['function f() {\n\tif (x) {\n\t│\n}', '}', 'function f() {\n\tif (x) {\n\t}│\n}'],
		['\tg()\n\t│\n}', '}', '\tg()\n\t}│\n}'],
		// White space.
		['const x = │', '1   \t', 'const x = 1│'],
		['const x = │', '  ', 'onlyWhitespace'],
		['const x = │', '\n', 'onlyWhitespace'],
		['const x = │', '', 'emptyAnswer'],
		['{│', '\r\n\tx\r\n}', '{\n\tx\n}│'],
		// The next line once more.
		['a\n│\nreturn x', 'return x', 'repeatsWhatFollows'],
		['a\nret│\n\nreturn x', 'urn x', 'repeatsWhatFollows'],
		['f() {\n\t│\n}', 'return 1\n}', 'f() {\n\treturn 1│\n}'],
		['f() {\n\t│\n}', 'if (a) {\n\t\tb()\n\t}\n}', 'f() {\n\tif (a) {\n\t\tb()\n\t}│\n}'],
		['f() {│\n}', '\n}', 'repeatsWhatFollows'],
		['f() {\n\t│\n\t}', 'x\n}', 'f() {\n\tx│\n\t}'],
		['g(() => {\n\t│\n});', 'foo()\n}', 'g(() => {\n\tfoo()│\n});'],
		['g(() => {│\n});', '\n\tfoo()\n}', 'g(() => {\n\tfoo()│\n});'],
		['g(\n\ta,\n\t│\n)', 'b,\n\tc)', 'g(\n\ta,\n\tb,\n\tc│\n)'],
		['g(\n\ta,\n\t│\n)', 'b)', 'g(\n\ta,\n\tb│\n)'],
		['g(\n\ta,\n\t│\n)', 'b()', 'g(\n\ta,\n\tb()│\n)'],
		['function f() {\n\t│\nconst after = 1', 'g()\n}', 'function f() {\n\tg()\n}│\nconst after = 1'],
		['function f() {\n\tif (x) {\n\t\t│\n}', 'g()\n\t}', 'function f() {\n\tif (x) {\n\t\tg()\n\t}│\n}'],
	])('%j + %j gives %j', (marked, answer, expected) => expect(accept(marked, answer)).toBe(expected))

	it.each([
		// What is in quotes and in comments closes nothing.
		['print(│)', '":)"', 'print(":)"│)', 'python'],
		['print(│)', '":)")', 'print(":)"│)', 'python'],
		['print(│)', "f'{a} :)', b)", "print(f'{a} :)', b│)", 'python'],
		['a(│)', '/[)"]/.test(b))', 'a(/[)"]/.test(b)│)', 'typescript'],
		['putchar(│);', "')');", "putchar(')'│);", 'c'],
		['f(│)', "x: &'a str)", "f(x: &'a str│)", 'rust'],
		['a(│)', 'b /* :) */, c)', 'a(b /* :) */, c│)', 'java'],
		['"""│"""', 'Says "hello".', '"""Says "hello".│"""', 'python'],
		['"""│"""', 'Says "hello"."""', '"""Says "hello".│"""', 'python'],
		['/** │ */', 'Adds. */', '/** Adds.│ */', 'typescript'],
		['"(│)"', 'a) b', '"(a) b│"', 'typescript'],
	])('%j + %j gives %j in %s', (marked, answer, expected, languageId) =>
		expect(accept(marked, answer, false, languageId)).toBe(expected),
	)

	it('never takes away what the user wrote', () => {
		const code = fc.string({
			unit: fc.constantFrom('(', ')', '{', '}', '[', ']', '"', "'", '`', ' ', ';', ',', 'a', '>', '=', '\\'),
			maxLength: 12,
		})
		const answer = fc.string({
			unit: fc.constantFrom('(', ')', '{', '}', '"', ' ', ';', 'a', 'b', '\n', '>', '\\'),
			maxLength: 20,
		})
		fc.assert(
			fc.property(
				code,
				code,
				answer,
				fc.option(code, { nil: undefined }),
				fc.option(code, { nil: undefined }),
				fc.boolean(),
				(before, after, text, nextLine, previousLine, isCut) => {
					const linesBelow = nextLine === undefined ? [] : [nextLine]
					const around = {
						languageId: 'typescript',
						indentUnit: undefined,
						previousLine,
						nextLine,
						linesBelow,
						hasFences: false,
						hasSpecialTokens: false,
					}
					const { result: draft } = postprocess(text, { ...around, before, after, isCut })
					if (typeof draft === 'string') return
					const replaced = after.slice(0, draft.replaceAfter)
					expect(isSubsequence(replaced, draft.text)).toBe(true)
					expect(draft.text.trim()).not.toBe('')
					// And nothing that the model did not write.
					expect(isSubsequence(draft.text.replace(/\s/g, ''), text)).toBe(true)
				},
			),
			{ numRuns: 5_000 },
		)
	})
})

describe('an answer that was cut at the limit of tokens', () => {
	it.each([
		['numbers', 'f(a, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0'],
		['letters', `x${'='.repeat(30)}`],
		['lines', 'a\n\tcall(first, second)\n\tcall(first, second)\n\tcall(first, second)\n\tcall(first, second)\n'],
	])('is none where it says the same over and over: %s', (_what, answer) => {
		expect(accept('│', answer, true)).toBe('repeatsItself')
		expect(accept('│', answer)).not.toBe('repeatsItself')
	})

	it('is one where it repeats little', () => {
		expect(accept('│', 'f(0, 0, 0, 0)', true)).toBe('f(0, 0, 0, 0)│')
		expect(accept('│', 'f(abcabcabcabcd)', true)).toBe('f(abcabcabcabcd)│')
	})

	it('loses its last line, where it is not the only one', () => {
		expect(accept('│', 'if (a) {\n\tb()\n\tc(', true)).toBe('if (a) {\n\tb()│')
		expect(accept('│', 'if (a) {\n\tb()\n\tc(')).toBe('if (a) {\n\tb()\n\tc(│')
		expect(accept('│', 'call(', true)).toBe('call(│')
	})
})

describe('half a word', () => {
	it.each([
		['const a = │', 'first.second + thi', 'const a = first.second│'],
		['const a = │', 'first.sec', 'const a = first│'],
		['const a = │', 'first(second)', 'const a = first(second)│'],
		['const a = │', 'f(b, "some long te', 'const a = f(b│'],
		['const a = │', 'f("some long te', 'const a = f(│'],
		['const a = │', '"some long te', 'cutShort'],
		['const a = │', 'somethi', 'cutShort'],
		['say("│")', 'hello wor', 'say("hello│")'],
		['// │', 'says hello, wor', '// says hello,│'],
		['f() {│}', '\n\tconst a = lon', 'f() {\n\tconst a\n│}'],
	])('is not shown at the end of what was cut: %j + %j', (marked, answer, expected) => {
		expect(accept(marked, answer, true)).toBe(expected)
	})
})

describe('indentation', () => {
	it.each([
		// Blanks where there are tabs.
		['a() {\n\tb() {\n\t\t│\n\t}\n}', 'c()\n        d()', 'c()\n\t\td()'],
		['a() {\n\tb() {\n\t\t│\n\t}\n}', 'if (c) {\n            d()\n        }', 'if (c) {\n\t\t\td()\n\t\t}'],
		['a() {\n\tb() {\n\t\t│\n\t}\n}', 'if (c) {\n      d()\n    }', 'if (c) {\n\t\t\td()\n\t\t}'],
		// Tabs where there are blanks.
		['a() {\n  b() {\n    │\n  }\n}', 'if (c) {\n\t\t\td()\n\t\t}', 'if (c) {\n      d()\n    }'],
		// Four blanks where there are two, and two where there are four.
		['a() {\n  │\n}\nb() {\n  c()\n}', 'if (c) {\n        d()\n    }', 'if (c) {\n    d()\n  }'],
		['a() {\n  │\n}\nb() {\n  c()\n}', 'if (c) {\n      d()\n  }', 'if (c) {\n    d()\n  }'],
		['a() {\n    │\n}\nb() {\n    c()\n}', 'if (c) {\n    d()\n  }', 'if (c) {\n        d()\n    }'],
		['b() {\n  c()\n}\n│', 'a() {\n    if (c) {\n        d()\n    }\n}', 'a() {\n  if (c) {\n    d()\n  }\n}'],
		// What is right stays, and so does what is in a string.
		['a() {\n  │\n}\nb() {\n  c()\n}', 'if (c) {\n    d()\n  }', 'if (c) {\n    d()\n  }'],
		['a() {\n  │\n}\nb() {\n  c()\n}', 'c\n      .d()', 'c\n      .d()'],
		['a() {\n\t│\n}', 'c(`\n    d\n`)', 'c(`\n    d\n`)'],
		['a() {\n\t│\n}', '/**\n     * b\n     */\n    c()', '/**\n\t * b\n\t */\n\tc()'],
	])('is that of the document: %j + %j', (marked, answer, expected) => {
		expect(accept(marked, answer)).toBe(marked.replace('│', `${expected}│`))
	})
})

function isSubsequence(part: string, whole: string): boolean {
	let next = 0
	for (const character of part) {
		next = whole.indexOf(character, next) + 1
		if (next === 0) return false
	}
	return true
}
