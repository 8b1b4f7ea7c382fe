import type {
	ComputeMachine,
	EngineControl,
	EngineDiagnostics,
	EngineOptions,
	ModelSpec,
} from '../../core/model/engineControl.ts'
import type { EngineArguments } from '../../protocol/engine.ts'
import type { Clock } from '../../shared/clock.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { messageOf } from '../../shared/errors.ts'
import type { Logger } from '../../shared/logger.ts'
import { EmbeddedChat } from './embeddedChat.ts'
import { EmbeddedCompletion } from './embeddedCompletion.ts'
import { EmbeddedEmbedding } from './embeddedEmbedding.ts'
import type { EngineClient } from './engineClient.ts'
import { forkEngine, type StartEngineProcess } from './engineProcess.ts'
import { type EngineState, EngineSupervisor, type SupervisorTiming } from './engineSupervisor.ts'
import { type EngineLink, ModelHandle } from './modelHandle.ts'
import type { ModelUse } from './modelLoad.ts'

export interface EmbeddedEngineDeps {
	/** Absolute path of the engine's script. */
	readonly entryPath: string
	readonly options: EngineOptions
	/** Absolute path of a folder for what the engine keeps; made by the engine. Absent: it keeps nothing. */
	readonly cacheDirectory?: string
	readonly clock: Clock
	readonly logger: Logger
	/** Default: a forked process that runs `entryPath`. */
	readonly startProcess?: StartEngineProcess
	readonly timing?: Partial<SupervisorTiming>
}

/**
 * The engine process on this machine and the models in it: started with the first request to one of them, started again
 * after a crash, ended when none of them is in use any more. Each model has a state of its own; a file that is refused
 * does not touch the others, a crash touches all.
 */
export class EmbeddedEngine implements EngineControl, Disposable {
	private readonly deps: EmbeddedEngineDeps
	private readonly supervisor: EngineSupervisor
	private readonly handles = new Set<ModelHandle>()
	private readonly link: EngineLink
	private options: EngineOptions
	/** Numbers of models that the engine that runs has let go. */
	private readonly unloaded = new Set<number>()
	private isDisposed = false
	private libraryVersion: string | undefined
	/** Of models that are gone. */
	private earlierRequests = 0

	constructor(deps: EmbeddedEngineDeps) {
		this.deps = deps
		this.options = deps.options
		const { cacheDirectory } = deps
		this.supervisor = new EngineSupervisor({
			startProcess: deps.startProcess ?? (() => forkEngine(deps.entryPath)),
			settings: () => ({ gpu: this.options.gpu, ...(cacheDirectory !== undefined && { cacheDirectory }) }),
			clock: deps.clock,
			logger: deps.logger,
			...(deps.timing !== undefined && { timing: deps.timing }),
		})
		this.link = this.makeLink()
		this.supervisor.onDidChangeState((state) => this.onEngineState(state))
	}

	/** A model that fills in the middle. */
	completion(spec: ModelSpec): EmbeddedCompletion {
		return new EmbeddedCompletion(this.handle(spec, 'text'))
	}

	chat(spec: ModelSpec): EmbeddedChat {
		return new EmbeddedChat(this.handle(spec, 'text'))
	}

	embedding(spec: ModelSpec): EmbeddedEmbedding {
		return new EmbeddedEmbedding(this.handle(spec, 'embedding'))
	}

	async restart(): Promise<void> {
		if (this.isDisposed) return
		this.deps.logger.log('info', 'engine.restart', { by: 'user' })
		for (const handle of this.handles) handle.forgetProblem()
		await this.renew()
		await Promise.all([...this.handles].map((handle) => handle.settled()))
	}

	async letGo(): Promise<void> {
		for (const handle of this.handles) handle.forgo()
		const isIdle = !this.isNeeded()
		this.deps.logger.log('info', 'engine.letGo', { isIdle })
		if (isIdle) await this.supervisor.stop()
	}

	configure(options: EngineOptions): void {
		const before = this.options
		this.options = options
		if (this.isDisposed) return
		const { state } = this.supervisor
		if (options.gpu !== before.gpu && state.kind !== 'stopped' && this.isNeeded()) void this.renew()
		else if (state.kind === 'running' && !isSameLimits(options, before)) this.sendLimits(state.client)
	}

	async machine(): Promise<ComputeMachine | undefined> {
		if (this.isDisposed) return undefined
		this.supervisor.start()
		const client = await this.runningClient()
		try {
			return await client?.request('machine', {})
		} catch (error) {
			this.deps.logger.log('debug', 'engine.machineUnknown', { detail: messageOf(error) })
			return undefined
		} finally {
			this.endIfUnused()
		}
	}

