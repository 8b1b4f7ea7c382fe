import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsableScript } from '../../../../../src/core/security/lowering/script/parsableScript.ts'
import { testParser } from '../../../../parseForTest.ts'

const parser = testParser()

describe('code of TypeScript that the grammar does not know', () => {
	it.each([
		['styled.div<{ $a: A; b?: number | string }>`x: y`', '<{ $a: A; b?: number | string }>'],
		['sql<number>`select 1`', '<number>'],
		['db.$queryRaw<Map<string, (a: A) => B>[]>`select 1`', '<Map<string, (a: A) => B>[]>'],
		["styled('div')<Props>`x`", '<Props>'],
	])('type arguments of a tagged template are taken away, and what is left is parsed: %s', async (code, types) => {
		const plain = parsableScript(code)
		expect(plain).toBe(code.replace(types, ' '.repeat(types.length)))
		for (const grammar of ['typescript', 'tsx'] as const) {
			expect((await parser.parse(grammar, `x = ${plain}`)).errors).toEqual([])
		}
	})

	it.each(['`Hello<b>`', '`a<br>`', '`<div>`', 'a > b ? `x` : `y`', 'x = a <B>`', '`List<b>` + c<d', ';>`', '>`'])(
		'%s stays as it is',
		(code) => {
			expect(parsableScript(code)).toBe(code)
		},
	)

	it.each([
		"vi.mock('a', async (original) => ({ ...(await original<typeof import('@/utils/helpers')>()), b: 1 }))",
		'type A = typeof import("./a").b',
	])('the type of a module is parsed: %s', async (code) => {
		const plain = parsableScript(code)
		expect(plain.length).toBe(code.length)
		for (const grammar of ['typescript', 'tsx'] as const) {
			expect((await parser.parse(grammar, plain)).errors).toEqual([])
		}
	})

	it('keeps all lines where they are, in any text', () => {
		const sign = fc.constantFrom('a', 'B', '<', '>', '>`', '<{', '}>`', '`', '\n', '\r\n', '=>', ' ', ')', '(')
		fc.assert(
			fc.property(fc.array(sign), (signs) => {
				const text = signs.join('')
				const plain = parsableScript(text)
				expect(plain.length).toBe(text.length)
				expect(plain.replace(/[^\n\r]/g, '')).toBe(text.replace(/[^\n\r]/g, ''))
			}),
		)
	})

	it('takes no time that grows with the square of the text', () => {
		const text = 'a<B>`'.repeat(200_000)
		expect(parsableScript(text).length).toBe(text.length)
		expect(parsableScript('>`'.repeat(200_000)).length).toBe(400_000)
	})
})
