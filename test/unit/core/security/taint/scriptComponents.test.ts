import { describe, expect, it } from 'vitest'
import type {
	Condition,
	FunctionDoes,
	RuleFile,
	SecurityRule,
} from '../../../../../src/core/security/rules/ruleTypes.ts'
import { testAnalyzer } from '../../../../analyzeForTest.ts'

const rule = (id: string, more: Partial<SecurityRule>): SecurityRule => ({
	id: `javascript/${id}`,
	title: id,
	message: '{source}',
	severity: 'high',
	confidence: 'high',
	cwe: [20],
	owasp: ['A03'],
	fix: 'Do not.',
	description: 'It does harm.',
	references: [],
	example: { bad: '', good: '' },
	...more,
})

const asks = (name: string, when: Condition) => rule(name, { finds: [{ call: `lib.${name}`, when: [when] }] })
const does = (it: FunctionDoes) => rule(it, { finds: [{ call: `lib.${it}`, when: [{ argument: 0, does: it }] }] })

const rules: readonly RuleFile[] = [
	{
		language: 'javascript',
		callbacks: [{ call: 'lib.Socket.onmessage', parameters: ['remote'] }],
		sources: [{ label: 'input', call: 'lib.input' }],
		rules: [
			rule('html', {
				kind: 'html',
				sinks: [
					{ call: 'lib.html' },
					{ element: '*', attribute: 'v-html' },
					{ element: '@html', attribute: '@html' },
					{ element: 'kit.View', attribute: 'page' },
				],
			}),
			rule('frame', {
				finds: [
					{ element: 'iframe', attribute: 'sandbox', when: [{ receiver: true, property: 'srcDoc', missing: false }] },
				],
			}),
			asks('listen', { argument: 0, asks: '^origin$', not: true }),
			asks('inside', { asks: '^host$', not: true }),
			does('answersYes'),
			does('returnsArgument'),
		],
	},
]
const analyze = testAnalyzer(rules)

async function found(code: string, file = 'a.jsx'): Promise<readonly string[]> {
	const analyzed = await analyze({ [file]: code }, [file])
	return analyzed.flatMap((it) => it.findings.map(({ ruleId }) => ruleId.replace('javascript/', '')))
}

const script = (body: string) => found(`import lib from 'lib'\n${body}\n`)

