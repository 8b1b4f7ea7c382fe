import { type MetadataValue, type Tensor, tensorBytes, tensorTypes, writeGguf } from './ggufWriter.ts'
import { metadataOf, randomWords, type SyntheticModel } from './syntheticModel.ts'

/** The types that a model of ternary weights is kept in: as exact numbers, or packed. */
export type TernaryType = 'F16' | 'TQ1_0' | 'TQ2_0'

/** `ggml_type` of the file as a whole (`llama_ftype`): MOSTLY_F16, MOSTLY_TQ1_0, MOSTLY_TQ2_0. */
const fileTypes = { F16: 1, TQ1_0: 36, TQ2_0: 37 }

const shape = { layers: 3, width: 512, heads: 8, kvHeads: 4, feedForward: 1_024, vocabulary: 2_048, contextSize: 512 }
/** Weights are this, its negative, or 0: 2^-5, as a half-precision number. */
const scale = 0x2800

/**
 * A model in the form of BitNet b1.58 (arXiv 2402.17764) as llama.cpp has it (architecture `bitnet`): every matrix of its layers holds
 * -1, 0 and 1 times one scale. The same seed gives the same weights in every type.
 */
export function writeTernaryModel(path: string, type: TernaryType, seed = 7): number {
	return writeGguf(path, ternaryMetadata(type), ternaryTensors(type, seed))
}

function ternaryMetadata(type: TernaryType): Map<string, MetadataValue> {
	const model: SyntheticModel = { ...shape, type: 'F16' }
	const metadata = new Map<string, MetadataValue>()
	for (const [key, value] of metadataOf(model)) metadata.set(key.replace(/^qwen2\./, 'bitnet.'), value)
	metadata.set('general.architecture', { string: 'bitnet' })
	metadata.set('general.name', { string: `ternary-${type}` })
	metadata.set('general.file_type', { u32: fileTypes[type] })
	metadata.set('bitnet.rope.dimension_count', { u32: shape.width / shape.heads })
	return metadata
}

function ternaryTensors(type: TernaryType, seed: number): Tensor[] {
	const { layers, width, heads, kvHeads, feedForward, vocabulary } = shape
	const kvWidth = (width / heads) * kvHeads
	const ones = (name: string, length: number): Tensor => ({
		...{ name, type: 'F32', shape: [length] },
		data: () => [Buffer.from(new Float32Array(length).fill(1).buffer)],
	})
	let next = seed
	const matrix = (name: string, columns: number, rows: number, kept: TernaryType = type): Tensor => {
		const own = next++
		return { name, type: kept, shape: [columns, rows], data: () => [packed(kept, ternary(columns * rows, own))] }
	}
	const tensors: Tensor[] = [
		// It is the output, too, and no matrix of a layer: kept exact.
		matrix('token_embd.weight', width, vocabulary, 'F16'),
		ones('output_norm.weight', width),
	]
	for (let layer = 0; layer < layers; layer++) {
		const block = `blk.${layer}.`
		tensors.push(
			ones(`${block}attn_norm.weight`, width),
			ones(`${block}attn_sub_norm.weight`, width),
			ones(`${block}ffn_norm.weight`, width),
			ones(`${block}ffn_sub_norm.weight`, feedForward),
			matrix(`${block}attn_q.weight`, width, width),
			matrix(`${block}attn_k.weight`, width, kvWidth),
			matrix(`${block}attn_v.weight`, width, kvWidth),
			matrix(`${block}attn_output.weight`, width, width),
			matrix(`${block}ffn_gate.weight`, width, feedForward),
			matrix(`${block}ffn_up.weight`, width, feedForward),
			matrix(`${block}ffn_down.weight`, feedForward, width),
		)
	}
	return tensors
}

/** Random numbers of -1, 0 and 1, each as likely as the others. */
function ternary(count: number, seed: number): Int8Array {
	const random = randomWords(seed)
	return Int8Array.from({ length: count }, () => (random() % 3) - 1)
}

/** The weights in the layout of a type. Facts of the layouts: `block_tq1_0` and `block_tq2_0` of ggml (ggml-common.h). */
export function packed(type: TernaryType, weights: Int8Array): Buffer {
	const bytes = Buffer.alloc(tensorBytes(type, [weights.length]))
	if (type === 'F16') {
		for (const [index, weight] of weights.entries()) {
			bytes.writeUInt16LE(weight === 0 ? 0 : weight < 0 ? scale | 0x8000 : scale, index * 2)
		}
		return bytes
	}
	const { elements, bytes: blockBytes } = tensorTypes[type]
	for (let block = 0; block < weights.length / elements; block++) {
		const trits = weights.subarray(block * elements, (block + 1) * elements)
		const place = bytes.subarray(block * blockBytes, (block + 1) * blockBytes)
		if (type === 'TQ1_0') packFives(trits, place)
		else packTwoBits(trits, place)
		place.writeUInt16LE(scale, blockBytes - 2)
	}
	return bytes
}

/**
 * Five numbers to the base 3 in a byte: 160 of them in the first 32 bytes, 80 in the next 16, and the last 16 as four in each of 4. A byte
 * takes its numbers at equal distances, the first one as the highest digit, and holds 256/243 of the number, rounded up, so that
 * multiplying by 3 brings out a digit at a time.
 */
function packFives(trits: Int8Array, place: Buffer): void {
	const parts = [
		{ from: 0, bytes: 32, digits: 5, at: 0 },
		{ from: 160, bytes: 16, digits: 5, at: 32 },
		{ from: 240, bytes: 4, digits: 4, at: 48 },
	]
	for (const { from, bytes, digits, at } of parts) {
		for (let byte = 0; byte < bytes; byte++) {
			let number = 0
			for (let digit = 0; digit < 5; digit++) {
				const trit = digit < digits ? (trits[from + digit * bytes + byte] ?? 0) + 1 : 0
				number = number * 3 + trit
			}
			place[at + byte] = Math.floor((number * 256 + 242) / 243)
		}
	}
}

/** Four numbers of two bits in a byte, 32 apart, the first one in the lowest bits; each half of the block by itself. */
function packTwoBits(trits: Int8Array, place: Buffer): void {
	for (let half = 0; half < 2; half++) {
		for (let byte = 0; byte < 32; byte++) {
			let value = 0
			for (let part = 0; part < 4; part++) value |= ((trits[half * 128 + part * 32 + byte] ?? 0) + 1) << (part * 2)
			place[half * 32 + byte] = value
		}
	}
}
