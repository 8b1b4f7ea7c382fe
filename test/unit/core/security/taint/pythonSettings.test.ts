import { describe, expect, it } from 'vitest'
import type { FindRule, RuleFile, SecurityRule, SinkRule } from '../../../../../src/core/security/rules/ruleTypes.ts'
import { testAnalyzer } from '../../../../analyzeForTest.ts'

const rule = (id: string, parts: Pick<SecurityRule, 'finds' | 'sinks' | 'kind'>): SecurityRule => ({
	id: `python/${id}`,
	title: 'Place',
	message: 'This is wrong.',
	severity: 'high',
	confidence: 'high',
	cwe: [20],
	owasp: ['A03'],
	fix: 'Do not.',
	...parts,
	description: 'It is wrong.',
	references: [],
	example: { bad: '', good: '' },
})
const find = (id: string, ...finds: FindRule[]) => rule(id, { finds })
const sink = (id: string, kind: SecurityRule['kind'], ...sinks: SinkRule[]) =>
	rule(id, { sinks, ...(kind && { kind }) })

const parser = 'import configparser\ndef f(data):\n    p = configparser.ConfigParser()\n    '

const rules: RuleFile = {
	language: 'python',
	sources: [{ label: 'input', parameter: 'data' }],
	guards: [
		{
			call: '*.startswith',
			argument: 'receiver',
			kinds: ['url'],
			when: [{ argument: 0, matches: '^https://[^/]+/' }],
		},
		{
			call: '*.startswith',
			argument: 'receiver',
			kinds: ['option'],
			safeWhen: false,
			when: [{ argument: 0, is: '-' }],
		},
	],
	sanitizers: [{ call: 'repr', kinds: ['log'] }],
	entries: [{ annotation: 'lib.App().route', otherParameters: 'remote' }],
	rules: [
		find('attribute', { assign: 'lib.View.open_to', when: [{ value: true, property: '0', path: 'lib.All' }] }),
		find('setting', { assign: '@setting.OPEN', when: [{ value: true, is: true }] }),
		find('item', { call: 'lib.accept', when: [{ argument: 'of', property: '*', is: false }] }),
		find('changed', { assign: '*.objects.get().amount.@changed' }),
		find('open', { failsOpen: '^is_allowed$' }),
		sink('returned', 'html', { returns: 'lib.App().route', when: [{ argument: 'form', path: 'lib.Html' }] }),
		sink('url', 'url', { call: 'lib.fetch' }),
		sink('option', 'option', { call: 'lib.run' }),
		sink('log', 'log', { call: 'lib.log' }),
		sink('mass', 'mass', { call: 'lib.make', arguments: ['spread'] }),
		sink('code', 'code', { call: 'lib.code' }),
	],
}
const analyze = testAnalyzer([rules])

async function found(body: string): Promise<readonly string[]> {
	const [analyzed] = await analyze({ 'a.py': `import lib\n${body}\n` })
	return analyzed?.findings.map((it) => it.ruleId.slice('python/'.length)) ?? []
}

const guarded = (prefixes: string, name: string) =>
	`def f(data):\n    if not data.startswith(${prefixes}):\n        return\n    lib.${name}(data)`
const refused = (prefixes: string) =>
	`def f(data):\n    if data.startswith(${prefixes}):\n        return\n    lib.run(data)`
const answered = (form: string) => `app = lib.App()\n@app.route('/', form=${form})\ndef f(name):\n    return name`
const failing = (name: string, answer: string) =>
	`def ${name}(who):\n    try:\n        return lib.ask(who)\n    except lib.Error:\n        return ${answer}`

describe('what programs of Python set', () => {
	it.each([
		['an attribute of a class', 'class V(lib.View):\n    open_to = [lib.All]', 'attribute'],
		['a setting of a module', 'OPEN = True', 'setting'],
		['one of several items', "lib.accept(of={'a': True, 'b': False})", 'item'],
		['an amount made of the one before', 'a = lib.M.objects.get()\na.amount -= 1', 'changed'],
		['the same, written out', 'a = lib.M.objects.get()\na.amount = a.amount - 1', 'changed'],
		['a check that fails open', failing('is_allowed', 'True'), 'open'],
		['what a route says that it gives', answered('lib.Html'), 'returned'],
		['one beginning that says too little', guarded("('https://a.example/', 'https://')", 'fetch'), 'url'],
		['beginnings without the one that matters', refused("('+', '/')"), 'option'],
		['a text as it is', "def f(data):\n    lib.log(f'{data}')", 'log'],
		['names in a map', 'def f(data):\n    lib.make(**{k: v for k, v in data.items()})', 'mass'],
		['what a method called dict gives', "def f(data):\n    lib.code(data.args.dict()['a'])", 'code'],
		['a key of a parser', `${parser}p.set('a', 'one', data)\n    lib.log(p.get('a', 'ONE'))`, 'log'],
	])('finds %s', async (_, body, id) => {
		expect(await found(body)).toContain(id)
	})

	it.each([
		['an attribute of another kind', 'class V(lib.View):\n    open_to = [lib.Some]'],
		['a variable of a function', 'def f():\n    OPEN = True\n    return OPEN'],
		['items that are all right', "lib.accept(of={'a': True, 'b': True})"],
		['an amount that is set', 'a = lib.M.objects.get()\na.amount = 5'],
		['an amount of what is locked', 'a = lib.M.objects.locked().get()\na.amount -= 1'],
		['a check that fails closed', failing('is_allowed', 'False')],
		['a question that is none of rights', failing('is_new', 'True')],
		['a route that gives something else', answered('lib.Json')],
		['a route that says nothing', "app = lib.App()\n@app.route('/')\ndef f(name):\n    return name"],
		['beginnings that all say enough', guarded("('https://a.example/', 'https://b.example/')", 'fetch')],
		['beginnings with the one that matters', refused("('-', '/')")],
		['a text as repr shows it', "def f(data):\n    lib.log(f'{data!r}')"],
		[
			'names that were looked for',
			"N = {'a', 'b'}\ndef f(data):\n    lib.make(**{k: v for k, v in data.items() if k in N})",
		],
		[
			'another key of a parser',
			`${parser}p.set('a', 'one', data)\n    p.set('a', 'two', 'b')\n    lib.log(p.get('a', 'two'))`,
		],
	])('leaves %s', async (_, body) => {
		expect(await found(body)).toEqual([])
	})
})
