import { basename } from 'node:path'
import type { LlamaEmbeddingContext, LlamaModel, Token } from 'node-llama-cpp'
import { memoryNeeded } from '../../gguf/memoryNeed.ts'
import type { ModelSummary } from '../../protocol/engine.ts'
import { EngineError } from '../../protocol/engineErrors.ts'
import type { CheckedModelFile } from '../llama/checkModelFile.ts'
import { countTokens } from '../llama/countTokens.ts'
import { loadError } from '../llama/loadErrors.ts'
import type { LoadDeps, ModelChoice } from '../llama/loadModel.ts'
import { ensureMemory, freeMemory } from '../llama/memory.ts'
import { threadCount } from '../llama/threads.ts'
import type { Turn } from '../llama/turn.ts'
import { type Vocabulary, vocabularyOf } from '../llama/vocabulary.ts'

/** Tokens that the library may put around a text. */
const markers = 2
/** Tokens of a paragraph: with fewer a vector says little. */
const leastContext = 256
/** With fewer bytes of weights a second thread has more to wait for than to compute. */
const smallModel = 64 << 20
/** Characters of text a token stands for at the very most: what is beyond is not even tokenized. */
const mostCharactersPerToken = 16

export interface Vectors {
	/** One for each text, of length 1; fewer where the request was cancelled. */
	readonly vectors: readonly (readonly number[])[]
	readonly promptTokens: number
}

/** A model that turns texts into vectors. Calls must not overlap, but for `countTokens`. */
export interface EmbeddingModel {
	readonly summary: ModelSummary
	/** Rejects where llama.cpp fails, and can be called again. A text that is longer than the context is cut at its end. */
	embed(request: { readonly texts: readonly string[]; readonly turn: Turn }): Promise<Vectors>
	/** Needs no turn. */
	countTokens(texts: readonly string[]): Promise<number[]>
	/** Frees the memory. Must not be called while `embed` runs. */
	dispose(): Promise<void>
}

interface Opened {
	readonly model: LlamaModel
	readonly context: LlamaEmbeddingContext
	readonly vocabulary: Vocabulary
	readonly contextSize: number
	readonly threads: number
	readonly neededBytes: number
}

/** @throws EngineError where the model cannot be loaded, or makes no vectors. */
export async function loadEmbeddingModel(
	file: CheckedModelFile,
	choice: Pick<ModelChoice, 'id' | 'contextSize'>,
	deps: LoadDeps,
): Promise<EmbeddingModel> {
	const start = performance.now()
	const opened = await open(file, choice.contextSize, deps)
	const { model, context, vocabulary } = opened
	// Also brings the weights into memory, so that the first request need not wait for the disk.
	const probe = await deps.library.collectErrors(() => deps.measuring((turn) => embed(opened, ['a'], turn)))
	if (!('value' in probe)) {
		await context.dispose()
		await model.dispose()
		throw loadError(file.path, probe.error, probe.log, deps.library.isOutOfMemory(probe.error))
	}
	const [vector] = probe.value.vectors
	deps.onProgress(1)
	return {
		summary: summarize(file, opened, choice.id, vector?.length ?? file.facts.embeddingLength, {
			quantization: quantizationOf(file, deps),
			loadMs: performance.now() - start,
			backend: model.gpuLayers > 0 ? deps.library.llama.gpu || 'cpu' : 'cpu',
		}),
		embed: ({ texts, turn }) => embed(opened, texts, turn),
		countTokens: (texts) => countTokens(texts, vocabulary),
		async dispose() {
			await context.dispose()
			await model.dispose()
		},
	}
}

