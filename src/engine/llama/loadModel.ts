import { basename } from 'node:path'
import type { LlamaModel } from 'node-llama-cpp'
import { tokenizerDifference } from '../../gguf/compareTokenizers.ts'
import { contextBytes, memoryNeeded } from '../../gguf/memoryNeed.ts'
import type { ModelSummary } from '../../protocol/engine.ts'
import { EngineError } from '../../protocol/engineErrors.ts'
import type { Logger } from '../../shared/logger.ts'
import type { EngineCache } from '../cache/engineCache.ts'
import type { ContextTuning } from '../cache/tuningProfile.ts'
import { Chat } from '../chat/chat.ts'
import { measureDraftCosts, measureVerifyCosts } from '../speculation/measureCosts.ts'
import { modelDrafter } from '../speculation/modelDrafter.ts'
import { Speculation } from '../speculation/speculation.ts'
import { VerifyCosts } from '../speculation/verifyCosts.ts'
import { type CheckedModelFile, checkModelFile } from './checkModelFile.ts'
import { type LlamaLibrary, libraryVersion } from './library.ts'
import { loadError } from './loadErrors.ts'
import { LoadedModel } from './loadedModel.ts'
import { fastMemory, fittingShape, freeMemory, roomyContext } from './memory.ts'
import { threadsFor } from './modelContext.ts'
import { firstSlot, type OpenModel, openSlot, type SlotModels } from './slot.ts'
import { archiveSpace, SlotArchive } from './slotArchive.ts'
import { SlotPool } from './slotPool.ts'
import { SlowdownWatch } from './slowdownWatch.ts'
import type { TokenState } from './tokenState.ts'
import { openWarm, type TunedContext, tuneContext } from './tuneContext.ts'
import { keepTuning, type Tuning, tuningBefore } from './tuning.ts'
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
	/** Absent: everything is measured at every load, and nothing is kept. */
	readonly cache?: EngineCache | undefined
	/** Bytes that may be taken. Default: what the machine says is free. */
	readonly availableMemory?: () => Promise<number>
	/** The script that renders chat templates. Default: the one beside the engine's own. */
	readonly chatTemplateWorker?: string
}

export interface ModelChoice {
	/** Its number in the protocol. */
	readonly id: number
	readonly draftPath?: string | undefined
	/** Upper limit in tokens. */
	readonly contextSize: number
	/** Where memory is short it gets less, but no less than this. Default: all of it has to fit. */
	readonly leastContextSize?: number | undefined
}

interface OpenModelWithWords extends OpenModel {
	readonly vocabulary: Vocabulary
	/** Milliseconds of a token of a prompt. */
	readonly promptMs: number
	/** Whether it was made as a profile says. */
	readonly isProfiled: boolean
}

type DraftSummary = ModelSummary['draft']

/** Loads a model, and the draft model where there is one that fits it. @throws EngineError. */
export async function loadModel(file: CheckedModelFile, choice: ModelChoice, deps: LoadDeps): Promise<LoadedModel> {
	const start = performance.now()
	// A draft model is far smaller than its target, but its share shows that something still goes on.
	const targetShare = choice.draftPath === undefined ? 1 : 0.9
	const progress = rising(deps.onProgress)
	const tuning = await tuningBefore(file, choice, deps)
	const { profile } = tuning
	const target = await openModel(file, choice, {
		...deps,
		known: profile?.target,
		onProgress: (f) => progress(f * targetShare),
	})
	const draft = await openDraft(file, target, choice, {
		...deps,
		known: profile?.draft?.context,
		onProgress: (f) => progress(targetShare + f * (1 - targetShare)),
	})
	const { costs, draftCosts } = await costsOf(target, draft.open, tuning, deps)
	const { vocabulary } = target
	const speculation = costs && new Speculation({ costs, tokenize: (text) => vocabulary.tokenize(text, 'suffix') })
	const models: SlotModels = {
		target,
		draft: draft.open &&
			draftCosts && {
				open: draft.open,
				drafter: (own: TokenState) => modelDrafter(own, draft.vocabularySize, draftCosts),
			},
	}
	const watch = costs && watchFor(target, costs, deps.logger)
	const archive = await archiveFor(file, target, tuning, deps)
	const slots = new SlotPool({
		inline: firstSlot(models),
		limit: sharedSlots,
		open: () => openSlot(models, deps),
		prepare: (slot, prompt) => archive?.prepare(slot.target, prompt) ?? Promise.resolve(),
		keep: (all) => archive?.keep(all.map((slot) => slot.target)) ?? Promise.resolve(),
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
		chat: new Chat({ model: target.model, vocabulary, logger: deps.logger, workerFile: deps.chatTemplateWorker }),
		dispose: async () => {
			await slots.dispose()
			if (watch?.isOutdated && tuning.key !== undefined) await deps.cache?.profiles.forget(tuning.key)
			await draft.open?.model.dispose()
			await target.model.dispose()
		},
	})
}

interface OpenDeps extends LoadDeps {
	/** How it was found to compute fastest before. */
	readonly known: ContextTuning | undefined
}

