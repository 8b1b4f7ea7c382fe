import type { GgufModel } from './ggufModel.ts'

/** Bytes of one number of a key or value. In q8_0, 32 numbers share a scale of two bytes. */
const kvBytes = { f16: 2, q8_0: 34 / 32 } as const

/** What decides how much memory a context takes. */
export interface ContextShape {
	/** Tokens. */
	readonly contextSize: number
	/** Most tokens that are evaluated in one call. */
	readonly batchSize: number
	readonly flashAttention: boolean | 'auto'
	/** How keys and values are kept. */
	readonly kvType: 'f16' | 'q8_0'
}

/** Tokens in a call where nothing was measured. */
export const usualBatchSize = 256

// What follows was fitted to the resident memory of synthetic models of 8 and 60 million parameters, with vocabularies of 16
// and 152 thousand words: the estimate is 0.9 to 1.3 times what they took.
/** Bytes that a model takes beside its weights: the library, and for each word of the vocabulary its names and numbers. */
const modelBytes = 17 << 20
const wordBytes = 500
/** Attention scores are there before and after they become weights, and once more in half the precision. */
const scoreCopies = 2.5
/** Places of a batch that are answered: for a prompt one, for a draft each. Buffers for more are never touched. */
const mostAnswers = 64
/** Numbers for each place of a batch, as a multiple of the embedding's length. */
const activations = 12

/** What a loaded model takes, in bytes. Weights are mapped from the file, but have to fit to be of any use. */
export function memoryNeeded(model: Pick<GgufModel, 'facts' | 'tensorBytes'>, shape: ContextShape): number {
	return model.tensorBytes + modelBytes + wordBytes * model.facts.vocabularySize + contextBytes(model, shape)
}

/** What each of its contexts takes, in bytes. */
export function contextBytes({ facts }: Pick<GgufModel, 'facts'>, shape: ContextShape): number {
	const { contextSize, batchSize, flashAttention, kvType } = shape
	const { heads, vocabularySize, embeddingLength, kvBytesPerToken } = facts
	const state = kvBytesPerToken * (kvBytes[kvType] / kvBytes.f16) * contextSize
	// Four bytes a number. Flash attention keeps no scores; where it is llama.cpp that decides there may be some.
	const scores = flashAttention === true ? 0 : heads * scoreCopies
	const mask = 1
	const compute = batchSize * (contextSize * (scores + mask) + embeddingLength * activations)
	return state + (compute + Math.min(batchSize, mostAnswers) * vocabularySize) * 4
}
