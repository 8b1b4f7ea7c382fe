import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tolerantJson } from '../../../../../src/core/context/imports/tolerantJson.ts'

describe('JSON as people write it', () => {
	it('may have comments, commas behind the last item and a mark at its start', () => {
		const text = '\uFEFF{ // one, ]\n"a": [1, 2, /* , */ ],\n"b//": "/* c */, }", /* "d": 1, */\n}'
		expect(tolerantJson(text)).toEqual({ a: [1, 2], 'b//': '/* c */, }' })
	})

	it('is read as it is where it has none of these', () => {
		fc.assert(
			fc.property(fc.jsonValue(), (value) => {
				const text = JSON.stringify(value)
				expect(tolerantJson(text)).toEqual(JSON.parse(text))
			}),
		)
	})

	it('takes no longer than its length, whatever is left open', () => {
		for (const part of ['"\\', '/*', ', ', '"', '//', '{"a":[', '"\\"']) {
			const started = performance.now()
			expect(tolerantJson(part.repeat(50_000))).toBeUndefined()
			expect(performance.now() - started).toBeLessThan(5_000)
		}
	})
})
