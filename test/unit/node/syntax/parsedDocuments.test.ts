import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { GrammarLibrary } from '../../../../src/node/syntax/grammarLibrary.ts'
import { ParsedDocuments } from '../../../../src/node/syntax/parsedDocuments.ts'

const grammars = new GrammarLibrary(fileURLToPath(new URL('../../../../grammars', import.meta.url)))

/** Opens a text with the cursor at `|`. */
async function opened(languageId: string, marked: string) {
	const index = marked.indexOf('|')
	const text = marked.slice(0, index) + marked.slice(index + 1)
	const before = text.slice(0, index).split('\n')
	// However busy the machine is, nothing takes too long.
	const documents = new ParsedDocuments(grammars, () => 0)
	await documents.open({ documentId: 'a', languageId, version: 1, text })
	const place = { documentId: 'a', version: 1, line: before.length - 1, character: before.at(-1)?.length ?? 0 }
	return { documents, place }
}

async function placeOf(languageId: string, marked: string) {
	const { documents, place } = await opened(languageId, marked)
	return documents.placeOf(place)
}

async function check(languageId: string, marked: string, text: string, replaced = 0) {
	const { documents, place } = await opened(languageId, marked)
	return documents.checkInsertion({ place, replaceEnd: place.character + replaced, text })
}

describe('the scope of a place', () => {
	it.each([
		['typescript', '// a |', 'comment'],
		['typescript', '/* a */ |', 'code'],
		['typescript', '/* a |', 'comment'],
		['typescript', 'const a = "b|"', 'string'],
		['typescript', 'const a = "b"|', 'code'],
		['typescript', 'const a = |"b"', 'code'],
		['typescript', 'const a = "b|', 'string'],
		['typescript', 'const a = `b|`', 'string'],
		['typescript', `const a = \`b\${ |}\``, 'code'],
		['typescript', `const a = \`b\${c}d|\``, 'string'],
		['typescript', 'let a: string|', 'code'],
		['javascript', 'const a = /b|/', 'string'],
		['typescriptreact', 'const a = <b>text |</b>', 'string'],
		['typescriptreact', 'const a = <b>{|}</b>', 'code'],
		['python', '# a|', 'comment'],
		['python', 'def f():\n    """A |"""\n', 'string'],
		['python', 'a = f"b {|}"\n', 'code'],
		['python', 'a = "b|\n', 'string'],
		['java', 'class A { String s = "a|"; }', 'string'],
		['java', '/** a| */ class A {}', 'comment'],
		['java', 'class A { // a|\n}', 'comment'],
		['go', 'package a\n// b|\n', 'comment'],
		['go', 'package a\nvar b = "c|"\n', 'string'],
		['go', 'package a\nvar b = `c|`\n', 'string'],
		['rust', 'fn a() { let b = "c|"; }', 'string'],
		['rust', '/// a|\nfn b() {}', 'comment'],
		['c', '#include <a.h>\nchar *b = "c|";', 'string'],
		['c', '/* a| */', 'comment'],
		['cpp', 'auto a = "b|";', 'string'],
		['csharp', 'class A { string b = "c|"; }', 'string'],
		['csharp', 'class A { string b = $"c{|d}"; }', 'code'],
		['php', '<?php $a = "b|";', 'string'],
		['php', '<?php // a|\n', 'comment'],
		['ruby', 'a = "b|"', 'string'],
		['ruby', 'a = "b#{|c}"', 'code'],
		['ruby', '# a|', 'comment'],
		['kotlin', 'val a = "b|"', 'string'],
		['lua', 'local a = "b|"', 'string'],
		['lua', '-- a|', 'comment'],
		['shellscript', 'echo "a|"', 'string'],
		['shellscript', '# a|', 'comment'],
		['html', '<!-- a| -->', 'comment'],
		['css', 'a { /* b| */ }', 'comment'],
		['yaml', 'a: b # c|', 'comment'],
		['toml', '# a|', 'comment'],
		['json', '{"a": "b|"}', 'string'],
	])('%s %j is %s', async (languageId, marked, scope) => {
		expect((await placeOf(languageId, marked))?.scope).toBe(scope)
	})
})

describe('an empty block', () => {
	it.each([
		['typescript', 'function a() {\n\t|\n}', true],
		['typescript', 'function a() {|', true],
		['typescript', 'function a() {|}', true],
		['typescript', 'function a() {\n\t|\n\treturn 1\n}', false],
		['typescript', 'const a = 1\n|\n', false],
		['typescript', 'const a = () =>|', true],
		['typescript', 'a(|)', true],
		['python', 'def a():\n    |', true],
		['python', 'def a():\n    |\n    return 1', false],
		['python', 'def a():|', true],
		['ruby', 'def a\n  |\nend', true],
		['ruby', 'def a\n  |\n  1\nend', false],
		['ruby', 'a.each do |b|\n  \n', false],
		['lua', 'function a()\n  |\nend', true],
		['go', 'func a() {\n\t|\n}', true],
		['shellscript', 'if true; then\n  |\nfi', true],
	])('%s %j: %s', async (languageId, marked, isEmpty) => {
		expect((await placeOf(languageId, marked))?.inEmptyBlock).toBe(isEmpty)
	})
})

