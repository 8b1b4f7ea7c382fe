import { describe, expect, it } from 'vitest'
import type { RuleFile, SecurityRule, SinkKind } from '../../../../../src/core/security/rules/ruleTypes.ts'
import { testAnalyzer } from '../../../../analyzeForTest.ts'

const rule = (kind: SinkKind): SecurityRule => ({
	id: `javascript/${kind}`,
	title: kind,
	message: '{source}',
	severity: 'high',
	confidence: 'high',
	cwe: [20],
	owasp: ['A03'],
	fix: 'Do not.',
	kind,
	sinks: [kind === 'option' ? { call: `lib.${kind}`, arguments: ['operands'] } : { call: `lib.${kind}` }],
	description: 'It does harm.',
	references: [],
	example: { bad: '', good: '' },
})

const kinds: readonly SinkKind[] = ['redirect', 'scheme', 'option', 'path', 'mass', 'command', 'prototype']
const rules: readonly RuleFile[] = [
	{ language: 'javascript', sources: [{ label: 'input', parameter: 'input' }], rules: kinds.map(rule) },
]
const analyze = testAnalyzer(rules)

async function found(body: string, more: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
	const code = `const lib = require('lib')\nconst path = require('path')\n${body}\n`
	const analyzed = await analyze({ 'app/a.js': code, ...more }, ['app/a.js'])
	return analyzed.flatMap((it) => it.findings.map(({ ruleId }) => ruleId.replace('javascript/', '')))
}

