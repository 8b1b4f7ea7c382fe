import type { ChatAnswer, ChatModel, ChatRequest } from '../../core/model/ports.ts'
import type { CancellationToken } from '../../shared/cancellation.ts'
import { askForText, writingParams } from './askForText.ts'
import { EmbeddedModel } from './embeddedModel.ts'

/** Answers conversations with a model of the embedded engine. */
export class EmbeddedChat extends EmbeddedModel implements ChatModel {
	async chat(request: ChatRequest, onText: (text: string) => void, token: CancellationToken): Promise<ChatAnswer> {
		const { messages, json, purpose, deadlineMs } = request
		const params = { messages: [...messages], json, purpose, ...writingParams(request) }
		const { written, whole } = await askForText(onText, (onProgress) =>
			this.handle.ask('chat', params, { token, onProgress, deadlineMs }),
		)
		const verdict = whole?.verdict
		return { ...written, droppedMessages: whole?.droppedMessages ?? 0, ...(verdict !== undefined && { verdict }) }
	}
}
