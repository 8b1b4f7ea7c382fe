import * as vscode from 'vscode'
import type { DefinitionServer } from '../../core/context/servedContext.ts'

/** The language servers of other extensions, asked through the editor; never in a workspace that is not trusted. */
export const editorDefinitions: DefinitionServer = {
	mayAsk: () => vscode.workspace.isTrusted,
	lineOf(documentId, line) {
		const document = documentOf(documentId)
		return document && line < document.lineCount ? document.lineAt(line).text : undefined
	},
	async definitionsAt(documentId, { line, character, type }) {
		const document = documentOf(documentId)
		if (!document) return []
		const command = type ? 'vscode.executeTypeDefinitionProvider' : 'vscode.executeDefinitionProvider'
		const position = new vscode.Position(line, character)
		const found: (vscode.Location | vscode.LocationLink)[] | undefined = await vscode.commands.executeCommand(
			command,
			document.uri,
			position,
		)
		return (found ?? []).flatMap((one) => {
			const { uri, range } =
				'targetUri' in one ? { uri: one.targetUri, range: one.targetSelectionRange ?? one.targetRange } : one
			return uri.scheme === 'file' ? [{ file: uri.fsPath, line: range.start.line }] : []
		})
	},
}

function documentOf(documentId: string): vscode.TextDocument | undefined {
	return vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === documentId)
}
