import type { ModelSpec } from '../../core/model/engineControl.ts'
import {
	type LoadedModel,
	type ModelProblem,
	type ModelState,
	ModelUnavailableError,
} from '../../core/model/modelState.ts'
import type { EngineArguments, EngineProgress, EngineResult } from '../../protocol/engine.ts'
import { EngineError } from '../../protocol/engineErrors.ts'
import { CancellationSource, type CancellationToken } from '../../shared/cancellation.ts'
import type { Clock } from '../../shared/clock.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { Emitter } from '../../shared/event.ts'
import type { Logger } from '../../shared/logger.ts'
import type { EngineClient } from './engineClient.ts'
import type { EngineState } from './engineSupervisor.ts'
import { isSameState } from './isSameState.ts'
import { isSameSpec, loadModel, type ModelUse, nameOf, problemOf, toProblem } from './modelLoad.ts'
import { type Overtaken, Waiters } from './waiters.ts'

/** What a handle needs of the engine that it belongs to. */
export interface EngineLink {
	readonly state: EngineState
	/** Starts the process unless it runs or is about to. */
	start(): void
	/** Ends the process, forgets its crashes and starts another one. */
	renew(): Promise<void>
	/** Frees a model unless another handle has it. Resolves when its memory is free; never rejects. */
	release(client: EngineClient, id: number, path: string): Promise<void>
	/** Whether the engine that runs has let go of the model with this number. */
	isGone(id: number): boolean
	/** Whether a handle other than this one is in use. */
	isNeededBesides(handle: ModelHandle): boolean
	/** Called when this handle may have been the last one in use. */
	endIfUnused(): void
}

export interface ModelHandleDeps {
	readonly engine: EngineLink
	readonly use: ModelUse
	readonly spec: ModelSpec
	readonly clock: Clock
	readonly logger: Logger
	readonly onDispose: (handle: ModelHandle) => void
}

/** The load of one model into one engine process; replaced, and its outcome no news, as soon as that process ends. */
interface Load {
	readonly client: EngineClient
	readonly path: string
	fraction?: number
	loaded?: { readonly id: number; readonly model: LoadedModel }
}

interface ReadyModel {
	readonly client: EngineClient
	readonly id: number
}

export type ModelRequest = 'complete' | 'warmUp' | 'chat' | 'embed' | 'countTokens'

export interface AskOptions<K extends ModelRequest> {
	readonly token: CancellationToken
	readonly deadlineMs?: number | undefined
	readonly onProgress?: (progress: EngineProgress<K>) => void
	/** Whether to load the model where it is not loaded. Default: yes. */
	readonly loads?: boolean
}

/** An answer, or why there is none and after how many milliseconds. */
export type Asked<T> =
	| { readonly kind: 'answered'; readonly answer: T }
	| { readonly kind: 'overtaken'; readonly reason: Overtaken; readonly elapsedMs: number }

/** So often a request loads its model again where the engine has let it go: more often than that, memory is too short. */
const maxLoads = 3

/**
 * One model that the product wants of the engine, with its own state: loaded with the first request, idle when the engine
 * lets it go, loaded again with the next request or when the engine has come back from a crash.
 *
 * Requests that are overtaken by an orderly end (another model, a restart, `dispose`) end as cancelled; only an unwanted
 * end of the engine rejects them.
 */
export class ModelHandle implements Disposable {
	private readonly deps: ModelHandleDeps
	private readonly changed = new Emitter<ModelState>()
	private current: ModelState = { kind: 'idle' }
	private spec: ModelSpec
	/** Somebody has asked for the model since it was last unloaded. */
	private isWanted = false
	private isDisposed = false
	/** Why the model's file was refused; stays until the user does something about it. */
	private problem: ModelProblem | undefined
	private load: Load | undefined
	private readonly waiters: Waiters<ReadyModel>
	/** Requests that the engine has. */
	private readonly running = new Set<CancellationSource>()
	private requestsInUse = 0
	private allRequests = 0
	readonly onDidChangeState = this.changed.event

	constructor(deps: ModelHandleDeps) {
		this.deps = deps
		this.spec = deps.spec
		this.waiters = new Waiters(deps.clock)
	}

	get state(): ModelState {
		return this.current
	}

	/** Requests since the beginning. */
	get requests(): number {
		return this.allRequests
	}

	/** Whether the engine process is there for this model, too. */
	get isNeeded(): boolean {
		return (this.isWanted && this.problem === undefined) || this.requestsInUse > 0
	}

