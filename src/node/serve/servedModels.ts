import type { LoadedModel } from '../../core/model/modelState.ts'
import type { ChatModel, CompletionModel, EmbeddingModel, Model } from '../../core/model/ports.ts'
import type { CancellationToken } from '../../shared/cancellation.ts'
import { ServeError } from './serveError.ts'

/** A model file, as the programs that ask know it. */
export interface ServedText {
	readonly id: string
	readonly chat: ChatModel
	/** The same model, for filling in. */
	readonly completion: CompletionModel
}

export interface ServedVectors {
	readonly id: string
	readonly embedding: EmbeddingModel
}

export interface ServedModels {
	readonly text: ServedText
	readonly vectors: ServedVectors | undefined
}

/** @throws ServeError where another model is asked for than the one that there is */
export function textModel({ text, vectors }: ServedModels, asked: string | null | undefined): ServedText {
	if (asked === undefined || asked === null || asked === '' || asked === text.id) return text
	if (asked === vectors?.id) throw noSuchModel(asked, 'makes vectors and writes no text')
	throw noSuchModel(asked, 'does not exist')
}

/** @throws ServeError */
export function vectorModel({ text, vectors }: ServedModels, asked: string | null | undefined): ServedVectors {
	const isNamed = asked !== undefined && asked !== null && asked !== ''
	if (vectors !== undefined && (!isNamed || asked === vectors.id)) return vectors
	if (asked === text.id) throw noSuchModel(asked, 'writes text and makes no vectors')
	if (isNamed) throw noSuchModel(asked, 'does not exist')
	throw new ServeError(501, 'not_supported_error', 'no model for vectors: start the server with --embedding-model')
}

/**
 * Loads a model that is to fill a gap. One without tokens for a gap would go on after the prefix as if there was no suffix.
 *
 * @throws ServeError, ModelUnavailableError
 */
export async function loadedToFill(completion: CompletionModel, token: CancellationToken): Promise<void> {
	await completion.countTokens([], token)
	const { state } = completion
	if (state.kind === 'ready' && state.model.fimOrder === 'none')
		throw new ServeError(501, 'not_supported_error', 'this model cannot fill in the middle')
}

function noSuchModel(id: string, why: string): ServeError {
	const name = JSON.stringify(id.slice(0, 100))
	return new ServeError(404, 'invalid_request_error', `the model ${name} ${why}`, {
		code: 'model_not_found',
		param: 'model',
	})
}

/** `/v1/models`: facts of the file are there when it is loaded. */
export function modelList({ text, vectors }: ServedModels) {
	const all = [{ id: text.id, model: text.completion as Model }]
	if (vectors !== undefined) all.push({ id: vectors.id, model: vectors.embedding })
	return {
		object: 'list',
		data: all.map(({ id, model: { state } }) => ({
			...{ id, object: 'model', created: 0, owned_by: 'alcove' },
			meta: state.kind === 'ready' ? metaOf(state.model) : null,
		})),
	}
}

function metaOf({ contextSize, parameters, fileBytes, embeddingSize, fimOrder }: LoadedModel) {
	return {
		n_ctx: contextSize,
		n_params: parameters,
		size: fileBytes,
		...(embeddingSize !== undefined && { n_embd: embeddingSize }),
		can_infill: fimOrder !== 'none',
	}
}
