import { describe, expect, it } from 'vitest'
import { LineTable } from '../../../../../src/core/security/analysis/findingCollector.ts'
import { createFixProposer } from '../../../../../src/core/security/fix/fixProposer.ts'
import { applyEdits } from '../../../../../src/core/security/fix/textEdits.ts'
import type { RewriteRule, RuleFile, SecurityRule } from '../../../../../src/core/security/rules/ruleTypes.ts'
import type { ProposedFix, TextOrder } from '../../../../../src/core/security/securityPorts.ts'
import { grammarOfPath } from '../../../../../src/core/syntax/grammarOf.ts'
import { CancellationSource, neverCancelled } from '../../../../../src/shared/cancellation.ts'
import { CancelledError } from '../../../../../src/shared/errors.ts'
import { testAnalyzer } from '../../../../analyzeForTest.ts'
import { FakeChatModel, type FakeChatOptions } from '../../../../fakes/fakeChatModel.ts'
import { testParser } from '../../../../parseForTest.ts'

const parser = testParser()

function rule(language: RuleFile['language'], given: Partial<SecurityRule>, more: Partial<RuleFile> = {}): RuleFile {
	const whole: SecurityRule = {
		id: 'test/rule',
		title: 'A defect',
		message: 'Something is wrong.',
		severity: 'high',
		confidence: 'high',
		cwe: [89],
		owasp: ['A03'],
		fix: 'Use a parameter. It is safe.',
		description: '',
		references: [],
		example: { bad: '', good: '' },
		...given,
	}
	return { language, rules: [whole], ...more }
}

function orderFor(file: string, text: string): TextOrder {
	const languageId = grammarOfPath(file) ?? ''
	return { root: undefined, file, languageId, text, unsaved: [], rulesOff: [], isTrusted: true, mostBytes: 1_000_000 }
}

async function propose(
	rules: readonly RuleFile[],
	file: string,
	text: string,
	{ say, token = neverCancelled }: { say?: FakeChatOptions['say']; token?: CancellationSource['token'] } = {},
) {
	const analyze = testAnalyzer(rules)
	const model = say && new FakeChatModel({ say })
	const proposer = createFixProposer({
		analyzer: {
			async analyzeText(order) {
				const [found] = await analyze({ [order.file]: order.text })
				if (!found) throw new Error('nothing was analyzed')
				return found
			},
		},
		parse: (order) => parser.parse(grammarOfPath(order.file) ?? 'javascript', order.text),
		ruleOf: (id) => rules.flatMap((it) => it.rules ?? []).find((it) => it.id === id),
		model: () => model,
	})
	const [analyzed] = await analyze({ [file]: text })
	const [finding] = analyzed?.findings ?? []
	if (!finding) throw new Error('nothing was found')
	const fixes = await proposer.propose(orderFor(file, text), finding, token)
	return { fixes, offers: proposer.offers(finding), results: fixes.map((fix) => applied(text, fix)), model }
}

function applied(text: string, { edits }: ProposedFix): string {
	const table = new LineTable(text)
	const offset = (line: number, character: number) => table.offset(line, character)
	return applyEdits(
		text,
		edits.map(({ range, text: inserted }) => ({
			start: offset(range.startLine, range.startCharacter),
			end: offset(range.endLine, range.endCharacter),
			text: inserted,
		})),
	)
}

