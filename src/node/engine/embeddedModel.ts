import {
	type CompletionAnswer,
	type CompletionModel,
	type CompletionRequest,
	type EngineControl,
	type EngineDiagnostics,
	type LoadedModel,
	type ModelProblem,
	type ModelSpec,
	type ModelState,
	ModelUnavailableError,
	noFigures,
} from '../../core/model/ports.ts'
import { EngineError } from '../../protocol/engineErrors.ts'
import { CancellationSource, type CancellationToken } from '../../shared/cancellation.ts'
import type { Clock } from '../../shared/clock.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { Emitter } from '../../shared/event.ts'
import type { Logger } from '../../shared/logger.ts'
import type { EngineClient } from './engineClient.ts'
import { forkEngine, type StartEngineProcess } from './engineProcess.ts'
import { type EngineState, EngineSupervisor, type SupervisorTiming } from './engineSupervisor.ts'
import { isSameSpec, loadModel, nameOf, problemOf, toProblem } from './modelLoad.ts'

export interface EmbeddedModelDeps {
	/** Absolute path of the engine's script. */
	readonly entryPath: string
	readonly spec: ModelSpec
	/** Milliseconds without a request after which the process is ended; 0: never. */
	readonly idleUnloadMs: number
	readonly clock: Clock
	readonly logger: Logger
	/** Default: a forked process that runs `entryPath`. */
	readonly startProcess?: StartEngineProcess
	readonly timing?: Partial<SupervisorTiming>
}

/** The load of one model into one engine process; replaced, and its outcome no news, as soon as that process ends. */
interface Load {
	readonly client: EngineClient
	fraction?: number
	model?: LoadedModel
}

/** A request that waits for the model; settled with `undefined` when nobody needs the answer any more. */
interface Waiter {
	resolve(client: EngineClient | undefined): void
	reject(error: ModelUnavailableError): void
}

/**
 * The model that runs on this machine, in a process of its own: started with the first request, started again after a
 * crash, ended after a time without requests.
 *
 * Requests that are overtaken by an orderly end (another model, a restart, `dispose`) settle as cancelled; only an
 * unwanted end of the engine rejects them.
 */
export class EmbeddedModel implements CompletionModel, EngineControl, Disposable {
	private readonly deps: EmbeddedModelDeps
	private readonly supervisor: EngineSupervisor
	private readonly changed = new Emitter<ModelState>()
	private current: ModelState = { kind: 'idle' }
	private spec: ModelSpec
	private idleUnloadMs: number
	/** Somebody has asked for the model since it was last unloaded. */
	private isWanted = false
	private isDisposed = false
	/** Why the model's file was refused; stays until the user does something about it. */
	private problem: ModelProblem | undefined
	private load: Load | undefined
	private readonly waiters = new Set<Waiter>()
	private readonly running = new Set<CancellationSource>()
	private requestsInUse = 0
	private requests = 0
	private lastUse = 0
	private idleTimer: Disposable | undefined
	private libraryVersion: string | undefined
	readonly onDidChangeState = this.changed.event

	constructor(deps: EmbeddedModelDeps) {
		this.deps = deps
		this.spec = deps.spec
		this.idleUnloadMs = deps.idleUnloadMs
		this.supervisor = new EngineSupervisor({
			startProcess: deps.startProcess ?? (() => forkEngine(deps.entryPath)),
			gpu: () => this.spec.gpu,
			clock: deps.clock,
			logger: deps.logger,
			...(deps.timing !== undefined && { timing: deps.timing }),
		})
		this.supervisor.onDidChangeState((state) => this.onEngineState(state))
	}

	get state(): ModelState {
		return this.current
	}

	prepare(): void {
		if (this.isDisposed || this.problem !== undefined) return
		this.isWanted = true
		this.supervisor.start()
		this.update()
	}

