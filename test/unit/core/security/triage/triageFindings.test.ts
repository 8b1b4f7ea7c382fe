import { describe, expect, it } from 'vitest'
import type { ChatRequest } from '../../../../../src/core/model/ports.ts'
import type { Finding } from '../../../../../src/core/security/findings/finding.ts'
import type { TriageMark } from '../../../../../src/core/security/triage/triage.ts'
import {
	type TriageDeps,
	type TriageOptions,
	triageFindings,
} from '../../../../../src/core/security/triage/triageFindings.ts'
import { CancellationSource, neverCancelled } from '../../../../../src/shared/cancellation.ts'
import { FakeChatModel, type FakeChatOptions } from '../../../../fakes/fakeChatModel.ts'
import { ManualClock } from '../../../../fakes/manualClock.ts'
import { testParser } from '../../../../parseForTest.ts'
import { findingIn } from './findingIn.ts'

const parser = testParser()
const files = {
	'a.js': 'function f(req) {\n\tconst id = Number(req.query.id)\n\tdb.query("SELECT " + id)\n}\n',
	'b.js': 'function g(req) {\n\tres.send(req.query.name)\n}\n',
}
const sql = findingIn(files, ['a.js: req.query.id', 'a.js: db.query("SELECT " + id)'])
const xss = findingIn(files, ['b.js: req.query.name', 'b.js: res.send'], { cwe: [79], ruleId: 'javascript/xss' })

function says(verdicts: Readonly<Record<string, number>>, evidence = ['const id = Number(req.query.id)']) {
	const verdict = Object.entries(verdicts).toSorted((a, b) => b[1] - a[1])[0]?.[0]
	return { text: JSON.stringify({ evidence, reason: 'It is a number.', verdict }), verdict: verdicts }
}

const surelySafe = says({ vulnerable: 0.01, safe: 0.98, unsure: 0.01 })

function triage(
	findings: readonly Finding[],
	say: FakeChatOptions['say'],
	{
		deps = {},
		options = {},
		model = {},
	}: { deps?: Partial<TriageDeps>; options?: TriageOptions; model?: FakeChatOptions } = {},
	token = neverCancelled,
) {
	const chat = new FakeChatModel({ ...(say && { say }), ...model })
	const all: TriageDeps = {
		model: chat,
		codeOf: (file) => parser.parse('javascript', files[file as keyof typeof files]),
		languageOf: () => 'JavaScript',
		isUndeniable: () => false,
		clock: new ManualClock(),
		...deps,
	}
	return triageFindings(findings, all, options, token).then((result) => ({ ...result, chat }))
}

const verdictsOf = (properties: unknown) => (properties as { verdict: { enum: unknown } }).verdict.enum
const kindsOf = (findings: readonly { readonly mark: TriageMark }[]) =>
	findings.map(({ mark }) => (mark.kind === 'notAsked' ? mark.why : mark.kind))

