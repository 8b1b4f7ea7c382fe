import * as vscode from 'vscode'
import type { InlineCompleter } from '../../core/completion/inlineCompleter.ts'
import type { CompletionModel } from '../../core/model/ports.ts'
import type { Clock } from '../../shared/clock.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'
import { linesOf } from './documentLines.ts'
import { documentInView } from './inView.ts'

/** Milliseconds without a move of the cursor after which it is likely to stay for a while. */
const restMs = 400

/** Lets the model read the text around the cursor while nothing is typed: after a jump, another file, a load. */
export function warmPrompt(deps: {
	completer: Pick<InlineCompleter, 'warmUp'>
	model: CompletionModel
	settings: SettingsStore
	clock: Clock
}): Disposable {
	const { completer, model, settings, clock } = deps
	const store = new DisposableStore()
	let rest: Disposable | undefined
	const warm = () => {
		const document = documentInView()
		const position = vscode.window.activeTextEditor?.selection.active
		if (!document || !position || !settings.completionsEnabled(document)) return
		if (settings.current['completion.mode'] === 'manual') return
		const maxTokens = settings.current['completion.maxTokens']
		const contextTokens = settings.current['completion.contextTokens']
		void completer.warmUp({ document: linesOf(document, position), position, maxTokens, contextTokens })
	}
	const moved = () => {
		rest?.dispose()
		rest = clock.after(restMs, warm)
	}
	store.add(vscode.window.onDidChangeTextEditorSelection(moved))
	store.add(vscode.window.onDidChangeActiveTextEditor(moved))
	store.add(model.onDidChangeState(({ kind }) => kind === 'ready' && moved()))
	store.add({ dispose: () => rest?.dispose() })
	return store
}
