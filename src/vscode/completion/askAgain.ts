import * as vscode from 'vscode'
import type { CompletionModel } from '../../core/model/ports.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { isCommitInput } from './nextCommit.ts'

/** Where the editor asked. */
interface Place {
	readonly uri: string
	readonly version: number
	readonly position: { readonly line: number; readonly character: number }
}

/**
 * A request that comes while the model loads gets no answer. When the model is ready and the cursor still stands where
 * it was asked, the editor is made to ask once more, so that nobody has to type another letter to see the first ghost text.
 */
export class AskAgain implements Disposable {
	private readonly forget: () => void
	private missed: { readonly place: Place; readonly byHand: boolean } | undefined
	private expected: Place | undefined
	private readonly subscription: Disposable

	/** @param forget has the editor forget what it asked: it does not ask twice at one place, and takes what is asked here for the user's own */
	constructor(model: CompletionModel, forget: () => void) {
		this.forget = forget
		this.subscription = model.onDidChangeState(({ kind }) => {
			if (kind === 'ready') this.ask()
		})
	}

	remember(place: Place, byHand: boolean): void {
		this.missed = { place, byHand }
	}

	/**
	 * Whether this is the question that was provoked, and so not one that a person asked by hand. Tells it once. Somebody may have typed on
	 * between the provocation and the question, so the document alone has to be the same.
	 */
	isExpected(place: Place): boolean {
		const expected = this.expected
		this.expected = undefined
		return expected?.uri === place.uri
	}

	/** What was provoked here has brought nothing to the screen: the user's own key is to ask again. */
	cameToNothing(): void {
		this.forget()
	}

	dispose(): void {
		this.subscription.dispose()
	}

	private ask(): void {
		const { missed } = this
		this.missed = undefined
		if (!missed || !isStillThere(missed.place)) return
		this.forget()
		this.expected = missed.byHand ? undefined : missed.place
		// An editor without that command simply waits for the next letter.
		vscode.commands.executeCommand('editor.action.inlineSuggest.trigger').then(undefined, () => {})
	}
}

/** Of the field for a commit's message the editor does not tell where the cursor is in it. */
function isStillThere(place: Place): boolean {
	const input = vscode.workspace.textDocuments.find(
		(document) => isCommitInput(document) && document.uri.toString() === place.uri,
	)
	if (input) return input.version === place.version
	const editor = vscode.window.activeTextEditor
	return editor !== undefined && isSamePlace(place, placeOf(editor))
}

function placeOf({ document, selection }: vscode.TextEditor): Place {
	return { uri: document.uri.toString(), version: document.version, position: selection.active }
}

function isSamePlace(a: Place, b: Place): boolean {
	const isSamePosition = a.position.line === b.position.line && a.position.character === b.position.character
	return a.uri === b.uri && a.version === b.version && isSamePosition
}
