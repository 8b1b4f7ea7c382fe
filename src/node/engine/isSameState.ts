import type { ModelProblem, ModelState } from '../../core/model/modelState.ts'

/** Whether there is nothing to tell when one state follows the other. */
export function isSameState(a: ModelState, b: ModelState): boolean {
	if (a.kind === 'loading' && b.kind === 'loading') return a.name === b.name && a.fraction === b.fraction
	if (a.kind === 'ready' && b.kind === 'ready') return a.model === b.model
	if (a.kind === 'failed' && b.kind === 'failed') return isSameProblem(a.problem, b.problem)
	if (a.kind === 'restarting' && b.kind === 'restarting') return a.attempt === b.attempt
	return a.kind === b.kind
}

function isSameProblem(a: ModelProblem, b: ModelProblem): boolean {
	return a.code === b.code && a.file === b.file && a.detail === b.detail
}
