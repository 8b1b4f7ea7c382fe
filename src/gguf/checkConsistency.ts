import { GgufFormatError } from './ggufFormatError.ts'
import type { GgufTensor, GgufValue } from './header.ts'
import { numbersOf } from './metadataValue.ts'

interface Shape {
	readonly architecture: string
	readonly layers: number
	readonly embeddingLength: number
	readonly heads: number
	readonly kvHeads: number
}

/**
 * Refuses the contradictions between metadata and tensors over which llama.cpp's assertions end the process. All of them
 * were found by loading files with changed header fields; contradictions that it reports by itself are left to it.
 *
 * @throws GgufFormatError `corrupt`.
 */
export function checkConsistency(
	metadata: ReadonlyMap<string, GgufValue>,
	tensors: readonly GgufTensor[],
	shape: Shape,
): void {
	const prefix = `${shape.architecture}.`
	checkHeads(tensors, shape)
	const embedding = tensors.find(({ name }) => name === 'token_embd.weight')?.shape[0]
	if (embedding !== undefined && embedding !== shape.embeddingLength) {
		throw new GgufFormatError('corrupt', `${prefix}embedding_length does not fit the tensors`)
	}
	checkFeedForward(metadata, tensors, shape)
	for (const [key, value] of metadata) {
		if (!key.startsWith(prefix) || typeof value !== 'number') continue
		const negativeEpsilon = key.endsWith('epsilon') && value < 0
		if (!Number.isFinite(value) || negativeEpsilon) throw new GgufFormatError('corrupt', `${key} is out of range`)
	}
}

function checkHeads(tensors: readonly GgufTensor[], { heads, kvHeads, embeddingLength }: Shape): void {
	if (!tensors.some(({ name }) => name.includes('.attn_'))) return
	if (heads < 1 || heads > embeddingLength) throw new GgufFormatError('corrupt', `${heads} attention heads`)
	if (kvHeads < 1 || kvHeads > heads) throw new GgufFormatError('corrupt', `${kvHeads} of ${heads} attention heads`)
}

function checkFeedForward(
	metadata: ReadonlyMap<string, GgufValue>,
	tensors: readonly GgufTensor[],
	{ architecture, layers }: Shape,
): void {
	const lengths = numbersOf(metadata, `${architecture}.feed_forward_length`, layers, 1 << 24) ?? []
	for (const { name, shape } of tensors) {
		const layer = /^blk\.(\d+)\.ffn_down\.weight$/.exec(name)?.[1]
		if (layer === undefined) continue
		const length = lengths[Number(layer)] ?? 0
		// A length that is no whole number of blocks cannot be a row of the tensor that it describes.
		if ((length === 0 || length % 32 !== 0) && length !== shape[0]) {
			throw new GgufFormatError('corrupt', `${architecture}.feed_forward_length does not fit the tensors`)
		}
	}
}
