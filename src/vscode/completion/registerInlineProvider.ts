import * as vscode from 'vscode'
import type { InlineCompleter } from '../../core/completion/inlineCompleter.ts'
import type { CompletionModel } from '../../core/model/ports.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import { contextKeys, eventCommandIds } from '../ids.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'
import { AskAgain } from './askAgain.ts'
import { InlineProvider } from './inlineProvider.ts'

/** Offers completions in every document of the editor: files, untitled ones, notebook cells, on any file system. */
export function registerInlineProvider(deps: {
	completer: InlineCompleter
	settings: SettingsStore
	model: CompletionModel
}): Disposable {
	const { completer, settings, model } = deps
	const store = new DisposableStore()
	const askAgain = store.add(new AskAgain(model))
	const provider = new InlineProvider({ completer, settings, askAgain })
	store.add(vscode.languages.registerInlineCompletionItemProvider('*', provider))
	let wasAccepted = false
	store.add(
		vscode.commands.registerCommand(eventCommandIds.suggestionAccepted, () => {
			if (wasAccepted) return
			wasAccepted = true
			void vscode.commands.executeCommand('setContext', contextKeys.completionAccepted, true)
		}),
	)
	return store
}
