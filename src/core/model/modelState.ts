import type { BackendKind } from './backend.ts'

/** A problem with the model or the engine that a person has to know of. Texts are made from it in the editor layer. */
export interface ModelProblem {
	readonly code: ModelProblemCode
	/** Absolute path of the file it is about. */
	readonly file?: string
	/** Technical reason, without source text. */
	readonly detail: string
	readonly neededBytes?: number
	readonly availableBytes?: number
	/** The server it is about, where the model is not in our own engine. */
	readonly backend?: BackendPlace
}

/** Where a server is that runs a model. */
export interface BackendPlace {
	readonly name: string
	readonly kind: BackendKind
	/** Without a path: `http://127.0.0.1:11434`. */
	readonly address: string
	readonly isThisMachine: boolean
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
	/** Nothing answers at its address. */
	| 'backendUnreachable'
	/** Nobody allowed it, or it cannot be reached without being overheard. */
	| 'backendNotAllowed'
	/** It wants a key, or another one. */
	| 'backendUnauthorized'
	/** It has no such model. */
	| 'modelNotServed'
	/** It cannot do what it is asked for, such as to fill a gap. */
	| 'modelNotCapable'
	| 'backendBusy'
	| 'backendTimeout'
	/** It failed, or what it says is not what its kind says. */
	| 'backendFailed'
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
	/** For single tokens, and for as many at a time as a prompt has. */
	readonly threads: number
	readonly promptThreads: number
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
	/** The server that runs it; absent: our own engine. What a server does not tell is 0 or empty in the fields above. */
	readonly served?: ServedModel
	/** It answers in place of this back end, which does not. */
	readonly insteadOf?: ModelProblem
}

export interface ServedModel extends BackendPlace {
	/** Whether it counts tokens, or we guess. */
	readonly countsTokens: boolean
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