	async complete(
		request: CompletionRequest,
		onText: (text: string) => void,
		token: CancellationToken,
	): Promise<CompletionAnswer> {
		this.requests++
		const startedAt = this.deps.clock.now()
		let text = ''
		const cancelled = (): CompletionAnswer => cancelledAnswer(text, this.deps.clock.now() - startedAt)
		if (this.isDisposed || token.isCancellationRequested) return cancelled()
		const source = new CancellationSource(token)
		this.requestsInUse++
		this.watchIdleness()
		try {
			const client = await this.readyClient(source.token)
			if (client === undefined) return cancelled()
			this.running.add(source)
			const { prefix, suffix, maxTokens, stop, purpose, temperature, reference } = request
			return await client.request(
				'complete',
				{ prefix, suffix, maxTokens, stop: [...stop], purpose, temperature, reference },
				{
					token: source.token,
					onProgress: (progress) => {
						text += progress.text
						onText(progress.text)
					},
				},
			)
		} catch (error) {
			if (!(error instanceof EngineError)) throw error
			if (error.data.code === 'engineStopped') return cancelled()
			throw new ModelUnavailableError(toProblem(error.data), { cause: error })
		} finally {
			this.running.delete(source)
			source.dispose()
			this.requestsInUse--
			this.lastUse = this.deps.clock.now()
			this.watchIdleness()
		}
	}

	async restart(): Promise<void> {
		if (this.isDisposed) return
		this.deps.logger.log('info', 'engine.restart', { by: 'user' })
		await this.renewEngine()
		await this.settled()
	}

	setSpec(spec: ModelSpec): void {
		if (this.isDisposed || isSameSpec(spec, this.spec)) return
		const gpuChanged = spec.gpu !== this.spec.gpu
		this.spec = spec
		if (!this.isWanted) return
		const engine = this.supervisor.state
		if (!gpuChanged && engine.kind === 'running' && this.load?.model !== undefined) {
			for (const source of this.running) source.cancel()
			this.beginLoad(engine.client)
			this.update()
		} else if (gpuChanged || engine.kind !== 'starting') {
			// Also in the middle of a load: it cannot be taken back, a process can.
			void this.renewEngine()
		}
	}

	setIdleUnload(ms: number): void {
		this.idleUnloadMs = ms
		this.watchIdleness()
	}

	diagnostics(): EngineDiagnostics {
		const { pid, rssBytes, crashes } = this.supervisor
		return { pid, rssBytes, crashes, libraryVersion: this.libraryVersion, requests: this.requests }
	}

	/** Ends the process at once; whatever is pending settles as cancelled. */
	dispose(): void {
		if (this.isDisposed) return
		this.isDisposed = true
		this.isWanted = false
		this.load = undefined
		this.idleTimer?.dispose()
		this.supervisor.dispose()
		this.update()
		this.settleWaiters((waiter) => waiter.resolve(undefined))
		this.changed.dispose()
	}

	/** Ends the engine and what had gone wrong with it, and starts another one. Resolves when the old one is gone. */
	private async renewEngine(): Promise<void> {
		this.problem = undefined
		this.isWanted = true
		const stopped = this.supervisor.stop()
		this.supervisor.forgetCrashes()
		this.supervisor.start()
		this.update()
		await stopped
	}

	private onEngineState(engine: EngineState): void {
		if (engine.kind === 'running') {
			this.libraryVersion = engine.info.libraryVersion
			this.beginLoad(engine.client)
		} else this.load = undefined
		if (engine.kind === 'backOff') this.rejectWaiters(toProblem(engine.problem))
		this.update()
	}

	private beginLoad(client: EngineClient): void {
		const { logger, clock } = this.deps
		const load: Load = { client }
		this.load = load
		loadModel(client, this.spec, (fraction) => {
			load.fraction = fraction
			this.update()
		}).then(
			(model) => {
				if (this.load !== load) return
				load.model = model
				this.lastUse = clock.now()
				const { name, backend, threads, contextSize, loadMs } = model
				logger.log('info', 'model.ready', { name, backend, threads, contextSize, loadMs })
				this.update()
			},
			(error: unknown) => {
				if (this.load !== load) return
				this.problem = problemOf(error)
				logger.log('error', 'model.failed', { code: this.problem.code, detail: this.problem.detail })
				void this.supervisor.stop()
				this.update()
			},
		)
	}

