import { type MetadataValue, type Tensor, type TensorType, tensorBytes, tensorTypes, writeGguf } from './ggufWriter.ts'

/**
 * Makes GGUF models of realistic size and known behaviour: the cost of a real model, with an answer that can be foretold.
 *
 * All matrices hold random weights and are computed in full, but the two that write to the residual stream are zero, so
 * the last hidden state is the embedding of the last token, and the output matrix maps it to that token's successor.
 * Successors run through the filler tokens in a circle and never reach a newline or an end token. A draft made with
 * `agreement` 0.8 names the same successor for 80 % of the tokens and another one for the rest.
 */
export interface SyntheticModel {
	readonly layers: number
	readonly width: number
	readonly heads: number
	readonly kvHeads: number
	readonly feedForward: number
	/** Tokens: 256 bytes, fillers and the special tokens. */
	readonly vocabulary: number
	readonly contextSize: number
	/** Type of the layers' matrices. The embedding and the output are F16 in an F16 model, else Q8_0. */
	readonly type: 'F16' | 'Q8_0' | 'Q4_0' | 'Q4_K'
	/** Share of tokens whose successor is the common one, 0 to 1. Default 1. */
	readonly agreement?: number
	/** Default true: the FIM tokens are named in the header. */
	readonly fim?: boolean
	/** Default true: an end-of-text token is named in the header. */
	readonly endOfText?: boolean
	/** Default false: a prompt is one token a byte. Else filler words in a text, see `fillerText`, become filler tokens. */
	readonly words?: boolean
	readonly seed?: number
	/** Default: none. */
	readonly chatTemplate?: string
	/**
	 * Different pieces of text, of two bytes or more, that are the filler tokens, in order: the model answers everything with all of them, and ends. The vocabulary is then
	 * what `scriptedVocabulary` says. Default: words, without an end.
	 */
	readonly script?: readonly string[]
}

/** Shapes of common sizes; parameter counts are without the output matrix. */
export const syntheticShapes = {
	'8M': { layers: 4, width: 256, heads: 4, kvHeads: 2, feedForward: 768, vocabulary: 16_384 },
	'60M': { layers: 8, width: 768, heads: 12, kvHeads: 4, feedForward: 2048, vocabulary: 16_384 },
	'0.5B': { layers: 24, width: 896, heads: 14, kvHeads: 2, feedForward: 4864, vocabulary: 151_936 },
	'1.5B': { layers: 28, width: 1536, heads: 12, kvHeads: 2, feedForward: 8960, vocabulary: 151_936 },
} as const

const specialTokens = [
	'<|endoftext|>',
	'<|im_start|>',
	'<|im_end|>',
	'<|fim_prefix|>',
	'<|fim_middle|>',
	'<|fim_suffix|>',
	'<|fim_pad|>',
	'<|repo_name|>',
	'<|file_sep|>',
]
const byteTokens = 256

/** Tokens of a model that follows a script. */
export function scriptedVocabulary(script: readonly string[]): number {
	return byteTokens + script.length + specialTokens.length
}

/** Writes the model and answers the file's size in bytes. */
export function writeSyntheticModel(path: string, model: SyntheticModel): number {
	return writeGguf(path, metadataOf(model), tensorsOf(model))
}

/** The filler token that a model with `agreement` 1 names after the filler token `token`. */
export function successorOf(token: number, vocabulary: number): number {
	const fillers = vocabulary - byteTokens - specialTokens.length
	return byteTokens + ((token - byteTokens + 1) % fillers)
}

/** The text of the filler token with this number, counted from 0. */
export function fillerText(index: number): string {
	return ` ${fillerWord(index)}`
}

/** The number of the filler token with this text. */
export function fillerIndex(text: string): number {
	const digits = [...text.trim()].map((letter) => letters.indexOf(letter))
	return digits.reduceRight((number, digit) => number * letters.length + digit, 0) - letters.length
}

