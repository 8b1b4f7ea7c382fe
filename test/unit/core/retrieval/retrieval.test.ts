import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Definition } from '../../../../src/core/context/symbols/fileSymbols.ts'
import { maskSecrets } from '../../../../src/core/privacy/secrets/maskSecrets.ts'
import { longestChunk } from '../../../../src/core/retrieval/chunk.ts'
import { chunkCode } from '../../../../src/core/retrieval/chunkCode.ts'
import { chunkPlain } from '../../../../src/core/retrieval/chunkPlain.ts'
import { passageText, queryText } from '../../../../src/core/retrieval/embeddingText.ts'
import { fuseRanks } from '../../../../src/core/retrieval/fuseRanks.ts'
import { isReadableText, isSearchable } from '../../../../src/core/retrieval/isSearchable.ts'
import { pathWeight } from '../../../../src/core/retrieval/pathWeight.ts'
import { searchFields } from '../../../../src/core/retrieval/searchFields.ts'
import { searchWords, stemOf } from '../../../../src/core/retrieval/searchWords.ts'

function definition(name: string, startLine: number, endLine: number, more: Partial<Definition> = {}): Definition {
	return {
		name,
		kind: 'function',
		container: undefined,
		signature: '',
		doc: '',
		startLine,
		endLine,
		exported: true,
		...more,
	}
}

describe('words to search by', () => {
	it('has identifiers as they are and in their parts', () => {
		expect(searchWords('parseHTTPUrl')).toEqual(['pars', 'http', 'url', 'parsehttpurl'])
		expect(searchWords('max_retry_count')).toEqual(['max', 'retry', 'count', 'maxretrycount'])
		expect(searchWords('utf8')).toEqual(['utf', 'utf8'])
	})

	it('finds a word in its other forms', () => {
		for (const forms of [
			['parse', 'parses', 'parsed', 'parsing'],
			['stop', 'stops', 'stopped', 'stopping'],
			['query', 'queries'],
			['file', 'files'],
		]) {
			expect(new Set(forms.map(stemOf)).size, forms.join()).toBe(1)
		}
		expect(stemOf('class')).toBe('class')
		expect(stemOf('status')).toBe('status')
		expect(stemOf('ring')).toBe('ring')
	})

	it('leaves out what says nothing, and what is no word', () => {
		expect(searchWords('How does the function return a value?')).toEqual(['valu'])
		expect(searchWords('x'.repeat(100))).toEqual([])
		expect(searchWords('a1b2c3d4e5f6a7b8c9d0e1f2a3b4')).toEqual([])
		expect(searchWords('größe 图')).toEqual(['größe', '图'])
	})

	it('gives a question the words that the text has, whatever the text', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme' }), (text) => {
				for (const word of searchWords(text)) {
					expect(word).not.toMatch(/\s/)
					expect(word).not.toBe('')
				}
			}),
		)
	})
})

describe('pieces of code', () => {
	const lines = [
		"import { a } from './a'",
		'',
		'/** Adds. */',
		'export function add() {',
		'\treturn 1',
		'}',
		'',
		'export class Box {',
		'\tsize = 1',
		'',
		'\t/** Opens it. */',
		'\topen() {',
		'\t\treturn this.size',
		'\t}',
		'}',
	]
	const definitions = [
		definition('add', 3, 6),
		definition('Box', 7, 15, { kind: 'class' }),
		definition('size', 8, 9, { kind: 'field', container: 'Box' }),
		definition('open', 11, 14, { kind: 'method', container: 'Box' }),
	]

	it('are the definitions with their comments, a type without its methods, and what is between', () => {
		expect(chunkCode(lines, definitions)).toEqual([
			{ startLine: 0, endLine: 1, name: '' },
			{ startLine: 2, endLine: 6, name: 'add' },
			{ startLine: 7, endLine: 9, name: 'Box' },
			{ startLine: 10, endLine: 14, name: 'Box.open' },
		])
	})

	it('are cut where they are long, at a blank line', () => {
		const long = Array.from({ length: 200 }, (_, at) => (at % 10 === 9 ? '' : `\tcall(${at})`))
		const chunks = chunkCode(long, [definition('long', 0, 200)])
		expect(chunks.length).toBeGreaterThan(2)
		for (const { startLine, endLine, name } of chunks) {
			expect(endLine - startLine).toBeLessThanOrEqual(longestChunk)
			expect(startLine % 10).toBe(0)
			expect(name).toBe('long')
		}
	})

	it('have every line that says something once, in order', () => {
		const line = fc.constantFrom('', '// note', 'x()', '\ty()', '}', '# note')
		const span = fc.tuple(fc.nat(60), fc.nat(30), fc.constantFrom<Definition['kind']>('function', 'class', 'constant'))
		fc.assert(
			fc.property(fc.array(line, { maxLength: 220 }), fc.array(span, { maxLength: 8 }), (text, spans) => {
				const some = spans.map(([start, length, kind], at) => definition(`d${at}`, start, start + length + 1, { kind }))
				const seen = new Map<number, number>()
				let end = 0
				for (const chunk of chunkCode(text, some)) {
					expect(chunk.startLine).toBeGreaterThanOrEqual(end)
					expect(chunk.endLine).toBeGreaterThan(chunk.startLine)
					end = chunk.endLine
					for (let at = chunk.startLine; at < chunk.endLine; at++) seen.set(at, (seen.get(at) ?? 0) + 1)
				}
				expect(end).toBeLessThanOrEqual(text.length)
				for (const [at, one] of text.entries()) if (/\w/.test(one)) expect(seen.get(at), `line ${at}`).toBe(1)
			}),
		)
	})
})

