import * as vscode from 'vscode'
import type { Clock } from '../../shared/clock.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import type { Event } from '../../shared/event.ts'
import { isCodeDocument } from '../completion/codeDocument.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'
import type { IndexFacts } from '../status/statusTooltip.ts'

/** A folder of the workspace, as the index is told of it. */
interface Root {
	readonly folder: string
	readonly name: string
	readonly excluded: readonly string[]
}

/** What reads the workspace. */
export interface WorkspaceIndexer {
	index(order: { readonly roots: readonly Root[]; readonly storeFile: string } | undefined): void
	/** @param paths absolute */
	filesChanged(paths: readonly string[]): void
	/** Fires while the workspace is read, and when it is known. */
	readonly onDidIndex: Event<IndexFacts>
}

/** The reading of the workspace, as the rest of the editor layer sees it. */
export interface WorkspaceReading extends Disposable {
	/** Undefined where it is not read. */
	readonly progress: IndexFacts | undefined
	readonly onDidIndex: Event<IndexFacts>
	/** Forgets what is known and reads everything again. @returns false where the workspace is not read at all */
	rebuild(): boolean
}

/** Milliseconds in which changes of files are put together: another branch changes thousands at once. */
const batchMs = 300

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
	let begun = false
	let progress: IndexFacts | undefined
	const order = () => {
		if (!begun || storeFile === undefined) return
		const roots = rootsOfWorkspace()
		const isOn = settings.current['context.index'] && roots.length > 0
		if (!isOn) progress = undefined
		indexer.index(isOn ? { roots, storeFile } : undefined)
	}
	const consider = () => {
		const document = vscode.window.activeTextEditor?.document
		if (begun || !document || !isCodeDocument(document.uri.scheme)) return
		begun = true
		order()
		store.add(watchFiles(indexer, clock))
	}
	store.add(
		indexer.onDidIndex((now) => {
			progress = now
		}),
	)
	store.add(vscode.window.onDidChangeActiveTextEditor(consider))
	store.add(vscode.workspace.onDidChangeWorkspaceFolders(order))
	store.add(settings.onDidChange(order))
	store.add(
		vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('files.exclude') && order()),
	)
	store.add(clock.after(0, consider))
	return {
		get progress() {
			return progress
		},
		onDidIndex: indexer.onDidIndex,
		rebuild: () => {
			if (!settings.current['context.index'] || storeFile === undefined || rootsOfWorkspace().length === 0) return false
			begun = true
			indexer.index(undefined)
			order()
			return true
		},
		dispose: () => store.dispose(),
	}
}

function rootsOfWorkspace(): Root[] {
	const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file')
	return folders.map(({ uri, name }) => ({
		folder: uri.fsPath,
		name: folders.length > 1 ? name : '',
		excluded: excludedIn(uri),
	}))
}

function excludedIn(folder: vscode.Uri): string[] {
	const globs = vscode.workspace.getConfiguration('files', folder).get<Record<string, unknown>>('exclude') ?? {}
	return Object.keys(globs).filter((glob) => globs[glob] === true)
}

function watchFiles(indexer: WorkspaceIndexer, clock: Clock): Disposable {
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