	/** Whether the model with this number and path is this handle's, or will be when its load is done. */
	holds(id: number, path: string): boolean {
		if (this.load === undefined) return false
		return this.load.loaded === undefined ? this.load.path === path : this.load.loaded.id === id
	}

	prepare(): void {
		if (this.isDisposed || this.problem !== undefined) return
		this.isWanted = true
		this.deps.engine.start()
		this.loadIfWanted()
		this.update()
	}

	/** Sends a request as soon as the model is loaded. Rejects with a `ModelUnavailableError`, or with what `onProgress` threw. */
	async ask<K extends ModelRequest>(
		kind: K,
		params: Omit<EngineArguments<K>, 'model' | 'deadlineMs' | 'progressToken'>,
		{ token, deadlineMs = Number.POSITIVE_INFINITY, onProgress, loads = true }: AskOptions<K>,
	): Promise<Asked<EngineResult<K>>> {
		this.allRequests++
		const { clock } = this.deps
		const startedAt = clock.now()
		const overtaken = (reason: Overtaken) =>
			({ kind: 'overtaken', reason, elapsedMs: clock.now() - startedAt }) as const
		if (this.isDisposed || token.isCancellationRequested) return overtaken('cancelled')
		if (!loads && this.current.kind !== 'ready') return overtaken('cancelled')
		const source = new CancellationSource(token)
		this.requestsInUse++
		try {
			for (let attempt = 1; ; attempt++) {
				const ready = await this.whenReady(source.token, startedAt + deadlineMs)
				if (typeof ready === 'string') return overtaken(ready)
				this.running.add(source)
				const left = startedAt + deadlineMs - clock.now()
				const terms = { model: ready.id, ...(Number.isFinite(left) && { deadlineMs: Math.max(0, left) }) }
				const options = { token: source.token, ...(onProgress !== undefined && { onProgress }) }
				// What was left out above is back.
				const sent = { ...params, ...terms } as unknown as EngineArguments<K>
				try {
					return { kind: 'answered', answer: await ready.client.request(kind, sent, options) }
				} catch (error) {
					if (!isModelGone(error) || attempt === maxLoads) throw error
					this.running.delete(source)
					this.onUnloaded(ready.id)
					if (!loads) return overtaken('cancelled')
				}
			}
		} catch (error) {
			if (!(error instanceof EngineError)) throw error
			if (error.data.code === 'engineStopped') return overtaken('cancelled')
			throw new ModelUnavailableError(toProblem(error.data), { cause: error })
		} finally {
			this.running.delete(source)
			source.dispose()
			this.requestsInUse--
			this.deps.engine.endIfUnused()
		}
	}

	/** Tells the engine that has the model, if one has, that a completion is about to be asked for. */
	announce(withinMs: number): void {
		// Nobody waits for the answer, and whoever asks next is told what went wrong.
		this.readyModel()
			?.client.request('announce', { withinMs })
			.catch(() => {})
	}

	setSpec(spec: ModelSpec): void {
		if (this.isDisposed || isSameSpec(spec, this.spec)) return
		this.spec = spec
		this.problem = undefined
		if (!this.isWanted) return
		const { engine } = this.deps
		const before = this.load
		if (engine.state.kind === 'starting') this.update()
		else if (engine.state.kind !== 'running') void engine.renew()
		// A load cannot be taken back, a process can; but not from under another model.
		else if (before !== undefined && before.loaded === undefined && !engine.isNeededBesides(this)) void engine.renew()
		else {
			this.loadIfWanted(this.letGo())
			this.update()
		}
	}

	/** Not wanted until the next request. */
	forgo(): void {
		if (this.requestsInUse === 0) this.isWanted = false
	}

	/** A refused file gets another chance. */
	forgetProblem(): void {
		this.problem = undefined
	}

	onEngineState(engine: EngineState): void {
		this.load = undefined
		this.loadIfWanted()
		if (engine.kind === 'backOff') this.waiters.rejectAll(new ModelUnavailableError(toProblem(engine.problem)))
		this.update()
	}

	/** The engine has let a model go; its number means nothing any more. */
	onUnloaded(id: number): void {
		if (this.load?.loaded?.id !== id) return
		this.load = undefined
		this.isWanted = false
		this.update()
		this.deps.engine.endIfUnused()
	}

	/** Lets the model go; whatever is pending settles as cancelled. */
	dispose(): void {
		if (this.isDisposed) return
		this.isDisposed = true
		this.isWanted = false
		void this.letGo()
		this.update()
		this.waiters.resolveAll('cancelled')
		this.changed.dispose()
		this.deps.onDispose(this)
		this.deps.engine.endIfUnused()
	}

