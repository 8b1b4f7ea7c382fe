import * as vscode from 'vscode'
import type { InlineCompleter } from '../../core/completion/inlineCompleter.ts'
import type { Snooze } from '../../core/completion/snooze.ts'
import type { BatterySaver } from '../../core/model/batterySaver.ts'
import type { CompletionModel } from '../../core/model/ports.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import type { ContextKeys } from '../contextKeys.ts'
import { acceptedCommandId, contextKeys } from '../ids.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'
import { AskAgain } from './askAgain.ts'
import { InlineProvider } from './inlineProvider.ts'
import type { KeptOutDocuments } from './keptOutDocuments.ts'
import { NextCommit } from './nextCommit.ts'

/** Offers completions in every document of the editor: files, untitled ones, notebook cells, on any file system. */
export function registerInlineProvider(deps: {
	completer: InlineCompleter
	settings: SettingsStore
	model: CompletionModel
	keys: ContextKeys
	snooze: Snooze
	battery: BatterySaver
	onAccepted: () => void
	keptOut: Pick<KeptOutDocuments, 'known' | 'find'>
}): Disposable {
	const { completer, settings, model, keys, snooze, battery, keptOut } = deps
	const store = new DisposableStore()
	let registered: Disposable | undefined
	// To the editor a provider that is registered anew is another one, of which it has asked nothing yet.
	const register = () => {
		registered?.dispose()
		registered = vscode.languages.registerInlineCompletionItemProvider('*', provider)
	}
	const askAgain = store.add(new AskAgain(model, register))
	const nextCommit = store.add(new NextCommit(keptOut))
	const provider = new InlineProvider({ completer, settings, askAgain, snooze, battery, keptOut, nextCommit })
	register()
	store.add({ dispose: () => registered?.dispose() })
	const onAccepted = () => {
		completer.accepted()
		deps.onAccepted()
		keys.set(contextKeys.completionAccepted, true)
	}
	store.add(vscode.commands.registerCommand(acceptedCommandId, onAccepted))
	// With its editor or its window a suggestion is out of sight, however long it stays there.
	store.add(vscode.window.onDidChangeActiveTextEditor(() => completer.hidden()))
	store.add(vscode.window.onDidChangeWindowState(({ focused }) => focused || completer.hidden()))
	store.add(snooze.onDidChange(() => snooze.isOn && completer.hidden()))
	return store
}