	/** Brings `state` in line with the parts that it is made of. */
	private update(): void {
		const next = this.stateOfParts()
		if (isSameState(next, this.current)) return
		this.current = next
		if (next.kind === 'failed') this.rejectWaiters(next.problem)
		else if (next.kind === 'ready') this.settleWaiters((waiter) => waiter.resolve(this.load?.client))
		this.watchIdleness()
		this.changed.fire(next)
	}

	private stateOfParts(): ModelState {
		if (!this.isWanted) return { kind: 'idle' }
		if (this.problem !== undefined) return { kind: 'failed', problem: this.problem }
		const engine = this.supervisor.state
		if (engine.kind === 'failed') return { kind: 'failed', problem: toProblem(engine.problem) }
		if (engine.kind === 'backOff') return { kind: 'restarting', attempt: engine.attempt, delayMs: engine.delayMs }
		if (this.load?.model !== undefined) return { kind: 'ready', model: this.load.model }
		const name = nameOf(this.spec)
		const fraction = this.load?.fraction
		return fraction === undefined ? { kind: 'loading', name } : { kind: 'loading', name, fraction }
	}

	/** The client of an engine with the model loaded; undefined when the request is cancelled before that. */
	private async readyClient(token: CancellationToken): Promise<EngineClient | undefined> {
		this.prepare()
		if (this.current.kind === 'ready') return this.load?.client
		if (this.current.kind === 'failed') throw new ModelUnavailableError(this.current.problem)
		let cancellation: Disposable | undefined
		let waiter: Waiter | undefined
		try {
			return await new Promise<EngineClient | undefined>((resolve, reject) => {
				waiter = { resolve, reject }
				this.waiters.add(waiter)
				cancellation = token.onCancellationRequested(() => resolve(undefined))
			})
		} finally {
			if (waiter !== undefined) this.waiters.delete(waiter)
			cancellation?.dispose()
		}
	}

	private rejectWaiters(problem: ModelProblem): void {
		const error = new ModelUnavailableError(problem)
		this.settleWaiters((waiter) => waiter.reject(error))
	}

	private settleWaiters(settle: (waiter: Waiter) => void): void {
		const waiters = [...this.waiters]
		this.waiters.clear()
		for (const waiter of waiters) settle(waiter)
	}

	/** Sets the timer of the idle unload anew; a load and every request count as use. */
	private watchIdleness(): void {
		this.idleTimer?.dispose()
		this.idleTimer = undefined
		if (this.idleUnloadMs <= 0 || this.requestsInUse > 0 || this.current.kind !== 'ready') return
		const left = this.lastUse + this.idleUnloadMs - this.deps.clock.now()
		this.idleTimer = this.deps.clock.after(Math.max(0, left), () => {
			this.deps.logger.log('info', 'engine.idleUnload', { idleMs: this.idleUnloadMs })
			this.isWanted = false
			void this.supervisor.stop()
			this.update()
		})
	}

	/** Resolves when nothing more happens by itself. */
	private settled(): Promise<void> {
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
}

function isSameState(a: ModelState, b: ModelState): boolean {
	if (a.kind === 'loading' && b.kind === 'loading') return a.name === b.name && a.fraction === b.fraction
	if (a.kind === 'ready' && b.kind === 'ready') return a.model === b.model
	if (a.kind === 'failed' && b.kind === 'failed') return isSameProblem(a.problem, b.problem)
	if (a.kind === 'restarting' && b.kind === 'restarting') return a.attempt === b.attempt
	return a.kind === b.kind
}

function isSameProblem(a: ModelProblem, b: ModelProblem): boolean {
	return a.code === b.code && a.file === b.file && a.detail === b.detail
}

function cancelledAnswer(text: string, totalMs: number): CompletionAnswer {
	return {
		text,
		stopReason: 'cancelled',
		stats: { ...noFigures, firstTokenMs: totalMs, totalMs },
	}
}
