import type {
	CompletionAnswer,
	CompletionModel,
	CompletionPlace,
	CompletionRequest,
	WarmUpAnswer,
	WarmUpRequest,
} from '../../core/model/ports.ts'
import type { CancellationToken } from '../../shared/cancellation.ts'
import { askForText, writingParams } from './askForText.ts'
import { EmbeddedModel } from './embeddedModel.ts'

/** Fills in the middle with a model of the embedded engine. */
export class EmbeddedCompletion extends EmbeddedModel implements CompletionModel {
	async complete(
		request: CompletionRequest,
		onText: (text: string) => void,
		token: CancellationToken,
	): Promise<CompletionAnswer> {
		const params = { ...placeParams(request), ...writingParams(request), purpose: request.purpose }
		const { written, whole } = await askForText(onText, (onProgress) =>
			this.handle.ask('complete', params, { token, onProgress, deadlineMs: request.deadlineMs }),
		)
		const { context, cut } = whole ?? {}
		return { ...written, ...(context && { context }), ...(cut && { cut }) }
	}

	async warmUp(request: WarmUpRequest, token: CancellationToken): Promise<WarmUpAnswer> {
		const params = { ...placeParams(request), purpose: request.purpose }
		const options = { token, deadlineMs: request.deadlineMs, loads: false }
		const asked = await this.handle.ask('warmUp', params, options)
		if (asked.kind === 'answered') return asked.answer
		return { promptTokens: 0, evaluatedTokens: 0, stopReason: asked.reason }
	}

	announce(withinMs: number): void {
		this.handle.announce(withinMs)
	}
}

function placeParams({ prefix, suffix, typed, mode, context }: CompletionPlace) {
	const pieces = context?.pieces.map(({ path, text }) => ({ path, text })) ?? []
	return { prefix, suffix, typed, mode, context: context && { ...context, pieces } }
}
