import type { CancellationToken } from '../../shared/cancellation.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { DeferredModel } from './deferredModel.ts'
import type { ModelChoice } from './engineControl.ts'
import type { ChatAnswer, ChatModel, ChatRequest } from './ports.ts'

/** A model for conversations that is made when the first one is asked for. */
export class DeferredChat extends DeferredModel<ChatModel & Partial<ModelChoice> & Disposable> implements ChatModel {
	async chat(request: ChatRequest, onText: (text: string) => void, token: CancellationToken): Promise<ChatAnswer> {
		return (this.opened ?? (await this.open())).chat(request, onText, token)
	}

	async countTokens(texts: readonly string[], token: CancellationToken): Promise<readonly number[] | undefined> {
		return (this.opened ?? (await this.open())).countTokens(texts, token)
	}
}
