import * as vscode from 'vscode'

/** A folder of the workspace, as an index is told of it. */
export interface WorkspaceFolderRoot {
	readonly folder: string
	readonly name: string
	readonly excluded: readonly { readonly glob: string; readonly when?: string }[]
}

/** Those on this machine, and what the editor's settings exclude in each. */
export function rootsOfWorkspace(): WorkspaceFolderRoot[] {
	const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file')
	const taken = new Set<string>()
	return folders.map(({ uri, name }) => ({
		folder: uri.fsPath,
		name: folders.length > 1 ? ownName(name, taken) : '',
		excluded: excludedIn(uri),
	}))
}

/** The first part of the paths of a folder's files: two folders of one name must not share their paths. */
function ownName(name: string, taken: Set<string>): string {
	const plain = name.replace(/[\\/]/g, '-')
	let own = plain
	for (let count = 2; taken.has(own); count++) own = `${plain} (${count})`
	taken.add(own)
	return own
}

function excludedIn(folder: vscode.Uri): WorkspaceFolderRoot['excluded'] {
	const globs = vscode.workspace.getConfiguration('files', folder).get<Record<string, unknown>>('exclude') ?? {}
	return Object.entries(globs).flatMap(([glob, value]) => {
		if (value === false || value === null || value === undefined) return []
		const when = typeof value === 'object' && 'when' in value ? value.when : undefined
		return [typeof when === 'string' ? { glob, when } : { glob }]
	})
}
