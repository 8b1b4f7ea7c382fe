import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../../../../../scripts/lib/root.mjs'
import { printIr } from '../../../../../src/core/security/ir/printIr.ts'
import { lowerRuby } from '../../../../../src/core/security/lowering/ruby/lowerRuby.ts'
import type { GrammarName } from '../../../../../src/core/syntax/grammarOf.ts'
import { testParser } from '../../../../parseForTest.ts'

/** Each file: the grammar, the code, and after a line of dashes the IR that it becomes. */
const folder = join(root, 'test/golden/security/ruby')
const goldens = readdirSync(folder).map((name) => {
	const [head = '', expected = ''] = readFileSync(join(folder, name), 'utf8').split('\n----\n')
	const at = head.indexOf('\n')
	return { name, grammar: head.slice(0, at) as GrammarName, code: head.slice(at + 1), expected }
})
const parser = testParser()

/** The same numbers in each run. */
function numbers(seed: number): () => number {
	let state = seed
	return () => {
		state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
		return state / 2_147_483_648
	}
}

function mutated(code: string, random: () => number): string {
	const at = Math.floor(random() * code.length)
	const length = Math.floor(random() * 12)
	const piece = code.slice(Math.floor(random() * code.length)).slice(0, 10)
	return code.slice(0, at) + (random() < 0.5 ? '' : piece) + code.slice(at + length)
}

describe('lowerRuby', () => {
	it.each(goldens)('$name', async ({ grammar, code, expected }) => {
		const parsed = await parser.parse(grammar, code)
		expect(parsed.errors).toEqual([])
		expect(printIr(lowerRuby(parsed))).toBe(expected)
	})

	it.each(goldens)('takes broken code: $name', async ({ grammar, code }) => {
		const random = numbers(code.length)
		let text = code
		let incomplete = 0
		for (let round = 0; round < 60; round++) {
			text = round % 12 === 0 ? code : mutated(text, random)
			const parsed = await parser.parse(grammar, text)
			const ir = lowerRuby(parsed)
			if (parsed.errors.length > 0) incomplete++
			expect(printIr(ir).startsWith('# ruby')).toBe(true)
		}
		expect(incomplete).toBeGreaterThan(20)
	})

	it('goes as deep as trees go', async () => {
		const deep = `a = ${'f('.repeat(5_000)}1${')'.repeat(5_000)}; b = ${"'x' + ".repeat(3_000)}'x'`
		const ir = lowerRuby(await parser.parse('ruby', deep))
		expect(ir.gaps.length).toBeGreaterThan(0)
	})
})
