import type { CompletionModel } from '../../src/core/model/ports.ts'
import { seededRandom } from './recall/random.ts'
import { BenchDocument, isJump, type Recording } from './recording.ts'

/** Characters before the cursor by which a place in the text is known again. */
const keyLength = 40

/**
 * A model that takes the time of another one and is right as often as one wants: what is around the model is measured apart from
 * what the model knows. Where it is wrong, it says what the other one says.
 */
export class Oracle {
	private readonly model: CompletionModel
	private readonly share: number
	private readonly random = seededRandom(11)
	private readonly next = new TypedNext()

	/** @param share of the answers that are what is typed next */
	constructor(model: CompletionModel, share: number) {
		this.model = model
		this.share = share
	}

	workOn(work: FinishedWork): void {
		this.next.workOn(work)
	}

	answering(): CompletionModel {
		const { model } = this
		return {
			get state() {
				return model.state
			},
			onDidChangeState: model.onDidChangeState,
			prepare: () => model.prepare(),
			warmUp: (request, token) => model.warmUp(request, token),
			announce: (withinMs) => model.announce(withinMs),
			countTokens: (texts, token) => model.countTokens(texts, token),
			complete: async (request, onText, token) => {
				const truth = this.random() < this.share ? this.next.after(request.prefix + (request.typed ?? '')) : ''
				if (truth === '') return model.complete(request, onText, token)
				const answer = await model.complete(request, () => {}, token)
				if (answer.stopReason === 'cancelled') return answer
				const isLine = request.stop.includes('\n')
				const [line = ''] = truth.split('\n', 1)
				const text = isLine ? line : truth.slice(0, 300)
				onText(text)
				return { ...answer, text, stopReason: 'stopText' }
			},
		}
	}
}

/** Knows what somebody is about to type. */
export class TypedNext {
	private written = ''
	private cursor = 0

	/** @param work the document as it is when this piece of work is done, and where its cursor stands then */
	workOn({ text, cursor }: FinishedWork): void {
		this.written = text
		this.cursor = cursor
	}

	/** From a place on, to the end of the piece of work; blank where the place is not known again. */
	after(before: string): string {
		const at = this.written.lastIndexOf(before.slice(-keyLength), this.cursor)
		return at < 0 ? '' : this.written.slice(at + Math.min(keyLength, before.length), this.cursor)
	}
}

interface FinishedWork {
	readonly text: string
	readonly cursor: number
}

/**
 * For each edit, what its document is when the work at that place is done: before a jump, and before something is taken back.
 * To write a bracket over that the editor has closed takes nothing back.
 */
export function finishedWork(files: ReadonlyMap<string, string>, { edits }: Recording): FinishedWork[] {
	const documents = new Map([...files].map(([file, text]) => [file, new BenchDocument(file, text)]))
	const finished: FinishedWork[] = []
	let run: number[] = []
	let last: FinishedWork = { text: '', cursor: 0 }
	const end = () => {
		for (const at of run) finished[at] = last
		run = []
	}
	for (const [at, edit] of edits.entries()) {
		if (isJump(edit) || edit.remove > edit.insert.length) end()
		const document = documents.get(edit.file)
		if (!document) continue
		if (!isJump(edit)) document.apply(edit)
		last = { text: document.text, cursor: edit.cursor }
		run.push(at)
	}
	end()
	return finished
}
