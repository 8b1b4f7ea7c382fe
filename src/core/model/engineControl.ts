/** Which model files to load. */
export interface ModelSpec {
	readonly origin: 'starter' | 'user'
	/** Absolute path of the target GGUF. */
	readonly path: string
	/** Absolute path of a smaller model with the same tokenizer that proposes tokens; one that does not fit is left out. */
	readonly draftPath?: string
	/** Upper limit in tokens. */
	readonly contextSize: number
	/** The name of the back end that answers in place of this model, for people. */
	readonly servedBy?: string
	/** No less than this is of use; between the two, what there is memory for. Absent: all of it has to fit. */
	readonly leastContextSize?: number
}

/** Which model is behind a port. */
export interface ModelChoice {
	/**
	 * Loads another model, in place of the one that was loaded; at once if one was loaded or has failed, else with the next
	 * request. Requests that run end as cancelled; those that wait for the model wait on.
	 */
	setSpec(spec: ModelSpec): void
}

/** What may be changed while the engine runs; only another `gpu` starts its process anew. */
export interface EngineOptions {
	readonly gpu: 'auto' | 'off'
	/** Models in memory at a time, at least 1; with one more, the one that was not used for the longest time goes. */
	readonly maxLoadedModels: number
	/** Milliseconds without a request after which a model is unloaded; 0: never. */
	readonly idleUnloadMs: number
	/** Whether KV states of long prompts, which hold source text, may be kept on disk. */
	readonly saveStates: boolean
}

/** Memory that models can be in, in bytes. */
export interface ComputeMachine {
	readonly memory: { readonly totalBytes: number; readonly availableBytes: number }
	/** Absent where the processor computes. */
	readonly gpu?:
		| {
				/** `metal`, `vulkan` or `cuda`. */
				readonly backend: string
				readonly totalBytes: number
				readonly freeBytes: number
				/** Its memory is part of the main memory. */
				readonly isUnified: boolean
		  }
		| undefined
}

/** What a person may do to the engine process, and what "Copy Diagnostics" says of it. */
export interface EngineControl {
	/**
	 * Ends the engine, forgets earlier crashes and refused files, and loads again what was wanted. Resolves when nothing
	 * more happens by itself; never rejects: a failure becomes the models' state.
	 */
	restart(): Promise<void>
	/**
	 * Ends the engine so that its memory is free, unless something is being answered or waited for; the next request starts it again.
	 * Resolves when it is gone; never rejects.
	 */
	letGo(): Promise<void>
	configure(options: EngineOptions): void
	/** What this machine computes with. Starts the engine where it does not run; undefined where it cannot be started. Never rejects. */
	machine(): Promise<ComputeMachine | undefined>
	/** Facts for a bug report: no source text, no document names. */
	diagnostics(): EngineDiagnostics
}

export interface EngineDiagnostics {
	readonly pid: number | undefined
	readonly libraryVersion: string | undefined
	/** Bytes, from the last heart-beat. */
	readonly rssBytes: number | undefined
	/** Unwanted ends of the engine process since activation. */
	readonly crashes: number
	readonly requests: number
	/** Names of the models that are in memory. */
	readonly loaded: readonly string[]
}

/** The diagnostics of an engine that nobody has needed yet. */
export const notStarted: EngineDiagnostics = {
	pid: undefined,
	libraryVersion: undefined,
	rssBytes: undefined,
	crashes: 0,
	requests: 0,
	loaded: [],
}
