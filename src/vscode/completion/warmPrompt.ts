import * as vscode from 'vscode'
import type { InlineCompleter } from '../../core/completion/inlineCompleter.ts'
import type { BatterySaver } from '../../core/model/batterySaver.ts'
import type { CompletionModel } from '../../core/model/ports.ts'
import type { Clock } from '../../shared/clock.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import type { Event } from '../../shared/event.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'
import { completionMode, isOnlyByHand } from './completionMode.ts'
import { linesOf } from './documentLines.ts'
import { documentInView } from './inView.ts'
import type { KeptOutDocuments } from './keptOutDocuments.ts'

/** Milliseconds without a move of the cursor after which it is likely to stay for a while. */
const restMs = 400

/**
 * Lets the model read the text around the cursor while nothing is typed: after a jump, another file, a load, and where more has become
 * known of the workspace than the model was shown.
 */
export function warmPrompt(deps: {
	completer: Pick<InlineCompleter, 'warmUp'>
	model: CompletionModel
	settings: SettingsStore
	battery: Pick<BatterySaver, 'isSaving'>
	clock: Clock
	keptOut: Pick<KeptOutDocuments, 'known' | 'find'>
	/** What a model is shown of other files comes from there. */
	context: {
		/** Fires with the id of the document of which more is known. */
		readonly onDidLearn: Event<string>
		/** Fires while the workspace is read, and when it is known. */
		readonly onDidIndex: Event<{ readonly isWhole: boolean }>
	}
}): Disposable {
	const { completer, model, settings, battery, clock, keptOut, context } = deps
	const store = new DisposableStore()
	let rest: Disposable | undefined
	let isOver = false
	const warm = async () => {
		rest = undefined
		const document = documentInView()
		const position = vscode.window.activeTextEditor?.selection.active
		if (!document || !position || !settings.completionsEnabled(document)) return
		if (isOnlyByHand(completionMode(settings.current, battery))) return
		const isKeptOut = keptOut.known(document.uri)
		if (isKeptOut === undefined) await keptOut.find(document.uri)
		// Another cursor, or another document, may be in view by now.
		if (isKeptOut === undefined && !isOver) soon()
		if (isKeptOut !== false) return
		const maxTokens = settings.current['completion.maxTokens']
		const contextTokens = settings.current['completion.contextTokens']
		const at = { document: linesOf(document, position), position }
		const isDone = await completer.warmUp({ ...at, maxTokens, contextTokens })
		if (!isDone && !isOver) soon()
	}
	/** Where it is about to be done it need not be done again. */
	const soon = () => {
		rest ??= clock.after(restMs, () => void warm())
	}
	const moved = () => {
		rest?.dispose()
		rest = undefined
		soon()
	}
	store.add(vscode.window.onDidChangeTextEditorSelection(moved))
	store.add(vscode.window.onDidChangeActiveTextEditor(moved))
	store.add(model.onDidChangeState(({ kind }) => kind === 'ready' && moved()))
	store.add(context.onDidLearn((documentId) => documentInView()?.uri.toString() === documentId && soon()))
	store.add(context.onDidIndex(({ isWhole }) => isWhole && soon()))
	store.add({
		dispose: () => {
			isOver = true
			rest?.dispose()
		},
	})
	return store
}
