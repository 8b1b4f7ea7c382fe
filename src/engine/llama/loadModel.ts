import { basename } from 'node:path'
import type { LlamaModel } from 'node-llama-cpp'
import type { ModelSummary } from '../../protocol/engine.ts'
import { EngineError } from '../../protocol/engineErrors.ts'
import type { Logger } from '../../shared/logger.ts'
import { tokenizerDifference } from '../gguf/compareTokenizers.ts'
import { measureDraftCosts, measureVerifyCosts } from '../speculation/measureCosts.ts'
import { modelDrafter } from '../speculation/modelDrafter.ts'
import { Speculation } from '../speculation/speculation.ts'
import { type CheckedModelFile, checkModelFile } from './checkModelFile.ts'
import type { LlamaLibrary } from './library.ts'
import { loadError } from './loadErrors.ts'
import { LoadedModel } from './loadedModel.ts'
import { batchSize, ensureMemory, freeMemory, memoryNeeded } from './memory.ts'
import { createModelContext } from './modelContext.ts'
import { firstSlot, type OpenModel, openSlot, type SlotModels } from './slot.ts'
import { SlotPool } from './slotPool.ts'
import type { TokenState } from './tokenState.ts'
import type { Turn } from './turn.ts'
import { type Vocabulary, vocabularyOf } from './vocabulary.ts'

/** Slots that all purposes but inline share. Each takes as much memory as the first. */
const sharedSlots = 2

export interface LoadDeps {
	readonly library: LlamaLibrary
	readonly logger: Logger
	/** Share that is loaded, 0 to 1, never falling. */
	readonly onProgress: (fraction: number) => void
	/** Aborted when the engine is to end. */
	readonly signal: AbortSignal
	/** Gives what is to be measured its turn to compute, behind all requests to other models; they may pause it. */
	readonly measuring: <T>(work: (turn: Turn) => Promise<T>) => Promise<T>
}

export interface ModelChoice {
	/** Its number in the protocol. */
	readonly id: number
	readonly draftPath?: string | undefined
	/** Upper limit in tokens. */
	readonly contextSize: number
}

interface OpenModelWithWords extends OpenModel {
	readonly vocabulary: Vocabulary
}

type DraftSummary = ModelSummary['draft']

/** Loads a model, and the draft model where there is one that fits it. @throws EngineError. */
export async function loadModel(file: CheckedModelFile, choice: ModelChoice, deps: LoadDeps): Promise<LoadedModel> {
	const start = performance.now()
	// A draft model is far smaller than its target, but its share shows that something still goes on.
	const targetShare = choice.draftPath === undefined ? 1 : 0.9
	const progress = rising(deps.onProgress)
	const target = await openModel(file, choice.contextSize, { ...deps, onProgress: (f) => progress(f * targetShare) })
	const draft = await openDraft(file, target, choice, {
		...deps,
		onProgress: (f) => progress(targetShare + f * (1 - targetShare)),
	})
	const { vocabulary, state } = target
	const costs = state.canTakeBack
		? await deps.measuring((turn) => measureVerifyCosts(state, vocabulary.start, turn))
		: undefined
	const speculation = costs && new Speculation({ costs, tokenize: (text) => vocabulary.tokenize(text, 'suffix') })
	const draftState = draft.open?.state
	const draftCosts =
		draftState && (await deps.measuring((turn) => measureDraftCosts(draftState, vocabulary.start, turn)))
	const models: SlotModels = {
		target,
		draft: draft.open &&
			draftCosts && {
				open: draft.open,
				drafter: (own: TokenState) => modelDrafter(own, draft.vocabularySize, draftCosts),
			},
	}
	const slots = new SlotPool({
		inline: firstSlot(models),
		limit: sharedSlots,
		open: () => openSlot(models, deps),
		onTaken: () => deps.logger.log('info', 'engine.slotTaken'),
	})
	progress(1)
	const summary = summarize(file, target, draft.summary, deps.library, {
		id: choice.id,
		loadMs: performance.now() - start,
		verifyCurve: costs?.measurements() ?? [],
	})
	return new LoadedModel({
		summary,
		vocabulary,
		slots,
		speculation,
		dispose: async () => {
			await slots.dispose()
			await draft.open?.model.dispose()
			await target.model.dispose()
		},
	})
}

