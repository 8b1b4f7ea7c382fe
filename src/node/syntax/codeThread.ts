import { rm } from 'node:fs/promises'
import { basename } from 'node:path'
import type { CollectedContext, ContextNews, ContextRequest, ContextSource } from '../../core/context/contextSource.ts'
import type { CodeOutline } from '../../core/context/symbols/codeOutline.ts'
import type { Definition } from '../../core/context/symbols/fileSymbols.ts'
import type { CodePlace, CodeStructure, InsertionCheck, StructurePlace } from '../../core/syntax/codeStructure.ts'
import type { DocumentChange, DocumentFeed, OpenDocument } from '../../core/syntax/documentFeed.ts'
import { grammarOfLanguage } from '../../core/syntax/grammarOf.ts'
import type { CancellationToken } from '../../shared/cancellation.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { Emitter } from '../../shared/event.ts'
import type { Logger } from '../../shared/logger.ts'
import { RestartedThread } from '../restartedThread.ts'
import type { IndexProgress } from '../symbols/workspaceIndex.ts'
import type { CodeAnswer, CodeMessage, CodeReply, CodeThreadData, IndexOrder } from './codeMessages.ts'
import { KnownChecks } from './knownChecks.ts'
import type { Insertion } from './parsedDocuments.ts'

const mostCharacters = 2_000_000
const mostLines = 50_000
const megabytes = 512

interface Waiting {
	settle(value: CodeAnswer | undefined): void
}

/**
 * The syntax of open documents, parsed on a thread of its own, which starts with the first document. When the thread dies every
 * question is answered with undefined, and `onDidLose` names the documents to be opened again.
 */
export class CodeThread implements CodeStructure, DocumentFeed, ContextSource, CodeOutline, Disposable {
	private readonly deps: { readonly entryPath: string; readonly data: CodeThreadData; readonly logger: Logger }
	private readonly lost = new Emitter<string>()
	private readonly waiting = new Map<number, Waiting>()
	private readonly known = new Set<string>()
	private readonly progress = new Emitter<IndexProgress>()
	private readonly indexFailure = new Emitter<void>()
	private order: IndexOrder | undefined
	/** Counts up with every order: what is told of an older one does not count. */
	private round = 0
	/** Counts up with every order that is another one than before. */
	private orders = 0
	/** Counts up with what is known of the workspace, and with every change of a document. */
	private news = 0
	private size = ''
	/** How many of them are changes of a document itself. */
	private readonly changes = new Map<string, number>()
	private readonly checks = new KnownChecks()
	private readonly thread: RestartedThread<CodeMessage, CodeReply>
	private nextId = 1
	private isDisposed = false

	/** Fires with the id of a document that has to be opened again. */
	readonly onDidLose = this.lost.event
	/** Fires while the workspace is read, and when it is known. */
	readonly onDidIndex = this.progress.event
	/** Fires where the workspace could not be read to its end, and nobody tries again. */
	readonly onDidFailToIndex = this.indexFailure.event

	/** @param deps.entryPath of the bundled thread */
	constructor(deps: { readonly entryPath: string; readonly data: CodeThreadData; readonly logger: Logger }) {
		this.deps = deps
		this.thread = new RestartedThread({
			...{ entryPath: deps.entryPath, data: deps.data, megabytes },
			onReply: (reply) => this.receive(reply),
			onFailed: (error) => deps.logger.log('warn', 'syntax.threadFailed', { error: error.name }),
			onDenied: (door) => deps.logger.log('warn', 'egress.denied', { door, process: 'syntax' }),
			onEnded: () => this.ended(),
		})
	}

	takes({ languageId, lineCount }: { readonly languageId: string; readonly lineCount: number }): boolean {
		return lineCount <= mostLines && grammarOfLanguage(languageId) !== undefined
	}

	open(document: OpenDocument): void {
		this.close(document.documentId)
		if (document.text.length > mostCharacters) return
		if (!this.post({ kind: 'open', document })) return
		this.known.add(document.documentId)
		this.checks.opened(document.documentId, document.version)
	}

	change(change: DocumentChange): void {
		const { documentId } = change
		if (!this.known.has(documentId)) return
		this.news++
		this.changes.set(documentId, (this.changes.get(documentId) ?? 0) + 1)
		this.checks.changed(change)
		this.post({ kind: 'change', change })
	}

	close(documentId: string): void {
		this.changes.delete(documentId)
		this.checks.closed(documentId)
		if (this.known.delete(documentId)) this.post({ kind: 'close', documentId })
	}

	/** Reads the workspace in the background, or what changed since. */
	index(order: IndexOrder): void {
		if (JSON.stringify(order) !== JSON.stringify(this.order)) this.orders++
		this.order = order
		this.round++
		this.checks.forget()
		if (!this.post({ kind: 'index', order, round: this.round })) this.indexFailure.fire()
	}

