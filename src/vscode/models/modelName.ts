import type { ModelSpec } from '../../core/model/engineControl.ts'
import type { ModelState } from '../../core/model/modelState.ts'
import { shownName } from '../../core/model/shownName.ts'

/** The name of the loaded model, else that of its server, else that of its file. */
export function modelName(state: ModelState, spec: ModelSpec): string {
	if (state.kind === 'ready') return shownName(state.model)
	return spec.servedBy ?? spec.path.split(/[/\\]/).at(-1) ?? spec.path
}
