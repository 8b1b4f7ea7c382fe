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

const kinds: readonly SinkKind[] = ['redirect', 'scheme', 'option', 'path', 'mass', 'command']
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
})
