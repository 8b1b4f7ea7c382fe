import type { CatalogueFact, CatalogueFile, CatalogueModel } from '../../core/model/catalogue/catalogue.ts'
import type { ModelRole } from '../../core/model/chooseModels.ts'
import type { InstalledModel, ModelFileProblem, ModelStore, ModelTraits } from '../../core/model/installedModel.ts'
import type { ModelSpeed } from '../../core/model/measureSpeed.ts'
import type { MemoryBudget } from '../../core/model/modelPlan.ts'
import type { L10n } from '../l10n.ts'

/** A length in the units in which files are sold: 1 GB is 10^9 bytes. */
export function bytesText(bytes: number): string {
	if (bytes >= 99.5e9) return `${Math.round(bytes / 1e9)} GB`
	if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`
	if (bytes >= 1e6) return `${Math.round(bytes / 1e6)} MB`
	return `${Math.max(1, Math.round(bytes / 1e3))} kB`
}

export function storeText(l10n: L10n, store: ModelStore): string {
	switch (store) {
		case 'alcove':
			return l10n.t('downloaded by Alcove')
		case 'ollama':
			return 'Ollama'
		case 'lmStudio':
			return 'LM Studio'
		case 'huggingFace':
			return 'Hugging Face'
		case 'llamaCpp':
			return 'llama.cpp'
		case 'folder':
			return l10n.t('your folder')
	}
}

export function roleText(l10n: L10n, role: ModelRole): string {
	switch (role) {
		case 'completion':
			return l10n.t('Completion')
		case 'draft':
			return l10n.t('Draft')
		case 'chat':
			return l10n.t('Chat')
		case 'embedding':
			return l10n.t('Search')
	}
}

export function problemOfFileText(l10n: L10n, problem: ModelFileProblem): string {
	switch (problem) {
		case 'missing':
			return l10n.t('its file is not there')
		case 'unreadable':
			return l10n.t('its file cannot be read')
		case 'notGguf':
			return l10n.t('this is no GGUF file')
		case 'incomplete':
			return l10n.t('a part of it is missing')
		case 'damaged':
			return l10n.t('its file is damaged')
		case 'unsupported':
			return l10n.t('this is no model that llama.cpp writes text or vectors with')
	}
}

/** What a model can do, by its file. */
export function abilitiesText(l10n: L10n, traits: ModelTraits): string {
	if (traits.isEmbedding) return l10n.t('makes vectors')
	const able = [
		...(traits.hasFim ? [l10n.t('fills gaps')] : [l10n.t('fills no gaps')]),
		...(traits.hasChatTemplate ? [l10n.t('chats')] : []),
	]
	return able.join(', ')
}

export function usesText(l10n: L10n, { uses }: CatalogueModel): string {
	return uses.map((use) => roleText(l10n, use)).join(', ')
}

/** What it needs and whether it fits, with the numbers. */
export function fitText(l10n: L10n, needBytes: number, budget: MemoryBudget | undefined): string {
	if (!budget) return l10n.t('needs about {0}', bytesText(needBytes))
	const numbers = [bytesText(needBytes), bytesText(budget.bytes)] as const
	return needBytes <= budget.bytes
		? l10n.t('fits: needs about {0} of {1}', ...numbers)
		: l10n.t('does not fit: needs about {0}, models may take {1}', ...numbers)
}

export function billionsText(billions: number): string {
	return billions >= 1 ? `${Number(billions.toPrecision(3))}B` : `${Math.round(billions * 1_000)}M`
}

/** What was measured. */
export function speedText(l10n: L10n, { promptRate, decodeRate, draftedRate }: ModelSpeed): string {
	const reads = rateText(promptRate)
	if (decodeRate === undefined) return l10n.t('reads {0} tokens/s', reads)
	const writes = rateText(decodeRate)
	return draftedRate === undefined
		? l10n.t('reads {0} and writes {1} tokens/s', reads, writes)
		: l10n.t('reads {0} and writes {1} tokens/s, {2} with drafts', reads, writes, rateText(draftedRate))
}

function rateText(rate: number): string {
	return rate < 10 ? rate.toFixed(1) : String(Math.round(rate))
}

export function installedDescription(l10n: L10n, model: InstalledModel): string {
	const traits = 'traits' in model.about ? model.about.traits : undefined
	const parts = [
		...(traits?.quantization === undefined ? [] : [traits.quantization]),
		bytesText(model.fileBytes),
		storeText(l10n, model.store),
	]
	return parts.join(' · ')
}

export function licenceText(l10n: L10n, licence: string | undefined): string {
	return licence === undefined ? l10n.t('licence not stated') : l10n.t('licence {0}', licence)
}

/** What a user should know of the facts on a model that is offered, before it is downloaded; nothing where they are from first hand. */
export function doubtsText(
	l10n: L10n,
	{ unconfirmed }: CatalogueModel,
	{ hashFrom }: CatalogueFile,
): readonly string[] {
	const facts = (unconfirmed ?? []).map((fact) => factText(l10n, fact))
	return [
		...(hashFrom === 'others' ? [l10n.t('SHA-256 from a third party')] : []),
		...(hashFrom === undefined ? [l10n.t('no SHA-256 known')] : []),
		...(facts.length > 0 ? [l10n.t('not checked with its owner: {0}', facts.join(', '))] : []),
	]
}

function factText(l10n: L10n, fact: CatalogueFact): string {
	switch (fact) {
		case 'billions':
			return l10n.t('number of parameters')
		case 'licence':
			return l10n.t('licence')
		case 'fim':
			return l10n.t('how it fills gaps')
		case 'contextSize':
			return l10n.t('context')
	}
}