describe('behind a comment', () => {
	it.each([
		['typescript', '// adds\n|', true],
		['typescript', '/* adds */\n|', true],
		['typescript', 'const a = 1\n|', false],
		['typescript', '// adds\n\n|', false],
		['typescript', 'const a = "//"\n|', false],
		['python', '# adds\n|', true],
		['python', 'def a():\n    # adds\n    |', true],
		['java', 'class A {\n  /** Adds. */\n  |\n}', true],
		['html', '<!-- a -->\n|', true],
	])('%s %j: %s', async (languageId, marked, isAfter) => {
		expect((await placeOf(languageId, marked))?.afterComment).toBe(isAfter)
	})
})

describe('the definitions around', () => {
	it.each([
		['typescript', 'class A {\n\tb() {\n\t\t|\n\t}\n}', ['A', 'b']],
		['python', 'class A:\n    def b(self):\n        x = |\n', ['A', 'b']],
		['go', 'package a\nfunc b() {\n\t|\n}', ['b']],
		['java', 'class A { void b() { | } }', ['A', 'b']],
		['rust', 'impl A { fn b() { | } }', ['A', 'b']],
		['c', 'int a(void) { | }', ['a']],
		['cpp', 'namespace n { class A { void b() { | } }; }', ['n', 'A', 'b']],
		['csharp', 'class A { void B() { | } }', ['A', 'B']],
		['php', '<?php class A { function b() { | } }', ['A', 'b']],
		['ruby', 'class A\n  def b\n    |\n  end\nend', ['A', 'b']],
		['kotlin', 'class A { fun b() { | } }', ['A', 'b']],
		['lua', 'function a()\n  |\nend', ['a']],
	])('%s %j: %j', async (languageId, marked, names) => {
		expect((await placeOf(languageId, marked))?.enclosing.map(({ name }) => name)).toEqual(names)
	})
})

describe('a text that is put in', () => {
	it.each([
		['typescript', 'const a = |\n', 'f(1)', 0],
		['typescript', 'const a = |\n', 'f(1))', 1],
		['typescript', 'function a() {\n\t|\n}\n', 'return 1', 0],
		['python', 'def a():\n    |\n', 'return [1]', 0],
		['python', 'def a():\n    |\n', 'return 1]', 1],
		['java', 'class A { void b() { | } }', 'int c = 1;', 0],
		['go', 'package a\nfunc b() {\n\t|\n}\n', 'return 1}', 1],
	])('%s %j + %j: %d errors', async (languageId, marked, text, errors) => {
		expect((await check(languageId, marked, text))?.newErrors).toBe(errors)
	})

	it('says what closes its brackets', async () => {
		const found = await check('typescript', 'const a = |\n', 'b.map((c) => {\n\treturn c')
		expect(found).toMatchObject({ newErrors: 0, missingClosers: '})', keep: 24 })
	})

	it('is cut before the line that breaks the document', async () => {
		const text = 'return 1\n}\n}\nclass {'
		const found = await check('typescript', 'function a() {\n\t|\n}\n', text)
		expect(text.slice(0, found?.keep)).toBe('return 1')
	})

	it('names what the document does not know', async () => {
		const found = await check('typescript', 'const known = 1\nconst b = |\n', 'known + unknown.member + known')
		expect(found?.newNames).toEqual(['unknown', 'member'])
	})

	it('counts no errors where it ends what was begun', async () => {
		expect((await check('typescript', 'const a = (1 + |\n', '2)'))?.newErrors).toBe(0)
	})
})

describe('a check that was prepared', () => {
	it('says what one says that was not, at its place and at others, also after a change', async () => {
		const marked = 'const b = f((\nconst a = (1 + |)\nfunction c() {\n'
		const { documents, place } = await opened('typescript', marked)
		const texts = ['2', '2)', ' b.map((c) => {', '2)\nreturn }', '']
		const places = [place, { ...place, character: place.character - 2 }, { ...place, line: 0, character: 4 }]
		for (const prepared of places) {
			documents.prepareCheck(prepared)
			for (const at of places) {
				for (const [text, replaced] of texts.flatMap((one) => [[one, 0] as const, [one, 1] as const])) {
					const fresh = (await opened('typescript', marked)).documents
					const insertion = { place: at, replaceEnd: at.character + replaced, text }
					expect(documents.checkInsertion(insertion)).toEqual(fresh.checkInsertion(insertion))
				}
			}
		}
		documents.prepareCheck(place)
		const point = { row: 1, column: place.character }
		const start = marked.indexOf('|')
		const change = {
			start,
			end: start + 1,
			startPoint: point,
			endPoint: { ...point, column: point.column + 1 },
			text: '',
		}
		documents.change({ documentId: 'a', before: 1, version: 2, changes: [change] })
		const changed = await opened('typescript', marked.replace('|)', '|'))
		const insertion = { place, replaceEnd: place.character, text: '2' }
		const found = documents.checkInsertion({ ...insertion, place: { ...place, version: 2 } })
		expect(found).toEqual(changed.documents.checkInsertion(insertion))
		expect(found).toBeDefined()
	})
})

describe('what is not known', () => {
	it('has no answer', async () => {
		const { documents, place } = await opened('typescript', 'a|')
		expect(documents.placeOf({ ...place, version: 2 })).toBeUndefined()
		expect(documents.placeOf({ ...place, line: 7 })).toBeUndefined()
		expect(documents.placeOf({ ...place, character: 2 })).toBeUndefined()
		documents.close('a')
		expect(documents.placeOf(place)).toBeUndefined()
		expect(await placeOf('brainfuck', 'a|')).toBeUndefined()
	})
})