/** The header of a model of the Qwen2 family, its vocabulary included. */
export function metadataOf(model: SyntheticModel): Map<string, MetadataValue> {
	const firstSpecial = model.vocabulary - specialTokens.length
	const special = (name: string): MetadataValue => ({ u32: firstSpecial + specialTokens.indexOf(name) })
	const fillers = model.script?.map(inByteAlphabet) ?? fillerTokens(firstSpecial - byteTokens)
	const tokens = [...byteAlphabet(), ...fillers, ...specialTokens]
	const metadata = new Map<string, MetadataValue>([
		['general.architecture', { string: 'qwen2' }],
		['general.name', { string: `synthetic-${model.layers}x${model.width}-${model.type}` }],
		['general.file_type', { u32: { F16: 1, Q4_0: 2, Q8_0: 7, Q4_K: 15 }[model.type] }],
		['general.quantization_version', { u32: 2 }],
		['qwen2.context_length', { u32: model.contextSize }],
		['qwen2.embedding_length', { u32: model.width }],
		['qwen2.block_count', { u32: model.layers }],
		['qwen2.feed_forward_length', { u32: model.feedForward }],
		['qwen2.attention.head_count', { u32: model.heads }],
		['qwen2.attention.head_count_kv', { u32: model.kvHeads }],
		['qwen2.attention.layer_norm_rms_epsilon', { f32: 1e-6 }],
		['qwen2.rope.freq_base', { f32: 10_000 }],
		['qwen2.vocab_size', { u32: model.vocabulary }],
		['tokenizer.ggml.model', { string: 'gpt2' }],
		['tokenizer.ggml.pre', { string: 'qwen2' }],
		['tokenizer.ggml.tokens', { strings: tokens }],
		['tokenizer.ggml.token_type', { i32s: tokens.map((_, i) => (i >= firstSpecial ? 3 : 1)) }],
		['tokenizer.ggml.merges', { strings: ['Ġ Ġ', ...(model.words ? wordMerges(firstSpecial - byteTokens) : [])] }],
		['tokenizer.ggml.padding_token_id', special('<|fim_pad|>')],
		['tokenizer.ggml.add_bos_token', { bool: false }],
	])
	if (model.chatTemplate !== undefined) metadata.set('tokenizer.chat_template', { string: model.chatTemplate })
	if (model.endOfText !== false) {
		metadata.set('tokenizer.ggml.bos_token_id', special('<|endoftext|>'))
		metadata.set('tokenizer.ggml.eos_token_id', special('<|endoftext|>'))
	}
	if (model.fim !== false) {
		metadata.set('tokenizer.ggml.fim_pre_token_id', special('<|fim_prefix|>'))
		metadata.set('tokenizer.ggml.fim_mid_token_id', special('<|fim_middle|>'))
		metadata.set('tokenizer.ggml.fim_suf_token_id', special('<|fim_suffix|>'))
		metadata.set('tokenizer.ggml.fim_rep_token_id', special('<|repo_name|>'))
		metadata.set('tokenizer.ggml.fim_sep_token_id', special('<|file_sep|>'))
	}
	return metadata
}

function tensorsOf(model: SyntheticModel): Tensor[] {
	const { width, feedForward, vocabulary } = model
	const kvWidth = (width / model.heads) * model.kvHeads
	const noise = randomBytes(1 << 20, model.seed ?? 1)
	const matrix = (name: string, columns: number, rows: number): Tensor => ({
		name,
		type: model.type,
		shape: [columns, rows],
		data: () => randomBlocks(model.type, tensorBytes(model.type, [columns, rows]), noise),
	})
	const constant = (name: string, type: TensorType, shape: readonly number[], value: 0 | 1): Tensor => ({
		name,
		type,
		shape,
		data: () => [value === 0 ? Buffer.alloc(tensorBytes(type, shape)) : f32Ones(shape[0] ?? 0)],
	})
	const ends = model.type === 'F16' ? 'F16' : 'Q8_0'
	const isSaid = (token: number) => token >= byteTokens && token < vocabulary - specialTokens.length
	// What a script's model has not said itself is all the same to it: the script begins.
	const alike = (token: number) => (model.script && !isSaid(token) ? 0 : token)
	const signs = (token: number) => signRow(alike(token), width, ends, model.seed ?? 1)
	const tensors: Tensor[] = [
		{ name: 'token_embd.weight', type: ends, shape: [width, vocabulary], data: () => rows(vocabulary, signs) },
		{ name: 'output.weight', type: ends, shape: [width, vocabulary], data: () => outputRows(model, signs) },
		constant('output_norm.weight', 'F32', [width], 1),
	]
	for (let layer = 0; layer < model.layers; layer++) {
		const block = `blk.${layer}.`
		tensors.push(
			constant(`${block}attn_norm.weight`, 'F32', [width], 1),
			constant(`${block}ffn_norm.weight`, 'F32', [width], 1),
			matrix(`${block}attn_q.weight`, width, width),
			matrix(`${block}attn_k.weight`, width, kvWidth),
			matrix(`${block}attn_v.weight`, width, kvWidth),
			constant(`${block}attn_q.bias`, 'F32', [width], 0),
			constant(`${block}attn_k.bias`, 'F32', [kvWidth], 0),
			constant(`${block}attn_v.bias`, 'F32', [kvWidth], 0),
			constant(`${block}attn_output.weight`, model.type, [width, width], 0),
			matrix(`${block}ffn_gate.weight`, width, feedForward),
			matrix(`${block}ffn_up.weight`, width, feedForward),
			constant(`${block}ffn_down.weight`, model.type, [feedForward, width], 0),
		)
	}
	return tensors
}

/**
 * Row `s` of the output is the embedding of the token whose successor is `s`. The other rows are zero: after a token
 * that has no row of its own (a byte, a special token, or one where the model is not to agree) chance names a filler.
 */
