import { readFile } from 'node:fs/promises'
import type { CollectedContext, ContextRequest } from '../../core/context/contextSource.ts'
import { gatherContext } from '../../core/context/gatherContext.ts'
import { type LineSpan, RecentEdits } from '../../core/context/recentEdits.ts'
import { type TextWindow, windowsOf } from '../../core/context/similarWindows.ts'
import type { FileSymbols } from '../../core/context/symbols/fileSymbols.ts'
import { symbolWeights } from '../../core/context/symbolWeights.ts'
import { weigher } from '../../core/context/symbolWorth.ts'
import type { DocumentChange, TextChange } from '../../core/syntax/documentFeed.ts'
import { grammarOfLanguage } from '../../core/syntax/grammarOf.ts'
import type { ParsedDocument } from '../syntax/parsedDocument.ts'
import type { ParsedDocuments } from '../syntax/parsedDocuments.ts'
import type { WorkspaceIndex } from './workspaceIndex.ts'

interface LiveDocument {
	readonly version: number
	readonly path: string
	readonly symbols: FileSymbols | undefined
	readonly lines: readonly string[]
	readonly windows: readonly TextWindow[]
}

const lineBreak = /\r?\n/
/** A text of fewer characters says nothing about the speed. */
const enoughToTell = 5_000
/** Characters a millisecond, before any was read. */
const firstSpeed = 1_000
/** Milliseconds without a question after which a document that takes long is read again, and after which it is read anyway. */
const restMs = 250
const longestRestMs = 2_000

/** Brings together what is known of open documents and of the workspace, where a model is to be shown more than one file. */
export class ContextCollector {
	private readonly documents: ParsedDocuments
	private readonly index: WorkspaceIndex
	private readonly edits = new RecentEdits()
	private readonly weigh = weigher(symbolWeights)
	private readonly live = new Map<string, LiveDocument>()
	private readonly refreshing = new Map<string, { readonly timer: NodeJS.Timeout; readonly since: number }>()
	/** How fast documents were read of late: characters a millisecond. */
	private speed = firstSpeed

	constructor(deps: { readonly documents: ParsedDocuments; readonly index: WorkspaceIndex }) {
		this.documents = deps.documents
		this.index = deps.index
	}

	/** To be told before the documents are. */
	changing({ documentId, before, changes }: DocumentChange): void {
		const document = this.documents.get(documentId)
		const path = document?.file === undefined ? undefined : this.index.pathOf(document.file)
		if (!document || path === undefined) return
		const [change] = changes
		// What is not recorded is missing from what comes after it.
		if (!this.index.has(path) || before !== document.version) this.edits.forget(path)
		// Several at once are a rename or a formatter: they say little about what comes next.
		else if (changes.length > 1) this.edits.passOver(path, changes.map(spanOf))
		else if (change) this.record(document, path, change)
	}

	/** Reads a document that was opened, so that it is known when somebody types. */
	opened(documentId: string): void {
		const document = this.documents.get(documentId)
		const path = document && this.sharedPath(document)
		// Another program may have changed the file while it was closed.
		if (document && path !== undefined) this.edits.keepWhatStands(path, (line) => document.lineAt(line))
		this.refreshSoon(documentId)
	}

	/** To be told before the documents are. From now on what the disk has of it counts. */
	async closed(documentId: string): Promise<void> {
		clearTimeout(this.refreshing.get(documentId)?.timer)
		this.refreshing.delete(documentId)
		const live = this.live.get(documentId)
		this.live.delete(documentId)
		if (live) this.index.setLive(live.path, undefined)
		const document = this.documents.get(documentId)
		const path = document && this.sharedPath(document)
		if (!document || document.file === undefined || path === undefined || !this.edits.has(path)) return
		const saved = await readFile(document.file, 'utf8').catch(() => undefined)
		if (saved?.replace(/^\uFEFF/, '') !== document.text) this.edits.forget(path)
	}

	dispose(): void {
		for (const { timer } of this.refreshing.values()) clearTimeout(timer)
		this.refreshing.clear()
	}