describe('pieces of a text', () => {
	it('are sections, named by the headings above them', () => {
		const text = [
			'# Guide',
			'intro',
			'## Install',
			'run it',
			'```sh',
			'# no heading',
			'```',
			'## Use',
			'so',
			'# End',
			'x',
		]
		expect(chunkPlain('a.md', text)).toEqual([
			{ startLine: 0, endLine: 2, name: 'Guide' },
			{ startLine: 2, endLine: 7, name: 'Guide / Install' },
			{ startLine: 7, endLine: 9, name: 'Guide / Use' },
			{ startLine: 9, endLine: 11, name: 'End' },
		])
	})

	it('knows underlined headings, and no tables or front matter', () => {
		expect(chunkPlain('a.rst', ['Title', '=====', 'a', '', 'Part', '----', 'b']).map(({ name }) => name)).toEqual([
			'Title',
			'Title / Part',
		])
		expect(chunkPlain('a.md', ['| a | b |', '|---|---|', '| c | d |']).map(({ name }) => name)).toEqual([''])
	})

	it('are windows where there are no headings', () => {
		const chunks = chunkPlain(
			'a.sql',
			Array.from({ length: 100 }, (_, at) => `select ${at}`),
		)
		expect(chunks.length).toBe(3)
		expect(chunks[0]).toMatchObject({ startLine: 0, name: '' })
	})
})

describe('what a chunk is found by', () => {
	it('has comments apart from code', () => {
		const lines = ['/** Opens the lid.', ' * Gently. */', 'function openLid() {', '\t// hinge', '\treturn lid', '}']
		const fields = searchFields('src/boxLid.ts', lines, { startLine: 0, endLine: 6, name: 'openLid' }, false)
		expect(fields).toEqual({
			name: 'open lid openlid',
			path: 'src box lid boxlid ts',
			doc: 'open lid gently hing',
			code: 'open lid openlid lid',
		})
	})

	it('takes docstrings for comments, and all of a text', () => {
		const python = ['def f():', '\t"""Counts apples."""', '\treturn apples']
		expect(searchFields('a.py', python, { startLine: 0, endLine: 3, name: 'f' }, false)).toMatchObject({
			doc: 'count appl',
			code: 'appl',
		})
		expect(searchFields('a.md', ['apple'], { startLine: 0, endLine: 1, name: '' }, true)).toMatchObject({ doc: 'appl' })
	})
})

describe('reciprocal rank fusion', () => {
	it('puts first what both lists have, then what is high in one', () => {
		const fused = fuseRanks([
			['a', 'b', 'c'],
			['c', 'd'],
		])
		expect(fused.map(({ item }) => item)).toEqual(['c', 'a', 'b', 'd'])
	})

	it('keeps the order of one list, and has each item once', () => {
		const list = fc.uniqueArray(fc.nat(50))
		fc.assert(
			fc.property(list, list, (a, b) => {
				expect(fuseRanks([a]).map(({ item }) => item)).toEqual(a)
				const both = fuseRanks([a, b])
				expect(new Set(both.map(({ item }) => item))).toEqual(new Set([...a, ...b]))
				expect(both.length).toBe(new Set([...a, ...b]).size)
				for (const [at, { score }] of both.entries()) expect(score).toBeLessThanOrEqual(both[at - 1]?.score ?? 1)
			}),
		)
	})
})

describe('texts for a model that makes vectors', () => {
	it('begin as the model was trained, by its name', () => {
		expect(queryText('/m/nomic-embed-text-v1.5.Q8_0.gguf', 'why')).toBe('search_query: why')
		expect(queryText('C:\\m\\multilingual-e5-small.gguf', 'why')).toBe('query: why')
		expect(queryText('/nomic-embed-text/other.gguf', 'why')).toBe('why')
		const passage = { path: 'a.ts', name: 'f', text: 'x' }
		expect(passageText('/m/nomic-embed-text.gguf', passage)).toBe('search_document: a.ts f\nx')
	})
})

describe('what a file counts', () => {
	it('is less for tests and lists of changes, by whole names', () => {
		const lists = ['CHANGES.rst', 'docs/changelog.md', 'HISTORY', 'a/news-2.md']
		const tests = ['tests/a.py', 'src/a.test.ts', 'a_test.go', 'test_a.py', 'src/test/java/A.java', 'src/ATest.java']
		for (const path of [...lists, ...tests]) expect(pathWeight(path), path).toBeLessThan(1)
		const plain = ['src/latest.ts', 'src/attest/a.ts', 'src/changeColor.ts', 'src/contest.py', 'newsletter/send.py']
		for (const path of plain) expect(pathWeight(path), path).toBe(1)
	})
})

describe('what is searched', () => {
	it('is no picture, archive, lock file or minified text', () => {
		expect(['a.png', 'b/package-lock.json', 'c.min.js', 'poetry.lock', 'd.wasm'].filter(isSearchable)).toEqual([])
		expect(['a.ts', 'README', 'b.md', 'm.pdf', 'c.sql', 'Makefile'].every(isSearchable)).toBe(true)
		expect(isReadableText('a\0b')).toBe(false)
		expect(isReadableText('x'.repeat(2_000))).toBe(false)
		expect(isReadableText('a\nb')).toBe(true)
	})

	it('has no secrets, and its lines where they were', () => {
		const key = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n'.repeat(3)}-----END PRIVATE KEY-----`
		const text = `first\n${key}\nlast`
		const masked = maskSecrets(text)
		expect(masked).not.toContain('MIIEvQ')
		expect(masked.split('\n').length).toBe(text.split('\n').length)
		expect(masked.startsWith('first\n') && masked.endsWith('\nlast')).toBe(true)
		expect(maskSecrets('const a = 1')).toBe('const a = 1')
	})
})
