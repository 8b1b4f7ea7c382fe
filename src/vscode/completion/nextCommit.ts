import * as vscode from 'vscode'
import { commitInputLanguage } from '../../core/completion/commitMessage.ts'
import { type DiffFile, diffFiles } from '../../core/context/diffFiles.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import { type GitRepository, gitRepositories } from '../gitExtension.ts'
import type { KeptOutDocuments } from './keptOutDocuments.ts'

/** Characters; many times what a model is shown. */
const longestDiff = 200_000

/** Whether a document is the text of the field for the message of the next commit. */
export function isCommitInput({ languageId, uri }: Pick<vscode.TextDocument, 'languageId' | 'uri'>): boolean {
	return languageId === commitInputLanguage && uri.scheme === 'vscode-scm'
}

/** What the next commit of each repository is of, for the field in which its message is written. Read once, and again when git tells of a change. */
export class NextCommit implements Disposable {
	private readonly keptOut: Pick<KeptOutDocuments, 'find'>
	private readonly store = new DisposableStore()
	private readonly known = new Map<GitRepository, Promise<readonly DiffFile[]>>()
	private readonly watched = new Set<GitRepository>()

	constructor(keptOut: Pick<KeptOutDocuments, 'find'>) {
		this.keptOut = keptOut
	}

	/** What is staged, or all that is changed where nothing is, without what is kept out. Never rejects: where git cannot tell, nothing is known. */
	async changes(input: vscode.Uri): Promise<readonly DiffFile[]> {
		const root = new URLSearchParams(input.query).get('rootUri')
		const repositories = (await gitRepositories().catch(() => undefined)) ?? []
		const repository = repositories.find(({ rootUri }) => rootUri.toString() === root)
		if (!repository) return []
		if (!this.watched.has(repository)) {
			this.watched.add(repository)
			this.store.add(repository.state.onDidChange(() => this.known.delete(repository)))
		}
		const known = this.known.get(repository) ?? this.read(repository).catch(() => [])
		this.known.set(repository, known)
		return known
	}

	private async read(repository: GitRepository): Promise<readonly DiffFile[]> {
		const diff = (await repository.diff(true)) || (await repository.diff(false))
		const files = diffFiles(diff.slice(0, longestDiff))
		const open: DiffFile[] = []
		const isKeptOut = (path: string) => this.keptOut.find(vscode.Uri.joinPath(repository.rootUri, path))
		for (const file of files) {
			const wasKeptOut = file.from !== undefined && (await isKeptOut(file.from))
			if (!wasKeptOut && !(await isKeptOut(file.path))) open.push(file)
		}
		return open
	}

	dispose(): void {
		this.store.dispose()
	}
}
