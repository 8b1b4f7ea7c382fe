import type { Disposable } from '../../../shared/disposable.ts'
import { Emitter } from '../../../shared/event.ts'
import { ConfidenceModel, type Learnt } from './confidenceModel.ts'
import { featuresOf, type JudgedAnswer } from './features.ts'
import { type Silence, SilenceRule } from './silenceRule.ts'
import { type Fate, type SeenWhere, SuggestionFate } from './suggestionFate.ts'

/** How likely a suggestion is to be taken, and whether it is shown. */
export interface Verdict {
	/** From 0 to 1. */
	readonly probability: number
	readonly isSilent: boolean
}

/** What decides whether a suggestion is shown. */
export type Judge = Pick<Confidence, 'asked' | 'judge' | 'gone' | 'hidden' | 'accepted'>

/** Knows when to be silent, and learns from what becomes of suggestions. What it learns is numbers, none of the text. */
export class Confidence implements Disposable {
	private readonly model: ConfidenceModel
	private readonly rule = new SilenceRule()
	private readonly fate = new SuggestionFate()
	private readonly learning = new Emitter<Learnt>()

	/** Fires when something was learnt, or all was forgotten. */
	readonly onDidLearn = this.learning.event

	constructor(learnt: Learnt | undefined) {
		this.model = new ConfidenceModel(learnt)
	}

	get learnt(): Learnt {
		return this.model.learnt
	}

	/** Goes on from what other windows know, too. */
	adopt(learnt: Learnt): void {
		this.model.adopt(learnt)
	}

	/** The editor asks for what comes next. */
	asked(now: number): void {
		this.fate.asked(now)
	}

	/** @param answer what it is of, the same object while it is typed along */
	judge(answer: object, judged: JudgedAnswer, { silence, isShown, seen, now }: JudgedHow): Verdict {
		const features = featuresOf(judged)
		const probability = this.model.probability(features)
		const isSilent = !isShown && this.rule.isSilent(probability, silence)
		const { text, typedAlong } = judged
		const shown = { features, length: text.length, typed: typedAlong }
		this.learn(
			isSilent || seen === 'notYet' ? this.fate.end(now) : this.fate.shown(answer, { ...shown, where: seen }, now),
		)
		return { probability, isSilent }
	}

	/** Nothing is shown any more: the user went on without it. */
	gone(now: number): void {
		this.learn(this.fate.end(now))
	}

	/** What was shown was taken away by something else than its reader. */
	hidden(): void {
		this.learn(this.fate.hidden())
	}

	accepted(): void {
		this.learn(this.fate.accepted())
	}

	/** Another model answers from now on. */
	modelChanged(): void {
		this.rule.forget()
	}

	forget(): void {
		this.model.forget()
		this.rule.forget()
		// What is on the screen was judged by what is forgotten.
		this.fate.hidden()
		this.learning.fire(this.model.learnt)
	}

	dispose(): void {
		this.learning.dispose()
	}

	private learn(fate: Fate | undefined): void {
		if (!fate) return
		this.model.learn(fate.features, fate.isTaken)
		this.learning.fire(this.model.learnt)
	}
}

export interface JudgedHow {
	readonly silence: Silence
	/** It is on the screen already: then it stays. */
	readonly isShown: boolean
	/** Where the user sees it, if it is not silent. `notYet`: it waits for a key, and nothing can be learnt from it. */
	readonly seen: SeenWhere | 'notYet'
	readonly now: number
}
