import type { CancellationToken } from '../../shared/cancellation.ts'
import type { EmbeddingAnswer, EmbeddingModel, EmbeddingRequest } from './ports.ts'
import { RoutedModel } from './routedModel.ts'

/** Vectors, by our own model or by the back end that the settings name. A route for them never fails over: vectors of two models do not compare. */
export class RoutedEmbedding extends RoutedModel<EmbeddingModel> implements EmbeddingModel {
	embed(request: EmbeddingRequest, token: CancellationToken): Promise<EmbeddingAnswer> {
		return this.ask((model) => model.embed(request, token))
	}

	countTokens(texts: readonly string[], token: CancellationToken): Promise<readonly number[] | undefined> {
		return this.ask((model) => model.countTokens(texts, token))
	}
}
