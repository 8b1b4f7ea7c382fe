import * as vscode from 'vscode'

/** As receipts and attachments name a file: from the folder of the workspace, which is named where there are several; a URI outside. */
export function pathOf(uri: vscode.Uri): string {
	return vscode.workspace.getWorkspaceFolder(uri) ? vscode.workspace.asRelativePath(uri) : uri.toString()
}

/** Where a path may be: in any folder of the workspace, or outside of it as a URI. */
export function placesOf(path: string): readonly vscode.Uri[] {
	if (/^[\w+.-]{2,}:/.test(path)) return [vscode.Uri.parse(path)]
	if (path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path)) return [vscode.Uri.file(path)]
	const folders = vscode.workspace.workspaceFolders ?? []
	const [name, ...rest] = path.split('/')
	const named = folders.filter((folder) => folder.name === name)
	return [
		...(folders.length > 1 ? named.map(({ uri }) => vscode.Uri.joinPath(uri, ...rest)) : []),
		...folders.map(({ uri }) => vscode.Uri.joinPath(uri, path)),
	]
}

/** The place of a path that is there; undefined where none is. */
export async function placeOf(path: string): Promise<{ uri: vscode.Uri; isFolder: boolean } | undefined> {
	for (const uri of placesOf(path)) {
		if (vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString())) {
			return { uri, isFolder: false }
		}
		try {
			const { type } = await vscode.workspace.fs.stat(uri)
			return { uri, isFolder: (type & vscode.FileType.Directory) !== 0 }
		} catch {
			// Perhaps it is in another folder.
		}
	}
	return undefined
}
