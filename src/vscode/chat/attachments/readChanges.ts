import * as vscode from 'vscode'
import type { ChatPiece } from '../../../core/chat/chatPorts.ts'
import { diffFiles } from '../../../core/context/diffFiles.ts'
import { isSearchable } from '../../../core/retrieval/isSearchable.ts'
import { type GitRepository, gitRepositories } from '../../gitExtension.ts'
import { pathOf } from '../workspacePaths.ts'
import type { EditorFiles } from './editorFiles.ts'
import { refusedPiece, wholeFile } from './readFiles.ts'

/** Asks git itself where the editor's git is switched off. @param root absolute path of a folder in a repository */
export type DiffOf = (root: string, staged: boolean) => Promise<string>

interface Diff {
	readonly root: vscode.Uri
	readonly text: string
}

const untracked = 7
const mostNewFiles = 20

/** The source of what is staged: by it, an answer is known to be the message of a commit. */
const stagedSource = '@changes:staged'

/** What differs from the last commit, or what is staged: a piece for each file. */
export async function readChanges(
	staged: boolean,
	files: EditorFiles,
	diffOf: DiffOf | undefined,
): Promise<readonly ChatPiece[]> {
	const source = staged ? stagedSource : '@changes'
	const repositories = await gitRepositories()
	if (!repositories && !vscode.workspace.isTrusted) {
		// What a repository sets may run programs.
		return [refusedPiece(source, undefined, vscode.l10n.t('git is not asked in a folder that is not trusted'))]
	}
	const diffs = repositories ? await diffsIn(repositories, staged) : await diffsOfFolders(staged, diffOf)
	if (!diffs) return [refusedPiece(source, undefined, vscode.l10n.t('there is no git repository'))]
	const pieces: ChatPiece[] = []
	for (const { root, text } of diffs) {
		for (const part of diffFiles(text)) {
			const uri = vscode.Uri.joinPath(root, part.path)
			const path = pathOf(uri)
			const before = part.from === undefined ? undefined : vscode.Uri.joinPath(root, part.from)
			const refused = (await files.refusal(uri)) ?? (before && (await files.refusal(before)))
			pieces.push(refused === undefined ? { source, path, text: part.text } : refusedPiece(source, path, refused))
		}
	}
	if (!staged) pieces.push(...(await newFiles(repositories ?? [], files, source)))
	// What people wrote says more than what tools lock.
	pieces.sort((a, b) => Number(!isSearchable(a.path ?? '')) - Number(!isSearchable(b.path ?? '')))
	return pieces.length > 0 ? pieces : [refusedPiece(source, undefined, vscode.l10n.t('nothing is changed'))]
}

/** Whether something waits in the index of git. */
export async function hasStaged(): Promise<boolean> {
	return (await gitRepositories())?.some(({ state }) => state.indexChanges.length > 0) ?? false
}

/** Writes the message of the next commit. @returns false where there is no repository for it */
export async function putCommitMessage(message: string): Promise<boolean> {
	const repositories = (await gitRepositories()) ?? []
	const staged = repositories.find(({ state }) => state.indexChanges.length > 0)
	const changed = repositories.find(({ state }) => state.workingTreeChanges.length > 0)
	const repository = staged ?? changed ?? repositories[0]
	if (!repository) return false
	repository.inputBox.value = message.trim()
	await vscode.commands.executeCommand('workbench.view.scm')
	return true
}

async function diffsIn(repositories: readonly GitRepository[], staged: boolean): Promise<readonly Diff[] | undefined> {
	if (repositories.length === 0) return undefined
	const diffs: Diff[] = []
	for (const repository of repositories) {
		const root = repository.rootUri
		diffs.push({ root, text: await repository.diff(true) })
		if (!staged) diffs.push({ root, text: await repository.diff(false) })
	}
	return diffs
}

async function diffsOfFolders(staged: boolean, diffOf: DiffOf | undefined): Promise<readonly Diff[] | undefined> {
	const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file')
	if (!diffOf || folders.length === 0) return undefined
	const diffs: Diff[] = []
	for (const { uri } of folders) {
		const text = await diffOf(uri.fsPath, staged).catch(() => undefined)
		if (text !== undefined) diffs.push({ root: uri, text })
	}
	return diffs.length > 0 ? diffs : undefined
}

/** A diff of git has nothing of files that it was never told of. */
async function newFiles(
	repositories: readonly GitRepository[],
	files: EditorFiles,
	source: string,
): Promise<readonly ChatPiece[]> {
	const uris = repositories.flatMap(({ state }) => [
		...state.workingTreeChanges.filter(({ status }) => status === untracked).map(({ uri }) => uri),
		...(state.untrackedChanges ?? []).map(({ uri }) => uri),
	])
	const pieces: ChatPiece[] = []
	for (const uri of uris.slice(0, mostNewFiles)) {
		const found = await files.read(uri)
		const path = pathOf(uri)
		pieces.push('refused' in found ? refusedPiece(source, path, found.refused) : wholeFile(source, path, found.text))
	}
	return pieces
}
