import * as vscode from 'vscode'
import type { CompletionModel } from '../../core/model/ports.ts'
import type { Clock } from '../../shared/clock.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import { isCodeDocument } from '../completion/codeDocument.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'

/** Loads the model once there is an editor in which it can be of use, so that the first letter finds it ready. */
export function warmUp(deps: { model: CompletionModel; settings: SettingsStore; clock: Clock }): Disposable {
	const { model, settings, clock } = deps
	const store = new DisposableStore()
	const consider = () => {
		const document = vscode.window.activeTextEditor?.document
		if (!document || !isCodeDocument(document.uri.scheme) || !settings.completionsEnabled(document)) return
		store.dispose()
		if (model.state.kind === 'idle') model.prepare()
	}
	store.add(vscode.window.onDidChangeActiveTextEditor(consider))
	// Not within activation: starting a process would be counted as ours.
	store.add(clock.after(0, consider))
	return store
}
