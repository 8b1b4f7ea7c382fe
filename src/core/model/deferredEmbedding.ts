import type { CancellationToken } from '../../shared/cancellation.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { DeferredModel } from './deferredModel.ts'
import type { ModelChoice } from './engineControl.ts'
import type { EmbeddingAnswer, EmbeddingModel, EmbeddingRequest } from './ports.ts'

/** A model for vectors that is made when it is first needed. */
export class DeferredEmbedding
	extends DeferredModel<EmbeddingModel & Partial<ModelChoice> & Disposable>
	implements EmbeddingModel
{
	async embed(request: EmbeddingRequest, token: CancellationToken): Promise<EmbeddingAnswer> {
		return (await this.open()).embed(request, token)
	}

	async countTokens(texts: readonly string[], token: CancellationToken): Promise<readonly number[] | undefined> {
		return (await this.open()).countTokens(texts, token)
	}
}
