import type * as vscode from 'vscode'
import { gitRepositories } from '../gitExtension.ts'

/** `DELETED` and `INDEX_DELETED` of the editor's git. */
const deleted = new Set([2, 6])

/** Files that differ from the last commit, as the editor's git sees them; undefined where there is no repository. */
export async function changedFiles(): Promise<readonly vscode.Uri[] | undefined> {
	const repositories = await gitRepositories()
	if (!repositories || repositories.length === 0) return undefined
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
