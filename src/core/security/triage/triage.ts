import type { ModelProblem } from '../../model/modelState.ts'
import type { Finding } from '../findings/finding.ts'
import type { Probabilities } from './judge.ts'

/** What the model made of a finding. None is ever left out. */
export interface TriagedFinding {
	/** As it came; with a lower confidence where the model doubts it. */
	readonly finding: Finding
	readonly mark: TriageMark
}

export type TriageMark =
	| {
			/**
			 * `confirmed`: vulnerable; `dismissed`: safe, and sure enough of it to be hidden; `doubted`: safe, but not that sure;
			 * `unsure`: it cannot tell; `void`: it quoted code that is not there, so that its verdict does not count.
			 */
			readonly kind: 'confirmed' | 'dismissed' | 'doubted' | 'unsure' | 'void'
			/** Of the verdicts, averaged over both orders of the options. */
			readonly probabilities: Probabilities
			/** That it is safe, after calibration. */
			readonly safe: number
			readonly evidence: readonly string[]
			/** At most 40 words of the model: not to be trusted more than that. */
			readonly reason: string
			/** Milliseconds. */
			readonly ms: number
	  }
	| { readonly kind: 'notAsked'; readonly why: NotAsked }

/**
 * `rulesDecide`: a kind of defect that no model may dismiss; `noRubric`: nothing is known of what matters for it; `noCode`: the code is not
 * at hand; `tooLong`: it does not fit the model's context; `unreadable`: the answer was none; `failed`: the model failed at it.
 */
export type NotAsked =
	| 'rulesDecide'
	| 'noRubric'
	| 'noCode'
	| 'tooLong'
	| 'unreadable'
	| 'failed'
	| 'outOfTime'
	| 'cancelled'
	| 'noModel'

export interface TriageResult {
	/** One for each finding, in the same order. */
	readonly findings: readonly TriagedFinding[]
	readonly model: TriageModel
	/** Milliseconds, without the time in which the model was loaded. */
	readonly ms: number
}

/** Who judged, or why nobody did. `detail` is a sentence for people, in English. */
export type TriageModel = { readonly kind: 'used'; readonly name: string } | ({ readonly kind: 'none' } & NoModel)

export type NoModel = { readonly detail: string } & (
	| { readonly why: 'notConfigured' | 'notNeeded' | 'cancelled' }
	| { readonly why: 'tooSmall'; readonly name: string; readonly parameters: number }
	/** `problem` where it could not be loaded. */
	| { readonly why: 'failed'; readonly problem?: ModelProblem }
)
