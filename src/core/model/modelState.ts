/** A problem with the model or the engine that a person has to know of. Texts are made from it in the editor layer. */
export interface ModelProblem {
	readonly code: ModelProblemCode
	/** Absolute path of the file it is about. */
	readonly file?: string
	/** Technical reason, without source text. */
	readonly detail: string
	readonly neededBytes?: number
	readonly availableBytes?: number
}

export type ModelProblemCode =
	| 'modelMissing'
	| 'modelUnreadable'
	| 'modelNotGguf'
	| 'modelTruncated'
	| 'modelCorrupt'
	| 'modelUnsupported'
	| 'modelTooLarge'
	| 'libraryMissing'
	| 'versionMismatch'
	| 'engineCrashed'
	| 'engineUnresponsive'
	| 'internal'

/** What is known of a loaded model. */
export interface LoadedModel {
	readonly path: string
	readonly name: string
	readonly architecture: string
	readonly quantization: string
	readonly fileBytes: number
	/** Numbers in all of its tensors: what a person means by the size of a model. */
	readonly parameters: number
	/** Tokens. */
	readonly contextSize: number
	readonly fimOrder: 'prefixSuffixMiddle' | 'suffixPrefixMiddle' | 'none'
	/** Where the layers are: `cpu`, `metal`, `vulkan` or `cuda`. */
	readonly backend: string
	readonly gpuLayers: number
	readonly threads: number
	/** Most tokens in one call of the model. */
	readonly batchSize: number
	readonly flashAttention: boolean
	/** How keys and values are kept. */
	readonly kvType: 'f16' | 'q8_0'
	/** Weights, KV state and buffers, as estimated before the load. */
	readonly memoryBytes: number
	/** Whether the file brings a chat template; without one, chat uses a common form. */
	readonly chatTemplate: boolean
	/** Numbers in each vector that the model makes of a text; absent where it was not loaded for that. */
	readonly embeddingSize?: number
	readonly draft: DraftChoice
	readonly loadMs: number
}

/** Name of the draft model in use, or why there is none. */
export type DraftChoice =
	| { readonly name: string }
	| { readonly none: 'notConfigured' | 'differentTokenizer' | 'loadFailed'; readonly detail: string }

/** The life of the model behind a port. */
export type ModelState =
	/** Not started, or unloaded after a time without use or for another one. The next request loads it. */
	| { readonly kind: 'idle' }
	/** `fraction` from 0 to 1; absent while the engine process itself starts. */
	| { readonly kind: 'loading'; readonly name: string; readonly fraction?: number }
	| { readonly kind: 'ready'; readonly model: LoadedModel }
	/** What runs the model died; it starts again after `delayMs`. */
	| { readonly kind: 'restarting'; readonly attempt: number; readonly delayMs: number }
	/** Nothing more happens by itself: the user has to choose another model or restart the engine. */
	| { readonly kind: 'failed'; readonly problem: ModelProblem }

/** The model could not be had; `problem` says why. */
export class ModelUnavailableError extends Error {
	readonly problem: ModelProblem

	constructor(problem: ModelProblem, options?: { cause?: unknown }) {
		super(`${problem.code}: ${problem.detail}`, options)
		this.name = 'ModelUnavailableError'
		this.problem = problem
	}
}
