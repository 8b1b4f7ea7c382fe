import * as v from 'valibot'
import type { CancellationToken } from '../../shared/cancellation.ts'
import { BackendError } from './backendError.ts'
import type { BackendHttp } from './backendHttp.ts'
import { checked } from './checked.ts'
import type { CompletionWire, Dialect, WireEvent } from './dialect.ts'
import { openAiCommon, servedModel } from './openAiDialect.ts'
import { prefixText } from './wirePrompt.ts'

// By tools/server/README.md of ggml-org/llama.cpp.

const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const Props = v.object({ default_generation_settings: v.nullish(v.object({ n_ctx: v.nullish(count) })) })
const Tokens = v.object({ tokens: v.array(v.unknown()) })
const InfillChunk = v.object({
	content: v.optional(v.string(), ''),
	stop: v.optional(v.boolean(), false),
	stop_type: v.nullish(v.string()),
	tokens_evaluated: v.nullish(count),
	tokens_predicted: v.nullish(count),
	timings: v.nullish(v.object({ cache_n: v.nullish(count) })),
})

/** A server of llama.cpp: it knows the markers of its model, the size of its context, and counts tokens. */
export const llamaServerDialect: Dialect = {
	...openAiCommon,

	async probe(http, { model, use }, token) {
		const found = await servedModel(http, model, token)
		const [contextSize, countsTokens] = [await contextOf(http, token), await canCount(http, token)]
		const isFilling = use === 'completion' && (await canInfill(http, token))
		return {
			...found,
			...{ countsTokens, gap: { by: isFilling ? 'server' : 'none' } },
			...(contextSize !== undefined && { contextSize }),
		}
	},

	completion(model, wire) {
		const isGap = wire.mode === 'fill' && model.gap.by === 'server'
		const { maxTokens, stop, temperature } = wire
		return {
			path: isGap ? '/infill' : '/completion',
			form: 'events',
			body: {
				...(isGap ? infillBody(wire) : { prompt: prefixText(wire) }),
				...{ n_predict: maxTokens, stop, temperature, stream: true, cache_prompt: true },
			},
			read: readChunk,
		}
	},

	async warmUp(http, _, wire, token) {
		const body = { ...infillBody(wire), n_predict: 0, cache_prompt: true }
		const said = checked(InfillChunk, await http.json('/infill', body, token, 'long'))
		return said.tokens_evaluated ?? 0
	},

	count: counted,
}

function infillBody({ prefix, suffix, typed, pieces }: CompletionWire) {
	return {
		...{ input_prefix: prefix, input_suffix: suffix, prompt: typed },
		input_extra: pieces.map(({ path, text }) => ({ filename: path, text })),
	}
}

function readChunk(value: unknown): WireEvent {
	const { content, stop, stop_type, tokens_evaluated, tokens_predicted, timings } = checked(InfillChunk, value)
	if (!stop) return { text: content }
	const cached = timings?.cache_n
	return {
		...{ text: content, end: endOf(stop_type) },
		...(typeof tokens_evaluated === 'number' && { promptTokens: tokens_evaluated }),
		...(typeof tokens_predicted === 'number' && { generatedTokens: tokens_predicted }),
		...(typeof cached === 'number' && { reusedTokens: cached }),
	}
}

function endOf(type: string | null | undefined): NonNullable<WireEvent['end']> {
	if (type === 'eos') return 'endOfText'
	if (type === 'word') return 'stopText'
	return type === 'limit' ? 'length' : 'stop'
}

async function contextOf(http: BackendHttp, token: CancellationToken): Promise<number | undefined> {
	const props = await unless404(http.json('/props', undefined, token))
	return props === undefined ? undefined : (checked(Props, props).default_generation_settings?.n_ctx ?? undefined)
}

async function canCount(http: BackendHttp, token: CancellationToken): Promise<boolean> {
	return (await unless404(http.json('/tokenize', { content: 'a' }, token))) !== undefined
}

/** Asks for nothing to be written. A model without tokens for a gap is refused with 501. */
async function canInfill(http: BackendHttp, token: CancellationToken): Promise<boolean> {
	const body = { input_prefix: 'a', input_suffix: 'b', input_extra: [], n_predict: 0 }
	return (await unless404(http.json('/infill', body, token, 'long'))) !== undefined
}

/** @returns undefined where the server does not have it */
async function unless404(asked: Promise<unknown>): Promise<unknown> {
	try {
		return await asked
	} catch (error) {
		if (error instanceof BackendError && [404, 405, 501].includes(error.status ?? 0)) return undefined
		throw error
	}
}

async function counted(http: BackendHttp, texts: readonly string[], token: CancellationToken): Promise<number[]> {
	const counts: number[] = []
	for (const content of texts) {
		if (content === '') counts.push(0)
		else counts.push(checked(Tokens, await http.json('/tokenize', { content }, token)).tokens.length)
	}
	return counts
}
