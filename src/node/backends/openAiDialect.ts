import * as v from 'valibot'
import type { JsonForm } from '../../core/model/ports.ts'
import type { CancellationToken } from '../../shared/cancellation.ts'
import { BackendError } from './backendError.ts'
import type { BackendHttp } from './backendHttp.ts'
import { checked } from './checked.ts'
import type { ChatWire, Dialect, GapForm, ProbedModel, VectorAnswer, WireEvent } from './dialect.ts'
import { gapText } from './fimTexts.ts'
import { strictSchema } from './strictSchema.ts'
import { gapPrompt } from './wirePrompt.ts'

/** platform.openai.com/docs/api-reference: a request names at most four texts to stop at; we look for all of them ourselves. */
const mostStops = 4

const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const Usage = v.object({
	prompt_tokens: v.nullish(count),
	completion_tokens: v.nullish(count),
	prompt_tokens_details: v.nullish(v.object({ cached_tokens: v.nullish(count) })),
})
const ModelList = v.object({
	data: v.array(
		v.object({
			id: v.string(),
			/** vLLM. */
			max_model_len: v.nullish(count),
			/** llama-server, and `alcove serve`, which knows the context that it has. */
			meta: v.nullish(
				v.object({
					n_ctx: v.nullish(count),
					n_params: v.nullish(count),
					size: v.nullish(count),
				}),
			),
		}),
	),
})
const Vectors = v.object({
	data: v.array(v.object({ index: count, embedding: v.array(v.number()) })),
	usage: v.nullish(Usage),
})
const TextChunk = v.object({
	choices: v.array(v.object({ text: v.nullish(v.string()), finish_reason: v.nullish(v.string()) })),
	usage: v.nullish(Usage),
})
const ChatChunk = v.object({
	choices: v.array(
		v.object({
			delta: v.nullish(v.object({ content: v.nullish(v.string()) })),
			/** Of an answer that is no stream. */
			message: v.nullish(v.object({ content: v.nullish(v.string()) })),
			finish_reason: v.nullish(v.string()),
		}),
	),
	usage: v.nullish(Usage),
})

/** What is the same for OpenAI's interface and for llama-server, which has it beside its own. */
export const openAiCommon = {
	async list(http: BackendHttp, token: CancellationToken): Promise<readonly string[]> {
		return (await modelsOf(http, token)).map(({ id }) => id)
	},

	chat({ id }: ProbedModel, wire: ChatWire) {
		const { messages, json, maxTokens, stop, temperature } = wire
		return {
			path: '/v1/chat/completions',
			form: 'events' as const,
			body: {
				...{ model: id, messages, max_tokens: maxTokens, temperature },
				...{ stream: true, stream_options: { include_usage: true } },
				...(stop.length > 0 && { stop: stop.slice(0, mostStops) }),
				...(json && { response_format: responseFormat(json) }),
			},
			read: (value: unknown): WireEvent => {
				const { choices, usage } = checked(ChatChunk, value)
				const [choice] = choices
				const text = choice?.delta?.content ?? choice?.message?.content ?? ''
				return { text, ...endOf(choice?.finish_reason), ...tokensOf(usage) }
			},
		}
	},

	async embed(
		http: BackendHttp,
		{ id }: ProbedModel,
		texts: readonly string[],
		token: CancellationToken,
	): Promise<VectorAnswer> {
		const said = await http.json('/v1/embeddings', { model: id, input: texts, encoding_format: 'float' }, token, 'long')
		const { data, usage } = checked(Vectors, said)
		const vectors = data.toSorted((a, b) => a.index - b.index).map(({ embedding }) => embedding)
		return { vectors, promptTokens: usage?.prompt_tokens ?? undefined }
	},
}

/** Any server that is compatible with OpenAI's interface. */
export const openAiDialect: Dialect = {
	...openAiCommon,

	async probe(http, { model, use }, token) {
		const found = await servedModel(http, model, token)
		return { ...found, gap: use === 'completion' ? await gapOf(http, found.id, token) : { by: 'none' } }
	},

	completion(model, wire) {
		const { maxTokens, stop, temperature } = wire
		return {
			path: '/v1/completions',
			form: 'events',
			body: {
				...{ model: model.id, ...gapPrompt(wire, model.gap), max_tokens: maxTokens, temperature },
				...{ stream: true, stream_options: { include_usage: true } },
				...(stop.length > 0 && { stop: stop.slice(0, mostStops) }),
			},
			read: (value) => {
				const { choices, usage } = checked(TextChunk, value)
				const [choice] = choices
				return { text: choice?.text ?? '', ...endOf(choice?.finish_reason), ...tokensOf(usage) }
			},
		}
	},
}

/** @throws BackendError where the model that is wanted is not there */
export async function servedModel(
	http: BackendHttp,
	wanted: string | undefined,
	token: CancellationToken,
): Promise<Omit<ProbedModel, 'gap'>> {
	const all = await modelsOf(http, token)
	const found = wanted === undefined ? all[0] : all.find(({ id }) => id === wanted)
	if (!found) throw new BackendError('modelNotServed', wanted ?? 'it has none')
	const { id, max_model_len, meta } = found
	const contextSize = max_model_len ?? meta?.n_ctx ?? undefined
	return {
		...{ id, countsTokens: false },
		...(contextSize !== undefined && { contextSize }),
		...(typeof meta?.n_params === 'number' && { parameters: meta.n_params }),
		...(typeof meta?.size === 'number' && { fileBytes: meta.size }),
	}
}

async function modelsOf(http: BackendHttp, token: CancellationToken) {
	return checked(ModelList, await http.json('/v1/models', undefined, token)).data
}

/** Asks for one token between two letters: no document says what a server can, and none of the user's text is needed to know. */
async function gapOf(http: BackendHttp, id: string, token: CancellationToken): Promise<GapForm> {
	const ask = (more: object) =>
		http.json('/v1/completions', { model: id, prompt: 'a', max_tokens: 1, ...more }, token, 'long')
	try {
		await ask({ suffix: 'b' })
		return { by: 'server' }
	} catch (error) {
		if (!isRefusal(error)) throw error
	}
	try {
		await ask({})
	} catch (error) {
		if (!isRefusal(error)) throw error
		throw new BackendError('modelNotCapable', 'the server has no /v1/completions', { cause: error })
	}
	const show = gapText(id)
	return show ? { by: 'text', show } : { by: 'none' }
}

/** The server understood, and does not do it. */
function isRefusal(error: unknown): boolean {
	return error instanceof BackendError && [400, 404, 405, 422, 500, 501].includes(error.status ?? 0)
}

export function responseFormat({ schema }: JsonForm) {
	return { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema: strictSchema(schema) } }
}

function endOf(reason: string | null | undefined): Pick<WireEvent, 'end'> {
	if (reason === null || reason === undefined) return {}
	return { end: reason === 'length' ? 'length' : 'stop' }
}

function tokensOf(usage: v.InferOutput<typeof Usage> | null | undefined) {
	const reused = usage?.prompt_tokens_details?.cached_tokens
	return {
		...(typeof usage?.prompt_tokens === 'number' && { promptTokens: usage.prompt_tokens }),
		...(typeof usage?.completion_tokens === 'number' && { generatedTokens: usage.completion_tokens }),
		...(typeof reused === 'number' && { reusedTokens: reused }),
	}
}
