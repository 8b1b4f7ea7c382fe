import { relative } from 'node:path'
import * as vscode from 'vscode'
import type { UnsavedText } from '../../core/security/securityPorts.ts'
import type { SessionDocument, SessionDocuments } from '../../core/security/session/sessionDocuments.ts'

/** Schemes of documents that hold code which a person works on. */
const workSchemes = new Set(['file', 'untitled', 'vscode-remote', 'vscode-vfs', 'vscode-userdata'])

/** The editor's documents, as the analysis asks for them. */
export const editorDocuments: SessionDocuments = {
	open: (documentId) => {
		const document = vscode.workspace.textDocuments.find((it) => it.uri.toString() === documentId)
		return document && sessionDocument(document)
	},
	unsaved: (root) =>
		vscode.workspace.textDocuments.flatMap((document): UnsavedText[] => {
			if (!document.isDirty || document.uri.scheme !== 'file') return []
			const file = fileBelow(root, document.uri)
			return file === undefined ? [] : [{ file, text: document.getText() }]
		}),
	idOf: (root, file) =>
		root === undefined ? `untitled:${file}` : vscode.Uri.joinPath(vscode.Uri.file(root), file).toString(),
}

export function isWork(document: vscode.TextDocument): boolean {
	return workSchemes.has(document.uri.scheme)
}

export function sessionDocument(document: vscode.TextDocument): SessionDocument {
	const root = rootOf(document.uri)
	return {
		documentId: document.uri.toString(),
		root,
		file:
			root === undefined
				? (document.uri.path.split('/').pop() ?? 'document')
				: (fileBelow(root, document.uri) ?? 'document'),
		languageId: document.languageId,
		version: document.version,
		text: document.getText(),
	}
}

/** The folder of the workspace that a file on this machine lies in, else its own. */
export function rootOf(uri: vscode.Uri): string | undefined {
	if (uri.scheme !== 'file') return undefined
	return vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? vscode.Uri.joinPath(uri, '..').fsPath
}

function fileBelow(root: string, uri: vscode.Uri): string | undefined {
	const file = relative(root, uri.fsPath).replaceAll('\\', '/')
	return file.startsWith('..') ? undefined : file
}

export function rangeOf({
	startLine,
	startCharacter,
	endLine,
	endCharacter,
}: {
	readonly startLine: number
	readonly startCharacter: number
	readonly endLine: number
	readonly endCharacter: number
}): vscode.Range {
	return new vscode.Range(startLine, startCharacter, endLine, endCharacter)
}
