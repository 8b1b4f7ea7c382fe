import { open } from 'node:fs/promises'
import type { GgufArray, GgufHeader } from './header.ts'

/** A file and its header, whose positions are positions in that file. */
export interface HeaderFile {
	readonly path: string
	readonly header: GgufHeader
}

const stringType = 8
/** Entries that decide how text becomes tokens; what one file lacks is not compared. */
const scalars = [
	'tokenizer.ggml.model',
	'tokenizer.ggml.pre',
	'tokenizer.ggml.add_bos_token',
	'tokenizer.ggml.add_space_prefix',
	'tokenizer.ggml.bos_token_id',
	'tokenizer.ggml.eos_token_id',
	'tokenizer.ggml.fim_pre_token_id',
	'tokenizer.ggml.fim_suf_token_id',
	'tokenizer.ggml.fim_mid_token_id',
]
/** Entries at the end of a vocabulary that models of one family may have more or fewer of, unused, to fill a matrix. */
const mostPadding = 512

/**
 * Compares two tokenizers by what is in the files, not by names.
 *
 * @returns how they differ, or undefined where a token means the same to both.
 */
export async function tokenizerDifference(a: HeaderFile, b: HeaderFile): Promise<string | undefined> {
	for (const key of scalars) {
		const [one, other] = [a.header.metadata.get(key), b.header.metadata.get(key)]
		if (one !== undefined && other !== undefined && one !== other) return `${key} differs`
	}
	const counts = [a, b].map(({ header }) => arrayOf(header, 'tokenizer.ggml.tokens')?.count ?? 0)
	if (Math.abs((counts[0] ?? 0) - (counts[1] ?? 0)) > mostPadding) {
		return `vocabularies of ${counts[0]} and ${counts[1]} tokens`
	}
	for (const key of ['tokenizer.ggml.tokens', 'tokenizer.ggml.merges']) {
		const [one, other] = await Promise.all([arrayBytes(a, key), arrayBytes(b, key)])
		if (one === undefined || other === undefined) continue
		const common = Math.min(one.count, other.count)
		if (key !== 'tokenizer.ggml.tokens' && one.count !== other.count) return `${key} differs in length`
		const [left, right] = [firstStrings(one, common), firstStrings(other, common)]
		if (!left.equals(right)) return `${key} differs`
	}
	return undefined
}

function arrayOf(header: GgufHeader, key: string): GgufArray | undefined {
	const value = header.metadata.get(key)
	return typeof value === 'object' && value.elementType === stringType ? value : undefined
}

async function arrayBytes(
	{ path, header }: HeaderFile,
	key: string,
): Promise<{ count: number; bytes: Buffer } | undefined> {
	const array = arrayOf(header, key)
	if (!array) return undefined
	const file = await open(path, 'r')
	try {
		const bytes = Buffer.alloc(array.bytes)
		await file.read(bytes, 0, array.bytes, array.offset)
		return { count: array.count, bytes }
	} finally {
		await file.close()
	}
}

/** The bytes of the first `count` strings. */
function firstStrings(array: { count: number; bytes: Buffer }, count: number): Buffer {
	if (array.count === count) return array.bytes
	let end = 0
	for (let i = 0; i < count; i++) end += 8 + Number(array.bytes.readBigUInt64LE(end))
	return array.bytes.subarray(0, end)
}
