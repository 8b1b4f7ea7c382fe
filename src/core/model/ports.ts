import type { CancellationToken } from '../../shared/cancellation.ts'
import type { Event } from '../../shared/event.ts'

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
	/** Tokens. */
	readonly contextSize: number
	readonly fimOrder: 'prefixSuffixMiddle' | 'suffixPrefixMiddle' | 'none'
	readonly backend: string
	readonly threads: number
	/** Name of the draft model, or why there is none. */
	readonly draft: { readonly name: string } | { readonly none: string; readonly detail: string }
	readonly loadMs: number
}

/** The life of the model behind a port. */
export type ModelState =
	/** Not started, or unloaded after a time without use. The next request starts it. */
	| { readonly kind: 'idle' }
	/** `fraction` from 0 to 1; absent while the engine process itself starts. */
	| { readonly kind: 'loading'; readonly name: string; readonly fraction?: number }
	| { readonly kind: 'ready'; readonly model: LoadedModel }
	/** The engine died; a new one starts after `delayMs`. */
	| { readonly kind: 'restarting'; readonly attempt: number; readonly delayMs: number }
	/** Nothing more happens by itself: the user has to choose another model or restart the engine. */
	| { readonly kind: 'failed'; readonly problem: ModelProblem }

export interface CompletionRequest {
	/** Text before the cursor. */
	readonly prefix: string
	/** Text after the cursor. */
	readonly suffix: string
	readonly maxTokens: number
	/** Generation ends before the first of these texts. */
	readonly stop: readonly string[]
	/** Who asks; decides who waits for whom. Default `inline`. */
	readonly purpose?: 'inline' | 'chat' | 'fix' | 'triage' | 'research' | 'index'
	/** Default 0: always the most likely token. */
	readonly temperature?: number
	/** Text that the answer may repeat; looked into for drafts, never shown to the model. */
	readonly reference?: string
}

export interface CompletionAnswer {
	readonly text: string
	readonly stopReason: 'endOfText' | 'stopText' | 'maxTokens' | 'contextFull' | 'cancelled'
	readonly stats: CompletionFigures
}

/** What one completion cost. Tokens and milliseconds; see the protocol for each figure. */
export interface CompletionFigures {
	readonly promptTokens: number
	readonly reusedTokens: number
	readonly generatedTokens: number
	readonly draftedTokens: number
	readonly acceptedTokens: number
	readonly drafters: { readonly ngram: DraftFigures; readonly model: DraftFigures }
	readonly acceptedByPosition: readonly number[]
	readonly steps: number
	readonly queueMs: number
	readonly pausedMs: number
	readonly prefillMs: number
	readonly firstTokenMs: number
	readonly totalMs: number
}

/** The figures of a request that cost nothing. */
export const noFigures: CompletionFigures = {
	promptTokens: 0,
	reusedTokens: 0,
	generatedTokens: 0,
	draftedTokens: 0,
	acceptedTokens: 0,
	drafters: { ngram: { drafted: 0, accepted: 0 }, model: { drafted: 0, accepted: 0 } },
	acceptedByPosition: [],
	steps: 0,
	queueMs: 0,
	pausedMs: 0,
	prefillMs: 0,
	firstTokenMs: 0,
	totalMs: 0,
}

export interface DraftFigures {
	readonly drafted: number
	readonly accepted: number
}

/**
 * Fills the gap between a prefix and a suffix.
 *
 * `complete` starts and loads what is needed, then resolves; a cancelled call resolves with what there is and the stop
 * reason `cancelled`. It rejects with a `ModelUnavailableError` when the model cannot be had, and always settles, also
 * when the engine is killed in the middle.
 */
export interface CompletionModel {
	readonly state: ModelState
	readonly onDidChangeState: Event<ModelState>
	/** Begins to load in the background, if nothing is loaded or loading. Never throws. */
	prepare(): void
	complete(
		request: CompletionRequest,
		onText: (text: string) => void,
		token: CancellationToken,
	): Promise<CompletionAnswer>
}

/** The model could not be had; `problem` says why. */
export class ModelUnavailableError extends Error {
	readonly problem: ModelProblem

	constructor(problem: ModelProblem, options?: { cause?: unknown }) {
		super(`${problem.code}: ${problem.detail}`, options)
		this.name = 'ModelUnavailableError'
		this.problem = problem
	}
}

/** Which model files to load. */
export interface ModelSpec {
	readonly origin: 'starter' | 'user'
	/** Absolute path of the target GGUF. */
	readonly path: string
	readonly draftPath?: string
	/** Upper limit in tokens. */
	readonly contextSize: number
	readonly gpu: 'auto' | 'off'
}

/** What a person may do to the engine process, and what "Copy Diagnostics" says of it. */
export interface EngineControl {
	/** Ends the engine, forgets earlier crashes and starts it again. Never rejects: a failure becomes the model's state. */
	restart(): Promise<void>
	/** Loads another model, in place of the one that was loaded; at once if one was loaded, else with the next request. */
	setSpec(spec: ModelSpec): void
	/** Milliseconds without a request after which the engine process is ended and its memory is free; 0: never. */
	setIdleUnload(ms: number): void
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
}
