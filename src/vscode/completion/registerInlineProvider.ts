import * as vscode from 'vscode'
import type { InlineCompleter } from '../../core/completion/inlineCompleter.ts'
import type { Snooze } from '../../core/completion/snooze.ts'
import type { CompletionModel } from '../../core/model/ports.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import type { ContextKeys } from '../contextKeys.ts'
import { acceptedCommandId, contextKeys } from '../ids.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'
import { AskAgain } from './askAgain.ts'
import { InlineProvider } from './inlineProvider.ts'

/** Offers completions in every document of the editor: files, untitled ones, notebook cells, on any file system. */
export function registerInlineProvider(deps: {
	completer: InlineCompleter
	settings: SettingsStore
	model: CompletionModel
	keys: ContextKeys
	snooze: Snooze
}): Disposable {
	const { completer, settings, model, keys, snooze } = deps
	const store = new DisposableStore()
	const askAgain = store.add(new AskAgain(model))
	const provider = new InlineProvider({ completer, settings, askAgain, snooze })
	store.add(vscode.languages.registerInlineCompletionItemProvider('*', provider))
	const onAccepted = () => {
		completer.accepted()
		keys.set(contextKeys.completionAccepted, true)
	}
	store.add(vscode.commands.registerCommand(acceptedCommandId, onAccepted))
	return store
}
