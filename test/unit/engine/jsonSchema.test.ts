import { describe, expect, it } from 'vitest'
import { checkSchema, verdictValues } from '../../../src/engine/chat/jsonSchema.ts'

describe('checkSchema', () => {
	it.each([
		{ type: 'object', properties: { a: { enum: ['x', 1, null] }, b: { type: ['string', 'null'] } }, required: ['a'] },
		{ type: 'array', items: { oneOf: [{ const: 1 }, { type: 'boolean' }] }, minItems: 1, maxItems: 3 },
		{ type: 'string', minLength: 1, maxLength: 10, description: 'a text' },
	])('takes %j', (schema) => {
		expect(() => checkSchema(schema)).not.toThrow()
	})

	it.each([
		[{}, /^invalidRequest: schema has no type$/],
		[{ type: 'object', properties: { a: { type: 'string', pattern: 'x' } } }, /schema\.a has "pattern", which is not/],
		[{ anyOf: [] }, /schema has "anyOf"/],
		[{ type: 'text' }, /schema has a value for type/],
		[{ type: 'array', items: { enum: [] } }, /schema\.items has a value for enum/],
		[{ type: 'object', additionalProperties: true }, /additionalProperties/],
		[{ type: 'array', items: { type: 'string' }, maxItems: 1e9 }, /maxItems/],
		[{ type: 'object', properties: { a: 1 } }, /schema\.a is no schema/],
	])('refuses %j', (schema, reason) => {
		expect(() => checkSchema(schema)).toThrow(reason)
	})

	it('refuses what is too deep or too large', () => {
		let deep: object = { type: 'string' }
		for (let i = 0; i < 100; i++) deep = { type: 'array', items: deep }
		expect(() => checkSchema(deep)).toThrow(/one part too many/)
		const wide = Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`p${i}`, { type: 'string' }]))
		expect(() => checkSchema({ type: 'object', properties: wide })).toThrow(/one part too many/)
	})

	it('knows the values of a verdict', () => {
		const schema = { type: 'object', properties: { verdict: { enum: ['yes', 'no', 'yes'] }, other: { enum: [1] } } }
		expect(verdictValues(schema, 'verdict')).toEqual(['yes', 'no'])
		for (const name of ['other', 'none', 'constructor']) expect(() => verdictValues(schema, name)).toThrow(/verdict/)
	})
})
