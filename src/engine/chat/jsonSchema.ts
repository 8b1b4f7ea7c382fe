import { EngineError } from '../../protocol/engineErrors.ts'

/** A schema that a grammar can be made of. */
export type JsonSchema = Readonly<Record<string, unknown>>

const types: ReadonlySet<unknown> = new Set(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'])
const deepest = 32
const mostParts = 2_000
/** Items and characters that may be asked for by number: each makes the grammar longer. */
const mostCounted = 1_000

/** What each keyword may be. Whatever is not here would be ignored, and the answer not be what was asked for. */
const keywords: Readonly<Record<string, (value: unknown) => boolean>> = {
	type: (value) =>
		Array.isArray(value) ? value.length > 0 && value.every((each) => types.has(each)) : types.has(value),
	properties: isRecord,
	items: isRecord,
	oneOf: (value) => Array.isArray(value) && value.length > 0,
	enum: (value) => Array.isArray(value) && value.length > 0 && value.every(isScalar),
	const: isScalar,
	minItems: isCount,
	maxItems: isCount,
	minLength: isCount,
	maxLength: isCount,
	// Every property is written, and no other.
	required: (value) => Array.isArray(value),
	additionalProperties: (value) => value === false,
	title: (value) => typeof value === 'string',
	description: (value) => typeof value === 'string',
}

/** @throws EngineError `invalidRequest` that names the place of what is not supported. */
export function checkSchema(schema: unknown): asserts schema is JsonSchema {
	let parts = 0
	const check = (part: unknown, path: string): void => {
		if (!isRecord(part)) throw refusal(path, 'is no schema')
		if (++parts > mostParts || path.split('.').length > deepest) throw refusal(path, 'is one part too many')
		for (const [keyword, value] of Object.entries(part)) {
			const isRight = keywords[keyword]
			if (!isRight) throw refusal(path, `has ${JSON.stringify(keyword.slice(0, 40))}, which is not supported`)
			if (!isRight(value)) throw refusal(path, `has a value for ${keyword} that is not supported`)
		}
		if (!['type', 'enum', 'const', 'oneOf'].some((keyword) => keyword in part)) throw refusal(path, 'has no type')
		for (const [name, property] of Object.entries(part.properties ?? {}))
			check(property, `${path}.${name.slice(0, 40)}`)
		if (part.items !== undefined) check(part.items, `${path}.items`)
		for (const [i, each] of (Array.isArray(part.oneOf) ? part.oneOf : []).entries()) check(each, `${path}.oneOf${i}`)
	}
	check(schema, 'schema')
}

/** The values that a property of the outermost object may have. @throws EngineError `invalidRequest`. */
export function verdictValues(schema: JsonSchema, verdict: string): readonly string[] {
	const property = isRecord(schema.properties) ? schema.properties[verdict] : undefined
	const values = isRecord(property) ? property.enum : undefined
	if (!Array.isArray(values) || !values.every((value): value is string => typeof value === 'string')) {
		throw new EngineError({ code: 'invalidRequest', detail: 'the verdict is no property with an enum of texts' })
	}
	return [...new Set(values)]
}

function refusal(path: string, what: string): EngineError {
	return new EngineError({ code: 'invalidRequest', detail: `${path} ${what}` })
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isScalar(value: unknown): boolean {
	return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}

function isCount(value: unknown): boolean {
	return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= mostCounted
}
