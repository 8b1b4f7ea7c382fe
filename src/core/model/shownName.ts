import type { LoadedModel } from './modelState.ts'

/** The name of a model for people: behind that of the back end that runs it, or that it answers in place of. */
export function shownName({ name, served, insteadOf }: Pick<LoadedModel, 'name' | 'served' | 'insteadOf'>): string {
	if (served) return `${served.name}: ${name}`
	return insteadOf?.backend ? `${insteadOf.backend.name} → ${name}` : name
}
