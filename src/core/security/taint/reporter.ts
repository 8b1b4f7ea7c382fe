import type { RuleFind, RuleSink } from '../rules/ruleIndex.ts'
import type { CodePlace, Taint } from './taint.ts'

export interface Reporter {
	sink(at: RuleSink, taint: Taint, place: CodePlace, isSure: boolean): void
	find(at: RuleFind, place: CodePlace): void
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
	| { readonly kind: 'find'; readonly at: RuleFind; readonly place: CodePlace }
	| { readonly kind: 'outOfBudget'; readonly place: CodePlace }

/** Hands on what is reported, and keeps it where there is something to keep it in. */
export function keepingReporter(kept: () => Report[] | undefined, to: Reporter): Reporter {
	return {
		sink: (at, taint, place, isSure) => {
			kept()?.push({ kind: 'sink', at, taint, place, isSure })
			to.sink(at, taint, place, isSure)
		},
		find: (at, place) => {
			kept()?.push({ kind: 'find', at, place })
			to.find(at, place)
		},
		outOfBudget: (place) => {
			kept()?.push({ kind: 'outOfBudget', place })
			to.outOfBudget(place)
		},
	}
}
