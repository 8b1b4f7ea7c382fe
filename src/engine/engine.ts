import { isAbsolute } from 'node:path'
import {
	type CompletionStats,
	type EngineParams,
	type EngineResult,
	type ModelSummary,
	type Purpose,
	purposes,
} from '../protocol/engine.ts'
import { EngineError } from '../protocol/engineErrors.ts'
import { CancellationSource, type CancellationToken } from '../shared/cancellation.ts'
import type { Logger } from '../shared/logger.ts'
import { EngineCache } from './cache/engineCache.ts'
import { type EmbeddingModel, loadEmbeddingModel } from './embedding/embeddingModel.ts'
import { engineClock } from './engineClock.ts'
import { checkModelFile, fingerprintOf } from './llama/checkModelFile.ts'
import { type LlamaLibrary, libraryVersion, openLibrary } from './llama/library.ts'
import type { LoadedModel } from './llama/loadedModel.ts'
import { loadModel } from './llama/loadModel.ts'
import { isMemoryShort, machineMemory } from './llama/memory.ts'
import type { Turn } from './llama/turn.ts'
import { ModelPool, type Opening, type UnloadReason, type Use, type Wish } from './pool/modelPool.ts'
import { Scheduler } from './scheduling/scheduler.ts'

type LoadParams = EngineParams<'loadModel'>
type ProgressListener = (fraction: number) => void

/** What is asked of a model, as far as whose turn it is. */
interface Asked {
	readonly model?: number | undefined
	readonly purpose: Purpose
	readonly deadlineMs?: number | undefined
}

/** How one request came to compute. */
interface Start {
	/** When it came, by `performance.now()`. */
	readonly arrivedAt: number
	readonly turn: Turn
}

/** What a model was loaded for. */
type Loaded =
	| { readonly use: 'text'; readonly model: LoadedModel }
	| { readonly use: 'embedding'; readonly model: EmbeddingModel }

interface OpenModel {
	readonly trainContextSize: number
	readonly loaded: Loaded
	dispose(): Promise<void>
}

export const noStats: CompletionStats = {
	promptTokens: 0,
	reusedTokens: 0,
	generatedTokens: 0,
	draftedTokens: 0,
	acceptedTokens: 0,
	drafters: { ngram: { drafted: 0, accepted: 0 }, model: { drafted: 0, accepted: 0 } },
	acceptedByPosition: [],
	steps: 0,
	queueMs: 0,
	pausedMs: 0,
	prefillMs: 0,
	firstTokenMs: 0,
	totalMs: 0,
}

/** Most requests of one purpose that may wait: whoever sends more does not cancel what he no longer needs. */
const queueLimit = 256
/** Requests of one purpose that are under way at a time: as many as have a KV slot. */
const sideBySide = 2
/** A chat that takes turns with another one still reads as if it were written at once. */
const sliceMs = 250
/** Behind everybody who asks for something. */
const warmUpLane = purposes.length
const measuringLane = purposes.length + 1

/** Models in memory, and one computation at a time: that of the most urgent request. */
export class Engine {
	private readonly logger: Logger
	private readonly scheduler = new Scheduler({
		queueLimit,
		sideBySide: (lane) => (lane === 0 ? 1 : sideBySide),
		sliceMs,
		clock: engineClock,
	})
	private readonly pool: ModelPool<LoadWish, OpenModel>
	private readonly ending = new AbortController()
	private readonly endingSource = new CancellationSource()
	private gpu: 'auto' | 'off' = 'off'
	private cache: EngineCache | undefined
	private library: Promise<LlamaLibrary> | undefined
	/** Settles when it is known what the loads that came so far want. Never rejects. */
	private admission: Promise<unknown> = Promise.resolve()

	/** @param onUnloaded told of every model that is gone. */
	constructor(logger: Logger, onUnloaded: (model: number, reason: UnloadReason) => void) {
		this.logger = logger
		this.pool = new ModelPool({
			open: (wish, opening) => this.open(wish, opening),
			onUnloaded: (id, reason) => {
				logger.log('info', 'engine.unloaded', { model: id, reason })
				onUnloaded(id, reason)
			},
			clock: engineClock,
		})
	}

	/** Answers the library's version. @throws EngineError `libraryMissing`. */
	async initialize({ gpu, cacheDirectory }: EngineParams<'initialize'>): Promise<string> {
		this.gpu = gpu
		if (cacheDirectory !== undefined) this.cache = new EngineCache(cacheDirectory, this.logger)
		return libraryVersion()
	}

	async configure({ maxLoaded, keepAliveMs, saveStates }: EngineParams<'configure'>): Promise<void> {
		this.pool.configure({
			...(maxLoaded !== undefined && { maxLoaded }),
			...(keepAliveMs !== undefined && { keepAliveMs }),
		})
		if (saveStates !== undefined) await this.cache?.allowStates(saveStates)
	}