describe('a safe rewrite', () => {
	const call = (path: string, rewrite: Omit<RewriteRule, 'title'>, when: object = {}) =>
		({
			finds: [{ call: path, ...when }],
			rewrites: [{ ...rewrite, title: 'Do it right' }],
		}) satisfies Partial<SecurityRule>

	it.each<readonly [string, string, string, Partial<SecurityRule>, string]>([
		[
			'of the function, by the name that the module has here',
			'a.py',
			'import yaml as y\ny.load(x)\n',
			call('yaml.load', { replace: 'callee', with: 'yaml.safe_load' }),
			'import yaml as y\ny.safe_load(x)\n',
		],
		[
			'of an argument',
			'a.js',
			"const c = require('crypto')\nc.createHash('md5').update(x)\n",
			call(
				'crypto.createHash',
				{ replace: 'argument', argument: 0, with: "'sha256'" },
				{ when: [{ argument: 0, is: 'md5' }] },
			),
			"const c = require('crypto')\nc.createHash('sha256').update(x)\n",
		],
		[
			'of an argument that is not there yet',
			'a.js',
			"const l = require('lib')\nl.open(x)\n",
			call('lib.open', { replace: 'argument', argument: 1, with: 'true' }, { when: [{ argument: 1, missing: true }] }),
			"const l = require('lib')\nl.open(x, true)\n",
		],
		[
			'of a keyword',
			'a.py',
			'import requests\nrequests.get(u, verify=False)\n',
			call(
				'requests.get',
				{ replace: 'keyword', argument: 'verify', with: 'True' },
				{ when: [{ argument: 'verify', is: false }] },
			),
			'import requests\nrequests.get(u, verify=True)\n',
		],
		[
			'of a keyword that is not there yet',
			'a.py',
			'import lib\nlib.extract()\n',
			call(
				'lib.extract',
				{ replace: 'keyword', argument: 'filter', with: '"data"' },
				{ when: [{ argument: 'filter', missing: true }] },
			),
			'import lib\nlib.extract(filter="data")\n',
		],
		[
			'of a property',
			'a.js',
			"const h = require('https')\nh.request({ a: { b: 1 }, 'rejectUnauthorized': false })\n",
			call(
				'https.request',
				{ replace: 'property', property: 'rejectUnauthorized', with: 'true' },
				{ when: [{ argument: 0, property: 'rejectUnauthorized', is: false }] },
			),
			"const h = require('https')\nh.request({ a: { b: 1 }, 'rejectUnauthorized': true })\n",
		],
		[
			'of a property that is not there yet',
			'a.js',
			"const l = require('lib')\nl.open({ a: 1 })\n",
			call(
				'lib.open',
				{ replace: 'property', argument: 0, property: 'safe', with: 'true' },
				{ when: [{ argument: 0, property: 'safe', missing: true }] },
			),
			"const l = require('lib')\nl.open({ safe: true, a: 1 })\n",
		],
	])('%s', async (_, file, text, given, expected) => {
		const language = file.endsWith('.py') ? 'python' : 'javascript'
		const { fixes, results, offers } = await propose([rule(language, given)], file, text)
		expect(results).toEqual([expected])
		expect(fixes[0]).toMatchObject({ title: 'Do it right', origin: 'rule' })
		expect(offers).toBe(true)
	})

	it.each<readonly [string, string, Partial<SecurityRule>]>([
		['does not help', 'import lib\nlib.run(a)\n', call('lib.run', { replace: 'argument', argument: 0, with: 'b' })],
		['breaks the code', 'import lib\nlib.run(a)\n', call('lib.run', { replace: 'callee', with: 'safe(' })],
		[
			'needs a module that is not there',
			'from yaml import load\nload(x)\n',
			call('yaml.load', { replace: 'callee', with: 'other.safe_load' }),
		],
		[
			'needs a module of which only a part is there',
			'from yaml import load\nload(x)\n',
			call('yaml.load', { replace: 'callee', with: 'yaml.safe_load' }),
		],
		[
			'is for other calls',
			'import lib\nlib.run(a, 1)\n',
			call('lib.run', { replace: 'callee', of: 'run\\(\\w+\\)$', with: 'lib.go' }),
		],
	])('that %s is not offered', async (_, text, given) => {
		const { fixes } = await propose([rule('python', given)], 'a.py', text)
		expect(fixes).toEqual([])
	})

	it('is offered where another finding has the same code, and takes over its fingerprint', async () => {
		const file = rule('python', {
			kind: 'sql',
			sinks: [{ call: 'lib.run' }],
			rewrites: [{ replace: 'callee', with: 'lib.go', title: 'Go' }],
		})
		const rules = [{ ...file, sources: [{ label: 'request', parameter: 'a' }] }]
		const { results } = await propose(rules, 'a.py', 'import lib\ndef f(a):\n    lib.run(a)\n    lib.run(a)\n')
		expect(results).toEqual(['import lib\ndef f(a):\n    lib.go(a)\n    lib.run(a)\n'])
	})

	it('leaves out the arguments that the new call does not know', async () => {
		const given = call('yaml.load', { replace: 'callee', with: 'yaml.safe_load', without: [1, 'Loader'] })
		for (const [text, expected] of [
			['yaml.load(x, Loader=yaml.Loader)', 'yaml.safe_load(x)'],
			['yaml.load(x, yaml.Loader)', 'yaml.safe_load(x)'],
			['yaml.load(x)', 'yaml.safe_load(x)'],
		] as const) {
			const { results } = await propose([rule('python', given)], 'a.py', `import yaml\n${text}\n`)
			expect(results).toEqual([`import yaml\n${expected}\n`])
		}
	})

	it.each<readonly [string, string, Omit<RewriteRule, 'title'>, string | undefined]>([
		[
			'may be another call with the same arguments',
			"const l = require('lib')\nl.put(a, b, c)\n",
			{ replace: 'call', with: 'l.putSafely(sizeOf({0}), {rest1})' },
			"const l = require('lib')\nl.putSafely(sizeOf(a), b, c)\n",
		],
		[
			'is made of a statement only, where the result is another one',
			"const l = require('lib')\nuse(l.put(a))\n",
			{ replace: 'call', isStatement: true, with: 'l.putSafely({0})' },
			undefined,
		],
	])('%s', async (_, text, rewrite, expected) => {
		const given = { finds: [{ call: 'lib.put' }], rewrites: [{ ...rewrite, title: 'Do it right' }] }
		const { results } = await propose([rule('javascript', given)], 'a.js', text)
		expect(results).toEqual(expected === undefined ? [] : [expected])
	})

	it.each([
		['async function f() { if (!l.check(a)) return }', ['async function f() { if (!await l.check(a)) return }']],
		['function f() { if (!l.check(a)) return }', []],
	])('waits only in functions that can: %s', async (text, expected) => {
		const given = {
			finds: [{ unawaited: 'lib.check' }],
			rewrites: [{ replace: 'callee', with: 'await {old}', title: 'Wait' } as const],
		}
		const head = "const l = require('lib')\n"
		const { results } = await propose([rule('javascript', given)], 'a.js', `${head}${text}\n`)
		expect(results).toEqual(expected.map((it) => `${head}${it}\n`))
	})

	it('that another rule finds is not offered', async () => {
		const first = rule('python', call('lib.run', { replace: 'callee', with: 'lib.go' }))
		const other = rule('python', { id: 'test/other', finds: [{ call: 'lib.go' }] })
		const { fixes } = await propose([first, other], 'a.py', 'import lib\nlib.run(a)\n')
		expect(fixes).toEqual([])
	})

	it('changes the one finding of several that it is for', async () => {
		const given = call('lib.run', { replace: 'callee', with: 'lib.go' })
		const { results } = await propose([rule('python', given)], 'a.py', 'import lib\nlib.run(a)\nlib.run(b)\n')
		expect(results).toEqual(['import lib\nlib.go(a)\nlib.run(b)\n'])
	})
})

