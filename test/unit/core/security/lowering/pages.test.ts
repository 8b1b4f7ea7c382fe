import { describe, expect, it } from 'vitest'
import { codeOfPage, isInScript } from '../../../../../src/core/security/lowering/script/pages.ts'

/** The code without what is blank; each piece stands where it stood. */
function codeOf(file: string, text: string): string {
	const code = codeOfPage(file, text)?.code ?? ''
	if (code !== '') expect(code).toHaveLength(text.length)
	for (const [at, sign] of [...code].entries()) if (!/[\s;()]/.test(sign)) expect(sign).toBe(text[at])
	return code.replace(/\s+/g, ' ').trim()
}

describe('isInScript', () => {
	it.each([
		['<p>a</p>\n<script lang="ts">\nconst a = 1 < 2\n', true],
		['<SCRIPT>f()', true],
		['<script>f()</script>\n<p>', false],
		['<p>', false],
	])('%j: %s', (before, is) => {
		expect(isInScript(before)).toBe(is)
	})
})

describe('codeOfPage', () => {
	it.each([
		['a.html', '<p>a</p><script>f(1)</script><script src="/a.js">g()</script>', 'f(1);'],
		['a.html', '<script type="application/json">{"a": 1}</script><b :a="c">', ''],
		['a.html', '<!-- <script>f()</script> --><SCRIPT TYPE="module">g("<b>")</SCRIPT>', 'g("<b>");'],
		['a.vue', '<template><p v-html="a + b" :title="c" class="d">{{ e }}</p></template>', ';(a + b); ;(c);'],
		[
			'a.vue',
			'<li v-for="(one, at) of list" :key="at"><a :href="one.to" @click="go()">x</a></li>',
			';(list); ;(at); ;(one.to);',
		],
		['a.vue', '<script setup lang="ts">let a: B</script><style>p { color: red }</style>', 'let a: B;'],
		['a.svelte', '<p>{@html a}</p><a href={b}>{c}</a><i {d} {...e}>', ';(a); ;(b); ;(d); ;(e);'],
	])('%s %s', (file, text, code) => {
		expect(codeOf(file, text)).toBe(code)
	})

	it('says what a template draws', () => {
		const vue = codeOfPage('a.vue', '<li v-for="{ id, html: text } in list"><p v-html="text"/></li><p v-html="id"/>')
		expect(vue?.parts.map((it) => it.kind)).toEqual(['loop', 'element', 'loopEnd', 'element'])
		expect(vue?.parts[0]).toMatchObject({
			item: [
				{ name: 'id', field: 'id' },
				{ name: 'text', field: 'html' },
			],
		})
		const svelte = codeOfPage('a.svelte', '{#each list as one, at (one.id)}{@const a = one.b}<b>{@html a}</b>{/each}')
		expect(svelte?.parts.map((it) => it.kind)).toEqual(['loop', 'constant', 'element', 'loopEnd'])
		expect(svelte?.parts[0]).toMatchObject({ item: [{ name: 'one' }], key: 'at' })
		const html = codeOfPage('a.html', '<script src="//a/b.js" integrity="c"></script>')
		expect(html?.parts).toMatchObject([
			{ tag: 'script', attributes: [{ name: 'src', value: '//a/b.js' }, { name: 'integrity' }] },
		])
	})

	it('comes to an end with any text', () => {
		const pieces = [
			'<',
			'<a',
			' b="',
			"'",
			'{',
			'}',
			'{#each ',
			'{@html ',
			' as ',
			'</',
			'>',
			'<script>',
			'<!--',
			' v-for="a in ',
			'`',
			'\\',
			'=',
		]
		for (let seed = 1; seed < 400; seed++) {
			let state = seed
			const next = () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648)
			const text = Array.from({ length: 12 }, () => pieces[(next() >> 8) % pieces.length]).join('')
			for (const file of ['a.html', 'a.vue', 'a.svelte'])
				expect(codeOfPage(file, text)?.code ?? text).toHaveLength(text.length)
		}
	})
})
