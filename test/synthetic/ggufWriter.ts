import { closeSync, openSync, writeSync } from 'node:fs'

/** Writes GGUF version 3 files; the format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md */

/** Values of `ggml_type` for the types written here, with their block sizes in elements and bytes. */
export const tensorTypes = {
	F32: { id: 0, elements: 1, bytes: 4 },
	F16: { id: 1, elements: 1, bytes: 2 },
	Q4_0: { id: 2, elements: 32, bytes: 18 },
	Q8_0: { id: 8, elements: 32, bytes: 34 },
	Q4_K: { id: 12, elements: 256, bytes: 144 },
	TQ1_0: { id: 34, elements: 256, bytes: 54 },
	TQ2_0: { id: 35, elements: 256, bytes: 66 },
} as const
export type TensorType = keyof typeof tensorTypes

export type MetadataValue =
	| { readonly u32: number }
	| { readonly f32: number }
	| { readonly bool: boolean }
	| { readonly string: string }
	| { readonly strings: readonly string[] }
	| { readonly i32s: readonly number[] }

export interface Tensor {
	readonly name: string
	readonly type: TensorType
	/** Innermost dimension first, as GGUF has it: `[columns, rows]`. */
	readonly shape: readonly number[]
	/** The tensor's bytes in pieces, in order. Their sum must be what type and shape ask for. */
	data(): Iterable<Uint8Array>
}

const alignment = 32

export function tensorBytes(type: TensorType, shape: readonly number[]): number {
	const { elements, bytes } = tensorTypes[type]
	const columns = shape[0] ?? 0
	if (columns % elements !== 0) throw new Error(`${columns} columns do not divide into blocks of ${elements}`)
	return (shape.reduce((product, n) => product * n, 1) / elements) * bytes
}

/** Writes the file and answers its size in bytes. */
export function writeGguf(
	path: string,
	metadata: ReadonlyMap<string, MetadataValue>,
	tensors: readonly Tensor[],
): number {
	const head: Buffer[] = [Buffer.from('GGUF'), u32(3), u64(tensors.length), u64(metadata.size)]
	for (const [key, value] of metadata) head.push(text(key), encodeValue(value))
	let offset = 0
	for (const { name, type, shape } of tensors) {
		head.push(text(name), u32(shape.length), ...shape.map(u64), u32(tensorTypes[type].id), u64(offset))
		offset += padded(tensorBytes(type, shape))
	}
	const file = openSync(path, 'w')
	try {
		const header = Buffer.concat(head)
		let position = write(file, header) + write(file, Buffer.alloc(padded(header.length) - header.length))
		for (const tensor of tensors) {
			let length = 0
			for (const piece of tensor.data()) length += write(file, piece)
			const expected = tensorBytes(tensor.type, tensor.shape)
			if (length !== expected) throw new Error(`${tensor.name}: ${length} bytes written, ${expected} expected`)
			position += length + write(file, Buffer.alloc(padded(length) - length))
		}
		return position
	} finally {
		closeSync(file)
	}
}

function write(file: number, bytes: Uint8Array): number {
	let done = 0
	while (done < bytes.length) done += writeSync(file, bytes, done)
	return done
}

function padded(length: number): number {
	return Math.ceil(length / alignment) * alignment
}

function u32(value: number): Buffer {
	const bytes = Buffer.alloc(4)
	bytes.writeUInt32LE(value)
	return bytes
}

function u64(value: number): Buffer {
	const bytes = Buffer.alloc(8)
	bytes.writeBigUInt64LE(BigInt(value))
	return bytes
}

function text(value: string): Buffer {
	const bytes = Buffer.from(value)
	return Buffer.concat([u64(bytes.length), bytes])
}

function encodeValue(value: MetadataValue): Buffer {
	if ('u32' in value) return Buffer.concat([u32(4), u32(value.u32)])
	if ('f32' in value) {
		const bytes = Buffer.alloc(4)
		bytes.writeFloatLE(value.f32)
		return Buffer.concat([u32(6), bytes])
	}
	if ('bool' in value) return Buffer.concat([u32(7), Buffer.from([value.bool ? 1 : 0])])
	if ('string' in value) return Buffer.concat([u32(8), text(value.string)])
	if ('strings' in value) {
		return Buffer.concat([u32(9), u32(8), u64(value.strings.length), ...value.strings.map(text)])
	}
	const numbers = Buffer.from(Int32Array.from(value.i32s).buffer)
	return Buffer.concat([u32(9), u32(5), u64(value.i32s.length), numbers])
}