	async collect(request: ContextRequest): Promise<CollectedContext> {
		const started = performance.now()
		const document = this.documents.get(request.documentId)
		const path = document?.file === undefined ? undefined : this.index.pathOf(document.file)
		if (document?.version !== request.version || path === undefined) return { path, chunks: [], late: [] }
		const left = () => request.deadlineMs - (performance.now() - started)
		const live = await this.liveOf(request.documentId, document, path, left() / 2)
		if (!live) return { path, chunks: [], late: ['imported'] }
		if (!live.symbols) return { path, chunks: [], late: [] }
		const others = this.documents.all().filter(([id]) => id !== request.documentId)
		const open = others.flatMap(([id, other]) => {
			const shared = this.sharedPath(other)
			return shared === undefined ? [] : [{ id, other, path: shared }]
		})
		const known: LiveDocument[] = []
		const texts = new Map<string, readonly string[]>()
		for (const { id, other, path: shared } of open) {
			const found = await this.liveOf(id, other, shared, left() / 4)
			if (found) known.push(found)
			texts.set(shared, found?.lines ?? [])
		}
		const material = {
			table: this.index.table,
			own: live.symbols,
			lines: live.lines,
			windows: known.flatMap(({ windows }) => windows),
			edits: this.edits.chunks().filter((chunk) => this.index.has(chunk.path)),
			lineOf: (at: string, line: number) => texts.get(at)?.[line],
		}
		const served = (request.served ?? []).flatMap(({ name, file, line, isTypeOf }) => {
			const at = this.index.pathOf(file)
			return at !== undefined && this.index.has(at) ? [{ name, path: at, line, isTypeOf }] : []
		})
		return gatherContext(
			{ ...request, deadlineMs: left() },
			{ ...material, served },
			{ now: () => performance.now(), weigh: this.weigh },
		)
	}

	private record(document: ParsedDocument, path: string, { startPoint, endPoint, text }: TextChange): void {
		const first = document.lineAt(startPoint.row).slice(0, startPoint.column)
		const last = document.lineAt(endPoint.row).slice(endPoint.column)
		const lines = `${first}${text}${last}`.split(lineBreak)
		const lineBefore = (line: number) => document.lineAt(line)
		this.edits.record({ path, startLine: startPoint.row, endLine: endPoint.row + 1, lines, lineBefore })
	}

	/** Of a document that may be shown in another one. */
	private sharedPath({ file }: ParsedDocument): string | undefined {
		const path = file === undefined ? undefined : this.index.pathOf(file)
		return path !== undefined && this.index.has(path) ? path : undefined
	}

	/**
	 * What is known of a document. One that takes longer to read than there is time is read in the background, and what was known of
	 * it before counts until then, with the lines that it has now.
	 *
	 * @returns undefined where nothing was known of it yet
	 */
	private async liveOf(
		documentId: string,
		document: ParsedDocument,
		path: string,
		milliseconds: number,
	): Promise<LiveDocument | undefined> {
		const known = this.live.get(documentId)
		if (known?.version === document.version && known.path === path) return known
		if (document.text.length <= milliseconds * this.speed) return this.read(documentId, document, path)
		this.refreshSoon(documentId)
		return known && { ...known, lines: document.text.split(lineBreak) }
	}

	private async read(documentId: string, document: ParsedDocument, path: string): Promise<LiveDocument> {
		const started = performance.now()
		const { version, text, languageId } = document
		const grammar = grammarOfLanguage(languageId)
		const isOpen = () => this.documents.get(documentId) === document
		const treeOf = () => (isOpen() && document.version === version ? document.current() : undefined)
		const symbols = grammar && (await this.index.read({ path, grammar, text }, treeOf))
		const lines = text.split(lineBreak)
		const definitionLines = (symbols?.definitions ?? []).map(({ startLine }) => startLine)
		const live = { version, path, symbols, lines, windows: windowsOf({ path, lines, definitionLines }) }
		if (isOpen()) this.setLive(documentId, live)
		const milliseconds = Math.max(0.1, performance.now() - started)
		if (text.length > enoughToTell) this.speed = text.length / milliseconds
		return live
	}

	private setLive(documentId: string, live: LiveDocument): void {
		const known = this.live.get(documentId)
		if (known && known.path !== live.path) this.index.setLive(known.path, undefined)
		this.live.set(documentId, live)
		this.index.setLive(live.path, live.symbols)
	}

	private refreshSoon(documentId: string): void {
		const waiting = this.refreshing.get(documentId)
		clearTimeout(waiting?.timer)
		const now = performance.now()
		const since = waiting?.since ?? now
		const timer = setTimeout(
			() => {
				this.refreshing.delete(documentId)
				const document = this.documents.get(documentId)
				const path = document?.file === undefined ? undefined : this.index.pathOf(document.file)
				if (!document || path === undefined) return
				const live = this.live.get(documentId)
				if (live?.version === document.version && live.path === path) return
				// What fails now fails again when somebody asks, and is told then.
				void this.read(documentId, document, path).catch(() => {})
			},
			Math.max(0, Math.min(restMs, since + longestRestMs - now)),
		)
		timer.unref()
		this.refreshing.set(documentId, { timer, since })
	}
}

function spanOf({ startPoint, endPoint, text }: TextChange): LineSpan {
	return { startLine: startPoint.row, endLine: endPoint.row + 1, lineCount: text.split(lineBreak).length }
}
