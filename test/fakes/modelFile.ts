import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { type MetadataValue, writeGguf } from '../synthetic/ggufWriter.ts'

export interface ModelFile {
	readonly architecture?: string
	/** Default: some, among them those of a gap. */
	readonly tokens?: readonly string[]
	readonly metadata?: Readonly<Record<string, MetadataValue>>
	/** Numbers in its one tensor; a multiple of 32. */
	readonly parameters?: number
}

export const fimVocabulary = ['a', 'b', '<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>']

/** Writes a file with the header of a language model, which is none: enough for who reads headers. Answers its size. */
export function writeModelFile(path: string, model: ModelFile = {}): number {
	const { architecture = 'qwen2', tokens = fimVocabulary, metadata = {}, parameters = 64 } = model
	mkdirSync(dirname(path), { recursive: true })
	const entries = new Map<string, MetadataValue>([
		['general.architecture', { string: architecture }],
		[`${architecture}.block_count`, { u32: 2 }],
		[`${architecture}.embedding_length`, { u32: 32 }],
		[`${architecture}.context_length`, { u32: 4_096 }],
		[`${architecture}.attention.head_count`, { u32: 4 }],
		[`${architecture}.attention.head_count_kv`, { u32: 2 }],
		['tokenizer.ggml.model', { string: 'gpt2' }],
		['tokenizer.ggml.tokens', { strings: tokens }],
		...Object.entries(metadata),
	])
	const shape = [32, parameters / 32]
	return writeGguf(path, entries, [
		{ name: 'token_embd.weight', type: 'Q8_0', shape, data: () => [new Uint8Array((parameters / 32) * 34)] },
	])
}
