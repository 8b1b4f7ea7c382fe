import * as vscode from 'vscode'
import type { CompletionModel } from '../../core/model/ports.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import { contextKeys, eventCommandIds } from '../ids.ts'

/** Keeps the context key true from the first load until a failure; a model that was unloaded to save memory is still ready. */
export function trackModelReady(model: CompletionModel): Disposable {
	const store = new DisposableStore()
	let isReady = false
	store.add(vscode.commands.registerCommand(eventCommandIds.modelReady, () => {}))
	store.add(
		model.onDidChangeState(({ kind }) => {
			if (kind !== 'ready' && kind !== 'failed') return
			if (kind === 'ready') announceModelReady()
			if (isReady === (kind === 'ready')) return
			isReady = kind === 'ready'
			void vscode.commands.executeCommand('setContext', contextKeys.modelReady, isReady)
		}),
	)
	return store
}

/** Ticks the walkthrough's step off. */
export function announceModelReady(): void {
	// The window may be closing.
	vscode.commands.executeCommand(eventCommandIds.modelReady).then(undefined, () => {})
}
