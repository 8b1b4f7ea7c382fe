import { describe, expect, it } from 'vitest'
import { isMultiLine } from '../../../src/core/completion/multiLineRule.ts'
import { closedOnOwnLine } from '../../../src/core/completion/postprocess/closeOnOwnLine.ts'
import { streamEnd } from '../../../src/core/completion/postprocess/streamEnd.ts'
import { wholeLines } from '../../../src/core/completion/postprocess/wholeLines.ts'
import type { CodePlace } from '../../../src/core/syntax/codeStructure.ts'

function placeOf(marked: string, languageId = 'typescript') {
	const [before = '', after = ''] = marked.split('│')
	const around = { previousLine: undefined, nextLine: undefined, linesBelow: [], indentUnit: undefined }
	return { ...around, before, after, languageId, hasFences: false, hasSpecialTokens: false, isCut: false }
}

describe('an answer that is being written', () => {
	it.each([
		['typescript', '│', 'function f() {\n\ta()\n}\nfunction g', true],
		['typescript', '│', 'function f() {\n\ta()\n}\nels', false],
		['typescript', '│', 'if (a) {\n\ta()\n}\nelse {', false],
		['typescript', '│', 'const a = 1\nconst b', false],
		['typescript', 'function f() {│}', '\n\ta()\n}', true],
		['typescript', 'function f() {│}', '\n\ta("}")', false],
		['typescript', 'if (a) {│', '\n\tb()\n} else {\n\tc()', false],
		['typescript', 'if (a) {│', '\n\tb()\n} else {\n\tc()\n}\n\t', true],
		['typescript', 'print(│)', 'x)\ny', true],
		['typescript', '\t│', 'if (a) {\n\t\tb()\n\t}\n\tc()', false],
		['python', '│', 'def f():\n    return 1\nf()', true],
		['python', '│', 'try:\n    a()\nexcept A:', false],
		['python', 'class A:│', '\n    a = 1\nclass B', true],
		['python', '    """│"""', 'Says.\n\n    More.', false],
		['python', '    """│"""', 'Says.\n\n    More.\n    """', true],
		['rust', '/// │', 'Says.\n/', false],
		['rust', '/// │', 'Says.\n/// More.', false],
		['rust', '/// │', 'Says.\npub', true],
		['markdown', '│', '- a\n  - b\n- c', false],
	])('in %s at %j ends with what was begun: %j', (languageId, marked, text, isEnd) => {
		expect(streamEnd(text, placeOf(marked, languageId))).toBe(isEnd ? 'enough' : undefined)
	})
})

describe('what cannot be parsed in time', () => {
	it.each([
		['│', 'f(() => {\n\ta()\n})\nb(', 'f(() => {\n\ta()\n})'],
		['│', 'f(() => {\n\ta()', 'f(() => {'],
		['f(() => {│', '\n\ta()\n})', '\n\ta()\n})'],
		['│', 'a()\nb("', 'a()'],
		['│', 'a(")")\nb() }\nc()', 'a(")")'],
		['│', 'a(\n\tb)\nc =', 'a(\n\tb)'],
		['│', 'a(', 'a('],
	])('is shown as far as its brackets tell that it is whole: %j + %j', (marked, text, expected) => {
		expect(wholeLines(text, placeOf(marked))).toBe(expected)
	})
})

describe('what closes the block', () => {
	it.each([
		['\tf() {│}', '\n\t\ta()', 'typescript', '\n\t\ta()\n\t'],
		['f(│)', '\n\ta,\n\tb', 'typescript', '\n\ta,\n\tb\n'],
		['f(│)', 'a => {\n}', 'typescript', 'a => {\n}'],
		['f() {│}', ' a() ', 'typescript', ' a() '],
		['(let [a 1]│)', '\n  a', 'clojure', '\n  a'],
		['    """│"""', 'a\n    b', 'python', 'a\n    b\n    '],
		['\t/**│*/', '\n\t * a', 'java', '\n\t * a\n\t '],
	])('stands on its own line: %j + %j in %s', (marked, text, languageId, expected) => {
		expect(closedOnOwnLine(text, placeOf(marked, languageId))).toBe(expected)
	})
})

describe('more than one line', () => {
	const at: CodePlace = { scope: 'code', inEmptyBlock: false, afterComment: false, enclosing: [] }
	it.each<[string, Partial<CodePlace>, boolean]>([
		['f() {│}', { inEmptyBlock: true }, true],
		['f(│)', { inEmptyBlock: true }, true],
		['f(a│)', {}, false],
		['\t│', { inEmptyBlock: true }, true],
		['/**│ */', { scope: 'comment' }, true],
		['/// │', { scope: 'comment' }, true],
		['// │', { scope: 'comment' }, false],
		['    """│"""', { scope: 'string' }, true],
		['a = "│"', { scope: 'string' }, false],
		['    """│', {}, false],
	])('is asked for at %j where the syntax says %j: %s', (marked, place, expected) => {
		const { before, after } = placeOf(marked)
		const question = { before, after, multiLine: false, nothingFollows: after.trim() === '' }
		expect(isMultiLine(question, { ...at, ...place }, false)).toBe(expected)
	})
})
