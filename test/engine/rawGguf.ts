/** Builds headers that no honest writer would write: every number is taken as it is given. */

const types = { u32: 4, f32: 6, bool: 7, string: 8, array: 9 } as const

export type RawEntry = readonly [key: string, type: number, value: Buffer]

export interface RawHeader {
	readonly magic?: string
	readonly version?: number
	/** As the header says; default: as many as there are. */
	readonly tensorCount?: bigint
	readonly metadataCount?: bigint
	readonly metadata?: readonly RawEntry[]
	readonly tensors?: readonly RawTensor[]
}

export interface RawTensor {
	readonly name: string
	readonly shape: readonly bigint[]
	readonly type?: number
	readonly offset?: bigint
}

export function rawHeader(header: RawHeader): Buffer {
	const { metadata = [], tensors = [] } = header
	return Buffer.concat([
		Buffer.from(header.magic ?? 'GGUF'),
		u32(header.version ?? 3),
		u64(header.tensorCount ?? BigInt(tensors.length)),
		u64(header.metadataCount ?? BigInt(metadata.length)),
		...metadata.flatMap(([key, type, value]) => [text(key), u32(type), value]),
		...tensors.flatMap(({ name, shape, type = 1, offset = 0n }) => [
			text(name),
			u32(shape.length),
			...shape.map(u64),
			u32(type),
			u64(offset),
		]),
	])
}

export const entry = {
	u32: (key: string, value: number): RawEntry => [key, types.u32, u32(value)],
	string: (key: string, value: string): RawEntry => [key, types.string, text(value)],
	strings: (key: string, values: readonly string[]): RawEntry => [
		key,
		types.array,
		Buffer.concat([u32(types.string), u64(BigInt(values.length)), ...values.map(text)]),
	],
	/** An array that says it has `count` elements and has none. */
	emptyArray: (key: string, elementType: number, count: bigint): RawEntry => [
		key,
		types.array,
		Buffer.concat([u32(elementType), u64(count)]),
	],
	/** A text that says it has `length` bytes and has none. */
	endlessText: (key: string, length: bigint): RawEntry => [key, types.string, u64(length)],
	raw: (key: string, type: number, value: Buffer): RawEntry => [key, type, value],
}

/** The metadata of a language model with sizes that can be chosen; enough for everything that is checked before a load. */
export function languageModel(
	sizes: { readonly layers?: number; readonly width?: number; readonly contextLength?: number } = {},
): RawEntry[] {
	const { layers = 2, width = 64, contextLength = 1024 } = sizes
	return [
		entry.string('general.architecture', 'llama'),
		entry.u32('llama.block_count', layers),
		entry.u32('llama.embedding_length', width),
		entry.u32('llama.context_length', contextLength),
		entry.u32('llama.attention.head_count', 2),
		entry.strings('tokenizer.ggml.tokens', ['a', 'b']),
	]
}

function u32(value: number): Buffer {
	const bytes = Buffer.alloc(4)
	bytes.writeUInt32LE(value)
	return bytes
}

function u64(value: bigint): Buffer {
	const bytes = Buffer.alloc(8)
	bytes.writeBigUInt64LE(value)
	return bytes
}

function text(value: string): Buffer {
	const bytes = Buffer.from(value)
	return Buffer.concat([u64(BigInt(bytes.length)), bytes])
}
