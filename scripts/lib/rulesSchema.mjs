// Makes the JSON schema of rule files for editors from the product's own check of them.

/** @typedef {Record<string, unknown>} Json */

/**
 * @param {unknown} schema of valibot
 * @returns {Json}
 */
export function ruleFileJsonSchema(schema) {
	return {
		$schema: 'http://json-schema.org/draft-07/schema#',
		title: "Rules of Alcove's security analysis",
		...jsonOf(/** @type {Part} */ (schema)),
	}
}

/**
 * What is read of a schema or of a step of its pipe.
 *
 * @typedef {object} Part
 * @property {string} type
 * @property {readonly Part[]} [pipe]
 * @property {Part} [wrapped]
 * @property {Part} [item]
 * @property {Record<string, Part>} [entries]
 * @property {readonly (Part | string)[]} [options]
 * @property {unknown} [literal]
 * @property {unknown} [requirement]
 * @property {string} [description]
 */

/**
 * @param {Part} part
 * @returns {Json}
 */
function jsonOf(part) {
	return { ...ownJson(part), ...Object.assign({}, ...(part.pipe ?? []).slice(1).map(stepJson)) }
}

/**
 * @param {Part} part
 * @returns {Json}
 */
function ownJson(part) {
	switch (part.type) {
		case 'strict_object': {
			const entries = Object.entries(part.entries ?? {})
			const required = entries.filter(([, { type }]) => type !== 'exact_optional').map(([key]) => key)
			return {
				type: 'object',
				additionalProperties: false,
				...(required.length > 0 && { required }),
				properties: Object.fromEntries(entries.map(([key, value]) => [key, jsonOf(value)])),
			}
		}
		case 'exact_optional':
			return jsonOf(/** @type {Part} */ (part.wrapped))
		case 'array':
			return { type: 'array', items: jsonOf(/** @type {Part} */ (part.item)) }
		case 'union':
			return { anyOf: (part.options ?? []).map((option) => jsonOf(/** @type {Part} */ (option))) }
		case 'picklist':
			return { enum: part.options }
		case 'literal':
			return { const: part.literal }
		case 'string':
		case 'number':
		case 'boolean':
		case 'null':
			return { type: part.type }
		default:
			throw new Error(`There is no JSON schema for ${part.type}.`)
	}
}

/**
 * @param {Part} step
 * @returns {Json}
 */
function stepJson({ type, requirement, description }) {
	switch (type) {
		case 'non_empty':
			return { minLength: 1 }
		case 'min_length':
			return { minItems: requirement }
		case 'max_length':
			return { maxLength: requirement }
		case 'regex':
			return { pattern: /** @type {RegExp} */ (requirement).source }
		case 'integer':
			return { type: 'integer' }
		case 'min_value':
			return { minimum: requirement }
		case 'max_value':
			return { maximum: requirement }
		case 'description':
			return { description }
		case 'check':
			// Only the product's own reader can tell.
			return {}
		default:
			throw new Error(`There is no JSON schema for ${type}.`)
	}
}
