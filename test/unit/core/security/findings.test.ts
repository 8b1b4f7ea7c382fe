import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
	baselineOf,
	compareWithBaseline,
	parseBaseline,
	renderBaseline,
} from '../../../../src/core/security/findings/baseline.ts'
import type { Finding } from '../../../../src/core/security/findings/finding.ts'
import { withFingerprints } from '../../../../src/core/security/findings/fingerprints.ts'
import { distinctFindings, isAtLeast, isSureEnough } from '../../../../src/core/security/findings/selectFindings.ts'
import { textHash } from '../../../../src/core/security/findings/textHash.ts'
import {
	parseWorkspaceSettings,
	renderWorkspaceSettings,
	withIgnoredRule,
} from '../../../../src/core/security/findings/workspaceSettings.ts'
import { sampleFinding } from './sampleFinding.ts'

describe('the hash of a text', () => {
	it('is 32 hex digits, the same each time, and another for another text', () => {
		const texts = [
			'',
			'a',
			'b',
			'ab',
			'ba',
			'a\0',
			'aa',
			'aaa',
			...Array.from({ length: 20_000 }, (_, at) => `query(${at})`),
		]
		const hashes = texts.map(textHash)
		for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{32}$/)
		expect(new Set(hashes).size).toBe(texts.length)
		// Of each eight digits too: none of the four parts depends on few characters.
		for (const part of [0, 8, 16, 24]) {
			expect(new Set(hashes.map((hash) => hash.slice(part, part + 8))).size).toBeGreaterThan(texts.length - 20)
		}
		expect(textHash('query(1)')).toBe(hashes[texts.indexOf('query(1)')])
	})
})

describe('a fingerprint', () => {
	const parts = { sinkCode: 'db.query(x)', sourceCode: 'req.query.x', functionName: 'find' }
	const of = (given: Partial<typeof parts>, finding: Partial<Finding> = {}) =>
		withFingerprints([sampleFinding(finding)], () => ({ ...parts, ...given }))[0]?.fingerprint

	it('stays when lines move and code is laid out anew', () => {
		const moved = { startLine: 99, startCharacter: 0, endLine: 103, endCharacter: 1 }
		expect(of({ sinkCode: 'db.query(\n\t\tx,\n\t)' }, { range: moved })).toBe(of({}))
		expect(of({}, { file: 'moved/a.js' })).toBe(of({}))
	})

	it('is another one for other code, rule or function', () => {
		const all = [
			of({}),
			of({ sinkCode: 'db.query(y)' }),
			of({ sourceCode: 'a' }),
			of({ functionName: 'g' }),
			of({}, { ruleId: 'x/y' }),
		]
		expect(new Set(all).size).toBe(all.length)
	})

	it('tells the same code at two places apart, by their order', () => {
		const line = (startLine: number) =>
			sampleFinding({ range: { startLine, startCharacter: 0, endLine: startLine, endCharacter: 9 } })
		const [first, second] = withFingerprints([line(1), line(2)], () => parts)
		expect(first?.fingerprint).not.toBe(second?.fingerprint)
		const [, later] = withFingerprints([line(7), line(9)], () => parts)
		expect(later?.fingerprint).toBe(second?.fingerprint)
	})
})

const hash = (digit: string) => digit.repeat(32)
const one = (digit: string, file = 'a.js', ruleId = 'r/x') => sampleFinding({ fingerprint: hash(digit), file, ruleId })