describe('a verdict', () => {
	it('of safe, nearly sure in both orders, dismisses the finding and leaves it as it is', async () => {
		const { findings, model, chat } = await triage([sql], () => surelySafe)
		expect(kindsOf(findings)).toEqual(['dismissed'])
		expect(findings[0]?.finding).toBe(sql)
		expect(model).toEqual({ kind: 'used', name: 'fake' })
		expect(chat.requests.map(({ purpose, json }) => [purpose, json?.verdict])).toEqual([
			['triage', 'verdict'],
			['triage', 'verdict'],
		])
	})

	it('is the mean over both orders of the options', async () => {
		const first = says({ vulnerable: 0, safe: 1, unsure: 0 })
		const second = says({ vulnerable: 0.5, safe: 0.5, unsure: 0 })
		const { findings, chat } = await triage([sql], (_, at) => (at === 0 ? first : second))
		expect(findings[0]?.mark).toMatchObject({ kind: 'doubted', safe: 0.75, probabilities: { vulnerable: 0.25 } })
		expect(findings[0]?.finding).toEqual({ ...sql, confidence: 'medium' })
		const orders = chat.requests.map(({ json }) => json?.schema.properties).map(verdictsOf)
		expect(orders).toEqual([
			['vulnerable', 'safe', 'unsure'],
			['safe', 'vulnerable', 'unsure'],
		])
		const [one = '', other = ''] = chat.requests.map(({ messages }) =>
			messages.map(({ content }) => content).join('\n'),
		)
		const end = one.indexOf('Options:')
		expect(other.slice(0, end)).toBe(one.slice(0, end))
		expect(other).not.toBe(one)
	})

	it('of safe in one order only never dismisses', async () => {
		const safe = says({ vulnerable: 0.03, safe: 0.97, unsure: 0 })
		const other = { ...safe, text: safe.text.replace('"verdict":"safe"', '"verdict":"unsure"') }
		const { findings } = await triage([sql], (_, at) => (at === 0 ? safe : other))
		expect(kindsOf(findings)).toEqual(['doubted'])
	})

	it('of vulnerable or unsure changes nothing; a sure one is not asked twice', async () => {
		const vulnerable = says({ vulnerable: 0.95, safe: 0.05, unsure: 0 })
		const unsure = says({ vulnerable: 0.2, safe: 0.3, unsure: 0.5 })
		const { findings, chat } = await triage([sql, sql], (_, at) => (at === 0 ? vulnerable : unsure))
		expect(kindsOf(findings)).toEqual(['confirmed', 'unsure'])
		expect(findings.map(({ finding }) => finding)).toEqual([sql, sql])
		expect(chat.requests.length).toBe(3)
	})

	it.each([
		[['const id = clean(req.query.id)']],
		[['Number(req.query.id)', 'if (!id) return']],
		[['You review one finding']],
		[['(', ')']],
		[[]],
	])('that quotes %j, which is not in the code, is void', async (evidence) => {
		const { findings } = await triage([sql], () => says({ vulnerable: 0.01, safe: 0.99, unsure: 0 }, evidence))
		expect(kindsOf(findings)).toEqual(['void'])
		expect(findings[0]?.finding).toBe(sql)
	})

	it.each([[['Number( req.query.id )']], [['  1 | const id = Number(req.query.id)']]])(
		'that quotes %j counts: only space and bars differ',
		async (evidence) => {
			const { findings } = await triage([sql], () => says({ vulnerable: 0.01, safe: 0.99, unsure: 0 }, evidence))
			expect(kindsOf(findings)).toEqual(['dismissed'])
		},
	)

	it('shows no secret that it quotes', async () => {
		const file = { 'k.js': "function f(req) {\n\tconst password = 'hV8kq2Zr91xTnP4w'\n\tdb.query(req.query.id)\n}\n" }
		const finding = findingIn(file, ['k.js: req.query.id', 'k.js: db.query(req.query.id)'])
		const said = says({ vulnerable: 0, safe: 1, unsure: 0 }, ["const password = 'hV8kq2Zr91xTnP4w'"])
		const { findings } = await triage([finding], () => said, {
			deps: { codeOf: () => parser.parse('javascript', file['k.js']) },
		})
		expect(findings[0]?.mark).toMatchObject({ kind: 'dismissed', evidence: ["const password = 'hV8k…'"] })
	})

	it('is calibrated for the model and the CWE that were measured, and no others', async () => {
		const calibrations = [{ model: 'fake', cwe: 89, scale: 0.5, shift: 0, dismissFrom: 0.95 }]
		const known = await triage([sql], () => surelySafe, { options: { calibrations } })
		expect(known.findings[0]?.mark).toMatchObject({ kind: 'doubted', safe: expect.closeTo(0.875, 3) })
		const others = await triage([sql], () => surelySafe, {
			options: { calibrations: calibrations.map((it) => ({ ...it, model: 'another' })) },
		})
		expect(kindsOf(others.findings)).toEqual(['dismissed'])
	})
})

describe('what the model is not asked', () => {
	it.each([[[327]], [[330]], [[614]], [[501]], [[798]], [[89, 328]]])('is about CWE %j', async (cwe) => {
		const { findings, chat, model } = await triage([{ ...sql, cwe }], () => surelySafe)
		expect(kindsOf(findings)).toEqual(['rulesDecide'])
		expect(chat.requests).toEqual([])
		expect(model).toMatchObject({ kind: 'none', why: 'notNeeded' })
	})

	it('is about rules that say so, and defects without a rubric', async () => {
		const odd = { ...sql, cwe: [377], ruleId: 'javascript/odd' }
		const { findings } = await triage([sql, odd], () => surelySafe, {
			deps: { isUndeniable: (id) => id === sql.ruleId },
		})
		expect(kindsOf(findings)).toEqual(['rulesDecide', 'noRubric'])
	})

	it('is about code that is not at hand', async () => {
		const { findings } = await triage([sql], () => surelySafe, { deps: { codeOf: async () => undefined } })
		expect(kindsOf(findings)).toEqual(['noCode'])
	})

	it('is about code that does not fit the context', async () => {
		const { findings, chat } = await triage([sql], () => surelySafe, {
			model: { model: { contextSize: 600 } },
		})
		expect(kindsOf(findings)).toEqual(['tooLong'])
		expect(chat.requests).toEqual([])
	})
})

