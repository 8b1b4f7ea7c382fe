import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../../../../scripts/lib/root.mjs'
import { lowerings } from '../../../../src/core/security/analysis/lowerings.ts'
import type { GrammarName } from '../../../../src/core/syntax/grammarOf.ts'
import { shippedRules, testAnalyzer } from '../../../analyzeForTest.ts'
import { taintRules } from './taint/taintRules.ts'

/** Inputs for each language; more with ALCOVE_FUZZ, as many as 100,000 were run before a release. */
const count = Number(process.env.ALCOVE_FUZZ ?? 120)

const samples: Readonly<Partial<Record<GrammarName, { readonly file: string; readonly folder: string }>>> = {
	javascript: { file: 'a.js', folder: 'javascript' },
	typescript: { file: 'a.ts', folder: 'javascript' },
	tsx: { file: 'a.tsx', folder: 'javascript' },
	python: { file: 'a.py', folder: 'python' },
	java: { file: 'A.java', folder: 'java' },
	go: { file: 'a.go', folder: 'go' },
	php: { file: 'a.php', folder: 'php' },
	ruby: { file: 'a.rb', folder: 'ruby' },
	csharp: { file: 'A.cs', folder: 'csharp' },
	c: { file: 'a.c', folder: 'c' },
	cpp: { file: 'a.cpp', folder: 'c' },
}

/** Templates and pages, of which the code is cut out before it is parsed. What the first of each writes unescaped is found. */
const templates: Readonly<Record<string, { readonly rules: string; readonly seeds: readonly [string, ...string[]] }>> =
	{
		'a.html': {
			rules: 'javascript',
			seeds: [
				'<!doctype html><html><body onload="start()"><p id="p"></p><script>\nconst q = new URLSearchParams(location.search).get("q")\ndocument.getElementById("p").innerHTML = q\n</script><a href="https://a.example" target=_blank>a</a></body></html>',
				'<div class=\'a b\'><!-- <script>no()</script> --><script type="application/json">{"a": "</p>"}</script><script src="a.js"></script></div>',
			],
		},
		'A.vue': {
			rules: 'javascript',
			seeds: [
				'<template><ul><li v-for="(item, at) in items" :key="at" v-html="item.text" @click="go(item)">{{ item.name }}</li><a :href="link">x</a></ul></template>\n<script setup lang="ts">\nimport { ref } from "vue"\nconst items = ref<string[]>([])\nitems.value = [{ text: location.hash }]\nconst link = new URL(location.href).hash\n</script>\n<style>.a { color: red }</style>',
				'<script>\nexport default { data() { return { a: 1 } }, methods: { go(x) { eval(x) } } }\n</script>\n<template><p v-if="a" v-bind="$attrs" :[b]="c"/></template>',
			],
		},
		'A.svelte': {
			rules: 'javascript',
			seeds: [
				'<script lang="ts">\n\texport let data: { text: string }\n\t$: shown = data.text + location.hash\n</script>\n{#each data.items as { id, text: t }, at (id)}<p {id} title="{t}">{@html t}</p>{:else}<p/>{/each}\n{#if shown}{@const x = shown}<a href={x} {...$$restProps}>{x}</a>{@html x}{/if}',
			],
		},
		'a.html.erb': {
			rules: 'ruby',
			seeds: [
				'<h1><%= raw params[:title] %></h1>\n<% @items.each do |item| %>\n  <li><%= item.name.html_safe -%></li>\n<% end %>\n<%# no %><%% %>',
			],
		},
		'A.cshtml': {
			rules: 'csharp',
			seeds: [
				'@page "{id}"\n@model A.B\n@{ var text = Request.Query["t"]; }\n<p>@Html.Raw(text)</p>\n@foreach (var it in Model.Items) { <li>@it.Name</li> }\n@functions { int F(int x) => x; }',
			],
		},
		'a.jsp': {
			rules: 'java',
			seeds: [
				`<%@ page import="java.util.*" %><%! String own(String s) { return s; } %><%-- no --%>\n<% for (String it : request.getParameterValues("a")) { %><li><%= own(it) %></li><% } %>\${param.b} <c:out value="\${c}"/>`,
			],
		},
		'a.blade.php': {
			rules: 'php',
			seeds: [
				'@extends("page")\n@php\n$a = request("a");\n@endphp\n{{-- no --}}<p>{!! $a !!} {{ $a }}</p>\n@foreach ($items as $it)<li>{!! $it->text !!}</li>@endforeach',
			],
		},
	}

