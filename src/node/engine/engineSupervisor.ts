import type { EngineErrorData } from '../../protocol/engineErrors.ts'
import type { Clock } from '../../shared/clock.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { messageOf } from '../../shared/errors.ts'
import { Emitter } from '../../shared/event.ts'
import type { Logger } from '../../shared/logger.ts'
import type { EngineClient } from './engineClient.ts'
import type { EngineProcess, StartEngineProcess } from './engineProcess.ts'
import { type EngineInfo, EngineRun, type EngineSettings, type RunEnd, type RunTiming } from './engineRun.ts'

export type EngineState =
	| { readonly kind: 'stopped' }
	| { readonly kind: 'starting' }
	| { readonly kind: 'running'; readonly client: EngineClient; readonly info: EngineInfo }
	/** Told to end, but not gone yet. */
	| { readonly kind: 'stopping' }
	/** Died; starts again after `delayMs`. `attempt` counts from 1. */
	| { readonly kind: 'backOff'; readonly attempt: number; readonly delayMs: number; readonly problem: EngineErrorData }
	/** Stays so until `stop`. */
	| { readonly kind: 'failed'; readonly problem: EngineErrorData }

export interface SupervisorTiming extends RunTiming {
	/** Milliseconds before a start after the first crash, the second, ...; the last one repeats. */
	readonly backOffMs: readonly number[]
	/** So many crashes within the window, and there is no further start. */
	readonly maxCrashes: number
	readonly crashWindowMs: number
}

export const defaultTiming: SupervisorTiming = {
	beatMs: 5_000,
	// A cold start behind a virus scanner takes its time.
	handshakeBeats: 6,
	missedBeats: 3,
	shutdownMs: 2_000,
	backOffMs: [500, 2_000],
	maxCrashes: 3,
	crashWindowMs: 180_000,
}

export interface SupervisorDeps {
	readonly startProcess: StartEngineProcess
	/** Asked at every start. */
	readonly settings: () => EngineSettings
	readonly clock: Clock
	readonly logger: Logger
	readonly timing?: Partial<SupervisorTiming>
}

/** Keeps one engine process running for as long as it is wanted, and gives up on one that keeps dying. */
export class EngineSupervisor implements Disposable {
	private readonly deps: SupervisorDeps
	private readonly timing: SupervisorTiming
	private readonly changed = new Emitter<EngineState>()
	private current: EngineState = { kind: 'stopped' }
	private run: EngineRun | undefined
	private isWanted = false
	private isDisposed = false
	private backOff: Disposable | undefined
	private recentCrashes: number[] = []
	private allCrashes = 0
	readonly onDidChangeState = this.changed.event

	constructor(deps: SupervisorDeps) {
		this.deps = deps
		this.timing = { ...defaultTiming, ...deps.timing }
	}

	get state(): EngineState {
		return this.current
	}

	get pid(): number | undefined {
		return this.run?.pid
	}

	get rssBytes(): number | undefined {
		return this.run?.rssBytes
	}

	/** Unwanted ends since the beginning. */
	get crashes(): number {
		return this.allCrashes
	}

	/** Starts the engine unless it runs, is about to, or has failed. */
	start(): void {
		if (this.isDisposed) return
		this.isWanted = true
		if (this.current.kind === 'stopped') this.begin()
	}

	/** Ends the engine, or its failure. Resolves when the process is gone; a `start` meanwhile is done after that. */
	async stop(): Promise<void> {
		this.isWanted = false
		this.backOff?.dispose()
		if (this.run === undefined) return this.setState({ kind: 'stopped' })
		const stopped = this.run.stop()
		this.setState({ kind: 'stopping' })
		await stopped
	}

	/** The next crash counts as the first one. */
	forgetCrashes(): void {
		this.recentCrashes = []
	}

	/** Ends the process without waiting for it; pending requests reject with `engineStopped`. */
	dispose(): void {
		this.isDisposed = true
		this.isWanted = false
		this.backOff?.dispose()
		this.changed.dispose()
		this.run?.kill()
		this.current = { kind: 'stopped' }
	}

	private begin(): void {
		const { clock, logger, settings } = this.deps
		let process: EngineProcess
		try {
			process = this.deps.startProcess()
		} catch (error) {
			this.onCrash({ code: 'engineCrashed', detail: `not started: ${messageOf(error)}` })
			return
		}
		const startedAt = clock.now()
		const run = new EngineRun({ process, settings: settings(), clock, logger, timing: this.timing })
		this.run = run
		run.info.then(
			(info) => {
				if (this.run !== run || this.current.kind !== 'starting') return
				const ms = Math.round(clock.now() - startedAt)
				logger.log('info', 'engine.started', { pid: info.pid, library: info.libraryVersion, ms })
				this.setState({ kind: 'running', client: run.client, info })
			},
			// The run ends for the same reason, and its end is what counts.
			() => {},
		)
		void run.ended.then((end) => this.onEnd(end))
		this.setState({ kind: 'starting' })
	}

	private onEnd(end: RunEnd): void {
		this.run = undefined
		if (this.isDisposed) return
		if (this.current.kind === 'stopping') {
			if (this.isWanted) this.begin()
			else this.setState({ kind: 'stopped' })
		} else if (end.kind === 'refused') this.setState({ kind: 'failed', problem: end.problem })
		else this.onCrash(end.problem)
	}

	private onCrash(problem: EngineErrorData): void {
		const { clock, logger } = this.deps
		const { backOffMs, maxCrashes, crashWindowMs } = this.timing
		const now = clock.now()
		this.allCrashes++
		this.recentCrashes = [...this.recentCrashes.filter((at) => now - at < crashWindowMs), now]
		const attempt = this.recentCrashes.length
		if (attempt >= maxCrashes) {
			logger.log('error', 'engine.givenUp', { crashes: attempt, code: problem.code })
			this.setState({ kind: 'failed', problem })
			return
		}
		const delayMs = backOffMs[Math.min(attempt, backOffMs.length) - 1] ?? 0
		this.backOff = clock.after(delayMs, () => this.begin())
		this.setState({ kind: 'backOff', attempt, delayMs, problem })
	}

	private setState(state: EngineState): void {
		if (state.kind === this.current.kind && state.kind === 'stopped') return
		this.current = state
		this.changed.fire(state)
	}
}
