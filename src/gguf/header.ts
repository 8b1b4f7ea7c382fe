import type { FileHandle } from 'node:fs/promises'
import { GgufFormatError } from './ggufFormatError.ts'
import { HeaderReader } from './headerReader.ts'
import { highestPlausibleTensorType, tensorTypes } from './tensorTypes.ts'

/**
 * Reads a GGUF file's header without trusting it: llama.cpp's and node-llama-cpp's own readers believe its counts and
 * lengths, and a broken one makes them allocate until the process dies. Format:
 * https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
export interface GgufHeader {
	readonly version: number
	readonly fileBytes: number
	readonly metadata: ReadonlyMap<string, GgufValue>
	readonly tensors: readonly GgufTensor[]
	/** Bytes of all tensors together. */
	readonly tensorBytes: number
}

export type GgufValue = number | boolean | string | GgufArray

/** An array is not read unless it is a short one of numbers; it is where the file says it is. */
export interface GgufArray {
	readonly elementType: number
	readonly count: number
	/** Position and length of the elements in the file. */
	readonly offset: number
	readonly bytes: number
	/** The elements of an array of at most `longestReadArray` numbers. */
	readonly numbers?: readonly number[]
}

export interface GgufTensor {
	readonly name: string
	/** Innermost first. */
	readonly shape: readonly number[]
	readonly type: number
	/** 0 where the type is not known here. */
	readonly bytes: number
}

// Limits far above every real model's and far below what would hurt.
const mostMetadata = 65_536
const mostTensors = 131_072
const longestKey = 65_535
const longestText = 16 << 20
const longestTensorName = 256
const mostElements = 64 << 20
const mostDimensions = 4
const largestHeader = 512 << 20
/** Enough for one number a layer. */
const longestReadArray = 4096

const stringType = 8
const arrayType = 9
/** Bytes of a value of each scalar type, by its number in the format. */
const scalarBytes: ReadonlyMap<number, number> = new Map([
	[0, 1],
	[1, 1],
	[2, 2],
	[3, 2],
	[4, 4],
	[5, 4],
	[6, 4],
	[7, 1],
	[10, 8],
	[11, 8],
	[12, 8],
])

/** @throws GgufFormatError. */
export async function readHeader(file: FileHandle, fileBytes: number): Promise<GgufHeader> {
	const reader = new HeaderReader(file, fileBytes)
	if (fileBytes === 0) throw new GgufFormatError('notGguf', 'the file is empty')
	const magic = await reader.take(Math.min(4, fileBytes))
	if (magic.toString('latin1') !== 'GGUF') throw new GgufFormatError('notGguf', 'the file does not begin with GGUF')
	const version = await reader.u32()
	if (version === 1 || (version > 3 && version < 256)) {
		throw new GgufFormatError('unsupported', `GGUF version ${version}`)
	}
	if (version !== 2 && version !== 3) {
		// Big-endian files have the version's bytes the other way round.
		const swapped = Buffer.alloc(4)
		swapped.writeUInt32BE(version)
		if (swapped.readUInt32LE() <= 3 && version !== 0) throw new GgufFormatError('unsupported', 'big-endian GGUF')
		throw new GgufFormatError('corrupt', `GGUF version ${version}`)
	}
	const tensorCount = await countOf(reader, 'tensors', mostTensors, 24)
	const metadataCount = await countOf(reader, 'metadata entries', mostMetadata, 13)
	const metadata = await readMetadata(reader, metadataCount)
	const tensors = await readTensors(reader, tensorCount, alignmentOf(metadata))
	return { version, fileBytes, metadata, ...tensors }
}

/** A count of things that take at least `leastBytes` each. */
async function countOf(reader: HeaderReader, what: string, most: number, leastBytes: number): Promise<number> {
	const count = await reader.size(`the number of ${what}`)
	if (count > most) throw new GgufFormatError('corrupt', `${count} ${what}`)
	if (count * leastBytes > reader.remaining) throw new GgufFormatError('truncated', `no room for ${count} ${what}`)
	return count
}

async function readMetadata(reader: HeaderReader, count: number): Promise<Map<string, GgufValue>> {
	const metadata = new Map<string, GgufValue>()
	for (let i = 0; i < count; i++) {
		const key = await reader.string(`the name of metadata entry ${i}`, longestKey)
		if (key === '') throw new GgufFormatError('corrupt', `metadata entry ${i} has no name`)
		const type = await reader.u32()
		if (metadata.has(key)) throw new GgufFormatError('corrupt', 'a metadata entry is there twice')
		metadata.set(key, await readValue(reader, type))
		if (reader.position > largestHeader) throw new GgufFormatError('corrupt', 'the header is too large')
	}
	return metadata
}

async function readValue(reader: HeaderReader, type: number): Promise<GgufValue> {
	if (type === stringType) return reader.string('a text', longestText)
	if (type === arrayType) return readArray(reader)
	return readScalar(reader, type)
}

