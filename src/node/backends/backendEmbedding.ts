import { estimatedTokens } from '../../core/model/estimatedTokens.ts'
import type { EmbeddingAnswer, EmbeddingModel, EmbeddingRequest } from '../../core/model/ports.ts'
import type { CancellationToken } from '../../shared/cancellation.ts'
import { BackendError } from './backendError.ts'
import { BackendModel } from './backendModel.ts'
import { beginningOf } from './fitPrompt.ts'

/** Texts in one request: a cancelled call has the vectors of those before it. */
const textsPerRequest = 32

/** Turns texts into vectors with a model on a server. */
export class BackendEmbedding extends BackendModel implements EmbeddingModel {
	async embed(request: EmbeddingRequest, token: CancellationToken): Promise<EmbeddingAnswer> {
		const startedAt = this.deps.clock.now()
		const vectors: (readonly number[])[] = []
		const out = this.outgoing()
		let promptTokens = 0
		const asked = await this.ask(request, token, async ({ probed, model }, ended) => {
			for (let at = 0; at < request.texts.length; at += textsPerRequest) {
				const texts = request.texts.slice(at, at + textsPerRequest).map((text) => {
					const shown = beginningOf(out.text(text), model.contextSize)
					// OpenAI's interface refuses a text of nothing.
					return shown === '' ? ' ' : shown
				})
				const answer = await this.dialect.embed(this.http, probed, texts, ended)
				if (answer.vectors.length !== texts.length)
					throw new BackendError('backendFailed', `${answer.vectors.length} vectors for ${texts.length} texts`)
				vectors.push(...answer.vectors.map(ofLengthOne))
				promptTokens += answer.promptTokens ?? texts.reduce((sum, text) => sum + estimatedTokens(text), 0)
			}
		})
		const stopReason = asked.kind === 'answered' ? 'done' : asked.reason
		return { vectors, stopReason, promptTokens, queueMs: 0, totalMs: this.deps.clock.now() - startedAt, ...out.told }
	}
}

/** @throws BackendError where it has no direction */
function ofLengthOne(vector: readonly number[]): readonly number[] {
	const length = Math.hypot(...vector)
	if (!Number.isFinite(length) || length === 0) throw new BackendError('backendFailed', 'a vector without a direction')
	return vector.map((value) => value / length)
}
