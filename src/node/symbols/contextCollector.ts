import type { CollectedContext, ContextRequest } from '../../core/context/contextSource.ts'
import { gatherContext } from '../../core/context/gatherContext.ts'
import { RecentEdits } from '../../core/context/recentEdits.ts'
import { type TextWindow, windowsOf } from '../../core/context/similarWindows.ts'
import type { FileSymbols } from '../../core/context/symbols/fileSymbols.ts'
import { symbolWeights } from '../../core/context/symbolWeights.ts'
import { weigher } from '../../core/context/symbolWorth.ts'
import type { DocumentChange } from '../../core/syntax/documentFeed.ts'
import { grammarOfLanguage } from '../../core/syntax/grammarOf.ts'
import type { ParsedDocument } from '../syntax/parsedDocument.ts'
import type { ParsedDocuments } from '../syntax/parsedDocuments.ts'
import type { WorkspaceIndex } from './workspaceIndex.ts'

interface LiveDocument {
	readonly version: number
	readonly symbols: FileSymbols | undefined
	readonly lines: readonly string[]
	readonly windows: readonly TextWindow[]
}

/** Brings together what is known of open documents and of the workspace, where a model is to be shown more than one file. */
export class ContextCollector {
	private readonly documents: ParsedDocuments
	private readonly index: WorkspaceIndex
	private readonly edits = new RecentEdits()
	private readonly weigh = weigher(symbolWeights)
	private readonly live = new Map<string, LiveDocument>()

	constructor(deps: { readonly documents: ParsedDocuments; readonly index: WorkspaceIndex }) {
		this.documents = deps.documents
		this.index = deps.index
	}

	/** To be told before the documents are. */
	changing({ documentId, changes }: DocumentChange): void {
		const document = this.documents.get(documentId)
		const path = document && this.sharedPath(document)
		// Several at once are a rename or a formatter: they say little about what comes next.
		const [change] = changes
		if (!document || path === undefined || !change || changes.length > 1) return
		const { startPoint, endPoint, text } = change
		const first = document.lineAt(startPoint.row).slice(0, startPoint.column)
		const last = document.lineAt(endPoint.row).slice(endPoint.column)
		const lines = `${first}${text}${last}`.split(/\r?\n/)
		const lineBefore = (line: number) => document.lineAt(line)
		this.edits.record({ path, startLine: startPoint.row, endLine: endPoint.row + 1, lines, lineBefore })
	}

	closed(documentId: string): void {
		this.live.delete(documentId)
	}

	async collect(request: ContextRequest): Promise<CollectedContext> {
		const started = performance.now()
		const document = this.documents.get(request.documentId)
		const path = document?.file === undefined ? undefined : this.index.pathOf(document.file)
		if (document?.version !== request.version || path === undefined) return { path, chunks: [], late: [] }
		const { symbols: own, lines } = await this.liveOf(request.documentId, document, path)
		if (!own) return { path, chunks: [], late: [] }
		const others = this.documents.all().filter(([id]) => id !== request.documentId)
		const open = others.flatMap(([id, other]) => {
			const shared = this.sharedPath(other)
			return shared === undefined ? [] : [{ id, other, path: shared }]
		})
		const known: LiveDocument[] = []
		for (const { id, other, path: shared } of open) known.push(await this.liveOf(id, other, shared))
		const texts = new Map(open.map(({ path: shared }, i) => [shared, known[i]?.lines ?? []]))
		const material = {
			table: this.index.table,
			own,
			lines,
			windows: known.flatMap(({ windows }) => windows),
			edits: this.edits.chunks(),
			lineOf: (at: string, line: number) => texts.get(at)?.[line],
		}
		const deadlineMs = request.deadlineMs - (performance.now() - started)
		return gatherContext({ ...request, deadlineMs }, material, { now: () => performance.now(), weigh: this.weigh })
	}

	/** Of a document that may be shown in another one. */
	private sharedPath({ file }: ParsedDocument): string | undefined {
		const path = file === undefined ? undefined : this.index.pathOf(file)
		return path !== undefined && this.index.has(path) ? path : undefined
	}

	private async liveOf(documentId: string, document: ParsedDocument, path: string): Promise<LiveDocument> {
		const known = this.live.get(documentId)
		if (known?.version === document.version) return known
		const { version, text, languageId } = document
		const grammar = grammarOfLanguage(languageId)
		const symbols = grammar && (await this.index.setLive({ path, grammar, text }))
		const lines = text.split(/\r?\n/)
		const definitionLines = (symbols?.definitions ?? []).map(({ startLine }) => startLine)
		const live = { version, symbols, lines, windows: windowsOf({ path, lines, definitionLines }) }
		this.live.set(documentId, live)
		return live
	}
}
