import type { Backend } from '../../core/model/backend.ts'
import { estimatedTokens } from '../../core/model/estimatedTokens.ts'
import {
	type BackendPlace,
	type ModelProblem,
	type ModelState,
	ModelUnavailableError,
} from '../../core/model/modelState.ts'
import type { Model, RequestTerms, TokenCounter } from '../../core/model/ports.ts'
import type { EgressPurpose } from '../../core/privacy/egressPolicy.ts'
import type { Network } from '../../core/privacy/network.ts'
import { CancellationSource, type CancellationToken } from '../../shared/cancellation.ts'
import type { Clock } from '../../shared/clock.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { CancelledError } from '../../shared/errors.ts'
import { Emitter } from '../../shared/event.ts'
import type { Logger } from '../../shared/logger.ts'
import { BackendError, toBackendError } from './backendError.ts'
import { BackendHttp } from './backendHttp.ts'
import { placeOf } from './backendPlace.ts'
import type { Dialect } from './dialect.ts'
import { dialectOf } from './dialects.ts'
import { type OpenedBackend, openedBackend } from './openedBackend.ts'
import { Outgoing, type Redact } from './outgoing.ts'

export interface BackendModelDeps {
	readonly backend: Backend
	readonly use: 'completion' | 'chat' | 'embedding'
	/** For what the user allows its host. */
	readonly purpose: EgressPurpose
	readonly network: Network
	readonly key: () => Promise<string | undefined>
	/** Of what goes to another machine. */
	readonly redact: Redact
	readonly clock: Clock
	readonly logger: Logger
}

export type Overtaken = 'cancelled' | 'deadline'

/** Milliseconds after which a server that failed is asked again: so many after the first time, then twice as many, and so on. */
const firstPauseMs = 5_000
const longestPauseMs = 60_000
/** A server that loads its model says 503 until it has it. */
const loadingPauseMs = 1_000
const mostLoadingPauses = 300

/**
 * A model on a server: idle until it is asked for, ready when the server has said what it can. A server that does not answer
 * is not asked again with every key; it becomes ready by itself with the first request after a pause.
 */
export abstract class BackendModel implements Model, TokenCounter, Disposable {
	protected readonly deps: BackendModelDeps
	protected readonly http: BackendHttp
	protected readonly dialect: Dialect
	private readonly place: BackendPlace
	private readonly changed = new Emitter<ModelState>()
	private readonly life = new CancellationSource()
	private current: ModelState = { kind: 'idle' }
	private opening: Promise<OpenedBackend> | undefined
	private opened: OpenedBackend | undefined
	private failures = 0
	/** A time of the clock. */
	private retryAt = 0
	readonly onDidChangeState = this.changed.event

	constructor(deps: BackendModelDeps) {
		this.deps = deps
		const { backend, network, key, purpose } = deps
		this.http = new BackendHttp({ url: backend.url, network, key, purpose })
		this.dialect = dialectOf(backend.kind)
		this.place = placeOf(backend)
	}

	get state(): ModelState {
		return this.current
	}

	prepare(): void {
		// The state tells.
		this.open().catch(() => {})
	}

	async countTokens(texts: readonly string[], token: CancellationToken): Promise<readonly number[] | undefined> {
		const out = this.outgoing()
		const asked = await this.ask({}, token, async ({ probed }, ended) =>
			probed.countsTokens && this.dialect.count
				? this.dialect.count(
						this.http,
						texts.map((text) => out.text(text)),
						ended,
					)
				: texts.map(estimatedTokens),
		)
		return asked.kind === 'answered' ? asked.answer : undefined
	}

	/** Ends what is being asked; it resolves as cancelled. */
	dispose(): void {
		this.life.cancel()
		this.life.dispose()
		this.changed.dispose()
	}

	/** What leaves for this server in one request. */
	protected outgoing(): Outgoing {
		return new Outgoing(this.place.isThisMachine ? undefined : this.deps.redact)
	}

	/** The server, where it is ready. */
	protected get ready(): OpenedBackend | undefined {
		return this.opened
	}

