import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isTemplateName, readTemplate } from '../../../../../src/core/security/templates/readTemplate.ts'
import type { TemplateValue } from '../../../../../src/core/security/templates/template.ts'

function printed(value: TemplateValue): string {
	if (value.kind === 'constant') return '-'
	if (value.kind === 'path') return [value.root, ...value.fields.map((it) => it ?? '*')].join('.')
	return `${value.by ?? ''}(${value.of.map(printed).join(' ')})`
}

/** What a template shows, and where it does harm. */
function shown(file: string, text: string): readonly string[] {
	return (readTemplate(file, text)?.parts ?? []).map((it) => {
		if (it.kind === 'output') return `${it.place} ${printed(it.value)}`
		if (it.kind === 'assign') return `${it.names.join(' ')} ${it.isItem ? 'in' : '='} ${printed(it.value)}`
		if (it.kind === 'include')
			return `include ${it.name} ${it.values.map((one) => `${one.name}=${printed(one.value)}`).join(' ')}`.trim()
		return it.value ? `with ${printed(it.value)}` : 'end'
	})
}

describe('a template', () => {
	it.each([
		['a.html', '{{ a }} {{ a.b|safe }} {{ a|safe|e }} {# {{ b|safe }} #}', ['unescaped safe(a.b)']],
		['a.html', '{% autoescape off %}{{ a }}{% endautoescape %}{{ b }}', ['unescaped a']],
		['a.html', '{% for a, b in c.items() %}{{ b|raw }}{% endfor %}', ['a b in items(c)', 'unescaped raw(b)']],
		['a.html', '{% set a = b ~ "x" %}{% include "c.html" with { d: a } %}', ['a = b', 'include c.html d=a']],
		[
			'a.html.twig',
			"{{ a ? b|raw : 'c' }} {{ a.b['c'].d|upper|raw }}",
			['unescaped raw(b)', 'unescaped raw(upper(a.b.c.d))'],
		],
		['a.njk', '{{ a | default(b) | safe }}', ['unescaped safe(default(a b))']],
		['a.html', '{{ a if b else c }}{{ (a == b)|safe }}', []],
		['a.tpl', '{{!a}}', ['unescaped a']],
		['a.hbs', '{{a}} {{{a.b}}} {{&c}} {{{helper a "b"}}}', ['unescaped a.b', 'unescaped c', 'unescaped helper(a)']],
		['a.hbs', '{{#each a}}{{{b}}}{{/each}}{{> c}}', ['this in a', 'with this', 'unescaped b', 'end', 'include c']],
		['a.hbs', '{{#each a as |one|}}{{{one.b}}}{{/each}}', ['one in a', 'unescaped one.b', 'end']],
		['a.ejs', '<%= a %><%- a.b %><%- escapeHtml(c) %><%# <%- d %>', ['unescaped a.b']],
		[
			'a.ejs',
			"<% a.forEach((b) => { %><%- b.c %><% }) %><%- include('d/e', { f: b }) %>",
			['b in a', 'unescaped b.c', 'include d/e f=b'],
		],
		['a.ejs', '<% for (const b of a.c) { const d = b.e %><%- d %><% } %>', ['b in a.c', 'd = b.e', 'unescaped d']],
		[
			'a.pug',
			'p= a\np!= b.c\np #{d} !{e}\neach f in g\n  li!= f',
			['unescaped b.c', 'unescaped e', 'f in g', 'unescaped f'],
		],
		['a.html', '<p th:text="§{a}"></p><p th:utext="§{a.b}"></p>[(§{c})]', ['unescaped a.b', 'unescaped c']],
		['a.html', '<p th:each="a, it : §{b}" th:utext="|x §{a.c}|"></p>', ['a in b', 'unescaped a.c']],
		[
			'a.ftl',
			'§{a} §{b?html} §{c.d!""}<#list e as f>§{f}</#list>',
			['unescaped a', 'unescaped c.d', 'f in e', 'unescaped f'],
		],
		['a.ftlh', '§{a} §{b?no_esc}', ['unescaped no_esc(b)']],
		[
			'a.jsp',
			'§{a.b} §{fn:escapeXml(c)} <c:out value="§{d}"/><c:out value="§{e}" escapeXml="false"/>',
			['unescaped a.b', 'unescaped e'],
		],
		['a.jsp', '<c:forEach items="§{a}" var="b">§{b.c}</c:forEach>', ['b in a', 'unescaped b.c']],
		['a.blade.php', '{{ $a }} {!! $b->c !!} @{!! $d !!} {{-- {!! $e !!} --}}', ['unescaped b.c']],
		[
			'a.blade.php',
			"@foreach ($a as $key => $b){!! $b['c'] !!}@endforeach @include('d.e', ['f' => $b])",
			['key b in a', 'unescaped b.c', 'include d.e f=b'],
		],
		[
			'a.html',
			'<script>let a = {{ a }}, b = "{{ b }}", c = {{ c|tojson }}, d = `{{ d }}`</script>{{ e }}',
			['script a', 'script d'],
		],
		[
			'a.ejs',
			'<script>let a = <%- JSON.stringify(b) %></script><%= JSON.stringify(c) %>',
			['script stringify(JSON b)'],
		],
		['a.hbs', '<script>let a = {{{json b}}}</script>', ['script json(b)']],
		['a.ejs', '<script>let a = <%- serialize(b) %></script>', ['unescaped serialize(b)']],
		['a.html', `<a onclick="f('{{ a }}')" title="{{ b }}" id={{ c }}>`, ['script a', 'attribute c']],
		['a.html', '<a href="{{ a }}">x</a><a href="/{{ b }}">x</a><img src="{{ c }}">', ['address a']],
		['a.html', '<script>// it\'s\nlet a = {{ a }}</script><!-- <a href="{{ b }}"> -->', ['script a']],
	])('%s: %s', (file, text, expected) => {
		expect(shown(file, text.replaceAll('§', '$'))).toEqual(expected)
	})

	it('is known by its name', () => {
		expect(['a.ejs', 'b/a.html.twig', 'a.blade.php'].map(isTemplateName)).toEqual([true, true, true])
		expect(['a.ts', 'a.php', 'ejs'].map(isTemplateName)).toEqual([false, false, false])
		expect(readTemplate('a.ts', '{{ a|safe }}')).toBeUndefined()
	})

	it('of any kind and text is read in time, each part at its place', () => {
		const pieces = [
			'{{',
			'}}',
			'{%',
			'%}',
			'{{{',
			'<%-',
			'%>',
			'!{',
			'§{',
			'{!!',
			'!!}',
			' a',
			'.b',
			'|safe',
			'"',
			"'",
			'<script>',
			'<a href=',
			'\n',
			'(',
			')',
			'[',
			'#each ',
			'th:utext="',
		]
		const file = fc.constantFrom('a.html', 'a.hbs', 'a.ejs', 'a.pug', 'a.ftl', 'a.jsp', 'a.blade.php')
		fc.assert(
			fc.property(file, fc.array(fc.constantFrom(...pieces), { maxLength: 60 }), (name, list) => {
				const text = list.join('').replaceAll('§', '$')
				for (const { start, end } of readTemplate(name, text)?.parts ?? []) {
					expect(start).toBeGreaterThanOrEqual(0)
					expect(end).toBeLessThanOrEqual(text.length)
				}
			}),
			{ numRuns: 500 },
		)
	})
})
