import { noFigures } from '../../core/model/figures.ts'
import type { ChatAnswer, ChatModel, ChatRequest } from '../../core/model/ports.ts'
import type { CancellationToken } from '../../shared/cancellation.ts'
import { BackendModel } from './backendModel.ts'
import { fitMessages } from './fitPrompt.ts'
import { type Draft, writeOnBackend } from './writeOnBackend.ts'

/** Answers conversations with a model on a server. It cannot say how likely its verdicts were. */
export class BackendChat extends BackendModel implements ChatModel {
	async chat(request: ChatRequest, onText: (text: string) => void, token: CancellationToken): Promise<ChatAnswer> {
		const draft: Draft = { text: '' }
		const out = this.outgoing()
		let droppedMessages = 0
		const asked = await this.ask(request, token, async ({ probed, model: { contextSize } }, ended) => {
			// Half of the context stays for what is asked, whatever the answer may take.
			const maxTokens = Math.min(request.maxTokens, Math.floor(contextSize / 2))
			const all = request.messages.map(({ role, content }) => ({ role, content: out.text(content) }))
			const messages = fitMessages(all, contextSize, maxTokens)
			droppedMessages = all.length - messages.length
			const { stop, temperature = 0, json } = request
			const wire = this.dialect.chat(probed, { messages, json, maxTokens, stop, temperature }, contextSize)
			const promptText = messages.map(({ content }) => content).join('')
			return writeOnBackend(
				{ http: this.http, clock: this.deps.clock },
				wire,
				{ terms: { ...request, maxTokens }, promptText, draft },
				onText,
				ended,
			)
		})
		if (asked.kind === 'answered') return { ...asked.answer, droppedMessages, ...out.told }
		const { reason, elapsedMs } = asked
		const stats = { ...noFigures, firstTokenMs: elapsedMs, totalMs: elapsedMs }
		return { text: draft.text, stopReason: reason, stats, droppedMessages, ...out.told }
	}
}
