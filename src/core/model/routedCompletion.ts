import type { CancellationToken } from '../../shared/cancellation.ts'
import type { CompletionAnswer, CompletionModel, CompletionRequest, WarmUpAnswer, WarmUpRequest } from './ports.ts'
import { RoutedModel } from './routedModel.ts'

/** Completions, by our own model or by the back end that the settings name. */
export class RoutedCompletion extends RoutedModel<CompletionModel> implements CompletionModel {
	complete(
		request: CompletionRequest,
		onText: (text: string) => void,
		token: CancellationToken,
	): Promise<CompletionAnswer> {
		let hasBegun = false
		const show = (text: string) => {
			hasBegun = true
			onText(text)
		}
		return this.ask(
			(model) => model.complete(request, show, token),
			() => hasBegun,
		)
	}

	warmUp(request: WarmUpRequest, token: CancellationToken): Promise<WarmUpAnswer> {
		return this.current.warmUp(request, token)
	}

	announce(withinMs: number): void {
		this.current.announce(withinMs)
	}

	countTokens(texts: readonly string[], token: CancellationToken): Promise<readonly number[] | undefined> {
		return this.ask((model) => model.countTokens(texts, token))
	}
}
