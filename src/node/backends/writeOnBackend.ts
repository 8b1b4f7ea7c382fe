import { estimatedTokens } from '../../core/model/estimatedTokens.ts'
import { noFigures } from '../../core/model/figures.ts'
import type { WritingTerms, WrittenAnswer } from '../../core/model/ports.ts'
import { CancellationSource, type CancellationToken } from '../../shared/cancellation.ts'
import type { Clock } from '../../shared/clock.ts'
import { CancelledError } from '../../shared/errors.ts'
import { AnswerLimits } from './answerLimits.ts'
import { BackendError } from './backendError.ts'
import type { BackendHttp } from './backendHttp.ts'
import { pause } from './backendModel.ts'
import type { WireEvent, WireRequest } from './dialect.ts'

/** Tries in all, and milliseconds before the second one; before each later one twice as many. */
const mostTries = 3
const firstPauseMs = 300
/** A server that asks for more than that is busy. */
const longestPauseMs = 10_000
/** Milliseconds for what follows the end of an answer, which is at most its costs. */
const afterEndMs = 2_000

/** What has been written until now; kept outside, so that it is there when the request is overtaken. */
export interface Draft {
	text: string
}

/**
 * Has a server write. What may pass is tried again as long as nothing was written; after that a failure is one, for the same answer would
 * not come again.
 *
 * @throws BackendError, CancelledError
 */
export async function writeOnBackend(
	{ http, clock }: { readonly http: BackendHttp; readonly clock: Clock },
	wire: WireRequest,
	{ terms, promptText, draft }: { readonly terms: WritingTerms; readonly promptText: string; readonly draft: Draft },
	onText: (text: string) => void,
	token: CancellationToken,
): Promise<WrittenAnswer> {
	const startedAt = clock.now()
	let firstAt: number | undefined
	const write = (text: string) => {
		if (text === '') return
		firstAt ??= clock.now()
		draft.text += text
		onText(text)
	}
	for (let tries = 1; ; tries++) {
		try {
			const { limits, last } = await readAnswer(http, wire, terms, { clock, write }, token)
			const stopReason = limits.ended ?? reasonOf(last, terms)
			const { promptTokens, generatedTokens, reusedTokens = 0 } = last
			const firstTokenMs = (firstAt ?? clock.now()) - startedAt
			return {
				...{ text: draft.text, stopReason },
				stats: {
					...noFigures,
					promptTokens: promptTokens ?? estimatedTokens(promptText),
					reusedTokens,
					generatedTokens: generatedTokens ?? estimatedTokens(draft.text),
					...{ prefillMs: firstTokenMs, firstTokenMs, totalMs: clock.now() - startedAt },
				},
			}
		} catch (error) {
			if (!(error instanceof BackendError) || !error.isPassing) throw error
			if (draft.text !== '' || tries === mostTries) throw error
			const wanted = error.retryAfterMs ?? firstPauseMs * 2 ** (tries - 1)
			if (wanted > longestPauseMs) throw error
			await pause(wanted, clock, token)
		}
	}
}

async function readAnswer(
	http: BackendHttp,
	wire: WireRequest,
	terms: WritingTerms,
	{ clock, write }: { readonly clock: Clock; readonly write: (text: string) => void },
	token: CancellationToken,
): Promise<{ readonly limits: AnswerLimits; readonly last: WireEvent }> {
	const limits = new AnswerLimits(terms)
	const source = new CancellationSource(token)
	let last: WireEvent = {}
	let isWaitingForEnd = false
	let timer = { dispose() {} }
	try {
		for await (const value of http.stream(wire.path, wire.body, wire.form, source.token)) {
			// What is there already when the request is overtaken comes too late.
			if (token.isCancellationRequested) throw new CancelledError()
			const { text = '', ...facts } = wire.read(value)
			last = { ...last, ...facts }
			write(limits.take(text))
			if (limits.ended !== undefined) break
			if (last.end === undefined || isWaitingForEnd) continue
			isWaitingForEnd = true
			timer = clock.after(afterEndMs, () => source.cancel())
		}
	} catch (error) {
		if (!(error instanceof CancelledError) || token.isCancellationRequested || !isWaitingForEnd) throw error
	} finally {
		timer.dispose()
		source.dispose()
	}
	if (last.end === undefined && limits.ended === undefined)
		throw new BackendError('backendFailed', 'the answer has no end', { isPassing: true })
	write(limits.finish())
	return { limits, last }
}

function reasonOf({ end, generatedTokens }: WireEvent, { stop, maxTokens }: WritingTerms): WrittenAnswer['stopReason'] {
	switch (end) {
		case 'length':
			return generatedTokens !== undefined && generatedTokens < maxTokens ? 'contextFull' : 'maxTokens'
		case 'stop':
			return stop.length > 0 ? 'stopText' : 'endOfText'
		default:
			return end ?? 'endOfText'
	}
}
