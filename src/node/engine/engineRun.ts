import { type EngineArguments, type EngineResult, protocolVersion } from '../../protocol/engine.ts'
import { EngineError, type EngineErrorData } from '../../protocol/engineErrors.ts'
import type { Clock } from '../../shared/clock.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { messageOf } from '../../shared/errors.ts'
import type { LogFields, Logger } from '../../shared/logger.ts'
import { EngineClient } from './engineClient.ts'
import type { EngineExit, EngineProcess } from './engineProcess.ts'

export type EngineInfo = EngineResult<'initialize'>

/** What a process is told once, when it starts. */
export type EngineSettings = Omit<EngineArguments<'initialize'>, 'protocolVersion'>

/** How a process ended: as it was told to, by refusing to work (which it would do again), or unwanted. */
export interface RunEnd {
	readonly kind: 'stopped' | 'refused' | 'crashed'
	readonly problem: EngineErrorData
}

export interface RunTiming {
	/** Milliseconds between two signs of life. */
	readonly beatMs: number
	/** Beats that the handshake may take. */
	readonly handshakeBeats: number
	/** Beats that a ping may stay unanswered. */
	readonly missedBeats: number
	/** Milliseconds that an orderly end may take, and a killed process to vanish. */
	readonly shutdownMs: number
}

export interface EngineRunDeps {
	readonly process: EngineProcess
	readonly settings: EngineSettings
	readonly clock: Clock
	readonly logger: Logger
	readonly timing: RunTiming
}

/** One engine process, from the handshake to its end. Ends exactly once; nothing is pending after that. */
export class EngineRun {
	readonly client: EngineClient
	readonly pid: number | undefined
	/** The answer to the handshake. Rejects when the run ends before it, or because of it. */
	readonly info: Promise<EngineInfo>
	readonly ended: Promise<RunEnd>
	private readonly deps: EngineRunDeps
	private end: (end: RunEnd) => void = () => {}
	/** Why the process is being ended. What happens to it afterwards is no news. */
	private verdict: RunEnd | undefined
	private isInitialized = false
	private isOver = false
	private beat: Disposable | undefined
	private deadline: Disposable | undefined
	private silentBeats = 0
	private awaited = true
	private lastRssBytes: number | undefined

	constructor(deps: EngineRunDeps) {
		this.deps = deps
		this.pid = deps.process.pid
		this.client = new EngineClient({
			transport: deps.process,
			logger: deps.logger,
			onGarbage: () => this.onGarbage(),
		})
		this.ended = new Promise((resolve) => {
			this.end = resolve
		})
		void deps.process.exited.then((exit) => this.onExit(exit))
		this.info = this.shakeHands()
		this.watch()
	}

	/** Bytes, from the last answered ping. */
	get rssBytes(): number | undefined {
		return this.lastRssBytes
	}

	/** Asks the process to end, and ends it when it does not. Resolves when it is gone. */
	async stop(): Promise<void> {
		if (this.verdict === undefined && !this.isOver) {
			this.verdict = stoppedEnd
			this.beat?.dispose()
			this.deadline = this.deps.clock.after(this.deps.timing.shutdownMs, () => this.kill())
			// The exit is what counts: it may come before the answer.
			this.client.request('shutdown', {}).catch(() => {})
		}
		await this.ended
	}

	/**
	 * Ends the process without asking; pending requests reject at once. With a verdict of its own the run is over at once,
	 * too, so that nobody takes the engine for a healthy one until its exit is seen.
	 */
	kill(verdict: RunEnd = stoppedEnd): void {
		if (this.isOver) return
		this.verdict ??= verdict
		this.beat?.dispose()
		this.deadline?.dispose()
		this.deps.process.kill()
		if (this.verdict.kind !== 'stopped') {
			this.finish(this.verdict, { signal: 'SIGKILL' })
			return
		}
		this.client.close(this.verdict.problem)
		// A process that is stuck in a driver survives even SIGKILL for a while; nobody shall wait for it.
		this.deadline = this.deps.clock.after(this.deps.timing.shutdownMs, () => {
			this.deps.logger.log('warn', 'engine.survivedKill', { pid: this.pid })
			this.finish(stoppedEnd, {})
		})
	}

