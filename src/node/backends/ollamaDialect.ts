import * as v from 'valibot'
import type { CancellationToken } from '../../shared/cancellation.ts'
import { BackendError } from './backendError.ts'
import type { BackendHttp } from './backendHttp.ts'
import { checked } from './checked.ts'
import type { Dialect, ProbedModel, WireEvent } from './dialect.ts'
import { gapText } from './fimTexts.ts'
import { strictSchema } from './strictSchema.ts'
import { gapPrompt } from './wirePrompt.ts'

// By docs/api.md of ollama/ollama.

const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const Tags = v.object({ models: v.array(v.object({ name: v.string() })) })
const Show = v.object({
	details: v.nullish(v.object({ family: v.nullish(v.string()), quantization_level: v.nullish(v.string()) })),
	model_info: v.nullish(v.record(v.string(), v.unknown())),
	capabilities: v.nullish(v.array(v.string())),
})
const end = {
	done: v.optional(v.boolean(), false),
	done_reason: v.nullish(v.string()),
	prompt_eval_count: v.nullish(count),
	eval_count: v.nullish(count),
}
const GenerateChunk = v.object({ response: v.optional(v.string(), ''), ...end })
const ChatChunk = v.object({ message: v.nullish(v.object({ content: v.optional(v.string(), '') })), ...end })
const Vectors = v.object({ embeddings: v.array(v.array(v.number())), prompt_eval_count: v.nullish(count) })

/** Ollama, by its own interface: that tells more than the one that is compatible with OpenAI's, and takes the size of the context. */
export const ollamaDialect: Dialect = {
	async list(http, token) {
		return (await tags(http, token)).map(({ name }) => name)
	},

	async probe(http, { model, use }, token) {
		const id = model ?? (await tags(http, token))[0]?.name
		if (id === undefined) throw new BackendError('modelNotServed', 'it has none')
		return probed(id, use, await shown(http, id, token))
	},

	completion(model, wire, contextSize) {
		const { prompt, suffix } = gapPrompt(wire, model.gap)
		return {
			path: '/api/generate',
			form: 'lines',
			body: {
				...{ model: model.id, prompt, stream: true },
				// Without a suffix a template of a conversation would be put around the text.
				...(suffix === undefined ? { raw: true } : { suffix }),
				options: optionsOf(wire, contextSize),
			},
			read: (value) => {
				const chunk = checked(GenerateChunk, value)
				return { text: chunk.response, ...endOf(chunk) }
			},
		}
	},

	chat(model, wire, contextSize) {
		const { messages, json } = wire
		return {
			path: '/api/chat',
			form: 'lines',
			body: {
				...{ model: model.id, messages, stream: true },
				...(json && { format: strictSchema(json.schema) }),
				options: optionsOf(wire, contextSize),
			},
			read: (value) => {
				const chunk = checked(ChatChunk, value)
				return { text: chunk.message?.content ?? '', ...endOf(chunk) }
			},
		}
	},

	async embed(http, { id }, texts, token) {
		const said = await http.json('/api/embed', { model: id, input: texts, truncate: true }, token, 'long')
		const { embeddings, prompt_eval_count } = checked(Vectors, said)
		return { vectors: embeddings, promptTokens: prompt_eval_count ?? undefined }
	},
}

interface Terms {
	readonly maxTokens: number
	readonly stop: readonly string[]
	readonly temperature: number
}

/** The context that Ollama takes by itself is small whatever the model can, and what does not fit is cut without a word. */
function optionsOf({ maxTokens, stop, temperature }: Terms, contextSize: number) {
	return { num_predict: maxTokens, num_ctx: contextSize, temperature, ...(stop.length > 0 && { stop }) }
}

async function tags(http: BackendHttp, token: CancellationToken) {
	return checked(Tags, await http.json('/api/tags', undefined, token)).models
}

async function shown(http: BackendHttp, model: string, token: CancellationToken) {
	try {
		return checked(Show, await http.json('/api/show', { model }, token))
	} catch (error) {
		if (error instanceof BackendError && error.status === 404)
			throw new BackendError('modelNotServed', model, { status: 404, cause: error })
		throw error
	}
}

function probed(
	id: string,
	use: string,
	{ details, model_info: info, capabilities }: v.InferOutput<typeof Show>,
): ProbedModel {
	const architecture = info?.['general.architecture']
	const contextSize = info?.[`${architecture}.context_length`]
	const parameters = info?.['general.parameter_count']
	const known = gapText(id)
	// Versions that do not list what a model can are asked to do it.
	const fills = capabilities ? capabilities.includes('insert') : true
	if (
		use === 'embedding' &&
		capabilities &&
		!capabilities.includes('embedding') &&
		!capabilities.includes('completion')
	)
		throw new BackendError('modelNotCapable', 'it makes no vectors')
	return {
		...{ id, countsTokens: false },
		gap: fills ? { by: 'server' } : known ? { by: 'text', show: known } : { by: 'none' },
		...(typeof architecture === 'string' && { architecture }),
		...(typeof contextSize === 'number' && { contextSize }),
		...(typeof parameters === 'number' && { parameters }),
		...(typeof details?.quantization_level === 'string' && { quantization: details.quantization_level }),
	}
}

interface OllamaEnd {
	readonly done: boolean
	readonly done_reason?: string | null | undefined
	readonly prompt_eval_count?: number | null | undefined
	readonly eval_count?: number | null | undefined
}

function endOf({ done, done_reason, prompt_eval_count, eval_count }: OllamaEnd): WireEvent {
	if (!done) return {}
	return {
		end: done_reason === 'length' ? 'length' : 'stop',
		...(typeof prompt_eval_count === 'number' && { promptTokens: prompt_eval_count }),
		...(typeof eval_count === 'number' && { generatedTokens: eval_count }),
	}
}
