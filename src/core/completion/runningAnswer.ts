import { CancellationSource, type CancellationToken } from '../../shared/cancellation.ts'
import type { Clock } from '../../shared/clock.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { Emitter } from '../../shared/event.ts'
import type { CompletionAnswer, CompletionModel, ShownFile, WritingTerms } from '../model/ports.ts'
import { type AnswerPlace, isSuffixAfter } from './answerPlace.ts'
import type { AnswerEnd, Asked } from './outcome.ts'
import type { DraftPlace } from './postprocess/draft.ts'
import type { StreamEnd } from './postprocess/filterName.ts'
import { streamEnd } from './postprocess/streamEnd.ts'
import type { AnchoredPrompt } from './promptAnchor.ts'
import { restAfter } from './restAfter.ts'

/** Milliseconds for which an answer that nobody waits for goes on: the next keystroke may want it. */
const graceMs = 150

export interface RunningQuestion {
	readonly place: AnswerPlace
	readonly prompt: AnchoredPrompt
	/** What the prompt was made of, for the record. */
	readonly shown: readonly ShownFile[]
	/** The cursor's line, from 0. */
	readonly line: number
	readonly terms: WritingTerms
	/** Where what is shown begins that the answer follows; absent where it follows what was typed. */
	readonly shownAt?: AnswerPlace
	/** Where the answer goes: ends it while it is written. Default: nothing does. */
	readonly draftPlace?: Omit<DraftPlace, 'isCut'>
}

export interface EndedAnswer extends Omit<CompletionAnswer, 'stopReason'> {
	readonly stopReason: AnswerEnd
}

/** A request to the model. It outlives the keystroke that made it where the next one types what it answers. */
export class RunningAnswer {
	readonly question: RunningQuestion
	/** Settles as the model's answer does; resolves as cancelled after `cancel`. */
	readonly answer: Promise<EndedAnswer>
	private readonly clock: Clock
	private readonly by: Asked['model']
	private readonly source = new CancellationSource()
	private readonly grown = new Emitter<void>()
	private text = ''
	private over = false
	private ended: StreamEnd | undefined
	private exchange: Asked | undefined
	private waiting = 0
	private grace: Disposable | undefined

	constructor(deps: { readonly model: CompletionModel; readonly clock: Clock }, question: RunningQuestion) {
		const { prompt, terms, shown } = question
		this.question = question
		this.clock = deps.clock
		const { state } = deps.model
		this.by = state.kind === 'ready' ? { name: state.model.name, quantization: state.model.quantization } : undefined
		const onText = (text: string) => {
			this.text += text
			this.endIfEnough()
			this.grown.fire()
		}
		this.answer = deps.model
			.complete({ ...prompt, ...terms, shown }, onText, this.source.token)
			.then((answer): EndedAnswer => (this.ended ? { ...answer, stopReason: this.ended } : answer))
			.finally(() => {
				this.over = true
				this.grace?.dispose()
				this.grown.fire()
				this.source.dispose()
			})
		// Whoever waits for it gets the error; nobody has to.
		this.answer.catch(() => {})
	}

	/** What was asked and answered: always the same object, by which the answer is known again. */
	asked({ text, stopReason, logProbs, context, cut }: EndedAnswer): Asked {
		const { place, prompt, line } = this.question
		const asked = { documentId: place.documentId, prompt, line, answer: text, stopReason }
		const model = this.by && { model: this.by }
		this.exchange ??= {
			...asked,
			...model,
			...(logProbs && { logProbs }),
			...(context && { context }),
			...(cut && { cut }),
		}
		return this.exchange
	}

	/** What was typed since, where the answer may still become the one for that place. */
	typedBefore(place: AnswerPlace): string | undefined {
		if (this.over || this.isCancelled) return undefined
		const typed = typedBetween(this.question.place, place)
		return typed !== undefined && this.mayStillSay(typed) ? typed : undefined
	}

	/** What is left, at a place, of the suggestion that this answer follows; undefined where something else was typed. */
	shownAfter(place: AnswerPlace): string | undefined {
		const { shownAt, place: end } = this.question
		if (!shownAt || this.isCancelled) return undefined
		const typed = typedBetween(shownAt, place)
		const shown = end.prefix.slice(shownAt.prefix.length)
		return typed === undefined ? undefined : restAfter(shown, typed, shownAt.prefix)
	}

	/**
	 * Waits for the answer as long as it may still begin with what was typed.
	 *
	 * @returns undefined where it does not, or the token was cancelled. Rejects as the answer does.
	 */
	async wait(typed: string, token: CancellationToken): Promise<EndedAnswer | undefined> {
		this.waiting++
		this.grace?.dispose()
		try {
			const isTheOne = await this.follows(typed, token)
			return isTheOne ? await this.answer : undefined
		} finally {
			this.waiting--
			if (this.waiting === 0 && !this.over) this.grace = this.clock.after(graceMs, () => this.cancel())
		}
	}

	/** Ends it at its next token; what is evaluated stays evaluated. */
	cancel(): void {
		this.grace?.dispose()
		this.source.cancel()
	}

	private get isCancelled(): boolean {
		return this.source.token.isCancellationRequested && !this.ended
	}

	private endIfEnough(): void {
		const { draftPlace } = this.question
		if (!draftPlace || this.over || this.source.token.isCancellationRequested) return
		this.ended = streamEnd(this.text, { ...draftPlace, isCut: false })
		// What was evaluated stays so.
		if (this.ended) this.source.cancel()
	}

	/** Resolves when it is over, with true, or as soon as it says something else than what was typed. */
	private follows(typed: string, token: CancellationToken): Promise<boolean> {
		if (token.isCancellationRequested) return Promise.resolve(false)
		return new Promise((resolve) => {
			const settle = (value: boolean) => {
				growth.dispose()
				cancellation.dispose()
				resolve(value)
			}
			const look = () => {
				if (this.over || !this.mayStillSay(typed)) settle(this.over)
			}
			const growth = this.grown.event(look)
			const cancellation = token.onCancellationRequested(() => settle(false))
			look()
		})
	}

	private mayStillSay(typed: string): boolean {
		const { prefix } = this.question.place
		return restAfter(typed, this.text, prefix) !== undefined || restAfter(this.text, typed, prefix) !== undefined
	}
}

/** What was typed from one place to another one; undefined where they are not on one way. */
function typedBetween(from: AnswerPlace, to: AnswerPlace): string | undefined {
	if (from.documentId !== to.documentId || !to.prefix.startsWith(from.prefix)) return undefined
	const typed = to.prefix.slice(from.prefix.length)
	return isSuffixAfter(typed, from.suffix, to.suffix) ? typed : undefined
}
