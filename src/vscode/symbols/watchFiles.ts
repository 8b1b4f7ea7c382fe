import * as vscode from 'vscode'
import type { Clock } from '../../shared/clock.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'

/** Milliseconds in which changes of files are put together: another branch changes thousands at once. */
const batchMs = 300

/** Tells of every file and folder of the workspace that is made, changed or deleted. */
export function watchFiles(indexer: { filesChanged(paths: readonly string[]): void }, clock: Clock): Disposable {
	const store = new DisposableStore()
	const watcher = store.add(vscode.workspace.createFileSystemWatcher('**/*'))
	let changed = new Set<string>()
	let timer: Disposable | undefined
	const add = ({ scheme, fsPath }: vscode.Uri) => {
		if (scheme !== 'file') return
		changed.add(fsPath)
		timer ??= clock.after(batchMs, () => {
			timer = undefined
			const paths = [...changed]
			changed = new Set()
			indexer.filesChanged(paths)
		})
	}
	store.add(watcher.onDidChange(add))
	store.add(watcher.onDidCreate(add))
	store.add(watcher.onDidDelete(add))
	store.add({ dispose: () => timer?.dispose() })
	return store
}