describe('components', () => {
	it.each([
		['a list', '[]', 'set(lib.input())', 'it.map((one) => <p v-html={one.text} />)'],
		['nothing yet', 'null', 'set(lib.input())', 'it ? <p v-html={it.text} /> : null'],
		['what a function makes of before', "''", 'set((before) => before + lib.input())', '<p v-html={it} />'],
		['what it began with', 'lib.input()', '', '<p v-html={it} />'],
	])('hold in their state %s', async (_, first, later, drawn) => {
		const code = (given: string) => `import { useState, useEffect } from 'react'
			export function A() { const [it, set] = useState(${first === 'lib.input()' ? given : first}); useEffect(() => { ${later.replace('lib.input()', given)} }); return ${drawn} }`
		expect(await script(code('lib.input()'))).toEqual(['html'])
		expect(await script(code("'a'"))).toEqual([])
	})

	it('are drawn with what their beginning left', async () => {
		const code = (name: string) => `export class A extends B { text = ''
			render() { lib.html(this.text) }
			${name}(to) { this.text = to } }`
		expect(await script(code('connectedCallback').replace('= to', '= lib.input()'))).toEqual(['html'])
		expect(await script(code('other'))).toEqual([])
	})

	it.each([
		['a.vue', '<script setup>const a = (</script>', ['syntaxErrors']],
		['a.svelte', '<script>const a = (</script>', ['syntaxErrors']],
		['a.html', '<script>const a = (</script>', ['syntaxErrors']],
		['a.html', '<script>const a = {{ .Text }} (</script>', []],
		['a.vue', '<template><p>{{ a }}</p></template><script setup>const a = 1</script>', []],
	])('%s: %s is analyzed with %j', async (file, text, gaps) => {
		const [analyzed] = await testAnalyzer([])({ [file]: text })
		expect(analyzed?.gaps.map(({ reason }) => reason)).toEqual(gaps)
	})

	it('of Vue and Svelte have a template that names what the script has', async () => {
		const vue = (value: string) => `<template><i v-for="one in all" v-html="one.text"></i></template>
<script setup>import lib from 'lib'; import { ref } from 'vue'; const all = ref([]); all.value = [{ text: ${value} }]</script>`
		expect(await found(vue('lib.input()'), 'a.vue')).toEqual(['html'])
		expect(await found(vue("'a'"), 'a.vue')).toEqual([])
		const svelte = (value: string) => `<script>import lib from 'lib'; const all = [${value}]</script>
{#each all as one}<p>{@html one}</p>{/each}`
		expect(await found(svelte('lib.input()'), 'a.svelte')).toEqual(['html'])
		expect(await found(svelte("'a'"), 'a.svelte')).toEqual([])
		for (const reactive of [
			'$: text = lib.input()',
			'$: ({ text } = { text: lib.input() })',
			'let text; $: text = lib.input()',
		])
			expect(await found(`<script>import lib from 'lib'; ${reactive}</script>{@html text}`, 'a.svelte')).toEqual([
				'html',
			])
		expect(await found('<script>lib.html(lib.input())</script>', 'a.html')).toEqual(['html'])
	})

	it('are known by where they come from, and their attributes by each other', async () => {
		expect(await script("import { View } from 'kit'; export const A = () => <View page={lib.input()} />")).toEqual([
			'html',
		])
		expect(await script("import { View } from 'other'; export const A = () => <View page={lib.input()} />")).toEqual([])
		expect(await script('export const A = ({ a }) => <iframe sandbox="b" srcDoc={a} />')).toEqual(['frame'])
		expect(await script('export const A = ({ a }) => <iframe sandbox="b" src={a} />')).toEqual([])
	})

	it('call what is assigned as a handler', async () => {
		expect(await script('const socket = new lib.Socket(); socket.onmessage = (it) => lib.html(it)')).toEqual(['html'])
		expect(await script('const socket = new lib.Socket(); socket.onclose = (it) => lib.html(it)')).toEqual([])
	})
})

describe('what a function depends on', () => {
	it.each([
		['nothing', '(e) => { use(e.data) }', true],
		['only a log', "(e) => { console.log(e.origin === a ? 'b' : 'c'); use(e.data) }", true],
		['a condition', '(e) => { if (e.origin !== a) return; use(e.data) }', false],
		['a variable in a condition', '(e) => { const isOurs = e.origin === a; if (isOurs) use(e.data) }', false],
		[
			'a variable that no condition looks at',
			'(e) => { const isOurs = e.origin === a; console.log(isOurs); use(e.data) }',
			true,
		],
		['a part of the parameter', '({ data, origin: from }) => { if (from === a) use(data) }', false],
		['what it is handed on to', '(e) => { receive(e.data, e.origin) }', false],
		['all of it', '(e) => { receive(e) }', false],
	])('%s', async (_, code, isFound) => {
		expect(await script(`lib.listen(${code})`)).toEqual(isFound ? ['listen'] : [])
	})

	it('is asked of the function around a place, too', async () => {
		expect(await script('export function f(a, b) { lib.inside(a) }')).toEqual(['inside'])
		expect(await script("export function f(a, b) { if (a.host === 'b') lib.inside(a) }")).toEqual([])
	})
})

describe('what a function does', () => {
	it.each([
		['answersYes', '(a, done) => { done(true) }', true],
		['answersYes', '(a, done) => { const is = a === b ? 1 : 2; console.log(is, a || b); done(true) }', true],
		['answersYes', '(a, done) => { if (a) done(true) }', false],
		['answersYes', '(a, done) => { const is = a && done(true) }', false],
		['returnsArgument', '(a) => a', true],
		['returnsArgument', '(a) => { console.log(a); return a }', true],
		['returnsArgument', '(a) => a.trim()', false],
		['returnsArgument', '(a, b) => b', false],
	])('%s: %s', async (name, code, isFound) => {
		expect(await script(`lib.${name}(${code})`)).toEqual(isFound ? [name] : [])
	})
})
