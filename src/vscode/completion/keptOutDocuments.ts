import * as vscode from 'vscode'
import type { ReadableRoot } from '../../core/chat/readableFiles.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import { rootsOfWorkspace } from '../symbols/workspaceRoots.ts'
import { notebookCellOf } from './notebookCell.ts'

interface KeptOutRules {
	isKeptOut(file: string): Promise<boolean>
}

/** In which documents nothing is suggested, because `.alcoveignore` names their files. Looked up once, and again when such a file changes. */
export class KeptOutDocuments implements Disposable {
	private readonly open: (roots: readonly ReadableRoot[]) => Promise<KeptOutRules>
	private readonly store = new DisposableStore()
	private readonly found = new Map<string, boolean>()
	private rules: Promise<KeptOutRules> | undefined
	/** Grows when all that was found may have changed. */
	private round = 0

	constructor(open: (roots: readonly ReadableRoot[]) => Promise<KeptOutRules>) {
		this.open = open
		const forget = () => {
			this.round++
			this.found.clear()
			this.rules = undefined
		}
		const watcher = this.store.add(vscode.workspace.createFileSystemWatcher('**/.alcoveignore'))
		this.store.add(watcher.onDidChange(forget))
		this.store.add(watcher.onDidCreate(forget))
		this.store.add(watcher.onDidDelete(forget))
		this.store.add(vscode.workspace.onDidChangeWorkspaceFolders(forget))
	}

	/** Undefined: to be found first. */
	known(uri: vscode.Uri): boolean | undefined {
		return fileOf(uri) === undefined ? false : this.found.get(uri.toString())
	}

	/** Never rejects: where the rules cannot be read, there are none. */
	async find(uri: vscode.Uri): Promise<boolean> {
		const file = fileOf(uri)
		if (file === undefined) return false
		const { round } = this
		this.rules ??= this.open(rootsOfWorkspace())
		const isKeptOut = await this.rules.then((rules) => rules.isKeptOut(file)).catch(() => false)
		if (round === this.round) this.found.set(uri.toString(), isKeptOut)
		return isKeptOut
	}

	dispose(): void {
		this.store.dispose()
	}
}

/** Of a notebook's cell the notebook's; undefined for what is no file of this machine. */
function fileOf(uri: vscode.Uri): string | undefined {
	const whole = notebookCellOf(uri)?.notebook.uri ?? uri
	return whole.scheme === 'file' ? whole.fsPath : undefined
}
