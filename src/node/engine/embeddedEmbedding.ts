import type { EmbeddingAnswer, EmbeddingModel, EmbeddingRequest } from '../../core/model/ports.ts'
import type { CancellationToken } from '../../shared/cancellation.ts'
import { EmbeddedModel } from './embeddedModel.ts'

/** Turns texts into vectors with a model of the embedded engine. */
export class EmbeddedEmbedding extends EmbeddedModel implements EmbeddingModel {
	async embed({ texts, purpose, deadlineMs }: EmbeddingRequest, token: CancellationToken): Promise<EmbeddingAnswer> {
		const asked = await this.handle.ask('embed', { texts: [...texts], purpose }, { token, deadlineMs })
		if (asked.kind === 'answered') return asked.answer
		const { reason, elapsedMs } = asked
		return { vectors: [], stopReason: reason, promptTokens: 0, queueMs: elapsedMs, totalMs: elapsedMs }
	}
}
