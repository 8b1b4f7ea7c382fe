import type { ChatAnswer, CompletionAnswer, JsonForm, WrittenAnswer } from '../../core/model/ports.ts'
import { answerText, finishReason, newId, usageOf } from './answerText.ts'
import type { Exchange } from './loopbackServer.ts'
import { ChatBody, CompletionBody, EmbeddingBody, parseBody } from './requestSchemas.ts'
import { loadedToFill, type ServedModels, textModel, vectorModel } from './servedModels.ts'
import { badRequest, ServeError } from './serveError.ts'

/** Where a client says nothing: what Alcove's own chat has, for small models go astray at the 1 of OpenAI. */
const defaultChatTemperature = 0.2
const defaultTokens = 1_024
/** As OpenAI has it for this interface. */
const defaultCompletionTokens = 16

export async function answerChat(models: ServedModels, exchange: Exchange): Promise<WrittenAnswer> {
	const body = parseBody(ChatBody, exchange.body)
	const { id: model, chat } = textModel(models, body.model)
	const json = jsonForm(body)
	const request = {
		purpose: 'chat',
		messages: body.messages.map(({ role, content }) => ({ role: role === 'developer' ? 'system' : role, content })),
		maxTokens: tokensOf(body.max_completion_tokens ?? body.max_tokens, defaultTokens),
		stop: body.stop,
		temperature: body.temperature ?? defaultChatTemperature,
		...(json && { json }),
	} as const
	const head = { id: newId('chatcmpl'), created: seconds(), model }
	const chunk = (delta: object, reason: string | null) => ({
		...{ ...head, object: 'chat.completion.chunk' },
		choices: [{ index: 0, delta, finish_reason: reason }],
	})
	return answerText<ChatAnswer>(
		exchange,
		body.stream === true,
		(onText) => chat.chat(request, onText, exchange.token),
		{
			whole: (answer) => ({
				...{ ...head, object: 'chat.completion' },
				choices: [
					{
						index: 0,
						message: { role: 'assistant', content: answer.text },
						finish_reason: finishReason(answer),
					},
				],
				usage: usageOf(answer),
			}),
			first: () => chunk({ role: 'assistant', content: '' }, null),
			piece: (text) => chunk({ content: text }, null),
			last: (answer) => [
				chunk({}, finishReason(answer)),
				...(body.stream_options?.include_usage === true
					? [{ ...head, object: 'chat.completion.chunk', choices: [], usage: usageOf(answer) }]
					: []),
			],
			done: '[DONE]',
		},
	)
}

export async function answerCompletion(models: ServedModels, exchange: Exchange): Promise<WrittenAnswer> {
	const body = parseBody(CompletionBody, exchange.body)
	const { id: model, completion } = textModel(models, body.model)
	const isFill = typeof body.suffix === 'string' && body.suffix !== ''
	const request = {
		// What fills a gap is waited for by somebody who types.
		purpose: isFill ? 'inline' : 'chat',
		prefix: body.prompt,
		suffix: body.suffix ?? '',
		mode: isFill ? 'fill' : 'plain',
		maxTokens: tokensOf(body.max_tokens, defaultCompletionTokens),
		stop: body.stop,
		temperature: body.temperature ?? 0,
	} as const
	const head = { id: newId('cmpl'), object: 'text_completion', created: seconds(), model }
	const choice = (text: string, reason: string | null) => ({
		...head,
		choices: [{ index: 0, text, logprobs: null, finish_reason: reason }],
	})
	return answerText<CompletionAnswer>(
		exchange,
		body.stream === true,
		async (onText) => {
			if (isFill) await loadedToFill(completion, exchange.token)
			return completion.complete(request, onText, exchange.token)
		},
		{
			whole: (answer) => ({ ...choice(answer.text, finishReason(answer)), usage: usageOf(answer) }),
			piece: (text) => choice(text, null),
			last: (answer) => [
				choice('', finishReason(answer)),
				...(body.stream_options?.include_usage === true ? [{ ...head, choices: [], usage: usageOf(answer) }] : []),
			],
			done: '[DONE]',
		},
	)
}

/** @returns tokens of the texts */
export async function answerEmbedding(models: ServedModels, exchange: Exchange): Promise<number> {
	const { input, encoding_format, model: asked } = parseBody(EmbeddingBody, exchange.body)
	const { id: model, embedding } = vectorModel(models, asked)
	const { vectors, promptTokens } = await embedding.embed({ texts: input, purpose: 'index' }, exchange.token)
	// The server stops, or nobody waits any more.
	if (vectors.length < input.length) throw new ServeError(503, 'server_error', 'the server is stopping')
	const shown = (vector: readonly number[]) => (encoding_format === 'base64' ? base64Of(vector) : vector)
	exchange.json(200, {
		...{ object: 'list', model },
		data: vectors.map((vector, index) => ({ object: 'embedding', index, embedding: shown(vector) })),
		usage: { prompt_tokens: promptTokens, total_tokens: promptTokens },
	})
	return promptTokens
}

/** 32-bit floats, the least significant byte first, as OpenAI sends them. */
function base64Of(vector: readonly number[]): string {
	const bytes = Buffer.alloc(vector.length * 4)
	for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4)
	return bytes.toString('base64')
}

function jsonForm({ response_format: form }: ChatBody): JsonForm | undefined {
	if (form === null || form === undefined || form.type === 'text') return undefined
	const schema = form.json_schema?.schema ?? form.schema
	if (schema === undefined || schema === null)
		throw badRequest('response_format needs a schema: JSON of any form is not supported', 'response_format')
	return { schema }
}

function tokensOf(given: number | null | undefined, fallback: number): number {
	if (given === 0) throw badRequest('at least 1 token has to be asked for', 'max_tokens')
	return given ?? fallback
}

function seconds(): number {
	return Math.floor(Date.now() / 1_000)
}
