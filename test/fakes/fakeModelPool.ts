import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import type { EngineParams, ModelSummary } from '../../src/protocol/engine.ts'
import { EngineError, type EngineErrorData } from '../../src/protocol/engineErrors.ts'
import { CancellationSource } from '../../src/shared/cancellation.ts'
import type { Clock } from '../../src/shared/clock.ts'
import type { Disposable } from '../../src/shared/disposable.ts'
import { fakeVectorSize } from './fakeAnswers.ts'

type LoadParams = EngineParams<'loadModel'>
export type UnloadReason = 'keepAlive' | 'limit' | 'memory' | 'asked'

export interface FakeModel {
	readonly summary: ModelSummary
	readonly use: LoadParams['use']
	/** Cancelled when the model goes. */
	readonly ending: CancellationSource
	/** Requests that it is at work for. */
	inUse: number
	lastUse: number
}

export interface FakePoolDeps {
	readonly clock: Clock
	/** Why a model cannot be loaded. */
	checkModel(path: string): EngineErrorData | undefined
	beforeLoadStep(fraction: number): Promise<void>
	readonly onUnloaded: (id: number, reason: UnloadReason) => void
}

/** The models that a fake engine has "in memory", with the rules of the real one: limit, keep-alive, one of each file. */
export class FakeModelPool {
	/** Least recently loaded first. */
	readonly models = new Map<number, FakeModel>()
	private readonly deps: FakePoolDeps
	private limits: EngineParams<'configure'> = {}
	private lastId = 0
	private isDisposed = false
	/** Loads come one after the other. Never rejects. */
	private loads: Promise<unknown> = Promise.resolve()
	private timer: Disposable | undefined

	constructor(deps: FakePoolDeps) {
		this.deps = deps
	}

	configure(limits: EngineParams<'configure'>): void {
		this.limits = { ...this.limits, ...limits }
		this.keepToLimit(this.limits.maxLoaded)
		this.watch()
	}

	load(params: LoadParams, onFraction: (fraction: number) => void): Promise<ModelSummary> {
		const loading = this.loads.then(() => this.loadNow(params, onFraction))
		this.loads = loading.catch(() => {})
		return loading
	}

	/** The model that a request names, or the last one loaded. @throws EngineError `modelNotLoaded` */
	async find(id: number | undefined): Promise<FakeModel> {
		if (id === undefined) await this.loads
		const model = id === undefined ? [...this.models.values()].at(-1) : this.models.get(id)
		if (model === undefined) throw new EngineError({ code: 'modelNotLoaded', detail: 'no such model is loaded' })
		return model
	}

	async use<T>(model: FakeModel, work: () => Promise<T>): Promise<T> {
		model.inUse++
		this.watch()
		try {
			return await work()
		} finally {
			model.inUse--
			model.lastUse = this.deps.clock.now()
			this.watch()
		}
	}

	unload(id: number, reason: UnloadReason): void {
		const model = this.models.get(id)
		if (model === undefined) return
		this.models.delete(id)
		model.ending.cancel()
		this.deps.onUnloaded(id, reason)
	}

	/** As at the end of a process: nothing is said of it. */
	dispose(): void {
		this.timer?.dispose()
		this.limits = {}
		this.isDisposed = true
		this.models.clear()
	}

	private async loadNow(params: LoadParams, onFraction: (fraction: number) => void): Promise<ModelSummary> {
		const { path, use, contextSize } = params
		const problem = this.deps.checkModel(path)
		if (problem !== undefined) throw new EngineError(problem)
		const known = [...this.models.values()].find((model) => model.summary.path === path && model.use === use)
		if (known !== undefined) {
			if (known.summary.contextSize >= contextSize && hasDraft(known, params.draftPath)) return known.summary
			this.unload(known.summary.id, 'limit')
		}
		this.keepToLimit((this.limits.maxLoaded ?? Number.POSITIVE_INFINITY) - 1)
		for (const fraction of [0, 0.25, 0.5, 0.75, 1]) {
			await this.deps.beforeLoadStep(fraction)
			await new Promise((resolve) => setImmediate(resolve))
			onFraction(fraction)
		}
		const summary = summaryOf(++this.lastId, params)
		const lastUse = this.deps.clock.now()
		if (!this.isDisposed)
			this.models.set(summary.id, { summary, use, ending: new CancellationSource(), inUse: 0, lastUse })
		this.watch()
		return summary
	}

	private keepToLimit(most = Number.POSITIVE_INFINITY): void {
		const idle = [...this.models.values()].filter(({ inUse }) => inUse === 0)
		const oldestFirst = idle.toSorted((a, b) => a.lastUse - b.lastUse)
		for (const { summary } of oldestFirst) if (this.models.size > most) this.unload(summary.id, 'limit')
	}

	/** Sets the timer of the keep-alive anew. */
	private watch(): void {
		this.timer?.dispose()
		this.timer = undefined
		const { keepAliveMs = 0 } = this.limits
		const idle = [...this.models.values()].filter(({ inUse }) => inUse === 0)
		if (keepAliveMs <= 0 || idle.length === 0) return
		const { clock } = this.deps
		const due = Math.min(...idle.map(({ lastUse }) => lastUse + keepAliveMs))
		this.timer = clock.after(Math.max(0, due - clock.now()), () => {
			const over = idle.filter(({ inUse, lastUse }) => inUse === 0 && lastUse + keepAliveMs <= clock.now())
			for (const { summary } of over) this.unload(summary.id, 'keepAlive')
			this.watch()
		})
	}
}

function hasDraft({ summary }: FakeModel, draftPath: string | undefined): boolean {
	return draftPath === undefined || ('path' in summary.draft && summary.draft.path === draftPath)
}

function summaryOf(id: number, { path, draftPath, contextSize, use }: LoadParams): ModelSummary {
	return {
		id,
		path,
		name: basename(path),
		architecture: 'fake',
		quantization: 'Q8_0',
		fileBytes: 1024,
		parameters: 1000,
		contextSize,
		trainContextSize: contextSize,
		fimOrder: 'prefixSuffixMiddle',
		backend: 'cpu',
		gpuLayers: 0,
		threads: 1,
		promptThreads: 1,
		batchSize: 512,
		flashAttention: false,
		kvType: 'f16',
		memoryBytes: 4096,
		chatTemplate: false,
		verifyCurve: [{ tokens: 1, ms: 1 }],
		draft:
			draftPath === undefined
				? { none: 'notConfigured', detail: 'no draft' }
				: { path: draftPath, name: basename(draftPath) },
		loadMs: 1,
		...(use === 'embedding' && { embeddingSize: fakeVectorSize }),
	}
}

/** Whether the file is there and begins as a GGUF. */
export function checkFile(path: string): EngineErrorData | undefined {
	if (!existsSync(path)) return { code: 'modelMissing', file: path, detail: 'no such file' }
	if (!statSync(path).isFile()) return { code: 'modelUnreadable', file: path, detail: 'not a file' }
	const magic = Buffer.alloc(4)
	const file = openSync(path, 'r')
	readSync(file, magic)
	closeSync(file)
	return magic.toString('latin1') === 'GGUF' ? undefined : { code: 'modelNotGguf', file: path, detail: 'no GGUF magic' }
}
