import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../../../../scripts/lib/root.mjs'
import { nativeParsers } from '../../../../scripts/lib/stageParsers.mjs'
import type { GrammarName } from '../../../../src/core/syntax/grammarOf.ts'
import { CodeParser } from '../../../../src/node/security/codeParser.ts'
import { NativeParsers } from '../../../../src/node/security/nativeParsers.ts'
import { GrammarLibrary } from '../../../../src/node/syntax/grammarLibrary.ts'

/** Where the code of the rules for each language lies. */
const folders: Readonly<Partial<Record<GrammarName, string>>> = {
	go: 'go',
	java: 'java',
	javascript: 'javascript',
	python: 'python',
	tsx: 'javascript',
	typescript: 'javascript',
}
const grammars = Object.entries(folders) as (readonly [GrammarName, string])[]

const library = new GrammarLibrary(join(root, 'grammars'))
const web = new CodeParser(library)
const natives = new NativeParsers()
const either = new CodeParser(library, natives)
const problem = await natives.problem()

/** Texts that the one parser or the other may stumble over. */
function variantsOf(text: string): readonly string[] {
	const half = Math.floor(text.length / 2)
	return [
		text,
		text.replaceAll('\n', '\r\n'),
		text.replaceAll(/(["'])(\w)/g, '$1\u{1f600}$2'),
		`${text.slice(0, half)}{ ${text.slice(half + 7)}`,
		text.slice(0, half),
		text.replaceAll('\n', ' '),
	]
}

function codeOf(folder: string): readonly string[] {
	const path = join(root, 'src', 'rules', folder)
	return readdirSync(path).flatMap((name) =>
		[...readFileSync(join(path, name), 'utf8').matchAll(/(?:bad|good): \|\n((?: {8}.*\n|\n)+)/g)].map(([, code = '']) =>
			code.replace(/^ {8}/gm, ''),
		),
	)
}

it('the compiled grammars have the versions of those that are not', () => {
	const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
	const manifest: { readonly grammars: readonly { readonly package: string; readonly version: string }[] } = JSON.parse(
		readFileSync(join(root, 'grammars', 'manifest.json'), 'utf8'),
	)
	const names = nativeParsers.map(([name]) => name).filter((name) => name !== 'tree-sitter')
	const versions = (of: (name: string) => string | undefined) => names.map((name) => [name, of(name)])
	expect(versions((name) => devDependencies[name])).toEqual(
		versions((name) => manifest.grammars.find((it) => it.package === name)?.version),
	)
})

it('a machine without the native parsers says why', async () => {
	const parser = await natives.parser('python')
	expect(parser === undefined).toBe(problem !== undefined)
	expect(problem ?? '').not.toMatch(/[/\\]/)
})

describe('both parsers make the same tree', () => {
	it.each(grammars)('of %s', async (grammar, folder) => {
		let whole = 0
		for (const code of codeOf(folder)) {
			for (const text of variantsOf(code)) {
				const expected = await web.parse(grammar, text)
				expect(await either.parse(grammar, text), text).toEqual(expected)
				if (expected?.errors.length === 0) whole++
			}
		}
		expect(whole).toBeGreaterThan(20)
	})

	it('of a text that is longer than the buffer of the native one', async () => {
		const text = `${'f("\u{1f600}", 1)\n'.repeat(20_000)}g(${'a + '.repeat(50_000)}b)\n`
		expect(await either.parse('javascript', text)).toEqual(await web.parse('javascript', text))
	})

	it('of code that is nested deeper than is read', async () => {
		const text = `a = ${'['.repeat(10_000)}${']'.repeat(10_000)}\n`
		const code = await either.parse('python', text)
		expect(code?.cutAt).toHaveLength(1)
		expect(code).toEqual(await web.parse('python', text))
	})

	it.skipIf(problem !== undefined)('and the native one is asked where there is one', async () => {
		const loaded = await Promise.all(
			grammars.map(async ([grammar]) => [grammar, await natives.parser(grammar)] as const),
		)
		expect(loaded.filter(([, parser]) => !parser).map(([grammar]) => grammar)).toEqual([])
	})
})
