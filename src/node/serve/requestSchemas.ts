import * as v from 'valibot'
import { badRequest, notSupported } from './serveError.ts'

/**
 * What other programs ask for: the interface of OpenAI (platform.openai.com/docs/api-reference) and, for `/infill`, that of llama-server
 * (ggml-org/llama.cpp, tools/server/README.md). Fields that we do not know are ignored, as servers of this kind do; what would
 * make the answer another one, and cannot be done, is refused by `refuseUnsupported`.
 */

/** The engine's limits, so that what is too much is refused with the name of the field. */
const longText = v.pipe(v.string(), v.maxLength(1_000_000))
const mostTokens = 32_768
const tokenLimit = v.nullish(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(mostTokens)))
const stopText = v.pipe(v.string(), v.maxLength(100))
const stop = v.nullish(
	v.pipe(
		v.union([stopText, v.pipe(v.array(stopText), v.maxLength(16))]),
		v.transform((given) => [given].flat().filter((text) => text !== '')),
	),
	[],
)
const temperature = v.nullish(v.pipe(v.number(), v.minValue(0), v.maxValue(4)))
const streaming = {
	stream: v.nullish(v.boolean()),
	stream_options: v.nullish(v.object({ include_usage: v.nullish(v.boolean()) })),
}
const model = v.nullish(v.pipe(v.string(), v.maxLength(1_000)))

const content = v.nullish(
	v.pipe(
		v.union([longText, v.array(v.object({ type: v.literal('text'), text: longText }))]),
		v.transform((given) => (typeof given === 'string' ? given : given.map(({ text }) => text).join(''))),
	),
	'',
)

export const ChatBody = v.object({
	model,
	messages: v.pipe(
		v.array(v.object({ role: v.picklist(['system', 'developer', 'user', 'assistant']), content })),
		v.minLength(1),
		v.maxLength(2_000),
	),
	max_tokens: tokenLimit,
	max_completion_tokens: tokenLimit,
	stop,
	temperature,
	response_format: v.nullish(
		v.object({
			type: v.picklist(['text', 'json_object', 'json_schema']),
			/** OpenAI has it here, */
			json_schema: v.nullish(v.object({ schema: v.nullish(v.record(v.string(), v.unknown())) })),
			/** llama-server here. */
			schema: v.nullish(v.record(v.string(), v.unknown())),
		}),
	),
	...streaming,
})
export type ChatBody = v.InferOutput<typeof ChatBody>

export const CompletionBody = v.object({
	model,
	prompt: v.pipe(
		v.union([longText, v.pipe(v.array(longText), v.length(1))]),
		v.transform((given) => [given].flat().join('')),
	),
	suffix: v.nullish(longText),
	max_tokens: tokenLimit,
	stop,
	temperature,
	...streaming,
})
export type CompletionBody = v.InferOutput<typeof CompletionBody>

export const InfillBody = v.object({
	model,
	input_prefix: v.optional(longText, ''),
	input_suffix: v.optional(longText, ''),
	input_extra: v.optional(
		v.pipe(
			v.array(
				v.object({
					filename: v.optional(v.pipe(v.string(), v.maxLength(1_000)), ''),
					text: v.pipe(v.string(), v.maxLength(100_000)),
				}),
			),
			v.maxLength(200),
		),
		[],
	),
	/** Stands behind the middle token: the model's own first words. */
	prompt: v.optional(v.pipe(v.string(), v.maxLength(20_000)), ''),
	/** -1: no limit but the engine's. */
	n_predict: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(-1))),
	stop,
	temperature,
	stream: v.nullish(v.boolean()),
})
export type InfillBody = v.InferOutput<typeof InfillBody>

export const EmbeddingBody = v.object({
	model,
	input: v.pipe(
		v.union([longText, v.pipe(v.array(longText), v.minLength(1), v.maxLength(1_000))]),
		v.transform((given) => [given].flat()),
	),
	encoding_format: v.nullish(v.picklist(['float', 'base64'])),
})
export type EmbeddingBody = v.InferOutput<typeof EmbeddingBody>

/** @throws ServeError that names the field */
export function parseBody<S extends v.GenericSchema>(schema: S, body: unknown): v.InferOutput<S> {
	refuseUnsupported(body)
	const result = v.safeParse(schema, body)
	if (result.success) return result.output
	const [issue] = result.issues
	const param = v.getDotPath(issue) ?? undefined
	throw badRequest(param === undefined ? issue.message : `${param}: ${issue.message}`, param)
}

/** What would make another answer, and what it may say for that it is not wanted. */
const unsupported: readonly (readonly [string, readonly unknown[]])[] = [
	['n', [1]],
	['best_of', [1]],
	['echo', [false]],
	['logprobs', [false, 0]],
	['tools', []],
	['functions', []],
	['modalities', []],
	['dimensions', []],
]

function refuseUnsupported(body: unknown): void {
	if (typeof body !== 'object' || body === null || Array.isArray(body))
		throw badRequest('the body is not a JSON object')
	const given = new Map(Object.entries(body))
	for (const [name, neutral] of unsupported) {
		const value = given.get(name)
		if (value === undefined || value === null || neutral.includes(value)) continue
		if (Array.isArray(value) && value.length === 0) continue
		throw notSupported(name, `${name} is not supported`)
	}
}
