import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../../../../../scripts/lib/root.mjs'
import { printIr } from '../../../../../src/core/security/ir/printIr.ts'
import type { Lowering } from '../../../../../src/core/security/lowering/lowering.ts'
import type { GrammarName } from '../../../../../src/core/syntax/grammarOf.ts'
import { testParser } from '../../../../parseForTest.ts'

/**
 * The golden IR of a language, in `test/golden/security/<folder>`. Each file: the grammar, the code, and after a line of dashes the IR that
 * it becomes. The same code, broken in many ways, has to become some IR, too.
 *
 * @param header how a printed IR of the language begins
 */
export function testGoldenIr(folder: string, lower: Lowering, header: string): void {
	const path = join(root, 'test/golden/security', folder)
	const goldens = readdirSync(path).map((name) => {
		const [head = '', expected = ''] = readFileSync(join(path, name), 'utf8').split('\n----\n')
		const at = head.indexOf('\n')
		return { name, grammar: head.slice(0, at) as GrammarName, code: head.slice(at + 1), expected }
	})
	const parser = testParser()

	it.each(goldens)('$name', async ({ grammar, code, expected }) => {
		const parsed = await parser.parse(grammar, code)
		expect(parsed.errors).toEqual([])
		expect(printIr(lower(parsed))).toBe(expected)
	})

	it.each(goldens)('takes broken code: $name', async ({ grammar, code }) => {
		const random = numbers(code.length)
		let text = code
		let incomplete = 0
		for (let round = 0; round < 60; round++) {
			text = round % 12 === 0 ? code : mutated(text, random)
			const parsed = await parser.parse(grammar, text)
			const ir = lower(parsed)
			if (parsed.errors.length > 0) incomplete++
			expect(printIr(ir).startsWith(header)).toBe(true)
		}
		expect(incomplete).toBeGreaterThan(20)
	})
}

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
