import data from './catalogue.json'

/** What a model is good for here. */
export type ModelUse = 'completion' | 'chat' | 'draft' | 'embedding'

/** One quantization of a model, as it is on Hugging Face. */
export interface CatalogueFile {
	/** e.g. `Q4_K_M`. */
	readonly quantization: string
	/** `owner/name`. */
	readonly repository: string
	/** A commit, so that the file stays what it was; `main` where only that is known. */
	readonly revision: string
	/** One, or the parts of a model in several files, in order. */
	readonly parts: readonly CataloguePart[]
	/** Who says what the hashes of its parts are; absent where nobody does. */
	readonly hashFrom?: HashSource
	/** Where the facts of its parts are from: an address that a person can open. */
	readonly source: string
}

/** `host`: the page of the repository itself was read. `others`: projects that download the same file and check it by this hash. */
export type HashSource = 'host' | 'others'

export interface CataloguePart {
	/** Its path in the repository. */
	readonly file: string
	/** Exactly; absent where no source says it to the byte. */
	readonly bytes?: number
	/** Rounded, as the source says it: for people and plans. */
	readonly aboutBytes: number
	/** Absent where no source says it: the server's own word is taken then, and said to be that. */
	readonly sha256?: string
}

/** A model that can be downloaded. */
export interface CatalogueModel {
	readonly id: string
	/** Models with one name here are sizes of one. */
	readonly family: string
	readonly title: string
	/** Numbers in all tensors, in billions, as its owner rounds them. */
	readonly billions: number
	/** Of a mixture of experts, those that compute one token; absent where all do. */
	readonly activeBillions?: number
	/** SPDX, or the name that its owner gives it. */
	readonly licence: string
	/** What may not be done with it in a few words; absent where commercial use is free. */
	readonly restriction?: 'nonCommercial' | 'termsOfUse'
	/** Whether its owner wants an account and a token for it. */
	readonly isGated?: boolean
	readonly uses: readonly ModelUse[]
	/** How it wants a gap to be shown. `none`: it fills none. */
	readonly fim: 'prefixSuffixMiddle' | 'suffixPrefixMiddle' | 'none'
	/** Tokens. */
	readonly contextSize: number
	/** Models with one name here split texts alike. */
	readonly tokenizer: string
	/** Another entry that drafts for it well. */
	readonly draft?: string
	/** Gigabytes of memory of a machine that it is for, with an editor beside it. */
	readonly tier: 4 | 8 | 16 | 24 | 32 | 64
	/** Among models for the same use, the higher the better: our order, from the figures of its sources. */
	readonly rank: number
	/** None where there is no file that llama.cpp reads: `remark` says why. */
	readonly files: readonly CatalogueFile[]
	readonly remark?: string
	/** Facts for which no page of its owner was read: they are what other projects say. */
	readonly unconfirmed?: readonly CatalogueFact[]
	/** Where the other facts are from: addresses that a person can open. */
	readonly sources: readonly string[]
}

export type CatalogueFact = 'billions' | 'licence' | 'fim' | 'contextSize'

/** Facts that were looked up, each with its source; a test holds it to its form. */
export const catalogue: readonly CatalogueModel[] = data.models as readonly CatalogueModel[]

export function bytesOf({ parts }: CatalogueFile): number {
	return parts.reduce((sum, { bytes, aboutBytes }) => sum + (bytes ?? aboutBytes), 0)
}

/** Where a part is: https://huggingface.co/docs/hub/models-downloading; mirrors have the same paths. */
export function addressOf(mirror: string, { repository, revision }: CatalogueFile, part: CataloguePart): string {
	const path = [repository, 'resolve', revision, part.file].map((one) =>
		one.split('/').map(encodeURIComponent).join('/'),
	)
	return `${mirror.replace(/\/+$/, '')}/${path.join('/')}`
}
