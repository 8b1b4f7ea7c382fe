import { open, stat } from 'node:fs/promises'
import type { ModelFileProblem, ModelTraits } from '../../core/model/installedModel.ts'
import { type HeaderFile, tokenizerDifference } from '../../gguf/compareTokenizers.ts'
import { GgufFormatError } from '../../gguf/ggufFormatError.ts'
import { type GgufModel, ggufModel } from '../../gguf/ggufModel.ts'
import { type GgufHeader, readHeader } from '../../gguf/header.ts'
import { memoryNeeded, usualBatchSize } from '../../gguf/memoryNeed.ts'
import { modelAbilities } from '../../gguf/modelAbilities.ts'
import { splitParts } from '../../gguf/splitParts.ts'
import { codeOf } from '../../shared/errors.ts'

export interface ReadModel {
	readonly fileBytes: number
	readonly about: { readonly traits: ModelTraits } | { readonly problem: ModelFileProblem }
}

const formatProblems: Record<GgufFormatError['kind'], ModelFileProblem> = {
	notGguf: 'notGguf',
	truncated: 'incomplete',
	corrupt: 'damaged',
	unsupported: 'unsupported',
}

/** Reads what model files say of themselves, and remembers it as long as they stay as they are. */
export class ModelReader {
	private readonly known = new Map<string, { readonly fingerprint: string; readonly model: ReadModel | undefined }>()
	/** One model of each tokenizer. */
	private readonly tokenizers: HeaderFile[] = []

	/**
	 * @param path of the first part
	 * @returns undefined where it is only a companion of a model, such as what turns pictures into vectors. Never rejects.
	 */
	async read(path: string): Promise<ReadModel | undefined> {
		const parts = splitParts(path)
		const sizes = await Promise.all(parts.map((part) => stat(part).catch(() => undefined)))
		const fingerprint = sizes.map((found) => `${found?.size}:${found?.mtimeMs}`).join(' ')
		const known = this.known.get(path)
		if (known?.fingerprint === fingerprint) return known.model
		const fileBytes = sizes.reduce((sum, found) => sum + (found?.size ?? 0), 0)
		const about = await this.about(parts).catch((error: unknown) => ({ problem: problemOf(error, parts.length > 1) }))
		const model = about && { fileBytes, about }
		this.known.set(path, { fingerprint, model })
		return model
	}

	private async about(parts: readonly string[]): Promise<ReadModel['about'] | undefined> {
		const headers: GgufHeader[] = []
		for (const part of parts) headers.push(await headerOf(part))
		const [first, ...rest] = headers
		const [path] = parts
		if (!first || path === undefined || isCompanion(first)) return undefined
		const model = ggufModel(first, rest)
		const { facts, parameters } = model
		const traits = {
			architecture: facts.architecture,
			parameters,
			contextSize: facts.trainContextSize,
			...(await modelAbilities(path, model)),
			tokenizer: await this.tokenizerOf({ path, header: first }),
			memory: memoryOf(model),
		}
		return { traits }
	}

	private async tokenizerOf(file: HeaderFile): Promise<number> {
		for (const [index, known] of this.tokenizers.entries()) {
			// One that was removed meanwhile is like nobody's.
			const difference = await tokenizerDifference(known, file).catch(() => 'unreadable')
			if (difference === undefined) return index
		}
		return this.tokenizers.push(file) - 1
	}
}

async function headerOf(path: string): Promise<GgufHeader> {
	const found = await stat(path)
	// Opening a pipe or a device would wait.
	if (!found.isFile()) throw new GgufFormatError('notGguf', 'it is no regular file')
	const file = await open(path, 'r')
	try {
		return await readHeader(file, found.size)
	} finally {
		await file.close()
	}
}

function isCompanion({ metadata }: GgufHeader): boolean {
	const type = metadata.get('general.type')
	return (typeof type === 'string' && type !== 'model') || metadata.get('general.architecture') === 'clip'
}

/** The need is linear in the context. */
function memoryOf(model: GgufModel): ModelTraits['memory'] {
	const need = (contextSize: number) =>
		memoryNeeded(model, { contextSize, batchSize: usualBatchSize, flashAttention: false, kvType: 'f16' })
	const fixedBytes = need(0)
	return { fixedBytes, bytesPerToken: need(1) - fixedBytes }
}

function problemOf(error: unknown, isSplit: boolean): ModelFileProblem {
	if (error instanceof GgufFormatError) return formatProblems[error.kind]
	const code = codeOf(error)
	if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return isSplit ? 'incomplete' : 'missing'
	return 'unreadable'
}