	/** Resolves when nothing more happens by itself. */
	settled(): Promise<void> {
		const isSettled = () => this.current.kind !== 'loading' && this.current.kind !== 'restarting'
		if (isSettled()) return Promise.resolve()
		return new Promise((resolve) => {
			const subscription = this.onDidChangeState(() => {
				if (!isSettled()) return
				subscription.dispose()
				resolve()
			})
		})
	}

	/** Resolves when the memory of the model, if one was loaded, is free. */
	private async letGo(): Promise<void> {
		// After the end of the process there is nobody left to be told.
		if (this.deps.engine.state.kind === 'running') for (const source of this.running) source.cancel()
		const before = this.load
		this.load = undefined
		if (before?.loaded !== undefined) await this.deps.engine.release(before.client, before.loaded.id, before.path)
	}

	/** @param memoryFree the load has to wait for the memory of the model before */
	private loadIfWanted(memoryFree: Promise<void> = Promise.resolve()): void {
		const { state } = this.deps.engine
		if (!this.isWanted || this.problem !== undefined || this.load !== undefined || state.kind !== 'running') return
		const load: Load = { client: state.client, path: this.spec.path }
		this.load = load
		const onFraction = (fraction: number) => {
			load.fraction = fraction
			this.update()
		}
		const begin = () => {
			if (this.load !== load) return
			loadModel(state.client, this.spec, this.deps.use, onFraction).then(
				(loaded) => {
					// Meanwhile another model was chosen, or the process ended.
					if (this.load !== load) void this.deps.engine.release(load.client, loaded.id, load.path)
					else this.onLoaded(load, loaded)
				},
				(error: unknown) => {
					if (this.load === load) this.onRefused(problemOf(error))
				},
			)
		}
		void memoryFree.then(begin)
	}

	private onLoaded(load: Load, loaded: NonNullable<Load['loaded']>): void {
		load.loaded = loaded
		const { name, backend, threads, contextSize, loadMs } = loaded.model
		this.deps.logger.log('info', 'model.ready', { id: loaded.id, name, backend, threads, contextSize, loadMs })
		this.update()
		// That it is gone may be known before its load is answered.
		if (this.deps.engine.isGone(loaded.id)) this.onUnloaded(loaded.id)
	}

	private onRefused(problem: ModelProblem): void {
		this.load = undefined
		this.problem = problem
		this.deps.logger.log('error', 'model.failed', { code: problem.code, detail: problem.detail })
		this.update()
		this.deps.engine.endIfUnused()
	}

	/** Brings `state` in line with the parts that it is made of. */
	private update(): void {
		const next = this.stateOfParts()
		if (isSameState(next, this.current)) return
		this.current = next
		const ready = this.readyModel()
		if (next.kind === 'failed') this.waiters.rejectAll(new ModelUnavailableError(next.problem))
		else if (ready !== undefined) this.waiters.resolveAll(ready)
		this.changed.fire(next)
	}

	private stateOfParts(): ModelState {
		if (!this.isWanted) return { kind: 'idle' }
		if (this.problem !== undefined) return { kind: 'failed', problem: this.problem }
		const engine = this.deps.engine.state
		if (engine.kind === 'failed') return { kind: 'failed', problem: toProblem(engine.problem) }
		if (engine.kind === 'backOff') return { kind: 'restarting', attempt: engine.attempt, delayMs: engine.delayMs }
		if (this.load?.loaded !== undefined) return { kind: 'ready', model: this.load.loaded.model }
		const name = nameOf(this.spec)
		const fraction = this.load?.fraction
		return fraction === undefined ? { kind: 'loading', name } : { kind: 'loading', name, fraction }
	}

	private readyModel(): ReadyModel | undefined {
		if (this.current.kind !== 'ready' || this.load?.loaded === undefined) return undefined
		return { client: this.load.client, id: this.load.loaded.id }
	}

	/** The loaded model, loaded if need be; a word when the request is over before that. `dueAt` is a time of the clock. */
	private async whenReady(token: CancellationToken, dueAt: number): Promise<ReadyModel | Overtaken> {
		this.prepare()
		const ready = this.readyModel()
		if (ready !== undefined) return ready
		if (this.current.kind === 'failed') throw new ModelUnavailableError(this.current.problem)
		return this.waiters.wait(token, dueAt)
	}
}

function isModelGone(error: unknown): boolean {
	return error instanceof EngineError && error.data.code === 'modelNotLoaded'
}