	/** Asks as soon as the server is ready. Rejects with a ModelUnavailableError. */
	protected async ask<T>(
		{ deadlineMs }: RequestTerms,
		token: CancellationToken,
		run: (opened: OpenedBackend, token: CancellationToken) => Promise<T>,
	): Promise<
		| { readonly kind: 'answered'; readonly answer: T }
		| { readonly kind: 'overtaken'; readonly reason: Overtaken; readonly elapsedMs: number }
	> {
		const { clock } = this.deps
		const startedAt = clock.now()
		const source = new CancellationSource(token)
		let reason: Overtaken = 'cancelled'
		const ending = this.life.token.onCancellationRequested(() => source.cancel())
		const timer =
			deadlineMs === undefined
				? undefined
				: clock.after(deadlineMs, () => {
						if (!source.token.isCancellationRequested) reason = 'deadline'
						source.cancel()
					})
		try {
			if (source.token.isCancellationRequested) throw new CancelledError()
			const opened = await untilCancelled(this.open(), source.token)
			return { kind: 'answered', answer: await run(opened, source.token) }
		} catch (error) {
			if (error instanceof CancelledError) return { kind: 'overtaken', reason, elapsedMs: clock.now() - startedAt }
			if (!(error instanceof BackendError)) throw error
			throw this.unavailable(error)
		} finally {
			timer?.dispose()
			ending.dispose()
			source.dispose()
		}
	}

	private open(): Promise<OpenedBackend> {
		if (this.opened) return Promise.resolve(this.opened)
		if (this.opening) return this.opening
		if (this.life.token.isCancellationRequested) return Promise.reject(new CancelledError())
		if (this.current.kind === 'failed' && this.deps.clock.now() < this.retryAt)
			return Promise.reject(new ModelUnavailableError(this.current.problem))
		// One that failed stays so until it answers: a state that flickers tells nothing.
		if (this.current.kind !== 'failed') this.become({ kind: 'loading', name: this.deps.backend.name })
		this.opening = this.probe().then(
			(opened) => {
				this.opening = undefined
				this.opened = opened
				this.failures = 0
				this.become({ kind: 'ready', model: opened.model })
				return opened
			},
			(error: unknown) => {
				this.opening = undefined
				if (error instanceof CancelledError) throw error
				const failure = error instanceof BackendError ? error : new BackendError('backendFailed', 'internal error')
				throw this.unavailable(failure, true)
			},
		)
		return this.opening
	}

	private async probe(): Promise<OpenedBackend> {
		const { clock, backend, use } = this.deps
		const startedAt = clock.now()
		for (let pauses = 0; ; pauses++) {
			try {
				const probed = await this.dialect.probe(this.http, { model: backend.model, use }, this.life.token)
				return openedBackend(probed, backend, this.place, clock.now() - startedAt)
			} catch (thrown) {
				const error = toBackendError(thrown)
				const isLoading = error instanceof BackendError && error.status === 503
				if (!isLoading || pauses === mostLoadingPauses) throw error
				await pause(loadingPauseMs, clock, this.life.token)
			}
		}
	}

	/** Keeps in mind that the server is lost, where it is more than this request. */
	private unavailable(error: BackendError, isProbe = false): ModelUnavailableError {
		const { code, detail, status } = error
		const problem: ModelProblem = { code, detail, backend: this.place }
		this.deps.logger.log('warn', 'backend.failed', { kind: this.place.kind, code, status })
		if (isProbe || isLost(error)) {
			this.opened = undefined
			this.retryAt = this.deps.clock.now() + Math.min(longestPauseMs, firstPauseMs * 2 ** this.failures)
			this.failures++
			this.become({ kind: 'failed', problem })
		}
		return new ModelUnavailableError(problem, { cause: error })
	}

	private become(state: ModelState): void {
		this.current = state
		if (!this.life.token.isCancellationRequested) this.changed.fire(state)
	}
}

/** Whether the next request would fail in the same way. */
function isLost({ code, status = 0 }: BackendError): boolean {
	if (code === 'backendFailed') return status >= 500
	return code !== 'backendBusy' && code !== 'modelNotCapable'
}

/** @throws CancelledError; what is waited for goes on */
function untilCancelled<T>(promise: Promise<T>, token: CancellationToken): Promise<T> {
	return new Promise((resolve, reject) => {
		const subscription = token.onCancellationRequested(() => reject(new CancelledError()))
		promise.then(resolve, reject).finally(() => subscription.dispose())
	})
}

/** @throws CancelledError */
export function pause(ms: number, clock: Clock, token: CancellationToken): Promise<void> {
	return new Promise((resolve, reject) => {
		const timer = clock.after(ms, () => {
			subscription.dispose()
			resolve()
		})
		const subscription = token.onCancellationRequested(() => {
			timer.dispose()
			reject(new CancelledError())
		})
	})
}
