import * as vscode from 'vscode'
import type { Clock } from '../../shared/clock.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'
import { watchFiles } from '../symbols/watchFiles.ts'
import { rootsOfWorkspace, type WorkspaceFolderRoot } from '../symbols/workspaceRoots.ts'

/** What reads the workspace for the chat. */
export interface SearchIndexer {
	index(order: {
		readonly roots: readonly WorkspaceFolderRoot[]
		readonly storeFile: string
		readonly embeddingModel?: string
	}): void
	/** Reads nothing any more, and deletes what was kept, also where an earlier window kept it. */
	forget(storeFile: string): void
	/** @param paths absolute */
	filesChanged(paths: readonly string[]): void
}

/** Milliseconds after the start: what somebody sees comes first. */
const beginAfter = 3_000

/** Has the folders of the workspace read for the chat, and again where a setting or a folder changes. */
export function searchWorkspace(deps: {
	readonly indexer: SearchIndexer
	readonly settings: SettingsStore
	readonly clock: Clock
	/** Absolute; undefined where the editor keeps nothing for this workspace. */
	readonly storeFile: string | undefined
	/** Absolute path of a model that makes vectors. */
	readonly embeddingModel: () => string | undefined
}): Disposable {
	const { indexer, settings, clock, storeFile, embeddingModel } = deps
	const store = new DisposableStore()
	let isWatching = false
	/** The last order, as text: any setting of ours may change without a change of it. */
	let ordered: string | undefined
	const order = () => {
		if (storeFile === undefined) return
		const roots = rootsOfWorkspace()
		const isOn = settings.current['chat.index'] && settings.current['chat.enabled'] && roots.length > 0
		const path = embeddingModel()
		const text = isOn ? JSON.stringify([roots, path]) : ''
		if (text === ordered) return
		ordered = text
		if (isOn) {
			if (!isWatching) store.add(watchFiles(indexer, clock))
			isWatching = true
			indexer.index({ roots, storeFile, ...(path !== undefined && { embeddingModel: path }) })
		} else indexer.forget(storeFile)
	}
	const begin = () => {
		order()
		store.add(vscode.workspace.onDidChangeWorkspaceFolders(order))
		store.add(settings.onDidChange(order))
		store.add(
			vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('files.exclude') && order()),
		)
	}
	store.add(clock.after(beginAfter, begin))
	return store
}