async function open(file: CheckedModelFile, limit: number, deps: LoadDeps): Promise<Opened> {
	const { library, signal, onProgress } = deps
	const availableBytes = await (deps.availableMemory?.() ?? freeMemory(library))
	const { contextSize, neededBytes } = fitting(file, Math.min(limit, file.facts.trainContextSize), availableBytes)
	let model: LlamaModel | undefined
	const outcome = await library.collectErrors(async () => {
		model = await library.llama.loadModel({
			modelPath: file.path,
			gpuLayers: library.llama.gpu === false ? 0 : { fitContext: { contextSize, embeddingContext: true } },
			loadSignal: signal,
			onLoadProgress: (fraction: number) => onProgress(fraction * 0.95),
		})
		const isTiny = file.tensorBytes < smallModel && model.gpuLayers === 0
		const threads = isTiny ? 1 : threadCount(library.llama.cpuMathCores)
		const context = await model.createEmbeddingContext({
			contextSize,
			batchSize: contextSize,
			threads,
			createSignal: signal,
		})
		return { model, context, vocabulary: vocabularyOf(model), contextSize, threads, neededBytes }
	})
	if ('value' in outcome) return outcome.value
	await model?.dispose()
	if (signal.aborted) throw new EngineError({ code: 'engineStopped', detail: 'the engine ends' })
	throw loadError(file.path, outcome.error, outcome.log, library.isOutOfMemory(outcome.error))
}

/**
 * A whole text is one batch: most such models look at all of it at once, and llama.cpp ends the process where it does not
 * fit into one. Buffers for that grow with the square of the context, so it is made smaller where they would not fit.
 */
function fitting(file: CheckedModelFile, longest: number, availableBytes: number) {
	let contextSize = longest
	const needed = () => memoryNeeded(file, { contextSize, batchSize: contextSize, flashAttention: false, kvType: 'f16' })
	while (needed() > availableBytes && contextSize > leastContext) contextSize = Math.max(leastContext, contextSize >> 1)
	ensureMemory(file.path, needed(), availableBytes)
	return { contextSize, neededBytes: needed() }
}

async function embed(opened: Opened, texts: readonly string[], turn: Turn): Promise<Vectors> {
	const { model, context, vocabulary, contextSize } = opened
	const vectors: number[][] = []
	let promptTokens = 0
	// The library refuses a text that fills the context to the last token.
	const most = Math.max(1, contextSize - 1 - markers)
	for (const text of texts) {
		await turn.checkpoint()
		if (turn.isCancelled()) break
		const tokens = vocabulary.tokenize(text.slice(0, most * mostCharactersPerToken), 'suffix').slice(0, most)
		// Of an empty text the library makes a vector without numbers.
		if (tokens.length === 0) tokens.push(vocabulary.start)
		// The limit of all contexts together, which a text model may have set; 0 lets each have what it was made with.
		model.llama.maxThreads = 0
		const { vector } = await context.getEmbeddingFor(tokens as Token[])
		vectors.push(unit(vector))
		promptTokens += tokens.length
	}
	return { vectors, promptTokens }
}

function unit(vector: readonly number[]): number[] {
	const length = Math.hypot(...vector)
	if (!Number.isFinite(length)) throw new Error('llama.cpp gave no numbers')
	return length === 0 ? [...vector] : vector.map((value) => value / length)
}

function quantizationOf({ header }: CheckedModelFile, { library }: LoadDeps): string {
	const fileType = header.metadata.get('general.file_type')
	return (typeof fileType === 'number' ? library.quantizationName(fileType) : undefined) ?? 'unknown'
}

function summarize(
	{ path, facts, fileBytes, parameters, header }: CheckedModelFile,
	{ model, contextSize, vocabulary, threads, neededBytes }: Opened,
	id: number,
	embeddingSize: number,
	rest: Pick<ModelSummary, 'quantization' | 'loadMs' | 'backend'>,
): ModelSummary {
	return {
		id,
		path,
		name: facts.name?.trim() || basename(path),
		architecture: facts.architecture,
		fileBytes,
		parameters,
		contextSize,
		trainContextSize: facts.trainContextSize,
		fimOrder: vocabulary.fim.order,
		gpuLayers: model.gpuLayers,
		threads,
		promptThreads: threads,
		batchSize: contextSize,
		flashAttention: false,
		kvType: 'f16',
		memoryBytes: Math.ceil(neededBytes),
		chatTemplate: header.metadata.has('tokenizer.chat_template'),
		embeddingSize,
		verifyCurve: [],
		draft: { none: 'notConfigured', detail: '' },
		...rest,
	}
}