describe('what a check of JavaScript says', () => {
	it.each([
		['a folder with its separator', 'folder + path.sep', []],
		['a folder without one', 'folder', ['path']],
		['a constant with one', "'/srv/files/'", []],
		['a constant without one', "'/srv/files'", ['path']],
	])('of a path that begins with %s', async (_, prefix, wanted) => {
		const code = `const folder = path.resolve('files')
function f(input) { const full = path.resolve(folder, input); if (full.startsWith(${prefix})) lib.path(full) }`
		expect(await found(code)).toEqual(wanted)
	})

	it('of a path that was joined and begins with a folder, but not of a list that was', async () => {
		const of = (made: string) =>
			found(`const folder = path.resolve('files')
function f(input) { const full = ${made}; if (full.startsWith(folder + path.sep)) lib.path(full) }`)
		expect(await of('path.join(folder, input)')).toEqual([])
		expect(await of("[folder, input].join('/')")).toEqual(['path'])
	})

	it.each([
		["const pages = { a: '/a', b: '/b' }", 'pages[input] || input'],
		["const pages = { a: '/a', b: '/b' }", "pages[input] || '/'"],
		["const pages = new Map([['a', '/a'], ['b', '/b']])", 'pages.get(input) ?? input'],
		["const pages = new Map([['a', '/a'], ['b', '/b']])", "pages.get(input) ?? '/'"],
	])('of %s, which may not have what is looked for: %s', async (table, target) => {
		expect(await found(`${table}\nfunction f(input) { lib.redirect(${target}) }`)).toEqual(
			target.endsWith('input') ? ['redirect'] : [],
		)
	})

	it('lets the protocol say which program opens an address, but not which host it leads to', async () => {
		const of = (sink: string) =>
			found(
				`function f(input) { const url = new URL(input); if (['https:'].includes(url.protocol)) lib.${sink}(url.href) }`,
			)
		expect(await of('scheme')).toEqual([])
		expect(await of('redirect')).toEqual(['redirect'])
	})

	it('lets a host that is the own one say where an address leads', async () => {
		const of = (other: string) =>
			found(`function g(value, own) {
				const url = new URL(value, own)
				return url.origin === ${other} ? url.pathname + url.search : '/'
			}
			function f(input) { lib.redirect(g(input, process.env.SITE)) }`)
		expect(await of('new URL(own).origin')).toEqual([])
		expect(await of('new URL(value).origin')).toEqual(['redirect'])
	})

	it.each([
		['a word like others', "['a', input]", ['option']],
		['behind the end of options', "['a', '--', input]", []],
		['the value of an option', "['a', '-e', input, 'b']", []],
		['behind a value', "['-e', 'a', input]", ['option']],
		['with something in front', "['a', 'b/' + input]", []],
	])('takes for an option: %s', async (_, words, wanted) =>
		expect(await found(`function f(input) { lib.option('a', ${words}) }`)).toEqual(wanted),
	)

	it('asks how a word begins', async () => {
		const of = (check: string) => found(`function f(input) { if (${check}) lib.option('a', [input]) }`)
		expect(await of("!input.startsWith('-')")).toEqual([])
		expect(await of('/^[a-z][\\w-]*$/.test(input)')).toEqual([])
		expect(await of('/^[\\w-]+$/.test(input)')).toEqual(['option'])
	})

	it('sees names that were copied, unless they are those of a list', async () => {
		const copy = (check: string) =>
			found(`function f(input) {
				const made = {}
				for (const name of Object.keys(input)) ${check} made[name] = input[name]
				lib.mass(made)
			}`)
		expect(await copy('')).toEqual(['mass'])
		expect(await copy("if (['a', 'b'].includes(name))")).toEqual([])
		const pairs = (made: string) => found(`function f(input) { lib.mass(Object.fromEntries(${made})) }`)
		expect(await pairs('Object.entries(input).map(([name, value]) => [name, value.trim()])')).toEqual(['mass'])
		expect(await pairs("['a', 'b'].map((name) => [name, input[name]])")).toEqual([])
	})

	it('calls a function that gives a promise, and one of a folder with an alias', async () => {
		const promised = "const { promisify } = require('util')\nconst run = promisify(lib.command)\n"
		expect(await found(`${promised}async function f(input) { await run(input) }`)).toEqual(['command'])
		const other = { 'src/tool/b.js': "const lib = require('lib')\nexports.g = (it) => lib.command(it)\n" }
		expect(await found("const { g } = require('@/tool/b')\nfunction f(input) { g(input) }", other)).toEqual(['command'])
	})

	it.each([
		['/^\\w+$/', ['prototype']],
		['/^[\\w.-]+$/', ['prototype']],
		['/^[a-z]\\w*$/', []],
		['/^[a-z-]+$/', []],
	])('of a name that matches %s', async (pattern, wanted) => {
		expect(await found(`function f(input) { if (${pattern}.test(input)) lib.prototype(input) }`)).toEqual(wanted)
	})

	it.each([
		["'user-' + input", []],
		['input + 1', []],
		["'__' + input", ['prototype']],
		["input + 'to__'", ['prototype']],
	])('of a name that is made so: %s', async (name, wanted) => {
		expect(await found(`function f(input) { lib.prototype(${name}) }`)).toEqual(wanted)
	})

	it.each([
		["'https://' + input", []],
		["'mailto:' + input", []],
		["'#' + input", []],
		["'java' + input", ['scheme']],
	])('of how an address is opened that begins so: %s', async (address, wanted) => {
		expect(await found(`function f(input) { lib.scheme(${address}) }`)).toEqual(wanted)
	})

	it.each([
		["input.split('.').reduce((at, it) => { lib.command(it); return at }, {})", ['command']],
		["lib.command(input.split('.').reduce((all, it) => all + ' ' + it, 'ls'))", ['command']],
		["lib.command(input.split('.').reduce((all, it) => all + ' ?', 'ls'))", []],
		["input.split('.').reduce((all, it) => { if (all) lib.command(all); return it }, '')", ['command']],
	])('of items that a function goes through with what it made before: %s', async (body, wanted) => {
		expect(await found(`function f(input) { ${body} }`)).toEqual(wanted)
	})
})

