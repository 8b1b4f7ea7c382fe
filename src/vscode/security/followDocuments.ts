import * as vscode from 'vscode'
import { isParsed } from '../../core/security/analysis/parsedFiles.ts'
import { grammarOfLanguage } from '../../core/syntax/grammarOf.ts'
import { neverCancelled } from '../../shared/cancellation.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import { isWork, sessionDocument } from './editorDocuments.ts'
import type { SecuritySession } from './securitySession.ts'

/** Moves findings with the text, analyzes what is saved, and forgets files that are gone. */
export function followDocuments(session: SecuritySession): Disposable {
	const store = new DisposableStore()
	const { analyses, queue } = session
	const { analyzer, settings, logger } = session.deps
	store.add(
		vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
			if (contentChanges.length === 0 || !isWork(document)) return
			const changes = contentChanges.map(({ range, text }) => ({
				range: {
					startLine: range.start.line,
					startCharacter: range.start.character,
					endLine: range.end.line,
					endCharacter: range.end.character,
				},
				text,
			}))
			for (const stale of analyses.edit(document.uri.toString(), changes)) queue.add(stale)
		}),
	)
	store.add(
		vscode.workspace.onDidSaveTextDocument((document) => {
			analyzer.filesChanged([document.uri.fsPath])
			if (isRecord(document.uri)) recordsChanged(session, document.uri)
			if (!settings.current['security.onSave'] || !isWork(document)) return
			if (grammarOfLanguage(document.languageId) === undefined && !isParsed(document.uri.path)) return
			void analyses.analyze(sessionDocument(document), neverCancelled).then((outcome) => {
				if (outcome.kind === 'failed')
					logger.log('warn', 'security.onSave', { reason: outcome.reason, detail: outcome.detail })
			})
		}),
	)
	const watcher = store.add(vscode.workspace.createFileSystemWatcher('**/.alcove/**'))
	for (const event of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete]) {
		store.add(event((uri) => recordsChanged(session, uri)))
	}
	store.add(vscode.workspace.onDidDeleteFiles(({ files }) => forget(session, files)))
	store.add(
		vscode.workspace.onDidRenameFiles(({ files }) =>
			forget(
				session,
				files.map(({ oldUri }) => oldUri),
			),
		),
	)
	return store
}

function isRecord({ path }: vscode.Uri): boolean {
	return path.includes('/.alcove/')
}

/** Rules, settings or known findings of a folder are others: what is open and was analyzed is analyzed again. */
function recordsChanged({ deps, records, book, queue }: SecuritySession, uri: vscode.Uri): void {
	deps.analyzer.filesChanged([uri.fsPath])
	records.forget()
	for (const { documentId, root } of book.all) {
		if (root !== undefined && uri.fsPath.startsWith(root)) queue.add(documentId)
	}
}

function forget({ book, deps }: SecuritySession, uris: readonly vscode.Uri[]): void {
	deps.analyzer.filesChanged(uris.map(({ fsPath }) => fsPath))
	const prefixes = uris.map((uri) => uri.toString())
	book.remove(
		book.all.map((it) => it.documentId).filter((id) => prefixes.some((it) => id === it || id.startsWith(`${it}/`))),
	)
}
