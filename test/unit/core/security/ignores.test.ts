import { describe, expect, it } from 'vitest'
import { applyIgnores } from '../../../../src/core/security/findings/applyIgnores.ts'
import type { Finding } from '../../../../src/core/security/findings/finding.ts'
import { ignoreCommentsIn } from '../../../../src/core/security/findings/ignoreComments.ts'
import { matchesRule } from '../../../../src/core/security/findings/rulePatterns.ts'
import { sampleFinding } from './sampleFinding.ts'

/** Takes `«…»` for comments, as a parser would find them. */
function commentsOf(marked: string): { text: string; comments: { start: number; end: number }[] } {
	const comments: { start: number; end: number }[] = []
	let text = ''
	for (const part of marked.split(/(«[^»]*»)/)) {
		if (part.startsWith('«')) {
			comments.push({ start: text.length, end: text.length + part.length - 2 })
			text += part.slice(1, -1)
		} else text += part
	}
	return { text, comments }
}

const apply = (marked: string, findings: readonly Finding[], today = '2026-06-01') => {
	const { text, comments } = commentsOf(marked)
	const {
		findings: kept,
		ignored,
		notes,
	} = applyIgnores(findings, {
		...{ file: 'a.js', text, comments, today, ruleIds: ['js/a', 'js/b'], isWhole: true },
		rangeOf: ({ start }) => ({ startLine: start, startCharacter: 0, endLine: 0, endCharacter: 0 }),
	})
	return {
		kept: kept.map(({ ruleId, range }) => `${ruleId}@${range.startLine}`),
		ignored: ignored.map(({ finding, reason, until }) =>
			`${finding.ruleId}@${finding.range.startLine}: ${reason} ${until ?? ''}`.trim(),
		),
		notes: notes.map(({ kind }) => kind),
	}
}
const at = (startLine: number, ruleId = 'js/a', endLine = startLine) =>
	sampleFinding({ file: 'a.js', ruleId, range: { startLine, startCharacter: 2, endLine, endCharacter: 9 } })

describe('a comment that ignores findings', () => {
	it.each([
		['on the line', 'x() «// alcove-ignore js/a: it is safe»\ny()', 0],
		['above the line', '«// alcove-ignore js/a: it is safe»\nx()', 1],
		['above other comments', '«/* alcove-ignore js/a: it is safe */»\n«// and\n»\n\n  «// more»\nx()', 5],
		['before code on the line', '«/* alcove-ignore js/a: it is safe */» x()', 0],
		['in Python', 'x() «# alcove-ignore js/a: it is safe»', 0],
		['in HTML', '«<!-- alcove-ignore js/a: it is safe -->»\n<a>', 1],
		['in SQL and Lua', 'x «-- alcove-ignore js/a: it is safe»', 0],
		['in several lines', '«/*\n * alcove-ignore js/a: it is safe\n */»\nx()', 3],
		['by a pattern', 'x() «// alcove-ignore js/*: it is safe»', 0],
		['with several rules', 'x() «// alcove-ignore js/b, js/a: it is safe»', 0],
		['for the file', '«// alcove-ignore-file js/a: it is safe»\n\n\n\n\n\nx()', 6],
		['on Windows', '«// alcove-ignore js/a: it is safe»\r\nx()', 1],
	])('counts %s', (_, text, line) => {
		expect(apply(text, [at(line)])).toEqual({ kept: [], ignored: [`js/a@${line}: it is safe`], notes: [] })
	})

	it('covers all lines of a finding, and no others', () => {
		const text = 'x(\n  y, «// alcove-ignore js/a: why»\n)\nx()'
		expect(apply(text, [at(0, 'js/a', 2), at(3)])).toMatchObject({ kept: ['js/a@3'], ignored: ['js/a@0: why'] })
	})

	it('is for its rules only', () => {
		expect(apply('x() «// alcove-ignore js/a: why»', [at(0), at(0, 'js/b')]).kept).toEqual(['js/b@0'])
	})

	it('counts until its day is over', () => {
		const text = 'x() «// alcove-ignore js/a until 2026-06-01: soon»'
		expect(apply(text, [at(0)])).toEqual({ kept: [], ignored: ['js/a@0: soon 2026-06-01'], notes: [] })
		expect(apply(text, [at(0)], '2026-06-02')).toEqual({ kept: ['js/a@0'], ignored: [], notes: ['ignoreExpired'] })
	})

	it.each([
		['no reason', 'x() «// alcove-ignore js/a»', 'ignoreWithoutReason', []],
		['no rule', 'x() «// alcove-ignore: why»', 'ignoreMalformed', ['js/a@0']],
		['no day', 'x() «// alcove-ignore js/a until 2026-02-31: why»', 'ignoreMalformed', ['js/a@0']],
		['an unknown rule', 'x() «// alcove-ignore js/c: why»', 'ignoreUnknownRule', ['js/a@0']],
		['nothing to ignore', 'x() «// alcove-ignore js/b: why»', 'ignoreUnused', ['js/a@0']],
	])('is reported where it has %s', (_, text, note, kept) => {
		expect(apply(text, [at(0)])).toMatchObject({ kept, notes: [note] })
	})

	it('is none in a text', () => {
		expect(apply('x("alcove-ignore js/a: why")', [at(0)])).toEqual({ kept: ['js/a@0'], ignored: [], notes: [] })
	})
})

it.each([
	['key = 1 # alcove-ignore js/a: why', 0],
	['<!-- alcove-ignore js/a: why -->\n\n<a/>', 2],
	['// alcove-ignore js/a: why\n// more\nx', 2],
	['-- alcove-ignore js/a: why\nx', 1],
	['; alcove-ignore js/a: why\nx = 1', 1],
])('in a text that nothing parsed, %j is one for line %i', (text, line) => {
	expect(ignoreCommentsIn(text, undefined)).toMatchObject([
		{ rules: ['js/a'], reason: 'why', line, mistake: undefined },
	])
})

it('patterns of rules match in time, whatever they are', () => {
	expect(matchesRule(['a/*'], 'a/b')).toBe(true)
	expect(matchesRule(['*b*'], 'abc')).toBe(true)
	expect(matchesRule(['a*c*e'], 'abcde')).toBe(true)
	expect(matchesRule(['a*a'], 'a')).toBe(false)
	expect(matchesRule(['ab*bc'], 'abc')).toBe(false)
	expect(matchesRule(['a/b'], 'a/bc')).toBe(false)
	expect(matchesRule(['*a'.repeat(2_000)], 'a'.repeat(1_999))).toBe(false)
})
