import type { Confidence } from '../rules/ruleTypes.ts'
import type { TriageMark } from './triage.ts'

/** How sure a finding is after a model has looked at it. Nothing that a model says makes one surer. */
export function confidenceAfter(confidence: Confidence, mark: TriageMark | undefined): Confidence {
	if (mark?.kind === 'dismissed') return 'low'
	if (mark?.kind !== 'doubted') return confidence
	return confidence === 'high' ? 'medium' : 'low'
}