/** Pieces of code of a language: the examples of its rules, which hold what people write. */
function seedsOf(folder: string): string[] {
	const path = join(root, 'src', 'rules', folder)
	const texts = readdirSync(path).map((name) => readFileSync(join(path, name), 'utf8'))
	return texts.flatMap((text) =>
		[...text.matchAll(/(?:bad|good): \|\n((?: {8}.*\n|\n)+)/g)].map((match) => (match[1] ?? '').replace(/^ {8}/gm, '')),
	)
}

/** The same numbers each time (mulberry32). */
function randomFrom(seed: number): () => number {
	let state = seed
	return () => {
		state = (state + 0x6d2b79f5) | 0
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
	}
}

const pieces = [
	'(',
	')',
	'{',
	'}',
	'[',
	']',
	';',
	',',
	'"',
	"'",
	'`',
	'=>',
	'...',
	'::',
	'->',
	'?.',
	'<',
	'>',
	'@',
	'#',
	'$',
	'\\',
	'\n',
	'\t',
	'\0',
	'\u{1f600}',
	'/*',
	'*/',
	'//',
	'if',
	'for',
	'class',
	'return',
	'0x',
	'${',
	'<?php',
	'%',
	'&',
	'*',
	'{{',
	'}}',
	'<%',
	'%>',
	'</script>',
	'{#',
]

function mutated(seeds: readonly string[], random: () => number): string {
	const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
	let text = pick(seeds)
	const changes = 1 + Math.floor(random() * 6)
	for (let change = 0; change < changes; change++) {
		const at = Math.floor(random() * (text.length + 1))
		const length = Math.floor(random() * 12)
		const kind = random()
		if (kind < 0.3) text = text.slice(0, at) + text.slice(at + length)
		else if (kind < 0.6) text = text.slice(0, at) + pick(pieces) + text.slice(at)
		else if (kind < 0.8) {
			const other = pick(seeds)
			const from = Math.floor(random() * other.length)
			text = text.slice(0, at) + other.slice(from, from + 40) + text.slice(at)
		} else text = text.slice(0, at) + text.slice(at, at + length).repeat(2) + text.slice(at + length)
	}
	return text
}

describe('code that is broken in any way', () => {
	const analyze = testAnalyzer(taintRules)
	const languages = (Object.keys(lowerings) as GrammarName[]).filter((name) =>
		existsSync(join(root, 'src', 'rules', samples[name]?.folder ?? '-')),
	)

	const analyzeMutated = async (file: string, seeds: readonly string[], seed: number): Promise<void> => {
		const random = randomFrom(seed)
		for (let round = 0; round < count; round++) {
			const text = mutated(seeds, random)
			const [analyzed] = await analyze({ [file]: text })
			const lines = text.split('\n').length
			for (const { range, path } of analyzed?.findings ?? []) {
				expect(range.endLine).toBeLessThan(lines)
				expect(path.length).toBeGreaterThan(0)
			}
			expect(
				analyzed?.gaps.filter(({ reason }) => reason === 'crashed'),
				text,
			).toEqual([])
		}
	}

	it.each(languages)(
		'%s: is analyzed without an exception, and what is found lies in it',
		async (grammar) => {
			const { file, folder } = samples[grammar] as { file: string; folder: string }
			const seeds = seedsOf(folder)
			expect(seeds.length).toBeGreaterThan(10)
			await analyzeMutated(file, seeds, grammar.length * 1_000 + 7)
		},
		600_000,
	)

	it.each(Object.entries(templates))(
		'%s: is analyzed the same way',
		async (file, { rules, seeds }) => {
			const [whole] = await testAnalyzer(shippedRules(rules))({ [file]: seeds[0] })
			expect(whole?.findings.length).toBeGreaterThan(0)
			await analyzeMutated(file, seeds, file.length * 1_000 + 7)
		},
		600_000,
	)

	it.each([
		['nested brackets', 'a.js', `${'('.repeat(10_000)}1${')'.repeat(10_000)}`],
		['nested lists', 'a.py', `${'['.repeat(10_000)}1${']'.repeat(10_000)}`],
		['nested blocks', 'a.go', `package a\nfunc f() ${'{'.repeat(10_000)}${'}'.repeat(10_000)}`],
		['nested calls', 'A.java', `class A { Object f() { return ${'g('.repeat(10_000)}1${')'.repeat(10_000)}; } }`],
		['a chain of operators', 'a.js', `x = ${'1 + '.repeat(10_000)}1`],
		['a chain of calls', 'a.js', `x${'.y()'.repeat(10_000)}`],
		['else if', 'a.js', `${'if (a) {} else '.repeat(5_000)}{}`],
	])('%s, thousands deep, are analyzed in part', async (_, file, text) => {
		const [analyzed] = await analyze({ [file]: text })
		expect(analyzed?.gaps.map(({ reason }) => reason)).not.toContain('crashed')
	})
})
