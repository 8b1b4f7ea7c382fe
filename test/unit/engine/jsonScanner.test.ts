import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonScanner } from '../../../src/engine/chat/jsonScanner.ts'

describe('JsonScanner', () => {
	it('knows when objects, arrays, texts, truth values and null are whole, and not before', () => {
		const values = fc.jsonValue().filter((value) => typeof value !== 'number')
		fc.assert(
			fc.property(values, fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
				const text = JSON.stringify(value, undefined, indent)
				const scanner = new JsonScanner()
				for (const character of text.slice(0, -1)) {
					scanner.push(character)
					expect(scanner.isDone).toBe(false)
				}
				scanner.push(text.slice(-1))
				expect(scanner.isDone).toBe(true)
			}),
		)
	})

	it('never takes a number for whole', () => {
		const scanner = new JsonScanner()
		scanner.push('12')
		expect(scanner.isDone).toBe(false)
	})

	it('finds the value of a property of the outermost object only', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, value) => {
				const text = `{"x": {${JSON.stringify(name)}: "inner"}, "list": ["a", "${name.length}"], ${JSON.stringify(name)}: ${JSON.stringify(value)}}`
				// A later property of the same name is another value.
				fc.pre(name !== 'x' && name !== 'list')
				const scanner = new JsonScanner(name)
				scanner.push(text.slice(0, -2))
				expect(scanner.span).toBeUndefined()
				scanner.push(text.slice(-2, -1))
				const { start = 0, end = 0 } = scanner.span ?? {}
				expect(text.slice(start, end)).toBe(JSON.stringify(value))
			}),
		)
	})
})
