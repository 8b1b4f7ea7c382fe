import { open } from 'node:fs/promises'
import { fileTypes } from './fileTypes.ts'
import type { GgufModel } from './ggufModel.ts'
import type { GgufHeader, GgufTensor } from './header.ts'
import { tensorTypes } from './tensorTypes.ts'

/** What a model can be used for, and what its file says of itself, without a load. */
export interface ModelAbilities {
	/** e.g. `Q4_K_M`; undefined where the file does not say and its tensors do not either. */
	readonly quantization: string | undefined
	/** Its vocabulary has tokens that show a gap; the engine can use them, and a model of that family was trained with them. */
	readonly hasFim: boolean
	readonly hasChatTemplate: boolean
	/** It turns texts into vectors, and writes none. */
	readonly isEmbedding: boolean
	/** As the file says, mostly a name of SPDX in small letters. */
	readonly licence: string | undefined
}

/** `LLM_ARCH_NAMES` in llama.cpp's src/llama-arch.cpp: the architectures that are encoders. */
const encoders: ReadonlySet<string> = new Set([
	...['bert', 'nomic-bert', 'nomic-bert-moe', 'neo-bert', 'jina-bert-v2', 'jina-bert-v3', 'modern-bert', 'eurobert'],
	...['gemma-embedding', 't5encoder'],
])

/** By which texts llama.cpp knows the tokens before and after a gap: `llama_vocab::impl::load` in its src/llama-vocab.cpp. */
const fimPairs = [
	['<|fim_prefix|>', '<|fim_suffix|>'],
	['<fim-prefix>', '<fim-suffix>'],
	['<fim_prefix>', '<fim_suffix>'],
	['<｜fim▁begin｜>', '<｜fim▁hole｜>'],
	['<PRE>', '<SUF>'],
	['▁<PRE>', '▁<SUF>'],
	['<|code_prefix|>', '<|code_suffix|>'],
	// Known to the engine alone: `promptMarkers`.
	['<[fim-prefix]>', '<[fim-suffix]>'],
	['[PREFIX]', '[SUFFIX]'],
] as const

const longestLicence = 200
/** Above every real vocabulary. */
const mostTokenBytes = 64 << 20

/** @param path of the first part @throws what reading throws */
export async function modelAbilities(path: string, { header, facts }: GgufModel): Promise<ModelAbilities> {
	const { metadata } = header
	const isEncoder = encoders.has(facts.architecture)
	// 0 is no pooling: vectors of tokens, not of texts.
	const pooling = metadata.get(`${facts.architecture}.pooling_type`)
	const licence = metadata.get('general.license')
	return {
		quantization: quantizationOf(header),
		hasFim: !isEncoder && (await hasFimTokens(path, header)),
		hasChatTemplate: typeof metadata.get('tokenizer.chat_template') === 'string',
		isEmbedding: isEncoder || (typeof pooling === 'number' && pooling > 0),
		licence: typeof licence === 'string' && licence !== '' ? licence.slice(0, longestLicence) : undefined,
	}
}

function quantizationOf({ metadata, tensors }: GgufHeader): string | undefined {
	const fileType = metadata.get('general.file_type')
	const named = typeof fileType === 'number' ? fileTypes.get(fileType) : undefined
	return named ?? commonType(tensors)
}

/** The type that most bytes are in. */
function commonType(tensors: readonly GgufTensor[]): string | undefined {
	const bytes = new Map<number, number>()
	for (const tensor of tensors) bytes.set(tensor.type, (bytes.get(tensor.type) ?? 0) + tensor.bytes)
	const [most] = [...bytes].sort(([, a], [, b]) => b - a)
	return most && tensorTypes.get(most[0])?.[0]
}

async function hasFimTokens(path: string, { metadata }: GgufHeader): Promise<boolean> {
	const has = (key: string) => typeof metadata.get(`tokenizer.ggml.${key}`) === 'number'
	if ((has('fim_pre_token_id') || has('prefix_token_id')) && (has('fim_suf_token_id') || has('suffix_token_id')))
		return true
	const tokens = metadata.get('tokenizer.ggml.tokens')
	if (typeof tokens !== 'object' || tokens.bytes > mostTokenBytes) return false
	const file = await open(path, 'r')
	try {
		const bytes = Buffer.alloc(tokens.bytes)
		await file.read(bytes, 0, tokens.bytes, tokens.offset)
		return fimPairs.some((pair) => pair.every((text) => bytes.includes(asToken(text))))
	} finally {
		await file.close()
	}
}

/** A text as it stands in an array of texts: its length first, so that no longer token is taken for it. */
function asToken(text: string): Buffer {
	const bytes = Buffer.from(text)
	const length = Buffer.alloc(8)
	length.writeBigUInt64LE(BigInt(bytes.length))
	return Buffer.concat([length, bytes])
}
