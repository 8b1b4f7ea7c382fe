import { EngineError } from '../../protocol/engineErrors.ts'
import { CancellationSource, type CancellationToken } from '../../shared/cancellation.ts'
import type { Clock } from '../../shared/clock.ts'
import type { Disposable } from '../../shared/disposable.ts'

/** What is to be loaded. */
export interface Wish {
	/** The same for the same file with the same contents, loaded for the same use. */
	readonly key: string
	/** The same for the same draft model; absent where none is wanted. */
	readonly draftKey?: string | undefined
	/** Upper limit in tokens. */
	readonly contextSize: number
}

export interface PooledModel {
	/** Most tokens that the model was trained for: no wish gets more. */
	readonly trainContextSize: number
	/** Frees the memory. Called when nothing computes with the model any more. */
	dispose(): Promise<void>
}

export type UnloadReason = 'keepAlive' | 'limit' | 'memory' | 'asked'
type ProgressListener = (fraction: number) => void

export interface PoolDeps<W extends Wish, M> {
	/** @throws EngineError `modelTooLarge` where a model that is not used may make room. */
	readonly open: (wish: W, opening: Opening) => Promise<M>
	readonly onUnloaded: (id: number, reason: UnloadReason) => void
	readonly clock: Clock
}

export interface Opening {
	readonly id: number
	readonly onProgress: ProgressListener
	/** Called when it is known that the file can be opened, and before anything of it is in memory. */
	readonly makeRoom: () => Promise<void>
}

export interface PoolLimits {
	/** Models at a time, at least 1. */
	readonly maxLoaded: number
	/** Milliseconds without use after which a model goes; 0: never. */
	readonly keepAliveMs: number
}

/** A model for the time of one request. */
export interface Use<M> {
	readonly model: M
	/** Cancelled with the request's own token, and when the model has to go. */
	readonly token: CancellationToken
	release(): void
}

interface Entry<W, M> {
	readonly id: number
	readonly wish: W
	readonly model: M
	readonly uses: Set<CancellationSource>
	lastUse: number
	keepAlive: Disposable | undefined
}

interface Load<W, M> {
	readonly wish: W
	readonly listeners: Set<ProgressListener>
	readonly entry: Promise<Entry<W, M>>
}

/**
 * The models in memory. A file is there once for all that can share it; the one that was not used for the longest time
 * makes room where there are too many, or too little memory; a model that is in use stays. Models are loaded one
 * after the other, and a load that has begun is never given up because nobody waits for it any more.
 */
export class ModelPool<W extends Wish, M extends PooledModel> {
	private readonly deps: PoolDeps<W, M>
	private limits: PoolLimits = { maxLoaded: 2, keepAliveMs: 0 }
	private readonly entries = new Map<number, Entry<W, M>>()
	private readonly loads = new Set<Load<W, M>>()
	/** Models on their way out. */
	private readonly leaving = new Set<Promise<void>>()
	/** Settles when all loads so far have; never rejects. */
	private queue: Promise<unknown> = Promise.resolve()
	/** Called when a model is used no more, or is gone. */
	private waiters: (() => void)[] = []
	private lastId = 0
	private latest: number | undefined

	constructor(deps: PoolDeps<W, M>) {
		this.deps = deps
	}

	configure(limits: Partial<PoolLimits>): void {
		this.limits = { ...this.limits, ...limits }
		for (const entry of this.entries.values()) this.watch(entry)
		this.trim(this.limits.maxLoaded, 'limit')
	}

	/**
	 * Loads a model, or answers with the one that is there and suffices. Joins a load of the same that is under way.
	 *
	 * @throws EngineError. Where a model could not be loaded those that were there stay, but for the ones that made room.
	 */
	async load(wish: W, onProgress: ProgressListener): Promise<M> {
		const joined = [...this.loads].find((load) => suffices(load.wish, wish))
		joined?.listeners.add(onProgress)
		const load = joined ?? this.begin(wish, onProgress)
		const { id, model } = await load.entry
		this.latest = id
		return model
	}

	/**
	 * @param id absent: the model that was loaded last, when the loads that are under way have ended.
	 * @returns undefined where it was cancelled before that. @throws EngineError `modelNotLoaded`.
	 */
	async use(id: number | undefined, token: CancellationToken): Promise<Use<M> | undefined> {
		if (id === undefined && this.loads.size > 0) await Promise.race([this.queue, cancelled(token)])
		if (token.isCancellationRequested) return undefined
		const entry = this.entries.get(id ?? this.latest ?? -1)
		if (!entry) throw new EngineError({ code: 'modelNotLoaded', detail: 'no such model is loaded' })
		const source = new CancellationSource(token)
		entry.uses.add(source)
		this.watch(entry)
		return {
			model: entry.model,
			token: source.token,
			release: () => {
				source.dispose()
				if (!entry.uses.delete(source)) return
				entry.lastUse = this.deps.clock.now()
				if (entry.uses.size === 0) this.wake()
				if (this.entries.has(entry.id)) this.watch(entry)
			},
		}
	}

