import * as vscode from 'vscode'
import type { CompletionModel } from '../../core/model/ports.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { contextKeys } from '../ids.ts'

/** Keeps the context key true from the first load until a failure; a model that was unloaded to save memory is still ready. */
export function trackModelReady(model: CompletionModel): Disposable {
	let isReady = false
	return model.onDidChangeState(({ kind }) => {
		if (kind !== 'ready' && kind !== 'failed') return
		if (isReady === (kind === 'ready')) return
		isReady = kind === 'ready'
		void vscode.commands.executeCommand('setContext', contextKeys.modelReady, isReady)
	})
}
