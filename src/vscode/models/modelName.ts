import type { ModelSpec } from '../../core/model/engineControl.ts'
import type { ModelState } from '../../core/model/modelState.ts'

/** The name of the loaded model, else that of its file. */
export function modelName(state: ModelState, spec: ModelSpec): string {
	if (state.kind === 'ready') return state.model.name
	return spec.path.split(/[/\\]/).at(-1) ?? spec.path
}
