import * as vscode from 'vscode'

/** What we use of the editor's own git. */
export interface GitChange {
	readonly uri: vscode.Uri
	/** `INDEX_DELETED` 2, `DELETED` 6, `UNTRACKED` 7. */
	readonly status: number
}

export interface GitRepository {
	readonly rootUri: vscode.Uri
	/** The field in which the message of the next commit is written. */
	readonly inputBox: { value: string }
	readonly state: {
		readonly workingTreeChanges: readonly GitChange[]
		readonly indexChanges: readonly GitChange[]
		readonly mergeChanges: readonly GitChange[]
		readonly untrackedChanges?: readonly GitChange[]
		/** Also when a file changed that was changed already. */
		readonly onDidChange: vscode.Event<void>
	}
	/** @param cached of what is staged, else of what is not */
	diff(cached?: boolean): Promise<string>
}

interface GitExtension {
	getAPI(version: 1): { readonly repositories: readonly GitRepository[] }
}

/** Those that the editor's git knows; undefined where it is switched off, as it is in folders that are not trusted. */
export async function gitRepositories(): Promise<readonly GitRepository[] | undefined> {
	const extension = vscode.extensions.getExtension<GitExtension>('vscode.git')
	if (!extension) return undefined
	return (await extension.activate()).getAPI(1).repositories
}