describe('without a model that can', () => {
	it.each<readonly [string, Partial<TriageDeps>, FakeChatOptions]>([
		['notConfigured', { model: undefined }, {}],
		['tooSmall', {}, { model: { parameters: 2_000_000 } }],
		['failed', {}, { isBroken: true }],
	])('all findings come back, and why is said: %s', async (why, deps, model) => {
		const { findings, model: used, chat } = await triage([sql, xss], () => surelySafe, { deps, model })
		expect(kindsOf(findings)).toEqual(['noModel', 'noModel'])
		expect(findings.map(({ finding }) => finding)).toEqual([sql, xss])
		expect(used).toMatchObject({ kind: 'none', why, detail: expect.stringMatching(/\.$/) })
		expect(chat.requests).toEqual([])
	})

	it('that is too small, its size is said', async () => {
		const { model } = await triage([sql], () => surelySafe, { model: { model: { parameters: 2_400_000 } } })
		expect(model).toMatchObject({ name: 'fake', parameters: 2_400_000 })
		expect(model).toMatchObject({ detail: expect.stringContaining('2.4 million parameters, at least 1.4 billion') })
		const any = await triage([sql], () => surelySafe, {
			...{ model: { model: { parameters: 2_400_000 } }, options: { leastParameters: 0 } },
		})
		expect(kindsOf(any.findings)).toEqual(['dismissed'])
	})

	it('that fails at each question, it is not asked for ever', async () => {
		let asked = 0
		const failing = () => {
			asked++
			throw new Error('out of memory')
		}
		const { findings, model } = await triage([sql, sql, sql, sql, sql], failing)
		expect(kindsOf(findings)).toEqual(Array(5).fill('failed'))
		expect(asked).toBe(3)
		expect(model).toEqual({ kind: 'none', why: 'failed', detail: 'out of memory' })
	})

	it('what it says that is no answer is none', async () => {
		const { findings } = await triage([sql, sql], (_, at) => (at === 0 ? { text: '{"evidence":["' } : { text: '{}' }))
		expect(kindsOf(findings)).toEqual(['unreadable', 'unreadable'])
	})
})

describe('many findings', () => {
	const rubricOf = ({ messages }: ChatRequest) => /What matters for ([^(]*) \(/.exec(messages[0]?.content ?? '')?.[1]

	it('are asked with one rubric after each other, the worst first, and come back in their order', async () => {
		const low = { ...sql, severity: 'low' as const }
		const critical = { ...xss, severity: 'critical' as const }
		const progress: number[] = []
		const given = [low, xss, sql, critical]
		const { findings, chat } = await triage(given, () => says({ vulnerable: 1, safe: 0, unsure: 0 }, ['req.query']), {
			options: { onProgress: ({ index }) => progress.push(index) },
		})
		expect(chat.requests.map(rubricOf)).toEqual([
			'Cross-site scripting',
			'Cross-site scripting',
			'SQL injection',
			'SQL injection',
		])
		expect(progress).toEqual([3, 1, 2, 0])
		expect(findings.map(({ finding }) => finding)).toEqual(given)
	})

	it('end with their time, and those that are left say so', async () => {
		const clock = new ManualClock()
		const { findings, chat, ms } = await triage([sql, sql, sql], () => surelySafe, {
			deps: { clock },
			options: { budgetMs: 2_500 },
			model: { before: () => clock.advance(1_000) },
		})
		expect(kindsOf(findings)).toEqual(['dismissed', 'outOfTime', 'outOfTime'])
		expect(chat.requests.map(({ deadlineMs }) => deadlineMs)).toEqual([2_500, 1_500, 500])
		expect(ms).toBe(3_000)
	})

	it('can be cancelled: what was judged holds', async () => {
		const source = new CancellationSource()
		const { findings } = await triage(
			[sql, sql, sql],
			(_, at) => {
				if (at === 2) source.cancel()
				return surelySafe
			},
			{},
			source.token,
		)
		expect(kindsOf(findings)).toEqual(['dismissed', 'cancelled', 'cancelled'])
	})

	it('that were cancelled before are all there', async () => {
		const source = new CancellationSource()
		source.cancel()
		const { findings, model } = await triage([sql, xss], () => surelySafe, {}, source.token)
		expect(kindsOf(findings)).toEqual(['cancelled', 'cancelled'])
		expect(model).toMatchObject({ kind: 'none', why: 'cancelled' })
	})
})
