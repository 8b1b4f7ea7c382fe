import * as vscode from 'vscode'
import type { BatterySaver } from '../../core/model/batterySaver.ts'
import type { ChatModel, CompletionModel } from '../../core/model/ports.ts'
import type { Clock } from '../../shared/clock.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import { isCodeDocument } from '../completion/codeDocument.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'

/** Loads models before they are asked for, where the settings want that, so that the first letter and the first question find them ready. */
export function warmUp(deps: {
	model: CompletionModel
	chat: Pick<ChatModel, 'state' | 'prepare'>
	/** Whether the chat has a model of its own. */
	hasOwnChat: () => boolean
	settings: SettingsStore
	battery: Pick<BatterySaver, 'isSaving' | 'onDidChange'>
	clock: Clock
}): Disposable {
	const { model, chat, hasOwnChat, settings, battery, clock } = deps
	const store = new DisposableStore()
	const consider = () => {
		const when = settings.current['engine.preload']
		if (when === 'onRequest' || battery.isSaving) return
		const isWanted = when === 'atStart' ? settings.completionsEnabled() : isCodeInView(settings)
		if (isWanted && model.state.kind === 'idle') model.prepare()
		const isChatWanted = when === 'atStart' && settings.current['chat.enabled'] && hasOwnChat()
		if (isChatWanted && chat.state.kind === 'idle') chat.prepare()
		// Once is enough: what was let go since then is loaded with the next request.
		if (isWanted || isChatWanted) store.dispose()
	}
	store.add(vscode.window.onDidChangeActiveTextEditor(consider))
	store.add(battery.onDidChange(consider))
	store.add(settings.onDidChange(consider))
	// Not within activation: starting a process would be counted as ours.
	store.add(clock.after(0, consider))
	return store
}

/** Whether there is an editor in which the model can be of use. */
function isCodeInView(settings: SettingsStore): boolean {
	const document = vscode.window.activeTextEditor?.document
	return document !== undefined && isCodeDocument(document.uri.scheme) && settings.completionsEnabled(document)
}
