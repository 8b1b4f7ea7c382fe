import type { CancellationToken } from '../../shared/cancellation.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { DeferredModel } from './deferredModel.ts'
import type { ModelChoice } from './engineControl.ts'
import type { CompletionAnswer, CompletionModel, CompletionRequest, WarmUpAnswer, WarmUpRequest } from './ports.ts'

/** A model for completions that is made when the first one is asked for. */
export class DeferredCompletion
	extends DeferredModel<CompletionModel & Partial<ModelChoice> & Disposable>
	implements CompletionModel
{
	async complete(
		request: CompletionRequest,
		onText: (text: string) => void,
		token: CancellationToken,
	): Promise<CompletionAnswer> {
		return (this.opened ?? (await this.open())).complete(request, onText, token)
	}

	async warmUp(request: WarmUpRequest, token: CancellationToken): Promise<WarmUpAnswer> {
		// Loads nothing: what was not needed before is not ready either.
		return this.opened?.warmUp(request, token) ?? { promptTokens: 0, evaluatedTokens: 0, stopReason: 'cancelled' }
	}

	announce(withinMs: number): void {
		this.opened?.announce(withinMs)
	}

	async countTokens(texts: readonly string[], token: CancellationToken): Promise<readonly number[] | undefined> {
		return (this.opened ?? (await this.open())).countTokens(texts, token)
	}
}
