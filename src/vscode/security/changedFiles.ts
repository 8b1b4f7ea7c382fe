import * as vscode from 'vscode'

interface Change {
	readonly uri: vscode.Uri
	/** `DELETED` and `INDEX_DELETED` of the editor's git. */
	readonly status: number
}

interface Repository {
	readonly state: {
		readonly workingTreeChanges: readonly Change[]
		readonly indexChanges: readonly Change[]
		readonly mergeChanges: readonly Change[]
		readonly untrackedChanges?: readonly Change[]
	}
}

interface GitExtension {
	getAPI(version: 1): { readonly repositories: readonly Repository[] }
}

const deleted = new Set([2, 6])

/** Files that differ from the last commit, as the editor's git sees them; undefined where there is no repository. */
export async function changedFiles(): Promise<readonly vscode.Uri[] | undefined> {
	const extension = vscode.extensions.getExtension<GitExtension>('vscode.git')
	if (!extension) return undefined
	const { repositories } = (await extension.activate()).getAPI(1)
	if (repositories.length === 0) return undefined
	const found = new Map<string, vscode.Uri>()
	for (const { state } of repositories) {
		for (const change of [
			...state.workingTreeChanges,
			...state.indexChanges,
			...state.mergeChanges,
			...(state.untrackedChanges ?? []),
		]) {
			if (!deleted.has(change.status)) found.set(change.uri.toString(), change.uri)
		}
	}
	return [...found.values()]
}