async function openModel(file: CheckedModelFile, contextLimit: number, deps: LoadDeps): Promise<OpenModelWithWords> {
	const { library, signal } = deps
	const contextSize = Math.min(contextLimit, file.facts.trainContextSize)
	ensureMemory(file.path, memoryNeeded(file, contextSize), await freeMemory(library))
	let model: LlamaModel | undefined
	const outcome = await library.collectErrors(async () => {
		const options = {
			modelPath: file.path,
			gpuLayers: library.llama.gpu === false ? 0 : { fitContext: { contextSize } },
			loadSignal: signal,
			onLoadProgress: (fraction: number) => deps.onProgress(fraction * 0.95),
		}
		model = await library.llama.loadModel(options)
		const vocabulary = vocabularyOf(model)
		const { tensorBytes } = file
		const context = { library, model, contextSize, tensorBytes, anyToken: vocabulary.start, signal }
		return { ...(await deps.measuring(() => createModelContext(context))), file, model, vocabulary }
	})
	if ('value' in outcome) {
		deps.onProgress(1)
		return outcome.value
	}
	await model?.dispose()
	if (signal.aborted) throw new EngineError({ code: 'engineStopped', detail: 'the engine ends' })
	throw loadError(file.path, outcome.error, outcome.log, library.isOutOfMemory(outcome.error))
}

async function closeModel({ context, model }: OpenModel): Promise<void> {
	await context.dispose()
	await model.dispose()
}

/** The draft model, or why the target goes on without one. */
async function openDraft(
	target: CheckedModelFile,
	opened: OpenModelWithWords,
	{ draftPath }: ModelChoice,
	deps: LoadDeps,
): Promise<{ open?: OpenModelWithWords; vocabularySize: number; summary: DraftSummary }> {
	const without = (none: 'notConfigured' | 'differentTokenizer' | 'loadFailed', detail: string) => {
		if (none !== 'notConfigured') deps.logger.log('warn', 'engine.draftRefused', { none, detail })
		return { vocabularySize: 0, summary: { none, detail } }
	}
	if (draftPath === undefined) return without('notConfigured', '')
	try {
		const file = await checkModelFile(draftPath)
		const difference = await tokenizerDifference(target, file)
		if (difference !== undefined) return without('differentTokenizer', difference)
		if (!opened.state.canTakeBack) return without('loadFailed', 'the model cannot take back refused tokens')
		const open = await openModel(file, opened.context.contextSize, deps)
		const { vocabularySize } = file.facts
		return { open, vocabularySize, summary: { path: draftPath, name: nameOf(file) } }
	} catch (error) {
		if (!(error instanceof EngineError) || error.data.code === 'engineStopped') {
			await closeModel(opened)
			throw error
		}
		return without('loadFailed', `${error.data.code}: ${error.data.detail}`)
	}
}

function summarize(
	file: CheckedModelFile,
	{ context, model, vocabulary, threads }: OpenModelWithWords,
	draft: DraftSummary,
	library: LlamaLibrary,
	{ id, loadMs, verifyCurve }: Pick<ModelSummary, 'id' | 'loadMs' | 'verifyCurve'>,
): ModelSummary {
	const fileType = file.header.metadata.get('general.file_type')
	const quantization = typeof fileType === 'number' ? library.quantizationName(fileType) : undefined
	return {
		id,
		path: file.path,
		name: nameOf(file),
		architecture: file.facts.architecture,
		quantization: quantization ?? 'unknown',
		fileBytes: file.fileBytes,
		contextSize: context.contextSize,
		trainContextSize: file.facts.trainContextSize,
		fimOrder: vocabulary.fim.order,
		backend: model.gpuLayers > 0 ? library.llama.gpu || 'cpu' : 'cpu',
		gpuLayers: model.gpuLayers,
		threads: threads.threads,
		batchSize,
		flashAttention: context.flashAttention === true,
		kvType: 'f16',
		memoryBytes: Math.ceil(memoryNeeded(file, context.contextSize)),
		chatTemplate: file.header.metadata.has('tokenizer.chat_template'),
		verifyCurve,
		draft,
		loadMs,
	}
}

function nameOf({ path, facts }: CheckedModelFile): string {
	return facts.name?.trim() || basename(path)
}

/** Passes on only what is at least a hundredth more than the last. */
function rising(report: (fraction: number) => void): (fraction: number) => void {
	let last = -1
	return (fraction) => {
		const clamped = Math.min(1, Math.max(0, fraction))
		if (clamped < last + 0.01 && !(clamped === 1 && last < 1)) return
		last = clamped
		report(clamped)
	}
}
