import * as vscode from 'vscode'
import type { ReceiptPiece } from '../../core/chat/conversation.ts'
import { isPaged } from '../../core/documentPage.ts'
import { placeOf, placesOf } from './workspacePaths.ts'

/** Shows what the model was shown, in an editor. @returns false where it is not there */
export async function openReference({ path, startLine, endLine }: ReceiptPiece): Promise<boolean> {
	if (path === undefined) return false
	if (isPaged(path)) return openPaged(path)
	for (const uri of placesOf(path)) {
		try {
			const document = await vscode.workspace.openTextDocument(uri)
			const start = new vscode.Position(startLine ?? 0, 0)
			const last = Math.max(start.line, (endLine ?? start.line + 1) - 1)
			const end = document.lineAt(Math.min(last, document.lineCount - 1)).range.end
			// All of a file is not selected: the next message would take it for what is meant.
			const isPart = start.line > 0 || last < document.lineCount - 2
			const selection = startLine !== undefined && isPart ? new vscode.Range(start, end) : undefined
			await vscode.window.showTextDocument(document, { preview: true, ...(selection && { selection }) })
			return true
		} catch {
			// Perhaps it is in another folder.
		}
	}
	return false
}

/** In the editor that the user has for such documents; it cannot be told a page. */
async function openPaged(path: string): Promise<boolean> {
	const place = await placeOf(path)
	if (place) await vscode.commands.executeCommand('vscode.open', place.uri)
	return place !== undefined
}
