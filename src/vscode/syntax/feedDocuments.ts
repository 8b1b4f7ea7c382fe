import * as vscode from 'vscode'
import type { DocumentFeed } from '../../core/syntax/documentFeed.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import type { Event } from '../../shared/event.ts'
import { isCodeDocument } from '../completion/codeDocument.ts'

/** Tells of the documents that are on the screen, and of what happens to them. Their text is copied once. */
export function feedDocuments(feed: DocumentFeed & { readonly onDidLose: Event<string> }): Disposable {
	const store = new DisposableStore()
	/** Versions of the documents that were told of. */
	const told = new Map<string, number>()
	const open = (document: vscode.TextDocument) => {
		const documentId = document.uri.toString()
		if (told.has(documentId) || !isCodeDocument(document.uri.scheme) || !feed.takes(document)) return
		const { languageId, version } = document
		told.set(documentId, version)
		const file = document.uri.scheme === 'file' ? document.uri.fsPath : undefined
		feed.open({ documentId, languageId, file, version, text: document.getText() })
	}
	const close = (document: vscode.TextDocument) => {
		const documentId = document.uri.toString()
		if (told.delete(documentId)) feed.close(documentId)
	}
	const openVisible = () => {
		for (const { document } of vscode.window.visibleTextEditors) open(document)
	}
	store.add(vscode.window.onDidChangeVisibleTextEditors(openVisible))
	store.add(vscode.workspace.onDidCloseTextDocument(close))
	// Another language: the editor closes the document and opens it again, on the same screen.
	store.add(vscode.workspace.onDidOpenTextDocument(openVisible))
	store.add(
		vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
			const documentId = document.uri.toString()
			const before = told.get(documentId)
			if (before === undefined) return
			if (!feed.takes(document)) return close(document)
			told.set(documentId, document.version)
			const changes = contentChanges.map(({ range: { start, end }, rangeOffset, rangeLength, text }) => ({
				start: rangeOffset,
				end: rangeOffset + rangeLength,
				startPoint: { row: start.line, column: start.character },
				endPoint: { row: end.line, column: end.character },
				text,
			}))
			feed.change({ documentId, before, version: document.version, changes })
		}),
	)
	store.add(
		feed.onDidLose((documentId) => {
			told.delete(documentId)
			openVisible()
		}),
	)
	openVisible()
	return store
}
