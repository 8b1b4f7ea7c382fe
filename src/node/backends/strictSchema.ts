type Schema = Readonly<Record<string, unknown>>

/**
 * The schema as servers want it that take properties for optional unless they are named as required, and allow others: ours means that
 * each is written and no other is.
 */
export function strictSchema(schema: Schema): Schema {
	const inner = (value: unknown): unknown => {
		if (Array.isArray(value)) return value.map(inner)
		return typeof value === 'object' && value !== null ? strictSchema(value as Schema) : value
	}
	const { properties, items, oneOf, anyOf } = schema
	const isObject = typeof properties === 'object' && properties !== null
	return {
		...schema,
		...(isObject && {
			type: 'object',
			properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, inner(value)])),
			required: Object.keys(properties),
			additionalProperties: false,
		}),
		...(items !== undefined && { items: inner(items) }),
		...(oneOf !== undefined && { oneOf: inner(oneOf) }),
		...(anyOf !== undefined && { anyOf: inner(anyOf) }),
	}
}