describe('a baseline', () => {
	it('is read as it was written, and sorted', () => {
		const baseline = baselineOf([one('2', 'b.js'), one('1', 'b.js'), one('3', 'a.js')])
		const text = renderBaseline(baseline)
		expect(
			text
				.split('\n')
				.filter((line) => line.includes('fingerprint'))
				.map((line) => line.slice(20, 21)),
		).toEqual(['3', '1', '2'])
		const read = parseBaseline(text)
		expect('findings' in read && read.findings).toHaveLength(3)
		expect('findings' in read && renderBaseline(read)).toBe(text)
		expect(renderBaseline({ findings: [] })).toBe('{\n\t"version": 1,\n\t"findings": []\n}\n')
	})

	it('says what is new, known and gone', () => {
		const baseline = baselineOf([one('1'), one('2')])
		const { fresh, known, gone } = compareWithBaseline([one('2'), one('3')], baseline)
		expect(fresh.map((it) => it.fingerprint)).toEqual([hash('3')])
		expect(known.map(({ finding }) => finding.fingerprint)).toEqual([hash('2')])
		expect(gone.map((it) => it.fingerprint)).toEqual([hash('1')])
	})

	it('knows a finding whose file was moved, and takes a copy of its code for new', () => {
		const baseline = baselineOf([one('1', 'old.js')])
		expect(compareWithBaseline([one('1', 'new.js')], baseline).fresh).toEqual([])
		const { fresh, known } = compareWithBaseline([one('1', 'copy.js'), one('1', 'old.js')], baseline)
		expect(fresh.map(({ file }) => file)).toEqual(['copy.js'])
		expect(known.map(({ finding }) => finding.file)).toEqual(['old.js'])
	})

	it('takes nothing for gone in files that were not analyzed', () => {
		const baseline = baselineOf([one('1', 'a.js'), one('2', 'b.js')])
		expect(compareWithBaseline([], baseline, new Set(['b.js'])).gone.map(({ file }) => file)).toEqual(['b.js'])
	})

	it('keeps reasons when it is written anew', () => {
		const before = { findings: [{ fingerprint: hash('1'), rule: 'r/x', file: 'a.js', reason: 'no' }] }
		expect(baselineOf([one('1'), one('2')], before).findings.map(({ reason }) => reason)).toEqual(['no', undefined])
	})

	it.each([
		['{'],
		['[]'],
		['{"version":2,"findings":[]}'],
		['{"version":1}'],
		['{"version":1,"findings":[{"rule":"a"}]}'],
		['null'],
	])('is refused where it is %s', (text) => expect(parseBaseline(text)).toHaveProperty('problem'))

	it('splits all findings and all of its entries, whatever they are', () => {
		const finding = fc.record({
			digit: fc.constantFrom('1', '2', '3'),
			file: fc.constantFrom('a', 'b'),
			rule: fc.constantFrom('x/y', 'x/z'),
		})
		fc.assert(
			fc.property(fc.array(finding), fc.array(finding), (now, before) => {
				const make = (list: typeof now) => list.map(({ digit, file, rule }) => one(digit, file, rule))
				const { fresh, known, gone } = compareWithBaseline(make(now), baselineOf(make(before)))
				expect(fresh.length + known.length).toBe(now.length)
				expect(known.length + gone.length).toBe(before.length)
				expect(
					known.every(
						({ finding, entry }) => finding.ruleId === entry.rule && finding.fingerprint === entry.fingerprint,
					),
				).toBe(true)
			}),
		)
	})
})

describe("a workspace's settings", () => {
	it('are read as they were written', () => {
		const settings = withIgnoredRule({ ignoredRules: [], exclude: ['vendor/**'] }, { rule: 'a/b', reason: 'why' })
		expect(parseWorkspaceSettings(renderWorkspaceSettings(settings))).toEqual(settings)
		expect(withIgnoredRule(settings, { rule: 'a/b', reason: 'else' }).ignoredRules).toEqual([
			{ rule: 'a/b', reason: 'else' },
		])
		expect(parseWorkspaceSettings('{}')).toEqual({ ignoredRules: [], exclude: [] })
	})

	it.each([
		['{'],
		['[]'],
		['{"x":1}'],
		['{"ignoredRules":[{"rule":"a"}]}'],
		['{"ignoredRules":[{"rule":"a","reason":" "}]}'],
		['{"exclude":[1]}'],
	])('are refused where they are %s', (text) => expect(parseWorkspaceSettings(text)).toHaveProperty('problem'))
})

describe('findings', () => {
	it('are kept once, the surest with the shortest path', () => {
		const sure = sampleFinding({ confidence: 'high' })
		const step = { file: 'a', range: sure.range, role: 'step' as const, label: '' }
		const longer = sampleFinding({ confidence: 'high', path: [...sure.path, step] })
		expect(distinctFindings([sampleFinding({ confidence: 'low' }), longer, sure])).toEqual([sure])
	})

	it('are sorted by their places', () => {
		const at = (file: string, startLine: number) =>
			sampleFinding({ file, range: { startLine, startCharacter: 0, endLine: 0, endCharacter: 0 } })
		expect(
			distinctFindings([at('b', 1), at('a', 10), at('a', 9)]).map(({ file, range }) => `${file}${range.startLine}`),
		).toEqual(['a9', 'a10', 'b1'])
	})

	it('have an order', () => {
		expect([isAtLeast('critical', 'high'), isAtLeast('high', 'high'), isAtLeast('medium', 'high')]).toEqual([
			true,
			true,
			false,
		])
		expect([isSureEnough('high', 'medium'), isSureEnough('low', 'medium')]).toEqual([true, false])
	})
})