async function readScalar(reader: HeaderReader, type: number): Promise<number | boolean> {
	const bytes = await reader.take(scalarBytes.get(type) ?? unknownType(type))
	switch (type) {
		case 0:
			return bytes.readUInt8()
		case 1:
			return bytes.readInt8()
		case 2:
			return bytes.readUInt16LE()
		case 3:
			return bytes.readInt16LE()
		case 4:
			return bytes.readUInt32LE()
		case 5:
			return bytes.readInt32LE()
		case 6:
			return bytes.readFloatLE()
		case 7: {
			const value = bytes.readUInt8()
			if (value > 1) throw new GgufFormatError('corrupt', `a yes-or-no value is ${value}`)
			return value === 1
		}
		case 10:
			return Number(bytes.readBigUInt64LE())
		case 11:
			return Number(bytes.readBigInt64LE())
		default:
			return bytes.readDoubleLE()
	}
}

async function readArray(reader: HeaderReader): Promise<GgufArray> {
	const elementType = await reader.u32()
	const least = elementType === stringType ? 8 : (scalarBytes.get(elementType) ?? unknownType(elementType))
	const count = await countOf(reader, 'elements in an array', mostElements, least)
	const offset = reader.position
	if (elementType === stringType) {
		await reader.skipStrings(count)
		return { elementType, count, offset, bytes: reader.position - offset }
	}
	if (count > longestReadArray) {
		reader.skip(count * least)
		return { elementType, count, offset, bytes: count * least }
	}
	const numbers: number[] = []
	for (let i = 0; i < count; i++) numbers.push(Number(await readScalar(reader, elementType)))
	return { elementType, count, offset, bytes: count * least, numbers }
}

function unknownType(type: number): never {
	// Nested arrays are in the format but in no model; llama.cpp refuses them too.
	throw new GgufFormatError('corrupt', `a metadata value has type ${type}`)
}

function alignmentOf(metadata: ReadonlyMap<string, GgufValue>): number {
	const alignment = metadata.get('general.alignment') ?? 32
	if (typeof alignment !== 'number' || alignment < 1 || alignment > 1 << 20 || (alignment & (alignment - 1)) !== 0) {
		throw new GgufFormatError('corrupt', 'general.alignment is not a power of two')
	}
	return alignment
}

async function readTensors(
	reader: HeaderReader,
	count: number,
	alignment: number,
): Promise<{ tensors: GgufTensor[]; tensorBytes: number }> {
	const tensors: GgufTensor[] = []
	const names = new Set<string>()
	let tensorBytes = 0
	let dataEnd = 0
	for (let i = 0; i < count; i++) {
		const name = await reader.string(`the name of tensor ${i}`, longestTensorName)
		if (names.has(name)) throw new GgufFormatError('corrupt', 'a tensor is there twice')
		names.add(name)
		const shape = await readShape(reader, i)
		const type = await reader.u32()
		const offset = await reader.size(`the offset of tensor ${i}`)
		if (offset % alignment !== 0) throw new GgufFormatError('corrupt', `tensor ${i} is at ${offset}`)
		const bytes = bytesOf(type, shape, i)
		tensors.push({ name, shape, type, bytes })
		tensorBytes += bytes
		dataEnd = Math.max(dataEnd, offset + bytes)
	}
	const needed = Math.ceil(reader.position / alignment) * alignment + dataEnd
	if (count > 0 && needed > reader.fileBytes) {
		// An end further away than any disk is large is a broken number, not a missing rest.
		const kind = needed > 2 ** 50 ? 'corrupt' : 'truncated'
		throw new GgufFormatError(kind, `the tensors need ${needed} bytes, the file has ${reader.fileBytes}`)
	}
	return { tensors, tensorBytes }
}

async function readShape(reader: HeaderReader, tensor: number): Promise<number[]> {
	const dimensions = await reader.u32()
	if (dimensions < 1 || dimensions > mostDimensions) {
		throw new GgufFormatError('corrupt', `tensor ${tensor} has ${dimensions} dimensions`)
	}
	const shape: number[] = []
	for (let d = 0; d < dimensions; d++) {
		const length = await reader.size(`a dimension of tensor ${tensor}`)
		if (length < 1) throw new GgufFormatError('corrupt', `tensor ${tensor} is empty`)
		shape.push(length)
	}
	return shape
}

function bytesOf(type: number, shape: readonly number[], tensor: number): number {
	if (type > highestPlausibleTensorType) throw new GgufFormatError('corrupt', `tensor ${tensor} has type ${type}`)
	const elements = shape.reduce((product, length) => product * length, 1)
	if (elements > Number.MAX_SAFE_INTEGER) throw new GgufFormatError('corrupt', `tensor ${tensor} is too large`)
	const known = tensorTypes.get(type)
	if (!known) return 0
	const [, blockElements, blockBytes] = known
	if ((shape[0] ?? 0) % blockElements !== 0) throw new GgufFormatError('corrupt', `tensor ${tensor} has a broken row`)
	return (elements / blockElements) * blockBytes
}