	diagnostics(): EngineDiagnostics {
		const { pid, rssBytes, crashes } = this.supervisor
		const handles = [...this.handles]
		const names = handles.flatMap(({ state }) => (state.kind === 'ready' ? [state.model.name] : []))
		return {
			pid,
			rssBytes,
			crashes,
			libraryVersion: this.libraryVersion,
			requests: handles.reduce((sum, { requests }) => sum + requests, this.earlierRequests),
			loaded: [...new Set(names)],
		}
	}

	/** Ends the process at once; whatever is pending settles as cancelled. */
	dispose(): void {
		if (this.isDisposed) return
		this.isDisposed = true
		this.supervisor.dispose()
		for (const handle of [...this.handles]) handle.dispose()
	}

	private handle(spec: ModelSpec, use: ModelUse): ModelHandle {
		const { clock, logger } = this.deps
		const onDispose = (gone: ModelHandle) => {
			if (this.handles.delete(gone)) this.earlierRequests += gone.requests
		}
		const handle = new ModelHandle({ engine: this.link, use, spec, clock, logger, onDispose })
		if (this.isDisposed) handle.dispose()
		else this.handles.add(handle)
		return handle
	}

	private makeLink(): EngineLink {
		const { supervisor } = this
		return {
			get state() {
				return supervisor.state
			},
			start: () => supervisor.start(),
			renew: () => this.renew(),
			release: (client, id, path) => this.release(client, id, path),
			isGone: (id) => this.unloaded.has(id),
			isNeededBesides: (handle) => this.isNeeded(handle),
			endIfUnused: () => this.endIfUnused(),
		}
	}

	/** Undefined where the engine comes to rest without running. */
	private runningClient(): Promise<EngineClient | undefined> {
		return new Promise((resolve) => {
			const look = (state: EngineState): boolean => {
				const isSettled = state.kind === 'running' || state.kind === 'failed' || state.kind === 'stopped'
				if (isSettled) resolve(state.kind === 'running' ? state.client : undefined)
				return isSettled
			}
			if (look(this.supervisor.state)) return
			const subscription = this.supervisor.onDidChangeState((state) => {
				if (look(state)) subscription.dispose()
			})
		})
	}

	private isNeeded(besides?: ModelHandle): boolean {
		return [...this.handles].some((handle) => handle !== besides && handle.isNeeded)
	}

	/** Resolves when the old process is gone. */
	private async renew(): Promise<void> {
		const stopped = this.supervisor.stop()
		this.supervisor.forgetCrashes()
		if (this.isNeeded()) this.supervisor.start()
		this.tellHandles(this.supervisor.state)
		await stopped
	}

	private endIfUnused(): void {
		const { kind } = this.supervisor.state
		if (this.isDisposed || kind === 'stopped' || kind === 'stopping' || kind === 'failed' || this.isNeeded()) return
		this.deps.logger.log('info', 'engine.unused')
		void this.supervisor.stop()
	}

	private async release(client: EngineClient, id: number, path: string): Promise<void> {
		const { state } = this.supervisor
		if (state.kind !== 'running' || state.client !== client) return
		for (const handle of this.handles) if (handle.holds(id, path)) return
		await client.request('unloadModel', { model: id }).catch((error: unknown) => {
			this.deps.logger.log('debug', 'model.notUnloaded', { id, detail: messageOf(error) })
		})
	}

	private onEngineState(state: EngineState): void {
		if (state.kind === 'running') {
			this.libraryVersion = state.info.libraryVersion
			this.unloaded.clear()
			state.client.onUnloaded(({ model, reason }) => {
				this.deps.logger.log('info', 'model.unloaded', { id: model, reason })
				this.unloaded.add(model)
				for (const handle of [...this.handles]) handle.onUnloaded(model)
			})
			// Before any load: it may already depend on the limits.
			this.sendLimits(state.client)
		}
		this.tellHandles(state)
	}

	private tellHandles(state: EngineState): void {
		for (const handle of [...this.handles]) handle.onEngineState(state)
	}

	private sendLimits(client: EngineClient): void {
		client.request('configure', limitsOf(this.options)).catch((error: unknown) => {
			this.deps.logger.log('debug', 'engine.notConfigured', { detail: messageOf(error) })
		})
	}
}

function limitsOf({ maxLoadedModels, idleUnloadMs, saveStates }: EngineOptions): EngineArguments<'configure'> {
	return { maxLoaded: maxLoadedModels, keepAliveMs: idleUnloadMs, saveStates }
}

function isSameLimits(a: EngineOptions, b: EngineOptions): boolean {
	return a.maxLoadedModels === b.maxLoadedModels && a.idleUnloadMs === b.idleUnloadMs && a.saveStates === b.saveStates
}
