import type { ModelProblem, ModelState } from '../model/modelState.ts'
import { shownName } from '../model/shownName.ts'
import type { InlineOutcome, NoSuggestionReason } from './outcome.ts'

/** Whether completions are on for what the user is looking at. */
export type Enablement = 'on' | 'offEverywhere' | 'offForLanguage' | 'onlyByHand' | 'onBattery' | 'shownByHand'

/** What the status bar tells, without its words. */
export type StatusView =
	| { readonly kind: 'off'; readonly scope: 'everywhere' | 'language' }
	/** Paused by the user; `minutes`: whole ones that are left, infinite until the window is closed. */
	| { readonly kind: 'snoozed'; readonly minutes: number }
	/** There is a suggestion, which is shown on a key. */
	| { readonly kind: 'held'; readonly model: string }
	/** The model is not in memory; the next request loads it. */
	| { readonly kind: 'idle' }
	/** `percent`: a whole number from 0 to 100, absent while the engine process itself starts. */
	| { readonly kind: 'loading'; readonly model: string; readonly percent?: number }
	| { readonly kind: 'restarting'; readonly attempt: number }
	| { readonly kind: 'ready'; readonly model: string }
	/** Nothing is made before it is asked for; `model`: absent where it is not in memory. */
	| { readonly kind: 'byHand' | 'onBattery'; readonly model?: string }
	| { readonly kind: 'thinking'; readonly model: string }
	| { readonly kind: 'noSuggestion'; readonly model: string; readonly reason: NoSuggestionReason }
	| { readonly kind: 'error'; readonly problem: ModelProblem }

export interface StatusFacts {
	readonly model: ModelState
	readonly enablement: Enablement
	readonly snoozedMinutes?: number | undefined
	readonly isThinking: boolean
	/** Cancelled ones left out: they say nothing about the place where the cursor stands. */
	readonly lastOutcome: InlineOutcome | undefined
}

export function statusView({ model, enablement, snoozedMinutes, isThinking, lastOutcome }: StatusFacts): StatusView {
	if (enablement === 'offEverywhere') return { kind: 'off', scope: 'everywhere' }
	if (enablement === 'offForLanguage') return { kind: 'off', scope: 'language' }
	if (snoozedMinutes !== undefined && model.kind !== 'failed') return { kind: 'snoozed', minutes: snoozedMinutes }
	switch (model.kind) {
		case 'idle':
			// Typing does not load it then.
			return { kind: viewByHand(enablement) ?? 'idle' }
		case 'loading':
			return { kind: 'loading', model: model.name, ...percentOf(model.fraction) }
		case 'restarting':
			return { kind: 'restarting', attempt: model.attempt }
		case 'failed':
			return { kind: 'error', problem: model.problem }
		case 'ready':
			return readyView(shownName(model.model), isThinking, { lastOutcome, enablement })
	}
}

/** Reasons that the state of the model, of the pause or of the settings tells better. */
const toldByState: ReadonlySet<NoSuggestionReason> = new Set([
	'modelLoading',
	'modelFailed',
	'disabled',
	'cancelled',
	'snoozed',
	'onlyByHand',
	'onBattery',
])

function viewByHand(enablement: Enablement): 'byHand' | 'onBattery' | undefined {
	if (enablement === 'onBattery') return 'onBattery'
	return enablement === 'onlyByHand' ? 'byHand' : undefined
}

function readyView(
	model: string,
	isThinking: boolean,
	{ lastOutcome, enablement }: Pick<StatusFacts, 'lastOutcome' | 'enablement'>,
): StatusView {
	if (isThinking) return { kind: 'thinking', model }
	if (enablement === 'shownByHand' && lastOutcome?.kind === 'suggestion') return { kind: 'held', model }
	if (lastOutcome?.kind !== 'none' || toldByState.has(lastOutcome.reason)) {
		return { kind: viewByHand(enablement) ?? 'ready', model }
	}
	return { kind: 'noSuggestion', model, reason: lastOutcome.reason }
}

function percentOf(fraction: number | undefined): { readonly percent?: number } {
	if (fraction === undefined || Number.isNaN(fraction)) return {}
	return { percent: Math.floor(Math.max(0, Math.min(1, fraction)) * 100) }
}
