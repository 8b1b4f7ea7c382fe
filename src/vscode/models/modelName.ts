import type { ModelSpec, ModelState } from '../../core/model/ports.ts'

/** The name of the loaded model, else that of its file. */
export function modelName(state: ModelState, spec: ModelSpec): string {
	if (state.kind === 'ready') return state.model.name
	return spec.path.split(/[/\\]/).at(-1) ?? spec.path
}
