import * as threads from 'node:worker_threads'
import type { CodePlace, CodeStructure, InsertionCheck, StructurePlace } from '../../core/syntax/codeStructure.ts'
import type { DocumentChange, DocumentFeed, OpenDocument } from '../../core/syntax/documentFeed.ts'
import { grammarOfLanguage } from '../../core/syntax/grammarOf.ts'
import type { CancellationToken } from '../../shared/cancellation.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { Emitter } from '../../shared/event.ts'
import type { Logger } from '../../shared/logger.ts'
import type { Insertion } from './parsedDocuments.ts'
import type { SyntaxMessage, SyntaxReply, SyntaxThreadData } from './syntaxMessages.ts'

const mostCharacters = 2_000_000
const mostLines = 50_000
/** A thread that ends this often is not started again. */
const mostCrashes = 3

interface Waiting {
	settle(value: CodePlace | InsertionCheck | undefined): void
}

/**
 * The syntax of open documents, parsed on a thread of its own, which starts with the first document. When the thread dies every
 * question is answered with undefined, and `onDidLose` names the documents to be opened again.
 */
export class ThreadedStructure implements CodeStructure, DocumentFeed, Disposable {
	private readonly deps: { readonly entryPath: string; readonly data: SyntaxThreadData; readonly logger: Logger }
	private readonly lost = new Emitter<string>()
	private readonly waiting = new Map<number, Waiting>()
	private readonly known = new Set<string>()
	private worker: threads.Worker | undefined
	private nextId = 1
	private crashes = 0
	private isDisposed = false

	/** Fires with the id of a document that has to be opened again. */
	readonly onDidLose = this.lost.event

	/** @param deps.entryPath of the bundled thread */
	constructor(deps: { readonly entryPath: string; readonly data: SyntaxThreadData; readonly logger: Logger }) {
		this.deps = deps
	}

	takes({ languageId, lineCount }: { readonly languageId: string; readonly lineCount: number }): boolean {
		return lineCount <= mostLines && grammarOfLanguage(languageId) !== undefined
	}

	open(document: OpenDocument): void {
		this.close(document.documentId)
		if (document.text.length > mostCharacters) return
		if (this.post({ kind: 'open', document })) this.known.add(document.documentId)
	}

	change(change: DocumentChange): void {
		if (this.known.has(change.documentId)) this.post({ kind: 'change', change })
	}

	close(documentId: string): void {
		if (this.known.delete(documentId)) this.post({ kind: 'close', documentId })
	}

	placeOf(place: StructurePlace, token: CancellationToken): Promise<CodePlace | undefined> {
		return this.ask(place.documentId, (id) => ({ kind: 'placeOf', id, place }), token) as Promise<CodePlace | undefined>
	}

	checkInsertion(insertion: Insertion, token: CancellationToken): Promise<InsertionCheck | undefined> {
		const { documentId } = insertion.place
		const message = (id: number): SyntaxMessage => ({ kind: 'checkInsertion', id, insertion })
		return this.ask(documentId, message, token) as Promise<InsertionCheck | undefined>
	}

	dispose(): void {
		this.isDisposed = true
		this.settleAll()
		this.lost.dispose()
		void this.worker?.terminate()
		this.worker = undefined
	}

	private ask(
		documentId: string,
		message: (id: number) => SyntaxMessage,
		token: CancellationToken,
	): Promise<CodePlace | InsertionCheck | undefined> {
		if (!this.known.has(documentId) || token.isCancellationRequested) return Promise.resolve(undefined)
		const id = this.nextId++
		return new Promise((resolve) => {
			const settle = (value: CodePlace | InsertionCheck | undefined) => {
				this.waiting.delete(id)
				cancellation.dispose()
				resolve(value)
			}
			const cancellation = token.onCancellationRequested(() => settle(undefined))
			this.waiting.set(id, { settle })
			if (!this.post(message(id))) settle(undefined)
		})
	}

	private post(message: SyntaxMessage): boolean {
		if (this.isDisposed || this.crashes >= mostCrashes) return false
		this.worker ??= this.start()
		this.worker.postMessage(message)
		return true
	}

	private start(): threads.Worker {
		const { entryPath, data } = this.deps
		const worker = new threads.Worker(entryPath, { workerData: data, resourceLimits: { maxOldGenerationSizeMb: 512 } })
		// It alone keeps no program running.
		worker.unref()
		worker.on('message', (message: SyntaxReply) => this.receive(message))
		worker.on('error', (error) => this.deps.logger.log('warn', 'syntax.threadFailed', { error: error.name }))
		worker.on('exit', () => this.ended(worker))
		return worker
	}

	private receive(message: SyntaxReply): void {
		if (message.kind === 'answer') this.waiting.get(message.id)?.settle(message.value)
		else if (message.kind === 'failed') this.deps.logger.log('warn', 'syntax.failed', { error: message.message })
		else if (this.known.delete(message.documentId)) this.lost.fire(message.documentId)
	}

	private ended(worker: threads.Worker): void {
		if (this.worker !== worker) return
		this.worker = undefined
		this.crashes++
		this.settleAll()
		const documents = [...this.known]
		this.known.clear()
		for (const documentId of documents) this.lost.fire(documentId)
	}

	private settleAll(): void {
		for (const { settle } of [...this.waiting.values()]) settle(undefined)
	}
}
