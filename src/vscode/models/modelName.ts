import type { ModelSpec } from '../../core/model/engineControl.ts'
import type { LoadedModel, ModelState } from '../../core/model/modelState.ts'

/** The name of the loaded model, else that of its server, else that of its file. */
export function modelName(state: ModelState, spec: ModelSpec): string {
	if (state.kind === 'ready') return loadedName(state.model)
	return spec.servedBy ?? spec.path.split(/[/\\]/).at(-1) ?? spec.path
}

/** With the back end that runs it. */
export function loadedName({ name, served }: Pick<LoadedModel, 'name' | 'served'>): string {
	return served === undefined ? name : `${served.name}: ${name}`
}
