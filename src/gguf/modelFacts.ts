import { checkConsistency } from './checkConsistency.ts'
import { GgufFormatError } from './ggufFormatError.ts'
import type { GgufTensor, GgufValue } from './header.ts'
import { numberOf, numbersOf, textOf } from './metadataValue.ts'

/** What a language model's metadata says about it. */
export interface ModelFacts {
	readonly architecture: string
	readonly name: string | undefined
	readonly layers: number
	/** Tokens. */
	readonly trainContextSize: number
	readonly vocabularySize: number
	readonly embeddingLength: number
	/** Attention heads of the layer that has the most. */
	readonly heads: number
	/** Bytes of keys and values that one token of context takes, at two bytes a number, over all layers. */
	readonly kvBytesPerToken: number
}

// llama.cpp's LLAMA_MAX_LAYERS; the others are far above every real model's.
const mostLayers = 512
const widest = 1 << 20
const longestContext = 1 << 28
/** Below this not even the markers around the text would be sure to fit. */
const shortestContext = 32
const mostTokens = 4 << 20

/**
 * @param tensors of all parts of the model.
 * @throws GgufFormatError where it is no language model, or one whose numbers would end the process in llama.cpp.
 */
export function modelFacts(metadata: ReadonlyMap<string, GgufValue>, tensors: readonly GgufTensor[]): ModelFacts {
	const architecture = textOf(metadata, 'general.architecture')
	if (!architecture) throw new GgufFormatError('corrupt', 'general.architecture is missing')
	if (!/^[\w.-]{1,64}$/.test(architecture)) throw new GgufFormatError('corrupt', 'general.architecture is no name')
	const kind = textOf(metadata, 'general.type')
	if (kind !== undefined && kind !== 'model') {
		throw new GgufFormatError('unsupported', `the file holds no model but: ${kind.slice(0, 40)}`)
	}
	if (tensors.length === 0) throw new GgufFormatError('unsupported', 'the file holds no weights')
	const required = (name: string, most: number, least = 1) => {
		const value = numberOf(metadata, `${architecture}.${name}`, least, most)
		if (value === undefined) throw new GgufFormatError('unsupported', `${architecture}.${name} is missing`)
		return value
	}
	const layers = required('block_count', mostLayers)
	const embeddingLength = required('embedding_length', widest)
	const attention = attentionOf(metadata, architecture, layers, embeddingLength)
	const facts = {
		architecture,
		name: textOf(metadata, 'general.name'),
		layers,
		trainContextSize: required('context_length', longestContext, shortestContext),
		vocabularySize: vocabularySize(metadata),
		embeddingLength,
		...attention,
	}
	checkConsistency(metadata, tensors, facts)
	return facts
}

function attentionOf(
	metadata: ReadonlyMap<string, GgufValue>,
	architecture: string,
	layers: number,
	embeddingLength: number,
): { heads: number; kvHeads: number; kvBytesPerToken: number } {
	const one = (name: string) => numberOf(metadata, `${architecture}.${name}`, 0, widest)
	const each = (name: string) => numbersOf(metadata, `${architecture}.${name}`, layers, widest)
	const heads = each('attention.head_count') ?? []
	const kvHeads = each('attention.head_count_kv') ?? heads
	const mostHeads = Math.max(0, ...heads)
	const headLength = mostHeads > 0 ? embeddingLength / mostHeads : 0
	const perHead = (one('attention.key_length') ?? headLength) + (one('attention.value_length') ?? headLength)
	// Models with latent attention keep one compressed vector a token and layer instead of keys and values.
	const latent = one('attention.kv_lora_rank') ?? 0
	const numbers =
		latent > 0
			? layers * (latent + (one('rope.dimension_count') ?? 0))
			: kvHeads.reduce((sum, count) => sum + count * perHead, 0)
	return { heads: mostHeads, kvHeads: Math.max(0, ...kvHeads), kvBytesPerToken: Math.ceil(numbers * 2) }
}

function vocabularySize(metadata: ReadonlyMap<string, GgufValue>): number {
	const tokens = metadata.get('tokenizer.ggml.tokens')
	if (typeof tokens !== 'object') throw new GgufFormatError('unsupported', 'the file holds no vocabulary')
	if (tokens.count < 1 || tokens.count > mostTokens || tokens.elementType !== 8) {
		throw new GgufFormatError('corrupt', `a vocabulary of ${tokens.count} tokens`)
	}
	for (const key of ['tokenizer.ggml.scores', 'tokenizer.ggml.token_type']) {
		const array = metadata.get(key)
		if (array === undefined) continue
		if (typeof array !== 'object' || array.count !== tokens.count) {
			throw new GgufFormatError('corrupt', `${key} does not fit the vocabulary`)
		}
	}
	return tokens.count
}
