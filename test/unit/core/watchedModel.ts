import type { Suggestion } from '../../../src/core/completion/outcome.ts'
import type { CompletionModel } from '../../../src/core/model/ports.ts'
import type { CancellationToken } from '../../../src/shared/cancellation.ts'
import { type FakeCompletionModel, fakeLoadedModel } from '../../fakes/fakeCompletionModel.ts'

interface Running {
	/** What the model was asked to go on from. */
	readonly base: string
	readonly documentId: string
	/** Nobody is there yet: it follows what is on the screen. */
	readonly isAhead: boolean
	readonly token: CancellationToken
	text: string
}

/** Whether an answer that is being written may still become the one for a place; blanks do not count, for the editor indents. */
export function mayBecome({ base, documentId, isAhead, text: written }: Running, at: Place): boolean {
	if (documentId !== at.documentId) return false
	const from = at.before.indexOf(base.slice(0, longestHead))
	const before = from < 0 ? '' : at.before.slice(from)
	if (isAhead && before !== '' && base.startsWith(before)) return true
	if (!before.startsWith(base)) return false
	const [typed, wanted] = [before.slice(base.length), written].map((text) => text.replace(/\s/g, '')) as [
		string,
		string,
	]
	return typed.startsWith(wanted) || wanted.startsWith(typed)
}

/** Whether what was typed is how the suggestion begins, with some of it left, and the text behind the cursor is still the same. */
export function goesOn({ text, replace }: Suggestion, screen: Place, now: Place): boolean {
	if (replace.start !== replace.end || !now.before.startsWith(screen.before)) return false
	const typed = now.before.slice(screen.before.length)
	const closed = now.after.slice(0, now.after.length - screen.after.length)
	const isSame = now.after.endsWith(screen.after) && /^[)\]}"'`]*$/.test(closed)
	return isSame && text.startsWith(typed) && text.slice(typed.length).trim() !== ''
}

export interface Place {
	readonly documentId: string
	readonly before: string
	readonly after: string
}

/** Characters by which the beginning of a prompt is found in the document. */
const longestHead = 80

/** Knows which requests run, and which of them ran side by side. */
export class WatchedModel implements CompletionModel {
	readonly overlaps: string[] = []
	readonly onDidChangeState: CompletionModel['onDidChangeState']
	/** Requests for what is at the cursor. */
	asked = 0
	/** Where the cursor is. */
	at: Place = { documentId: '', before: '', after: '' }
	private readonly model: FakeCompletionModel
	private readonly all = new Set<Running>()

	constructor(model: FakeCompletionModel) {
		model.setState({ kind: 'ready', model: { ...fakeLoadedModel, contextSize: 8_192 } })
		this.model = model
		this.onDidChangeState = model.onDidChangeState
	}

	get state() {
		return this.model.state
	}

	/** Not over, and not cancelled. */
	get running(): Running[] {
		return [...this.all].filter(({ token }) => !token.isCancellationRequested)
	}

	prepare(): void {}

	warmUp: CompletionModel['warmUp'] = (request, token) => this.model.warmUp(request, token)

	announce: CompletionModel['announce'] = (withinMs) => this.model.announce(withinMs)

	countTokens: CompletionModel['countTokens'] = (texts, token) => this.model.countTokens(texts, token)

	complete: CompletionModel['complete'] = (request, onText, token) => {
		const base = request.prefix + (request.typed ?? '')
		const isAhead = !this.at.before.endsWith(base)
		if (!isAhead) this.asked++
		for (const one of this.running) this.overlaps.push(`${one.text} and what follows ${base.slice(-20)}`)
		const running: Running = { base, documentId: this.at.documentId, isAhead, token, text: '' }
		this.all.add(running)
		const onPiece = (piece: string) => {
			running.text += piece
			onText(piece)
		}
		return this.model.complete(request, onPiece, token).finally(() => this.all.delete(running))
	}
}