	private async shakeHands(): Promise<EngineInfo> {
		try {
			const info = await this.client.request('initialize', { protocolVersion, ...this.deps.settings })
			if (info.protocolVersion !== protocolVersion) {
				const detail = `the engine speaks protocol ${info.protocolVersion}, this extension ${protocolVersion}`
				throw new EngineError({ code: 'versionMismatch', detail })
			}
			this.isInitialized = true
			return info
		} catch (error) {
			// Said by the process itself, so it would say it again; a kill or an exit has its verdict or its crash.
			if (error instanceof EngineError && !endCodes.has(error.data.code)) {
				this.kill({ kind: 'refused', problem: error.data })
			}
			throw error
		} finally {
			this.awaited = false
		}
	}

	/**
	 * Counts beats without an answer instead of comparing times: after the machine was suspended, or the host was blocked
	 * for long, a beat comes late but only once, so that the engine's answer is read before anyone calls it dead.
	 */
	private watch(): void {
		if (this.isOver) return
		const { clock, timing } = this.deps
		this.beat = clock.after(timing.beatMs, () => {
			if (!this.awaited) this.ping()
			else if (++this.silentBeats >= this.patience()) return this.onSilence()
			this.watch()
		})
	}

	private patience(): number {
		return this.isInitialized ? this.deps.timing.missedBeats : this.deps.timing.handshakeBeats
	}

	private ping(): void {
		this.silentBeats = 0
		this.awaited = true
		this.client.request('ping', {}).then(
			({ rssBytes }) => {
				this.lastRssBytes = rssBytes
				this.awaited = false
			},
			(error: unknown) => this.deps.logger.log('debug', 'engine.badPing', { detail: messageOf(error) }),
		)
	}

	private onSilence(): void {
		const what = this.isInitialized ? 'heart-beat' : 'handshake'
		const detail = `no answer to the ${what} within ${this.patience() * this.deps.timing.beatMs} ms`
		this.deps.logger.log('warn', 'engine.unresponsive', { pid: this.pid, detail })
		this.kill({ kind: 'crashed', problem: { code: 'engineUnresponsive', detail } })
	}

	private onGarbage(): void {
		this.deps.logger.log('warn', 'engine.garbage', { pid: this.pid })
		if (this.isInitialized) return
		const detail = 'the process does not speak the engine protocol'
		this.kill({ kind: 'refused', problem: { code: 'versionMismatch', detail } })
	}

	private onExit({ code, signal, detail }: EngineExit): void {
		const crash: RunEnd = {
			kind: 'crashed',
			problem: { code: 'engineCrashed', detail: describe(code, signal, detail) },
		}
		this.finish(this.verdict ?? crash, { code: code ?? undefined, signal: signal ?? undefined, detail })
	}

	private finish(end: RunEnd, fields: LogFields): void {
		if (this.isOver) return
		this.isOver = true
		this.beat?.dispose()
		this.deadline?.dispose()
		const level = end.kind === 'stopped' ? 'info' : 'warn'
		this.deps.logger.log(level, 'engine.ended', { pid: this.pid, how: end.kind, ...fields })
		// In this order: whoever asks again when a request is rejected finds the new state.
		this.end(end)
		this.client.close(end.problem)
	}
}

const stoppedEnd: RunEnd = { kind: 'stopped', problem: { code: 'engineStopped', detail: 'stopped' } }
const endCodes: ReadonlySet<string> = new Set(['engineStopped', 'engineCrashed', 'engineUnresponsive'])

function describe(code: number | null, signal: string | null, detail: string): string {
	const how = signal === null ? (code === null ? 'not started' : `exit code ${code}`) : `signal ${signal}`
	return detail === '' ? how : `${how}: ${detail}`
}