function* outputRows(model: SyntheticModel, signs: (token: number) => Buffer): Generator<Buffer> {
	const end = model.vocabulary - specialTokens.length
	const predecessor = new Int32Array(model.vocabulary).fill(-1)
	for (let token = byteTokens; token < end; token++) {
		const agrees = ((token * 2_654_435_761) % 2 ** 32) / 2 ** 32 < (model.agreement ?? 1)
		if (agrees) predecessor[successorOf(token, model.vocabulary)] = token
	}
	if (model.script) {
		predecessor.fill(-1)
		predecessor[byteTokens] = 0
		for (let token = byteTokens + 1; token < end; token++) predecessor[token] = token - 1
		predecessor[end + specialTokens.indexOf('<|endoftext|>')] = end - 1
	}
	const empty = Buffer.alloc(signs(0).length)
	for (const token of predecessor) yield token < 0 ? empty : signs(token)
}

function* rows(count: number, row: (index: number) => Buffer): Generator<Buffer> {
	for (let i = 0; i < count; i++) yield row(i)
}

/** A row of plus and minus ones, the same for the same token and seed. */
function signRow(token: number, width: number, type: 'F16' | 'Q8_0', seed: number): Buffer {
	const random = randomWords(token * 7919 + seed)
	if (type === 'F16') {
		const row = Buffer.alloc(width * 2)
		// 1 and -1 as half-precision numbers.
		for (let i = 0; i < width; i++) row.writeUInt16LE(random() & 0x8000 ? 0xbc00 : 0x3c00, i * 2)
		return row
	}
	const { elements, bytes } = tensorTypes.Q8_0
	const row = Buffer.alloc((width / elements) * bytes)
	for (let block = 0; block < width / elements; block++) {
		row.writeUInt16LE(0x3c00, block * bytes)
		for (let i = 0; i < elements; i++) row.writeInt8(random() & 0x8000 ? -1 : 1, block * bytes + 2 + i)
	}
	return row
}

/** `length` bytes of valid blocks of a type: random weights under a small constant scale. */
function* randomBlocks(type: SyntheticModel['type'], length: number, noise: Buffer): Generator<Buffer> {
	const { bytes } = tensorTypes[type]
	const piece = Buffer.from(noise.subarray(0, Math.floor(noise.length / bytes) * bytes))
	for (let at = 0; at < piece.length; at += bytes) {
		// The scale: 2^-10 as a half-precision number. In F16 every element keeps its sign and mantissa.
		if (type === 'F16') piece.writeUInt16LE((piece.readUInt16LE(at) & 0x83ff) | 0x2400, at)
		else piece.writeUInt16LE(0x1400, at)
		if (type === 'Q4_K') piece.writeUInt16LE(0x1400, at + 2)
	}
	for (let done = 0; done < length; done += piece.length) yield piece.subarray(0, Math.min(piece.length, length - done))
}

function f32Ones(count: number): Buffer {
	return Buffer.from(new Float32Array(count).fill(1).buffer)
}

function randomBytes(length: number, seed: number): Buffer {
	const random = randomWords(seed)
	return Buffer.from(Uint32Array.from({ length: length / 4 }, random).buffer)
}

/** xorshift32: 32 random bits a call. */
export function randomWords(seed: number): () => number {
	let state = (seed * 2_654_435_761 + 0x9e3779b9) >>> 0 || 1
	return () => {
		state ^= state << 13
		state ^= state >>> 17
		state ^= state << 5
		state >>>= 0
		return state
	}
}

/** GPT-2's printable stand-ins for the 256 bytes, as a byte-level BPE vocabulary has them. */
function byteAlphabet(): string[] {
	const printable = (byte: number) => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173)
	let shifted = 256
	return Array.from({ length: byteTokens }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : shifted++))
}

function inByteAlphabet(text: string): string {
	const alphabet = byteAlphabet()
	return [...Buffer.from(text)].map((byte) => alphabet[byte]).join('')
}

/** Unique words of lower-case letters. */
function fillerTokens(count: number): string[] {
	return Array.from({ length: count }, (_, index) => `Ġ${fillerWord(index)}`)
}

const letters = 'abcdefghijklmnopqrstuvwxyz'

/** The digits of a number to the base 26, the last one first. */
function fillerWord(index: number): string {
	let word = ''
	for (let rest = index + letters.length; rest > 0; rest = Math.floor(rest / letters.length)) {
		word += letters[rest % letters.length]
	}
	return word
}

/** Merges that put every filler word together, letter by letter. */
function wordMerges(count: number): string[] {
	const merges = new Set<string>()
	for (let index = 0; index < count; index++) {
		const word = fillerWord(index)
		for (let length = 0; length < word.length; length++) merges.add(`Ġ${word.slice(0, length)} ${word[length]}`)
	}
	return [...merges].sort((a, b) => a.length - b.length)
}
