import type { RuleFind, RuleSink } from '../rules/ruleIndex.ts'
import type { CodePlace, Taint } from './taint.ts'

export interface Reporter {
	sink(at: RuleSink, taint: Taint, place: CodePlace, isSure: boolean): void
	/** @param madeAt what makes it wrong, where that is in another file than the place */
	find(at: RuleFind, place: CodePlace, madeAt?: CodePlace): void
	/** @param place of the function; an empty one at the beginning of the file where what it imports is too much */
	outOfBudget(place: CodePlace): void
}

/** Something that was reported. */
export type Report =
	| {
			readonly kind: 'sink'
			readonly at: RuleSink
			readonly taint: Taint
			readonly place: CodePlace
			readonly isSure: boolean
	  }
	| {
			readonly kind: 'find'
			readonly at: RuleFind
			readonly place: CodePlace
			readonly madeAt: CodePlace | undefined
	  }
	| { readonly kind: 'outOfBudget'; readonly place: CodePlace }

/** Hands on what is reported, and keeps it where there is something to keep it in. */
export function keepingReporter(kept: () => Report[] | undefined, to: Reporter): Reporter {
	return {
		sink: (at, taint, place, isSure) => {
			kept()?.push({ kind: 'sink', at, taint, place, isSure })
			to.sink(at, taint, place, isSure)
		},
		find: (at, place, madeAt) => {
			kept()?.push({ kind: 'find', at, place, madeAt })
			to.find(at, place, madeAt)
		},
		outOfBudget: (place) => {
			kept()?.push({ kind: 'outOfBudget', place })
			to.outOfBudget(place)
		},
	}
}