async function openModel(
	file: CheckedModelFile,
	limits: Pick<ModelChoice, 'contextSize' | 'leastContextSize'>,
	deps: OpenDeps,
): Promise<OpenModelWithWords> {
	const { library, signal } = deps
	const available = await (deps.availableMemory?.() ?? freeMemory(library))
	const wanted = Math.min(limits.contextSize, file.facts.trainContextSize)
	const least = Math.min(limits.leastContextSize ?? wanted, wanted)
	const fast = least === wanted ? available : await (deps.availableMemory?.() ?? fastMemory(library))
	const contextSize = roomyContext(file, { wanted, least }, Math.min(fast, available))
	const shape = fittingShape(file, contextSize, available)
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
		const onGpu = model.gpuLayers > 0
		const isKnown = deps.known?.gpuLayers === model.gpuLayers && deps.known.kvType === shape.kvType
		const known = isKnown ? deps.known : undefined
		const { batchSize } = known ?? shape
		const flashAttention = onGpu && shape.kvType === 'f16' ? 'auto' : (known ?? shape).flashAttention
		const trial = {
			model,
			settings: { ...shape, flashAttention, batchSize: Math.min(shape.batchSize, batchSize) },
			threads: threadsFor(library, onGpu, file.tensorBytes, known?.threads),
			isRoomy: memoryNeeded(file, shape) + contextBytes(file, shape) <= available,
			token: vocabulary.start,
			signal,
		}
		const { opened, promptMs } = await deps.measuring(
			async (turn): Promise<TunedContext> =>
				known ? { opened: await openWarm(trial), promptMs: known.promptMs } : tuneContext(trial, turn),
		)
		return { ...opened, file, model, vocabulary, promptMs, isProfiled: known !== undefined }
	})
	if ('value' in outcome) {
		deps.onProgress(1)
		return outcome.value
	}
	await model?.dispose()
	if (signal.aborted) throw new EngineError({ code: 'engineStopped', detail: 'the engine ends' })
	throw loadError(file.path, outcome.error, outcome.log, library.isOutOfMemory(outcome.error))
}

/** What verifying and drafting cost: as the profile says where the model was made by it, else measured and kept. */
async function costsOf(
	target: OpenModelWithWords,
	draft: OpenModelWithWords | undefined,
	tuning: Tuning,
	{ measuring, cache, logger }: LoadDeps,
) {
	const { state, vocabulary, threads } = target
	const { profile } = tuning
	const isDraftKnown = draft ? draft.isProfiled : profile?.draft === undefined
	if (profile && target.isProfiled && isDraftKnown) {
		logger.log('info', 'engine.tuned', { source: 'profile', ageMs: Date.now() - profile.measuredAt })
		const costs = state.canTakeBack ? new VerifyCosts(threads, profile.verifyCurve) : undefined
		return { costs, draftCosts: profile.draft }
	}
	const costs = state.canTakeBack
		? await measuring((turn) => measureVerifyCosts(state, vocabulary.start, turn, threads))
		: undefined
	const draftCosts = draft && (await measuring((turn) => measureDraftCosts(draft.state, vocabulary.start, turn)))
	const verifyCurve = costs?.measurements() ?? []
	const measured = tuningOf(target)
	const { threads: counts, ...settings } = measured
	const { single, several, prompts } = counts
	logger.log('info', 'engine.tuned', { source: 'measured', threads: `${single}, ${several}, ${prompts}`, ...settings })
	await keepTuning(cache, tuning, {
		target: measured,
		verifyCurve,
		...(draftCosts && { draft: { ...draftCosts, context: tuningOf(draft) } }),
	})
	return { costs, draftCosts }
}

function tuningOf({ threads, context, settings, model, promptMs }: OpenModelWithWords): ContextTuning {
	const { batchSize, kvType } = settings
	const flashAttention = context.flashAttention === true
	return { threads: threads.counts, flashAttention, batchSize, kvType, gpuLayers: model.gpuLayers, promptMs }
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
	deps: OpenDeps,
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
		const open = await openModel(file, { contextSize: opened.context.contextSize }, deps)
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

/** Compares what decoding takes with what it took when it was measured. */
function watchFor({ threads }: OpenModelWithWords, costs: VerifyCosts, logger: Logger): SlowdownWatch {
	const measured = new VerifyCosts(undefined, costs.measurements())
	const watch = new SlowdownWatch((tokens) => measured.estimate(tokens), logger)
	threads.watch((tokens, ms, length) => watch.observe(tokens, ms, length))
	return watch
}

/** Where states of this model are kept, if any. Recurrent models cannot go back to a beginning that two prompts share. */
async function archiveFor(
	{ facts }: CheckedModelFile,
	{ state, settings, promptMs }: OpenModelWithWords,
	{ identity }: Tuning,
	{ cache, library }: LoadDeps,
): Promise<SlotArchive | undefined> {
	if (!cache || identity === undefined || !state.canTakeBack) return undefined
	const space = archiveSpace(identity, await libraryVersion(), library.llama.gpu || 'cpu', settings)
	return new SlotArchive({ cache, space, promptMs, tokenBytes: facts.kvBytesPerToken })
}

function summarize(
	file: CheckedModelFile,
	{ context, model, vocabulary, threads, settings }: OpenModelWithWords,
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
		parameters: file.parameters,
		contextSize: context.contextSize,
		trainContextSize: file.facts.trainContextSize,
		fimOrder: vocabulary.fim.order,
		backend: model.gpuLayers > 0 ? library.llama.gpu || 'cpu' : 'cpu',
		gpuLayers: model.gpuLayers,
		threads: threads.counts.single,
		promptThreads: threads.counts.prompts,
		batchSize: settings.batchSize,
		flashAttention: context.flashAttention === true,
		kvType: settings.kvType,
		memoryBytes: Math.ceil(memoryNeeded(file, settings)),
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
