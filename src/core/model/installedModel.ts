/** Who put a model where it is. `alcove`: our own downloads; `folder`: one that the user named. */
export type ModelStore = 'alcove' | 'ollama' | 'lmStudio' | 'huggingFace' | 'llamaCpp' | 'folder'

/** What a model's file says of it, read without loading it. */
export interface ModelTraits {
	/** As llama.cpp names it: `qwen2`, `llama`. */
	readonly architecture: string
	readonly parameters: number
	readonly quantization: string | undefined
	/** Tokens that it was trained with. */
	readonly contextSize: number
	/** Its vocabulary has tokens that show a gap. */
	readonly hasFim: boolean
	readonly hasChatTemplate: boolean
	/** It makes vectors, and writes nothing. */
	readonly isEmbedding: boolean
	readonly licence: string | undefined
	/** Models with the same number here split texts alike, so one can draft for the other. Means nothing outside one search. */
	readonly tokenizer: number
	readonly memory: MemoryNeed
}

/** What a loaded model takes: `fixedBytes + contextSize * bytesPerToken`. */
export interface MemoryNeed {
	readonly fixedBytes: number
	readonly bytesPerToken: number
}

export type ModelFileProblem =
	/** It is named by its store, and not there: a link that leads nowhere, a blob that was removed. */
	| 'missing'
	| 'unreadable'
	| 'notGguf'
	/** Cut off, or a part of several is missing. */
	| 'incomplete'
	| 'damaged'
	/** No language model, or a version of the format that the engine does not read. */
	| 'unsupported'

/** A model that is on this machine; it is used where it is, never copied. */
export interface InstalledModel {
	readonly store: ModelStore
	/** Absolute, of the first part. */
	readonly path: string
	/** As its store calls it: `qwen2.5-coder:7b`, `Qwen/Qwen2.5-Coder-7B-Instruct-GGUF`; else the file's name. */
	readonly title: string
	/** All parts together. */
	readonly fileBytes: number
	/** What is known of it, or why it cannot be used. */
	readonly about: { readonly traits: ModelTraits } | { readonly problem: ModelFileProblem }
	/** Alcove downloaded it, so Alcove may remove it. */
	readonly isRemovable: boolean
}

export interface InstalledModels {
	readonly models: readonly InstalledModel[]
	/** Stores with more in them than was looked at. */
	readonly cutShort: readonly ModelStore[]
}

/** Bytes that a model takes with a context of so many tokens. */
export function memoryFor({ fixedBytes, bytesPerToken }: MemoryNeed, contextSize: number): number {
	return fixedBytes + contextSize * bytesPerToken
}