	/** Nothing is read any more, and what was kept is deleted, also where an earlier window kept it. @param storeFile absolute */
	forget(storeFile: string): void {
		if (this.order) this.orders++
		this.order = undefined
		this.round++
		this.checks.forget()
		if (this.thread.isRunning) this.post({ kind: 'forget', storeFile })
		// It need not start for that.
		else rm(storeFile, { force: true }).catch((error: Error) => this.failed(error.name))
	}

	/** Files and folders that were changed, made or deleted. @param paths absolute */
	filesChanged(paths: readonly string[]): void {
		if (this.order) this.post({ kind: 'files', paths })
	}

	async collect(request: ContextRequest, token: CancellationToken): Promise<CollectedContext> {
		const asked = this.ask(request.documentId, (id) => ({ kind: 'collect', id, request }), token)
		const found = ((await asked) as CollectedContext | undefined) ?? { path: undefined, chunks: [], late: [] }
		const repository = found.path === undefined ? undefined : this.repositoryOf(found.path)
		return repository === undefined ? found : { ...found, repository }
	}

	newsOf(documentId: string): ContextNews {
		return { rules: this.orders, known: this.news - (this.changes.get(documentId) ?? 0) }
	}

	placeOf(place: StructurePlace, token: CancellationToken): Promise<CodePlace | undefined> {
		return this.ask(place.documentId, (id) => ({ kind: 'placeOf', id, place }), token) as Promise<CodePlace | undefined>
	}

	async checkInsertion(insertion: Insertion, token: CancellationToken): Promise<InsertionCheck | undefined> {
		const known = this.checks.find(insertion)
		if (known) return known
		const remember = this.checks.asked(insertion)
		const { documentId } = insertion.place
		const message = (id: number): CodeMessage => ({ kind: 'checkInsertion', id, insertion })
		const check = (await this.ask(documentId, message, token)) as InsertionCheck | undefined
		remember(check)
		return check
	}

	outlineOf(languageId: string, text: string, token: CancellationToken): Promise<readonly Definition[] | undefined> {
		if (text.length > mostCharacters) return Promise.resolve(undefined)
		return this.asked((id) => ({ kind: 'outline', id, languageId, text }), token) as Promise<
			readonly Definition[] | undefined
		>
	}

	dispose(): void {
		this.isDisposed = true
		this.settleAll()
		this.lost.dispose()
		this.progress.dispose()
		this.indexFailure.dispose()
		this.thread.dispose()
	}

	private ask(
		documentId: string,
		message: (id: number) => CodeMessage,
		token: CancellationToken,
	): Promise<CodeAnswer | undefined> {
		return this.known.has(documentId) ? this.asked(message, token) : Promise.resolve(undefined)
	}

	private asked(message: (id: number) => CodeMessage, token: CancellationToken): Promise<CodeAnswer | undefined> {
		if (token.isCancellationRequested) return Promise.resolve(undefined)
		const id = this.nextId++
		return new Promise((resolve) => {
			const settle = (value: CodeAnswer | undefined) => {
				this.waiting.delete(id)
				cancellation.dispose()
				resolve(value)
			}
			const cancellation = token.onCancellationRequested(() => settle(undefined))
			this.waiting.set(id, { settle })
			if (!this.post(message(id))) settle(undefined)
		})
	}

	private post(message: CodeMessage): boolean {
		return this.thread.post(message)
	}

	private receive(message: CodeReply): void {
		if (message.kind === 'answer') this.waiting.get(message.id)?.settle(message.value)
		else if (message.kind === 'indexed') this.indexed(message)
		else if (message.kind === 'failed') this.failed(message.message)
		else if (this.known.delete(message.documentId)) this.lost.fire(message.documentId)
	}

	/** The name of the folder of the workspace that a file is in. */
	private repositoryOf(path: string): string | undefined {
		const roots = this.order?.roots ?? []
		const root = roots.find(({ name }) => name === '' || path.startsWith(`${name}/`))
		return (root && basename(root.folder)) || undefined
	}

	private indexed({ progress, round }: Extract<CodeReply, { readonly kind: 'indexed' }>): void {
		this.checks.forget()
		if (round !== this.round) return
		if (!progress) {
			this.indexFailure.fire()
			return
		}
		const size = JSON.stringify(progress)
		if (size !== this.size) this.news++
		this.size = size
		this.progress.fire(progress)
	}

	private failed(error: string): void {
		this.deps.logger.log('warn', 'syntax.failed', { error })
	}

	private ended(): void {
		this.settleAll()
		const documents = [...this.known]
		for (const documentId of documents) this.checks.closed(documentId)
		this.known.clear()
		if (this.order && !this.isDisposed) this.index(this.order)
		for (const documentId of documents) this.lost.fire(documentId)
	}

	private settleAll(): void {
		for (const { settle } of [...this.waiting.values()]) settle(undefined)
	}
}