describe('what rules ask of JavaScript', () => {
	const asking = (more: Partial<SecurityRule>): readonly RuleFile[] => [
		{
			language: 'javascript',
			sources: [{ label: 'input', parameter: 'input' }],
			callbacks: [{ call: 'lib.on', parameters: [''] }],
			rules: [{ ...rule('other'), kind: undefined, sinks: undefined, ...more } as SecurityRule],
		},
	]
	const lines = async (more: Partial<SecurityRule>, code: string): Promise<readonly number[]> => {
		const analyzed = await testAnalyzer(asking(more))({ 'app/a.js': `const lib = require('lib')\n${code}` }, [
			'app/a.js',
		])
		return analyzed.flatMap((it) => it.findings.map(({ range }) => range.startLine))
	}

	it('is looked for in all of a file, not only in its beginning', async () => {
		const more = { finds: [{ call: 'lib.open', when: [{ file: 'isGuarded', not: true }] }] }
		const long = '// a line of some words that say nothing\n'.repeat(200)
		expect(await lines(more, `lib.open()\n${long}`)).toEqual([1])
		expect(await lines(more, `lib.open()\n${long}const isGuarded = true`)).toEqual([])
	})

	it.each([
		['input.website', true],
		['siteOf(input)', true],
		['siteOf({ website: input.avatar })', false],
		['input.website.host', false],
	])('is of which field the data is: %s', async (given, isFound) => {
		const more = { kind: 'other' as const, sinks: [{ call: 'lib.open', when: [{ argument: 0, field: '^website$' }] }] }
		const code = `const siteOf = (it) => String(it.website).trim()\nfunction f(input) { lib.open(${given}) }`
		expect(await lines(more, code)).toHaveLength(isFound ? 1 : 0)
	})

	it.each([
		['type A { b(first: Int): [B!]! }\ntype B { a: A }', true],
		['type A { b: B }\ntype B { name: String }\nextend type B { a: A }', true],
		['type A { b: B }\ntype B { name: String }', false],
		['type A = { a: A }', false],
	])('is whether a schema leads back to itself: %s', async (schema, isFound) => {
		const more = { finds: [{ call: 'lib.serve', when: [{ cyclicSchema: true }] }] }
		expect(await lines(more, `lib.serve()\n/* ${schema} */`)).toHaveLength(isFound ? 1 : 0)
	})

	it.each([
		['const lock = inject(lib.Lock)', true],
		['const lock = container.resolve(lib.Lock)', true],
		['const lock = map.get(lib.LOCK)', false],
	])('is of the class of a library that a container is asked for: %s', async (body, isFound) => {
		expect(await lines({ finds: [{ call: 'lib.Lock.open' }] }, `${body}\nlock.open()`)).toHaveLength(isFound ? 1 : 0)
	})

	it('is what a function returns that was handed over, and no other one', async () => {
		const more = { kind: 'other' as const, sinks: [{ returns: 'lib.on' }] }
		const code = `lib.on((input) => {
  const inner = (input) => input
  return inner(input)
})
lib.off((input) => input)`
		expect(await lines(more, code)).toEqual([3])
	})

	it.each([
		['if (a) lib.refuse()\n  lib.act()', true],
		['if (a) { lib.refuse() }\n  const b = lib.act()', true],
		['try { lib.ask() } catch { lib.refuse() }\n  return lib.act()', true],
		['try { if (a) { lib.refuse() } } finally { a = 0 }\n  lib.act()', true],
		['if (a) return lib.refuse()\n  lib.act()', false],
		['if (a) { lib.refuse(); return }\n  lib.act()', false],
		['if (a) lib.refuse()\n  else lib.act()', false],
		['if (a) lib.refuse()\n  console.log(a)', false],
		['if (a) lib.refuse()\n  if (response.headersSent) return\n  lib.act()', false],
		['lib.refuse()\n  lib.act()', false],
	])('is whether the function goes on: %s', async (body, isFound) => {
		const more = { finds: [{ call: 'lib.refuse', when: [{ goesOn: true as const }] }] }
		expect(await lines(more, `export function f(a, response) {\n  ${body}\n}`)).toHaveLength(isFound ? 1 : 0)
	})

	it.each([
		['it.use(); it.release()', true],
		['try { it.use(); it.release() } catch (e) { throw e }', true],
		['try { it.use() } finally { it.release() }', false],
		['try { it.use(); it.release() } catch (e) { it.release(); throw e }', false],
		['try { it.use() } catch (e) { lib.log(e) } it.release()', false],
		['it.use(); return it', false],
		['it.use(); later(() => it.release())', false],
		['it.release()', false],
	])('is whether something is given back: %s', async (body, isFound) => {
		const more = { finds: [{ call: 'lib.take', when: [{ unreleased: '^release$' }] }] }
		const code = `export async function f(later) { const it = await lib.take(); ${body} }`
		expect(await lines(more, code)).toHaveLength(isFound ? 1 : 0)
	})

	it.each([
		['if (lib.check(a)) go()', true],
		['const ok = lib.check(a); return ok ? 1 : 2', true],
		['return !isMine(a) && go()', true],
		['if (await lib.check(a)) go()', false],
		['const ok = await lib.check(a); return ok ? 1 : 2', false],
		['const [ok] = await Promise.all([lib.check(a)]); return ok ? 1 : 2', false],
		['lib.check(a).then((ok) => { if (ok) go() })', false],
		['if (lib.check(a, (e, ok) => go(ok))) go()', false],
		['if (other(a)) go()', false],
	])('is a promise that is asked: %s', async (body, isFound) => {
		const more = { finds: [{ unawaited: 'lib.check', method: '^is[A-Z]' }] }
		const code = `async function isMine(a) { return a }
async function other(a) { return a }
export async function f(a) { ${body} }`
		expect(await lines(more, code)).toHaveLength(isFound ? 1 : 0)
	})
})
