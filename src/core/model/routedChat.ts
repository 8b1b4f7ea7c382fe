import type { CancellationToken } from '../../shared/cancellation.ts'
import type { ChatAnswer, ChatModel, ChatRequest } from './ports.ts'
import { RoutedModel } from './routedModel.ts'

/** Conversations, with our own model or with the back end that the settings name. */
export class RoutedChat extends RoutedModel<ChatModel> implements ChatModel {
	chat(request: ChatRequest, onText: (text: string) => void, token: CancellationToken): Promise<ChatAnswer> {
		let hasBegun = false
		const show = (text: string) => {
			hasBegun = true
			onText(text)
		}
		return this.ask(
			(model) => model.chat(request, show, token),
			() => hasBegun,
		)
	}

	countTokens(texts: readonly string[], token: CancellationToken): Promise<readonly number[] | undefined> {
		return this.ask((model) => model.countTokens(texts, token))
	}
}
