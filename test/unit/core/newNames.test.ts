import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../../../scripts/lib/root.mjs'
import { grammarOfLanguage } from '../../../src/core/syntax/grammarOf.ts'
import { checkInsertion } from '../../../src/core/syntax/insertionCheck.ts'
import { GrammarLibrary } from '../../../src/node/syntax/grammarLibrary.ts'

const grammars = new GrammarLibrary(join(root, 'grammars'))

/** @param marked a document with `|` at the cursor */
async function check(languageId: string, marked: string, inserted: string) {
	const grammar = grammarOfLanguage(languageId)
	if (!grammar) throw new Error(languageId)
	const parser = await grammars.parser(grammar)
	const start = marked.indexOf('|')
	const text = marked.replace('|', '')
	const parse = (source: string) => parser.parse(source) ?? undefined
	return checkInsertion({
		text,
		start,
		end: start,
		inserted,
		parseWith: (put) => parse(text.slice(0, start) + put + text.slice(start)),
		parseWithoutLine: () => parse(''),
	})
}

describe('the names that a text uses', () => {
	const inGo = 'package a\nfunc b() {\n\t|\n}\n'
	it.each([
		['typescript', '|\n', 'import { made, taken as own } from "p"\n', '', ''],
		['typescript', '|\n', 'const { one, two: three } = where({ key: given })', 'two where key given', 'where given'],
		['typescript', '|\n', 'function made(first: Kind, second = start) {}', 'Kind start', 'Kind start'],
		['typescript', 'a.|\n', 'member(value)', 'member value', 'value'],
		[
			'typescript',
			'|\n',
			'for (const item of items) use(item?.part, {...rest})',
			'items use part rest',
			'items use rest',
		],
		['typescript', '|\n', 'list.map((each, [left]) => each + left)', 'list map', 'list'],
		['typescript', '|\n', 'made = given', 'made given', 'made given'],
		['typescript', '|\n', 'made(); const made = 1; made.given; given', 'given', 'given'],
		['typescriptreact', 'const a = |\n', '<Part name={value}>text</Part>', 'Part name value', 'Part value'],
		['javascript', '|\n', 'class Made extends Base { method(given) { this.own = given } }', 'Base own', 'Base'],
		['python', '|\n', 'made = given.part(key=value)', 'given part key value', 'given value'],
		['python', '|\n', 'for one, two in pairs:\n    use(one)', 'pairs use', 'pairs use'],
		['python', '|\n', 'def made(self, first: Kind, second=start): pass', 'Kind start', 'Kind start'],
		['python', '|\n', 'with opened() as handle:\n    from package import made', 'opened', 'opened'],
		['python', '|\n', 'made = [each for each in items]', 'items', 'items'],
		['go', inGo, 'made, err := given.Part(Kind{Key: value})', 'given Part Kind Key value', 'given Kind value'],
		['go', inGo, 'for key, each := range items { use(key, each) }', 'items use', 'items use'],
		[
			'rust',
			'fn a() {\n\t|\n}\n',
			'let made: Kind = given.part(Type::new(|each| each));',
			'Kind given part Type new',
			'Kind given Type',
		],
		[
			'java',
			'class A { void b() { | } }',
			'Kind made = given.part(value);',
			'Kind given part value',
			'Kind given value',
		],
		['c', 'void a() { | }', 'kind_t *made = given->part;', 'kind_t given part', 'kind_t given'],
		['csharp', 'class A { void B() { | } }', 'var made = given.Part(value);', 'given Part value', 'given value'],
		['kotlin', 'fun a() {\n\t|\n}\n', 'val made = given.part(value)', 'given part value', 'given value'],
		['ruby', '|\n', 'made = given.part { |each| each }', 'given part', 'given'],
		['php', '<?php\n|\n', '$made = $given->part(VALUE);', 'given part VALUE', 'given VALUE'],
		['lua', '|\n', 'local made = given.part(value)', 'given part value', 'given value'],
	])('%s %j + %j are %j', async (languageId, marked, text, names, free) => {
		const found = await check(languageId, marked, text)
		const list = (words: string) => words.split(' ').filter((word) => word !== '')
		expect({ names: found?.newNames, free: found?.freeNames }).toEqual({ names: list(names), free: list(free) })
	})
})
