import type { CatalogueModel } from './catalogue/catalogue.ts'
import type { InstalledModel, ModelTraits } from './installedModel.ts'
import { activeBillions } from './modelPlan.ts'

/** Billions of numbers below which a draft model saves next to nothing. */
export const leastForDraft = 3
/** A draft model is at most such a part of its target. */
export const largestDraftShare = 0.25

/** A model on this machine that can propose tokens for another one there: first the one that the catalogue pairs with it, then the smallest. */
export function draftFor(
	target: InstalledModel,
	installed: readonly InstalledModel[],
	catalogue: readonly CatalogueModel[],
): InstalledModel | undefined {
	const wanted = traitsOf(target)
	if (!wanted || activeBillions(wanted) < leastForDraft) return undefined
	const paired = new Set(
		catalogue.flatMap(({ id, draft }) => (draft !== undefined && isNamed(target, id) ? [draft] : [])),
	)
	const isPaired = (model: InstalledModel) => [...paired].some((id) => isNamed(model, id))
	const [best] = installed
		.filter((model) => canDraft(traitsOf(model), wanted))
		.sort((a, b) => Number(isPaired(b)) - Number(isPaired(a)) || parametersOf(a) - parametersOf(b))
	return best
}

function canDraft(traits: ModelTraits | undefined, target: ModelTraits): boolean {
	if (!traits || traits.isEmbedding || traits.tokenizer !== target.tokenizer) return false
	return activeBillions(traits) <= activeBillions(target) * largestDraftShare
}

function traitsOf({ about }: InstalledModel): ModelTraits | undefined {
	return 'traits' in about ? about.traits : undefined
}

function parametersOf(model: InstalledModel): number {
	return traitsOf(model)?.parameters ?? Number.POSITIVE_INFINITY
}

/** Stores and owners write a name their own way: `qwen2.5-coder:0.5b`, `Qwen2.5-Coder-0.5B-Instruct`. */
function isNamed({ title, path }: InstalledModel, id: string): boolean {
	const [wanted, ...names] = [id, title, path.split(/[/\\]/).at(-1) ?? ''].map(plain)
	return names.some((name) => wanted !== undefined && name.includes(wanted))
}

function plain(name: string): string {
	return name.toLowerCase().replace(/[^a-z0-9.]/g, '')
}