	/** Cancels the model's requests, and frees its memory when they have ended. */
	async unload(id: number, reason: UnloadReason): Promise<void> {
		const entry = this.entries.get(id)
		if (!entry) return
		this.entries.delete(id)
		entry.keepAlive?.dispose()
		for (const source of entry.uses) source.cancel()
		const gone = this.end(entry).finally(() => this.leaving.delete(gone))
		this.leaving.add(gone)
		this.wake()
		await gone
		this.deps.onUnloaded(id, reason)
	}

	/** Lets the models go that nobody uses, the longest unused first, for as long as `isShort`. */
	async relieve(isShort: () => Promise<boolean>): Promise<void> {
		for (let idle = this.leastRecent(); idle && (await isShort()); idle = this.leastRecent()) {
			await this.unload(idle.id, 'memory')
		}
	}

	/** Ends everything. Must be the last call; loads that are under way have to be aborted by who opens them. */
	async dispose(): Promise<void> {
		for (const entry of this.entries.values()) for (const source of entry.uses) source.cancel()
		await this.queue
		await Promise.all([...this.entries.keys()].map((id) => this.unload(id, 'asked')))
		await Promise.all(this.leaving)
	}

	private begin(wish: W, onProgress: ProgressListener): Load<W, M> {
		const listeners = new Set([onProgress])
		const entry = this.queue.then(() =>
			this.loadNow(wish, (fraction) => {
				for (const listener of listeners) listener(fraction)
			}),
		)
		const load: Load<W, M> = { wish, listeners, entry }
		this.loads.add(load)
		const done = () => this.loads.delete(load)
		this.queue = entry.then(done, done)
		return load
	}

	private async loadNow(wish: W, onProgress: ProgressListener): Promise<Entry<W, M>> {
		const same = [...this.entries.values()].find((entry) => entry.wish.key === wish.key)
		if (same && suffices(same.wish, wish, same.model.trainContextSize)) return same
		const id = ++this.lastId
		const makeRoom = async () => {
			if (same) await this.unload(same.id, 'limit')
			await this.keepAtMost(this.limits.maxLoaded - 1)
		}
		const model = await this.open(wish, { id, onProgress, makeRoom })
		const entry = { id, wish, model, uses: new Set<CancellationSource>(), lastUse: this.deps.clock.now() }
		const whole: Entry<W, M> = { ...entry, keepAlive: undefined }
		this.entries.set(id, whole)
		this.watch(whole)
		return whole
	}

	/** Opens it, at the cost of models that nobody uses where memory is short. */
	private async open(wish: W, opening: Opening): Promise<M> {
		for (;;) {
			try {
				return await this.deps.open(wish, opening)
			} catch (error) {
				const idle = this.leastRecent()
				if (!idle || !(error instanceof EngineError) || error.data.code !== 'modelTooLarge') throw error
				await this.unload(idle.id, 'memory')
			}
		}
	}

	/** Waits where all models are in use: somebody's answer is worth more than somebody else's load. */
	private async keepAtMost(most: number): Promise<void> {
		while (this.entries.size > most) {
			const idle = this.leastRecent()
			if (idle) await this.unload(idle.id, 'limit')
			else await this.nextChange()
		}
	}

	private trim(most: number, reason: UnloadReason): void {
		const idle = this.entries.size > most ? this.leastRecent() : undefined
		if (!idle) return
		void this.unload(idle.id, reason)
		this.trim(most, reason)
	}

	private nextChange(): Promise<void> {
		return new Promise((resolve) => {
			this.waiters.push(resolve)
		})
	}

	private wake(): void {
		for (const resolve of this.waiters.splice(0)) resolve()
	}

	private leastRecent(): Entry<W, M> | undefined {
		return [...this.entries.values()]
			.filter(({ uses }) => uses.size === 0)
			.sort((a, b) => a.lastUse - b.lastUse)
			.at(0)
	}

	private async end(entry: Entry<W, M>): Promise<void> {
		while (entry.uses.size > 0) await this.nextChange()
		await entry.model.dispose()
	}

	private watch(entry: Entry<W, M>): void {
		entry.keepAlive?.dispose()
		entry.keepAlive = undefined
		const { keepAliveMs } = this.limits
		if (keepAliveMs <= 0 || entry.uses.size > 0) return
		const left = Math.max(0, entry.lastUse + keepAliveMs - this.deps.clock.now())
		entry.keepAlive = this.deps.clock.after(left, () => void this.unload(entry.id, 'keepAlive'))
	}
}

/** Whether what was loaded for one wish is good for another. */
function suffices(loaded: Wish, wish: Wish, trainContextSize = Infinity): boolean {
	if (loaded.key !== wish.key) return false
	if (wish.draftKey !== undefined && wish.draftKey !== loaded.draftKey) return false
	return Math.min(wish.contextSize, trainContextSize) <= loaded.contextSize
}

function cancelled(token: CancellationToken): Promise<void> {
	return new Promise((resolve) => {
		if (token.isCancellationRequested) resolve()
		else token.onCancellationRequested(() => resolve())
	})
}
