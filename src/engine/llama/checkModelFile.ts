import { type FileHandle, open, stat } from 'node:fs/promises'
import { GgufFormatError } from '../../gguf/ggufFormatError.ts'
import { type GgufModel, ggufModel } from '../../gguf/ggufModel.ts'
import { type GgufHeader, readHeader } from '../../gguf/header.ts'
import { splitParts } from '../../gguf/splitParts.ts'
import { EngineError, type EngineErrorCode } from '../../protocol/engineErrors.ts'
import { codeOf, messageOf } from '../../shared/errors.ts'

/** A model that may be handed to llama.cpp. */
export interface CheckedModelFile extends GgufModel {
	/** The first part of a model in several files. */
	readonly path: string
	readonly parts: readonly string[]
	/** Changes when a file is replaced. */
	readonly fingerprint: string
}

const formatCodes: Record<GgufFormatError['kind'], EngineErrorCode> = {
	notGguf: 'modelNotGguf',
	truncated: 'modelTruncated',
	corrupt: 'modelCorrupt',
	unsupported: 'modelUnsupported',
}

/**
 * Looks at everything that can be known of a model's files without loading them.
 *
 * @throws EngineError with one of the codes about the model's file, naming the file it is about.
 */
export async function checkModelFile(path: string): Promise<CheckedModelFile> {
	const parts = splitParts(path)
	const headers: GgufHeader[] = []
	for (const part of parts) headers.push(await readModelHeader(part))
	const [first, ...rest] = headers
	if (!first) throw new EngineError({ code: 'internal', file: path, detail: 'a model without a file' })
	const model = named(path, () => ggufModel(first, rest))
	return { ...model, path: parts[0] ?? path, parts, fingerprint: await fingerprintOf(path) }
}

/** Size and time of every file of the model. @throws EngineError where one cannot be had. */
export async function fingerprintOf(path: string): Promise<string> {
	const parts = await Promise.all(splitParts(path).map((part) => fileAt(part)))
	return parts.map(({ size, mtimeMs }) => `${size}:${mtimeMs}`).join(' ')
}

async function fileAt(path: string): Promise<{ size: number; mtimeMs: number }> {
	const found = await stat(path).catch((error: unknown) => {
		throw accessError(path, error)
	})
	// Opening a pipe or a device would wait, or read without an end.
	if (!found.isFile()) {
		const detail = found.isDirectory() ? 'it is a folder' : 'it is no regular file'
		throw new EngineError({ code: 'modelUnreadable', file: path, detail })
	}
	return found
}

async function readModelHeader(path: string): Promise<GgufHeader> {
	const { size } = await fileAt(path)
	let file: FileHandle | undefined
	try {
		file = await open(path, 'r')
		return await readHeader(file, size)
	} catch (error) {
		if (error instanceof GgufFormatError) throw formatError(path, error)
		throw accessError(path, error)
	} finally {
		await file?.close()
	}
}

function named<T>(path: string, read: () => T): T {
	try {
		return read()
	} catch (error) {
		throw error instanceof GgufFormatError ? formatError(path, error) : error
	}
}

function formatError(path: string, error: GgufFormatError): EngineError {
	return new EngineError({ code: formatCodes[error.kind], file: path, detail: error.message }, { cause: error })
}

function accessError(path: string, error: unknown): EngineError {
	const reason = codeOf(error) ?? messageOf(error)
	const missing = reason === 'ENOENT' || reason === 'ENOTDIR'
	const code = missing ? 'modelMissing' : 'modelUnreadable'
	return new EngineError({ code, file: path, detail: reason }, { cause: error })
}