	/** Looks whether the machine runs short of memory, and lets models go that nobody uses. */
	relieve(): void {
		void this.pool.relieve(isMemoryShort)
	}

	/** Loads a model beside those that are there. Once begun, only `stop` ends it. @throws EngineError. */
	async load(params: LoadParams, onProgress: ProgressListener): Promise<ModelSummary> {
		this.ensureRunning()
		const admitted = Promise.all([wishOf(params), this.admission]).then(([wish]) => {
			this.ensureRunning()
			return { loaded: this.pool.load(wish, onProgress) }
		})
		this.admission = admitted.catch(() => {})
		const { loaded } = await admitted
		return (await loaded).loaded.model.summary
	}

	async unload(id: number): Promise<void> {
		await this.pool.unload(id, 'asked')
	}

	/** Resolves with what there is when it is cancelled, or its model has to go. @throws EngineError. */
	async complete(
		params: EngineParams<'complete'>,
		onText: (text: string) => void,
		token: CancellationToken,
	): Promise<EngineResult<'complete'>> {
		return this.answer(params, token, (model, start) => textModel(model).complete({ ...params, ...start, onText }))
	}

	/** Answers a conversation; otherwise as `complete`. @throws EngineError. */
	async chat(
		params: EngineParams<'chat'>,
		onText: (text: string) => void,
		token: CancellationToken,
	): Promise<EngineResult<'chat'>> {
		const answer = await this.answer(params, token, (model, start) =>
			textModel(model).chat({ ...params, ...start, onText }),
		)
		return { droppedMessages: 0, ...answer }
	}

	/** Turns texts into vectors. @throws EngineError. */
	async embed(params: EngineParams<'embed'>, token: CancellationToken): Promise<EngineResult<'embed'>> {
		const arrivedAt = performance.now()
		const done = await this.ask(params, token, (model, { turn }) =>
			embeddingModel(model).embed({ texts: params.texts, turn }),
		)
		const { ended, queueMs } = done
		const { vectors, promptTokens } = 'value' in done ? done.value : { vectors: [], promptTokens: 0 }
		const stopReason = vectors.length === params.texts.length ? 'done' : ended
		return { vectors, promptTokens, stopReason, queueMs, totalMs: performance.now() - arrivedAt }
	}

	/** Evaluates a prompt that is expected soon. @throws EngineError. */
	async warmUp(params: EngineParams<'warmUp'>, token: CancellationToken): Promise<EngineResult<'warmUp'>> {
		const work = (model: OpenModel, { turn }: Start) => textModel(model).warmUp({ ...params, turn })
		const done = await this.ask(params, token, work, warmUpLane)
		if (!('value' in done)) return { promptTokens: 0, evaluatedTokens: 0, stopReason: done.ended }
		const { isWhole, ...counts } = done.value
		return { ...counts, stopReason: isWhole ? 'done' : done.ended }
	}

	/** A completion is likely to be asked for within so many milliseconds: whoever else computes makes room at the next step. */
	announce({ withinMs }: EngineParams<'announce'>): void {
		this.scheduler.expect(purposes.indexOf('inline'), withinMs)
	}

	/** @throws EngineError. */
	async countTokens(
		{ model, texts }: EngineParams<'countTokens'>,
		token: CancellationToken,
	): Promise<EngineResult<'countTokens'>> {
		this.ensureRunning()
		if (model === undefined) await this.admission
		const use = await this.pool.use(model, token)
		if (!use) return { counts: [] }
		try {
			return { counts: await use.model.loaded.model.countTokens(texts) }
		} finally {
			use.release()
		}
	}

	/** What there is to compute with. @throws EngineError `libraryMissing`. */
	async machine(): Promise<EngineResult<'machine'>> {
		this.ensureRunning()
		return machineMemory(await this.openedLibrary())
	}

	/** Cancels everything, waits until llama.cpp rests, and frees the memory. */
	async stop(): Promise<void> {
		this.ending.abort()
		this.endingSource.cancel()
		await this.pool.dispose()
		const library = await this.library?.catch(() => undefined)
		await library?.llama.dispose()
	}

	/** An answer in text. */
	private async answer<T extends { readonly stopReason: string; readonly stats: Omit<CompletionStats, 'queueMs'> }>(
		asked: Asked,
		token: CancellationToken,
		work: (model: OpenModel, start: Start) => Promise<T>,
	) {
		const done = await this.ask(asked, token, work)
		if ('value' in done) {
			const { value, queueMs } = done
			const stopReason = value.stopReason === 'cancelled' ? done.ended : value.stopReason
			return { ...value, stopReason, stats: { ...value.stats, queueMs } }
		}
		const { ended, queueMs } = done
		return { text: '', stopReason: ended, stats: { ...noStats, queueMs, totalMs: queueMs } }
	}

