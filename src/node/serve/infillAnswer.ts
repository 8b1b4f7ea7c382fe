import type { CompletionAnswer, WrittenAnswer } from '../../core/model/ports.ts'
import { answerText } from './answerText.ts'
import type { Exchange } from './loopbackServer.ts'
import { InfillBody, parseBody } from './requestSchemas.ts'
import { loadedToFill, type ServedModels, textModel } from './servedModels.ts'

/** Where a client sets no limit, llama-server has none; an answer that nobody ends would keep the engine from everybody else. */
const defaultTokens = 512
const mostTokens = 32_768

/**
 * llama-server's `/infill`. With `n_predict` of 0 the prompt is read and nothing is written, so that the next request finds it.
 *
 * @returns undefined where nothing was to be written
 */
export async function answerInfill(models: ServedModels, exchange: Exchange): Promise<WrittenAnswer | undefined> {
	const body = parseBody(InfillBody, exchange.body)
	const { id: model, completion } = textModel(models, body.model)
	const pieces = body.input_extra.map(({ filename, text }) => ({ path: filename, text }))
	const place = {
		...{ prefix: body.input_prefix, suffix: body.input_suffix, typed: body.prompt },
		purpose: 'inline',
		...(pieces.length > 0 && { context: { path: 'filename', pieces, comment: '//' } }),
	} as const
	if (body.n_predict === 0) {
		await loadedToFill(completion, exchange.token)
		const { promptTokens } = await completion.warmUp(place, exchange.token)
		exchange.json(200, { content: '', stop: true, model, tokens_evaluated: promptTokens, tokens_predicted: 0 })
		return undefined
	}
	const limit = body.n_predict ?? -1
	const request = {
		...place,
		maxTokens: limit < 0 ? defaultTokens : Math.min(limit, mostTokens),
		stop: body.stop,
		temperature: body.temperature ?? 0,
	}
	const final = (content: string, answer: CompletionAnswer) => finalAnswer(model, content, answer)
	return answerText<CompletionAnswer>(
		exchange,
		body.stream === true,
		async (onText) => {
			await loadedToFill(completion, exchange.token)
			return completion.complete(request, onText, exchange.token)
		},
		{
			whole: (answer) => final(answer.text, answer),
			piece: (text) => ({ content: text, stop: false }),
			last: (answer) => [final('', answer)],
		},
	)
}

function finalAnswer(model: string, content: string, { stats, stopReason, cut, context }: CompletionAnswer) {
	const { promptTokens, reusedTokens, generatedTokens, prefillMs, firstTokenMs, totalMs } = stats
	const words = { endOfText: 'eos', stopText: 'word' } as const
	const stopType = stopReason === 'endOfText' || stopReason === 'stopText' ? words[stopReason] : 'limit'
	return {
		...{ content, stop: true, model, stop_type: stopType },
		...{ tokens_predicted: generatedTokens, tokens_evaluated: promptTokens, tokens_cached: reusedTokens },
		truncated: cut !== undefined || stopReason === 'contextFull',
		...(context && { alcove_context: context }),
		timings: {
			...{ cache_n: reusedTokens, prompt_n: promptTokens - reusedTokens, prompt_ms: prefillMs },
			...{ predicted_n: generatedTokens, predicted_ms: Math.max(0, totalMs - firstTokenMs) },
		},
	}
}
