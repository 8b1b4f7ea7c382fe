import * as vscode from 'vscode'
import type { Clock } from '../../shared/clock.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import { Emitter, type Event } from '../../shared/event.ts'
import { isCodeDocument } from '../completion/codeDocument.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'
import type { IndexFacts } from '../status/statusTooltip.ts'
import { watchFiles } from './watchFiles.ts'
import { rootsOfWorkspace, type WorkspaceFolderRoot } from './workspaceRoots.ts'

/** What reads the workspace. */
export interface WorkspaceIndexer {
	index(order: { readonly roots: readonly WorkspaceFolderRoot[]; readonly storeFile: string }): void
	/** Reads nothing any more, and deletes what was kept, also where an earlier window kept it. */
	forget(storeFile: string): void
	/** @param paths absolute */
	filesChanged(paths: readonly string[]): void
	/** Fires while the workspace is read, and when it is known. */
	readonly onDidIndex: Event<IndexFacts>
	/** Fires where it could not be read to its end, and nobody tries again. */
	readonly onDidFailToIndex: Event<void>
}

/** The reading of the workspace, as the rest of the editor layer sees it. */
export interface WorkspaceReading extends Disposable {
	/** Undefined where it is not read. */
	readonly progress: IndexFacts | undefined
	readonly onDidIndex: Event<IndexFacts>
	/**
	 * Forgets what is known and reads everything again. Resolves when all is read, or nobody reads it any more.
	 *
	 * @returns undefined where the workspace is not read at all
	 */
	rebuild(): Promise<void> | undefined
}

/**
 * Has the folders of the workspace read once there is a document in which that can be of use, and again where a setting, a folder
 * or a file changes. Nothing is kept of a workspace without a folder on this machine.
 */
export function indexWorkspace(deps: {
	indexer: WorkspaceIndexer
	settings: SettingsStore
	clock: Clock
	/** Absolute; undefined where the editor keeps nothing for this workspace. */
	storeFile: string | undefined
}): WorkspaceReading {
	const { indexer, settings, clock, storeFile } = deps
	const store = new DisposableStore()
	const ended = store.add(new Emitter<void>())
	let begun = false
	let progress: IndexFacts | undefined
	/** The last order, as text: any setting of ours may change without a change of it. */
	let ordered: string | undefined
	const end = () => {
		progress = undefined
		ended.fire()
	}
	const order = () => {
		if (storeFile === undefined) return
		const roots = rootsOfWorkspace()
		const isOn = settings.current['context.index'] && roots.length > 0
		if (isOn && !begun) return
		const text = isOn ? JSON.stringify(roots) : ''
		if (text === ordered) return
		ordered = text
		if (isOn) return indexer.index({ roots, storeFile })
		indexer.forget(storeFile)
		end()
	}
	const begin = () => {
		if (begun) return
		begun = true
		store.add(watchFiles(indexer, clock))
	}
	const consider = () => {
		const document = vscode.window.activeTextEditor?.document
		if (begun || !document || !isCodeDocument(document.uri.scheme)) return
		begin()
		order()
	}
	store.add(
		indexer.onDidIndex((now) => {
			progress = now
		}),
	)
	store.add(indexer.onDidFailToIndex(end))
	store.add(vscode.window.onDidChangeActiveTextEditor(consider))
	store.add(vscode.workspace.onDidChangeWorkspaceFolders(order))
	store.add(settings.onDidChange(order))
	store.add(
		vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('files.exclude') && order()),
	)
	store.add(
		clock.after(0, () => {
			// Also where no editor is open: it may have been switched off elsewhere since something was kept.
			order()
			consider()
		}),
	)
	return {
		get progress() {
			return progress
		},
		onDidIndex: indexer.onDidIndex,
		rebuild: () => {
			if (!settings.current['context.index'] || storeFile === undefined || rootsOfWorkspace().length === 0) return
			indexer.forget(storeFile)
			end()
			const done = readToTheEnd(indexer, ended.event)
			ordered = undefined
			begin()
			order()
			return done
		},
		dispose: () => {
			ended.fire()
			store.dispose()
		},
	}
}

/** Resolves when all is read, or nobody reads it any more. */
function readToTheEnd(indexer: WorkspaceIndexer, onDidEnd: Event<void>): Promise<void> {
	return new Promise((resolve) => {
		const store = new DisposableStore()
		const finish = () => {
			store.dispose()
			resolve()
		}
		store.add(indexer.onDidIndex(({ isWhole }) => isWhole && finish()))
		store.add(onDidEnd(finish))
	})
}
