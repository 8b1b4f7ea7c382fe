import type * as vscode from 'vscode'
import type { DocumentLines } from '../../core/completion/documentLines.ts'
import { cellsAbove } from './notebookCell.ts'

/** Lines on demand: `getText()` would copy the document. A notebook's cell goes on from those above it. */
export function linesOf(document: vscode.TextDocument): DocumentLines {
	const above = cellsAbove(document).map(linesAlone)
	return above.length > 0 ? { ...linesAlone(document), above } : linesAlone(document)
}

function linesAlone(document: vscode.TextDocument): DocumentLines {
	return {
		id: document.uri.toString(),
		version: document.version,
		languageId: document.languageId,
		lineCount: document.lineCount,
		lineAt: (line) => document.lineAt(line).text,
	}
}