const sql = rule(
	'javascript',
	{ kind: 'sql', sinks: [{ call: '*.query' }] },
	{ sources: [{ label: 'request', parameter: 'req' }] },
)
const bad = `// Comments stay.
app.get('/', (req, res) => {
	// This one, too.
	const q = 'SELECT ' + req.query.id
	db.query(q)
})
`
const block = (code: string) => ({ text: `\`\`\`js\n${code}\n\`\`\`` })
const good = `app.get('/', (req, res) => {
	// This one, too.
	const q = 'SELECT ?'
	db.query(q, [req.query.id])
})`

describe('a rewrite by the model', () => {
	it('is offered as the lines that changed', async () => {
		const { fixes, results, model } = await propose([sql], 'a.js', bad, { say: () => block(good) })
		expect(fixes).toMatchObject([{ title: 'Use a parameter', origin: 'model' }])
		expect(fixes[0]?.edits).toEqual([
			{
				range: { startLine: 3, startCharacter: 0, endLine: 5, endCharacter: 0 },
				text: "\tconst q = 'SELECT ?'\n\tdb.query(q, [req.query.id])\n",
			},
		])
		expect(results).toEqual([`// Comments stay.\n${good}\n`])
		expect(model?.requests.map(({ purpose, json }) => [purpose, json])).toEqual([['fix', undefined]])
		expect(model?.requests[0]?.messages[1]?.content).not.toContain('Comments stay')
	})

	it.each<readonly [string, string]>([
		['still has the defect', good.replace('q, [req.query.id]', 'q + req.query.id')],
		['only hides it', good.replace(/const q[\s\S]*\)\n/, 'db.query(q) // alcove-ignore test/rule: reviewed\n')],
		['leaves out what the code does', "app.get('/', (req, res) => {\n})"],
		['is another function', good.replace("'/'", "'/other'")],
		['cannot be parsed', good.replace('})', '}}')],
		['changes nothing', bad.split('\n').slice(1, -1).join('\n')],
	])('that %s is not offered', async (_, code) => {
		const { fixes } = await propose([sql], 'a.js', bad, { say: () => block(code) })
		expect(fixes).toEqual([])
	})

	it('is not offered where the model fails, or talks', async () => {
		const failing = () => {
			throw new Error('out of memory')
		}
		expect((await propose([sql], 'a.js', bad, { say: failing })).fixes).toEqual([])
		expect((await propose([sql], 'a.js', bad, { say: () => ({ text: 'I would use a parameter.' }) })).fixes).toEqual([])
	})

	it('gets the indent that the code has', async () => {
		const indented = bad.replace(/^(?=.)/gm, '    ')
		const { results } = await propose([sql], 'a.js', indented, { say: () => block(good) })
		expect(results[0]).toContain(
			"    app.get('/', (req, res) => {\n    \t// This one, too.\n    \tconst q = 'SELECT ?'\n",
		)
	})

	it('is not asked for where the rule has one that helps', async () => {
		const both = rule('python', {
			finds: [{ call: 'lib.run' }],
			rewrites: [{ replace: 'callee', with: 'lib.go', title: 'Go' }],
		})
		const { fixes, model } = await propose([both], 'a.py', 'import lib\nlib.run(a)\n', { say: () => block('x') })
		expect(fixes.map(({ origin }) => origin)).toEqual(['rule'])
		expect(model?.requests).toEqual([])
	})

	it('can be cancelled', async () => {
		const source = new CancellationSource()
		const say = () => {
			source.cancel()
			return block(good)
		}
		await expect(propose([sql], 'a.js', bad, { say, token: source.token })).rejects.toBeInstanceOf(CancelledError)
	})
})

it('nothing is offered without a rewrite and a model', async () => {
	const { fixes, offers } = await propose([sql], 'a.js', bad)
	expect(offers).toBe(false)
	expect(fixes).toEqual([])
})
