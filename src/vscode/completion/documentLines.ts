import type * as vscode from 'vscode'
import { commitMessage, commitMessageLanguage } from '../../core/completion/commitMessage.ts'
import type { DocumentLines } from '../../core/completion/documentLines.ts'
import { cellsAbove } from './notebookCell.ts'

/**
 * Lines on demand: `getText()` would copy the document. A notebook's cell goes on from those above it, a commit message from what is
 * committed.
 *
 * @param position the cursor's; without it a commit message is taken as it is
 */
export function linesOf(document: vscode.TextDocument, position?: vscode.Position): DocumentLines {
	const lines = linesAlone(document)
	if (position && document.languageId === commitMessageLanguage) return commitMessage(lines, position)
	const above = cellsAbove(document).map(linesAlone)
	return above.length > 0 ? { ...lines, above } : lines
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
