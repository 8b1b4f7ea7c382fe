import { rm } from 'node:fs/promises'
import type { SearchHit, SearchIndexState, WorkspaceSearch } from '../../core/chat/chatPorts.ts'
import type { EmbeddingModel } from '../../core/model/ports.ts'
import { queryText } from '../../core/retrieval/embeddingText.ts'
import { type CancellationToken, neverCancelled } from '../../shared/cancellation.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { Emitter } from '../../shared/event.ts'
import type { Logger } from '../../shared/logger.ts'
import { RestartedThread } from '../restartedThread.ts'
import {
	type SearchMessage,
	type SearchOrder,
	type SearchReply,
	type SearchThreadData,
	vectorFileOf,
} from './searchMessages.ts'

const megabytes = 1_024
/** Milliseconds that a question may wait for its vector; words alone answer it then. */
const longestVector = 3_000
const off: SearchIndexState = { kind: 'off', done: 0, total: 0 }

export interface SearchThreadDeps {
	/** Of the bundled thread. */
	readonly entryPath: string
	readonly data: SearchThreadData
	/** Rejects where it cannot be had. @param path as in the order */
	readonly embedding: (path: string) => Promise<EmbeddingModel>
	readonly logger: Logger
}

/**
 * The search of a workspace on a thread of its own, which starts with the first order. When the thread dies every question is answered
 * with nothing, and it starts again with what was kept on disk.
 */
export class SearchThread implements WorkspaceSearch, Disposable {
	private readonly deps: SearchThreadDeps
	private readonly changes = new Emitter<SearchIndexState>()
	private readonly waiting = new Map<number, (hits: readonly SearchHit[]) => void>()
	private readonly thread: RestartedThread<SearchMessage, SearchReply>
	/** Of the last thread that was told that it is to pause. */
	private pausedRun = 0
	private order: SearchOrder | undefined
	private round = 0
	private nextId = 1
	private isPaused = false
	private isDisposed = false
	private current: SearchIndexState = off
	private saidWhy = false

	readonly onDidChangeState = this.changes.event

	constructor(deps: SearchThreadDeps) {
		this.deps = deps
		this.thread = new RestartedThread({
			...{ entryPath: deps.entryPath, data: deps.data, megabytes },
			onReply: (reply, run) => this.receive(reply, run),
			onFailed: (error) => deps.logger.log('warn', 'search.threadFailed', { error: error.name }),
			onDenied: (door) => deps.logger.log('warn', 'egress.denied', { door, process: 'search' }),
			onEnded: () => this.ended(),
		})
	}

	get state(): SearchIndexState {
		return this.current
	}

	/** Reads the workspace in the background, or what changed since. */
	index(order: SearchOrder): void {
		this.order = order
		this.round++
		this.saidWhy = false
		if (!this.post({ kind: 'index', order, round: this.round })) this.become(off)
		else if (this.current.kind === 'off')
			this.become({ kind: this.isPaused ? 'paused' : 'building', done: 0, total: 0 })
	}

	/** Nothing is read any more, and what was kept is deleted, also where an earlier window kept it. @param storeFile absolute */
	forget(storeFile: string): void {
		this.order = undefined
		this.round++
		this.become(off)
		if (this.thread.isRunning) this.post({ kind: 'forget', storeFile })
		// It need not start for that.
		else {
			for (const file of [storeFile, vectorFileOf(storeFile)]) {
				rm(file, { force: true }).catch((error: Error) => this.failed(error.name))
			}
		}
	}

	/** Files and folders that were changed, made or deleted. @param paths absolute */
	filesChanged(paths: readonly string[]): void {
		if (this.order) this.post({ kind: 'files', paths })
	}

	pause(isPaused: boolean): void {
		this.isPaused = isPaused
		if (this.thread.isRunning) this.post({ kind: 'pause', isPaused })
	}

	async search(question: string, limit: number, token: CancellationToken): Promise<readonly SearchHit[]> {
		if (!this.order || token.isCancellationRequested) return []
		const vector = await this.vectorOf(question, token)
		if (!this.order || token.isCancellationRequested) return []
		const id = this.nextId++
		return new Promise((resolve) => {
			const settle = (hits: readonly SearchHit[]) => {
				this.waiting.delete(id)
				cancellation.dispose()
				resolve(hits)
			}
			const cancellation = token.onCancellationRequested(() => settle([]))
			this.waiting.set(id, settle)
			if (!this.post({ kind: 'search', id, question, limit, ...(vector && { vector }) })) settle([])
		})
	}

	dispose(): void {
		this.isDisposed = true
		this.settleAll()
		this.changes.dispose()
		this.thread.dispose()
	}

	private async vectorOf(question: string, token: CancellationToken): Promise<readonly number[] | undefined> {
		const path = this.order?.embeddingModel
		if (path === undefined) return undefined
		try {
			const model = await this.deps.embedding(path)
			const texts = [queryText(path, question)]
			const answer = await model.embed({ texts, purpose: 'chat', deadlineMs: longestVector }, token)
			return answer.vectors[0]
		} catch (error) {
			this.noVectors(error)
			return undefined
		}
	}

	private async embed(run: number, { id, texts, shown }: SearchReply & { readonly kind: 'embed' }): Promise<void> {
		let vectors: readonly (readonly number[])[] = []
		const path = this.order?.embeddingModel
		try {
			if (path !== undefined) {
				const model = await this.deps.embedding(path)
				vectors = (await model.embed({ texts, purpose: 'index', shown }, neverCancelled)).vectors
			}
		} catch (error) {
			this.noVectors(error)
		}
		if (this.thread.run === run) this.post({ kind: 'embedded', id, vectors })
	}

	/** Once for each order: words alone answer then. */
	private noVectors(error: unknown): void {
		if (this.saidWhy) return
		this.saidWhy = true
		this.failed(error instanceof Error ? error.name : 'unknown')
	}

	private post(message: SearchMessage): boolean {
		const isPosted = this.thread.post(message)
		if (isPosted && this.isPaused && this.pausedRun !== this.thread.run) {
			this.pausedRun = this.thread.run
			this.thread.post({ kind: 'pause', isPaused: true })
		}
		return isPosted
	}

	private receive(message: SearchReply, run: number): void {
		if (message.kind === 'hits') this.waiting.get(message.id)?.(message.hits)
		else if (message.kind === 'embed') void this.embed(run, message)
		else if (message.kind === 'failed') this.failed(message.message)
		else if (message.round === this.round) this.become(message.state)
	}

	private become(state: SearchIndexState): void {
		this.current = state
		if (!this.isDisposed) this.changes.fire(state)
	}

	private failed(error: string): void {
		this.deps.logger.log('warn', 'search.failed', { error })
	}

	private ended(): void {
		this.settleAll()
		if (this.order && !this.isDisposed) this.index(this.order)
	}

	private settleAll(): void {
		for (const settle of [...this.waiting.values()]) settle([])
	}
}
