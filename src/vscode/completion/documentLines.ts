import type * as vscode from 'vscode'
import type { DocumentLines } from '../../core/completion/documentLines.ts'

/** Lines on demand: `getText()` would copy the document. */
export function linesOf(document: vscode.TextDocument): DocumentLines {
	return {
		id: document.uri.toString(),
		version: document.version,
		languageId: document.languageId,
		lineCount: document.lineCount,
		lineAt: (line) => document.lineAt(line).text,
	}
}
