import { isAbsolute } from 'node:path'
import {
	type CompletionStats,
	type EngineParams,
	type EngineResult,
	type ModelSummary,
	purposes,
} from '../protocol/engine.ts'
import { EngineError } from '../protocol/engineErrors.ts'
import { CancellationSource, type CancellationToken } from '../shared/cancellation.ts'
import type { Logger } from '../shared/logger.ts'
import { checkModelFile, fingerprintOf } from './llama/checkModelFile.ts'
import { type LlamaLibrary, libraryVersion, openLibrary } from './llama/library.ts'
import type { LoadedModel } from './llama/loadedModel.ts'
import { loadModel } from './llama/loadModel.ts'
import type { Turn } from './llama/turn.ts'
import { Scheduler } from './scheduling/scheduler.ts'

type LoadParams = EngineParams<'loadModel'>
type ProgressListener = (fraction: number) => void

interface PendingLoad {
	readonly key: string
	readonly listeners: Set<ProgressListener>
	readonly summary: Promise<ModelSummary>
}

const noStats: CompletionStats = {
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

/** One model at a time, and one computation at a time: that of the most urgent request. */
export class Engine {
	private readonly logger: Logger
	private readonly scheduler = new Scheduler({ queueLimit, now: () => performance.now() })
	private readonly requests = new Set<CancellationSource>()
	private readonly ending = new AbortController()
	private gpu: 'auto' | 'off' = 'off'
	private library: Promise<LlamaLibrary> | undefined
	private loaded: { readonly key: string; readonly model: LoadedModel } | undefined
	private pending: PendingLoad | undefined
	/** Settles when it is known what the loads that came so far mean. Never rejects. */
	private admission: Promise<void> = Promise.resolve()

	constructor(logger: Logger) {
		this.logger = logger
	}

	/** Answers the library's version. @throws EngineError `libraryMissing`. */
	async initialize(gpu: 'auto' | 'off'): Promise<string> {
		this.gpu = gpu
		return libraryVersion()
	}

	/**
	 * Loads a model in place of the one before, whose requests are cancelled. Answers at once where the same files are
	 * loaded, and joins a load of the same files that is under way. Once begun, only `stop` ends it.
	 *
	 * @throws EngineError. Where the new file cannot be read, the model before stays loaded.
	 */
	async load(params: LoadParams, onProgress: ProgressListener): Promise<ModelSummary> {
		const admitted = this.admission.then(() => this.admit(params, onProgress))
		this.admission = admitted.then(
			() => {},
			() => {},
		)
		return (await admitted).summary
	}

	/** Resolves with what there is when cancelled, also by another model's load. @throws EngineError. */
	async complete(
		params: EngineParams<'complete'>,
		onText: (text: string) => void,
		token: CancellationToken,
	): Promise<EngineResult<'complete'>> {
		const arrivedAt = performance.now()
		await this.admission
		this.ensureRunning()
		const source = new CancellationSource(token)
		this.requests.add(source)
		try {
			const work = async (turn: Turn) => {
				const queueMs = performance.now() - arrivedAt
				if (!this.loaded) throw new EngineError({ code: 'modelNotLoaded', detail: 'no model is loaded' })
				const { stats, ...answer } = await this.loaded.model.complete({ ...params, arrivedAt, turn, onText })
				return { ...answer, stats: { ...stats, queueMs } }
			}
			const outcome = await this.scheduler.run(purposes.indexOf(params.purpose), work, source.token)
			if (outcome.kind === 'ran') return outcome.value
			if (outcome.kind === 'refused') throw tooMany(params.purpose)
			const waited = performance.now() - arrivedAt
			return { text: '', stopReason: 'cancelled', stats: { ...noStats, queueMs: waited, totalMs: waited } }
		} finally {
			this.requests.delete(source)
			source.dispose()
		}
	}

	/** Cancels everything, waits until llama.cpp rests, and frees the memory. */
	async stop(): Promise<void> {
		this.ending.abort()
		this.cancelRequests()
		await this.scheduler.runAlone(async () => {
			await this.unload()
			const library = await this.library?.catch(() => undefined)
			await library?.llama.dispose()
		})
	}

	/** Decides what a load means. Until it has, what came later waits. */
	private async admit(params: LoadParams, onProgress: ProgressListener): Promise<{ summary: Promise<ModelSummary> }> {
		const key = await keyOf(params)
		this.ensureRunning()
		if (this.pending?.key === key) {
			this.pending.listeners.add(onProgress)
			return this.pending
		}
		if (!this.pending && this.loaded?.key === key) return { summary: Promise.resolve(this.loaded.model.summary) }
		const listeners = new Set([onProgress])
		this.cancelRequests()
		const summary = this.scheduler.runAlone(() => this.replace(key, params, listeners))
		const pending: PendingLoad = { key, listeners, summary }
		this.pending = pending
		const done = () => {
			if (this.pending === pending) this.pending = undefined
		}
		summary.then(done, done)
		return pending
	}

	private async replace(
		key: string,
		params: LoadParams,
		listeners: ReadonlySet<ProgressListener>,
	): Promise<ModelSummary> {
		this.ensureRunning()
		this.library ??= openLibrary(this.gpu, this.logger)
		const library = await this.library
		const file = await checkModelFile(params.path)
		await this.unload()
		const model = await loadModel(file, params, {
			library,
			logger: this.logger,
			signal: this.ending.signal,
			onProgress: (fraction) => {
				for (const listener of listeners) listener(fraction)
			},
		})
		this.loaded = { key, model }
		return model.summary
	}

	private async unload(): Promise<void> {
		const loaded = this.loaded
		this.loaded = undefined
		await loaded?.model.dispose()
	}

	private cancelRequests(): void {
		for (const source of this.requests) source.cancel()
	}

	private ensureRunning(): void {
		if (this.ending.signal.aborted) throw new EngineError({ code: 'engineStopped', detail: 'the engine ends' })
	}
}

function tooMany(purpose: string): EngineError {
	return new EngineError({ code: 'invalidRequest', detail: `busy: ${queueLimit} requests for ${purpose} wait already` })
}

/** The same for the same files with the same contents. @throws EngineError where the model's file is not there. */
async function keyOf({ path, draftPath, contextSize }: LoadParams): Promise<string> {
	for (const named of [path, draftPath]) {
		if (named !== undefined && !isAbsolute(named)) {
			throw new EngineError({ code: 'invalidRequest', file: named, detail: 'the path is not absolute' })
		}
	}
	// A draft that is not there is no reason to fail: the model goes on without it.
	const draft = draftPath === undefined ? '' : await fingerprintOf(draftPath).catch(() => '')
	return JSON.stringify([path, await fingerprintOf(path), draftPath, draft, contextSize])
}