	/**
	 * Does the work when it is its turn.
	 *
	 * @returns what came of it; nothing where it was over before it had begun. `ended` says why, if it was cancelled.
	 */
	private async ask<T>(
		{ model, purpose, deadlineMs }: Asked,
		token: CancellationToken,
		work: (model: OpenModel, start: Start) => Promise<T>,
		lane = purposes.indexOf(purpose),
	): Promise<Asking<T>> {
		this.ensureRunning()
		const arrivedAt = performance.now()
		const source = new CancellationSource(token)
		let ended: 'cancelled' | 'deadline' = 'cancelled'
		const isOver = () => {
			if (!token.isCancellationRequested) ended = 'deadline'
			source.cancel()
		}
		const deadline = deadlineMs === undefined ? undefined : engineClock.after(deadlineMs, isOver)
		// A timer takes a millisecond at least, in which a fast machine may be done.
		if (deadlineMs === 0) isOver()
		let use: Use<OpenModel> | undefined
		try {
			if (model === undefined) await this.admission
			use = await this.pool.use(model, source.token)
			const whose = use
			if (!whose) return { ended, queueMs: performance.now() - arrivedAt }
			let queueMs = 0
			const outcome = await this.scheduler.run(
				lane,
				(turn) => {
					queueMs = performance.now() - arrivedAt
					return work(whose.model, { arrivedAt, turn })
				},
				whose.token,
			)
			if (outcome.kind === 'refused') throw tooMany(purpose)
			if (outcome.kind === 'ran') return { value: outcome.value, ended, queueMs }
			return { ended, queueMs: performance.now() - arrivedAt }
		} finally {
			use?.release()
			deadline?.dispose()
			source.dispose()
		}
	}

	private openedLibrary(): Promise<LlamaLibrary> {
		this.library ??= openLibrary(this.gpu, this.logger)
		return this.library
	}

	private async open(wish: LoadWish, { id, onProgress, makeRoom }: Opening): Promise<OpenModel> {
		this.ensureRunning()
		const library = await this.openedLibrary()
		const file = await checkModelFile(wish.params.path)
		await makeRoom()
		this.ensureRunning()
		const deps = {
			library,
			logger: this.logger,
			signal: this.ending.signal,
			onProgress,
			cache: this.cache,
			measuring: <T>(work: (turn: Turn) => Promise<T>) => this.measure(work),
		}
		const loaded: Loaded =
			wish.params.use === 'embedding'
				? { use: 'embedding', model: await loadEmbeddingModel(file, { id, ...wish.params }, deps) }
				: { use: 'text', model: await loadModel(file, { id, ...wish.params }, deps) }
		const { trainContextSize } = file.facts
		return { trainContextSize, loaded, dispose: () => loaded.model.dispose() }
	}

	private async measure<T>(work: (turn: Turn) => Promise<T>): Promise<T> {
		const outcome = await this.scheduler.run(measuringLane, work, this.endingSource.token)
		if (outcome.kind === 'ran') return outcome.value
		throw new EngineError({ code: 'engineStopped', detail: 'the engine ends' })
	}

	private ensureRunning(): void {
		if (this.ending.signal.aborted) throw new EngineError({ code: 'engineStopped', detail: 'the engine ends' })
	}
}

type Asking<T> = { readonly ended: 'cancelled' | 'deadline'; readonly queueMs: number } & (
	| { readonly value: T }
	| object
)

interface LoadWish extends Wish {
	readonly params: LoadParams
}

/** @throws EngineError where it was loaded for something else. */
function textModel({ loaded }: OpenModel): LoadedModel {
	if (loaded.use === 'text') return loaded.model
	throw new EngineError({ code: 'invalidRequest', detail: 'the model was loaded for vectors, not for text' })
}

/** @throws EngineError where it was loaded for something else. */
function embeddingModel({ loaded }: OpenModel): EmbeddingModel {
	if (loaded.use === 'embedding') return loaded.model
	throw new EngineError({ code: 'invalidRequest', detail: 'the model was loaded for text, not for vectors' })
}

function tooMany(purpose: string): EngineError {
	return new EngineError({ code: 'invalidRequest', detail: `busy: ${queueLimit} requests for ${purpose} wait already` })
}

/** @throws EngineError where the model's file is not there. */
async function wishOf(params: LoadParams): Promise<LoadWish> {
	const { path, draftPath, contextSize, use } = params
	for (const named of [path, draftPath]) {
		if (named !== undefined && !isAbsolute(named)) {
			throw new EngineError({ code: 'invalidRequest', file: named, detail: 'the path is not absolute' })
		}
	}
	// A draft that is not there is no reason to fail: the model goes on without it.
	const draft = draftPath && `${draftPath} ${await fingerprintOf(draftPath).catch(() => '')}`
	return { key: JSON.stringify([path, use, await fingerprintOf(path)]), draftKey: draft, contextSize, params }
}
