import type { CancellationToken } from '../../shared/cancellation.ts'
import type { Event } from '../../shared/event.ts'
import type { CompletionFigures } from './figures.ts'
import type { ModelState } from './modelState.ts'

/**
 * What every model has in common, wherever it runs.
 *
 * Its methods start and load what is needed, and then resolve; a cancelled call, and one whose time is over, resolves with
 * what there is. A load is never cancelled by the request that asked for it. A method rejects with a `ModelUnavailableError`
 * when the model cannot be had, and always settles, also when what runs the model is killed in the middle.
 */
export interface Model {
	readonly state: ModelState
	readonly onDidChangeState: Event<ModelState>
	/** Begins to load in the background, if nothing is loaded or loading. Never throws. */
	prepare(): void
}

export interface TokenCounter {
	/** Tokens of each text, without those that a prompt puts around it; undefined where it was cancelled. */
	countTokens(texts: readonly string[], token: CancellationToken): Promise<readonly number[] | undefined>
}

/** Who asks. An earlier one goes before every later one: a request of a later purpose pauses for it. */
export type Purpose = 'inline' | 'chat' | 'fix' | 'triage' | 'research' | 'index'

/** A file, or lines of one, that a request shows the model. */
export interface ShownFile {
	/** As the request names it: relative, or an address. */
	readonly path: string
	/** From 0, the end exclusive. Absent: all of it, or not known. */
	readonly lines?: readonly { readonly start: number; readonly end: number }[]
}

/** What every request may bring. */
export interface RequestTerms {
	/** What the request was made of, for the record; the model is not told. */
	readonly shown?: readonly ShownFile[]
	/** Decides who waits for whom. Default: what the method is usually for. */
	readonly purpose?: Purpose
	/**
	 * Milliseconds, counted from the call and with the load in them, after which the answer is of no use: it ends with what
	 * there is. Absent: it may take any time.
	 */
	readonly deadlineMs?: number
}

/** Where a completion goes. */
export interface CompletionPlace {
	/** Text before the cursor; its end is kept where it is too long for the context. */
	readonly prefix: string
	/** Text after the cursor; its beginning is kept. */
	readonly suffix: string
	/**
	 * What was typed between prefix and cursor since the prefix was taken. The model sees it as the beginning of its own
	 * answer, so that a keystroke costs its own tokens only. Not part of the answer. Default: nothing.
	 */
	readonly typed?: string
	/** `fill` (default): fills the gap between prefix and suffix. `plain`: goes on after the prefix, the suffix is not shown. */
	readonly mode?: 'fill' | 'plain'
	/** What the model is shown of other files. The same pieces in the same order cost nothing again. */
	readonly context?: PromptContext
}

/** Pieces of other files, those of most worth first: what does not fit is left out from the end. */
export interface PromptContext {
	/** Of the file that is completed, relative to its repository, with `/`. */
	readonly path: string
	/** The name of the repository, without where it is. */
	readonly repository?: string
	readonly pieces: readonly ContextPiece[]
	/** Begins a comment in the file's language: for models that know nothing of several files. */
	readonly comment: string
}

export interface ContextPiece {
	/** Of the file that it is from, like the path above. */
	readonly path: string
	readonly text: string
	/** The lines that it is made of, from 0, the end exclusive; for people only, the model is not shown them. */
	readonly lines?: readonly { readonly start: number; readonly end: number }[]
}

/** Ends an answer while it is written. The first rule that holds ends it; probabilities are natural logarithms. */
export interface StopRule {
	/** Ends after so many lines, before the line break. */
	readonly maxLines?: number
	/** Ends before the first line that is indented by fewer columns than this and is not blank. */
	readonly leastIndent?: number
	/** Columns of a tab. Default 4. */
	readonly tabWidth?: number
	/** Ends with no text at all where the first token is less likely than this. */
	readonly leastFirstLogProb?: number
	/** Ends where the mean of the tokens so far falls below this. */
	readonly leastMeanLogProb?: number
}

/** How an answer is written. */
export interface WritingTerms {
	readonly maxTokens: number
	/** Generation ends before the first of these texts; it is not part of the answer. */
	readonly stop: readonly string[]
	readonly stopRule?: StopRule
	/** Default 0: always the most likely token. */
	readonly temperature?: number
	/** Text that the answer may repeat, such as the open file; looked into for drafts, never shown to the model. */
	readonly reference?: string
	/** Whether tokens may be drafted; for measurements. Default: yes. */
	readonly drafts?: boolean
	/**
	 * Whether to say how likely the answer was, which costs time with a large vocabulary; `rough` costs less, and its mean is a
	 * little too high. Default: no.
	 */
	readonly logProbs?: boolean | 'rough'
}

/** How likely an answer was to the model, before the temperature: natural logarithms of probabilities. */
export interface LogProbs {
	readonly first: number
	readonly mean: number
	/** By how much the first token was likelier than the best of the others; below 0 where it was not the likeliest. */
	readonly firstMargin: number
}

/** What has been written, and why it ended where it did. `deadline`: the time was over. */
export interface WrittenAnswer {
	readonly text: string
	readonly stopReason: 'endOfText' | 'stopText' | 'stopRule' | 'maxTokens' | 'contextFull' | 'deadline' | 'cancelled'
	/** Absent where they were not asked for, or no token was generated. */
	readonly logProbs?: LogProbs
	readonly stats: CompletionFigures
	/** Secrets that were taken out of what was sent to another machine; absent where there were none, or nothing was sent. */
	readonly redactions?: number
}

/** `purpose` is `inline` by default. */
export interface CompletionRequest extends RequestTerms, CompletionPlace, WritingTerms {}

export interface CompletionAnswer extends WrittenAnswer {
	/** What was shown of the request's context: its tokens, and which of the pieces, from 0. Absent where there was none. */
	readonly context?: { readonly tokens: number; readonly pieces: readonly number[] }
	/** Of which side there was no room for all: for the start of the prefix, for the end of the suffix. Absent where there was. */
	readonly cut?: { readonly prefix: boolean; readonly suffix: boolean }
}

/** `purpose` is `inline` by default. */
export interface WarmUpRequest extends RequestTerms, CompletionPlace {}

export interface WarmUpAnswer {
	/** Tokens in the whole prompt, and those that were computed now. */
	readonly promptTokens: number
	readonly evaluatedTokens: number
	readonly stopReason: 'done' | 'cancelled' | 'deadline'
	/** As of an answer that was written. */
	readonly redactions?: number
}

/** Fills the gap between a prefix and a suffix. */
export interface CompletionModel extends Model, TokenCounter {
	/** @param onText gets the answer piece by piece; put together they are the answer's text */
	complete(
		request: CompletionRequest,
		onText: (text: string) => void,
		token: CancellationToken,
	): Promise<CompletionAnswer>
	/**
	 * Computes what the completion of a place that is expected soon needs, while nobody else computes. Loads nothing: where
	 * the model is not ready it resolves as cancelled.
	 */
	warmUp(request: WarmUpRequest, token: CancellationToken): Promise<WarmUpAnswer>
	/**
	 * Says that a completion for `inline` is likely to be asked for within so many milliseconds (at most 1,000), so that requests of
	 * other purposes have paused by then. Costs nothing where there are none; never throws.
	 */
	announce(withinMs: number): void
}

export interface ChatMessage {
	readonly role: 'system' | 'user' | 'assistant'
	readonly content: string
}

/** An answer that has to be JSON. */
export interface JsonForm {
	/**
	 * A JSON schema of objects, arrays, strings, numbers, booleans, null, enum, const and oneOf. Every property is written,
	 * in the order in which the schema names them.
	 */
	readonly schema: Readonly<Record<string, unknown>>
	/** A property of the outermost object with an `enum` of texts: the answer says how likely each of them was. */
	readonly verdict?: string
}

/** `purpose` is `chat` by default. Without `json` the answer is free text. */
export interface ChatRequest extends RequestTerms, WritingTerms {
	/** At least one. The first ones that do not fit the context are left out, but never the system's and the last one. */
	readonly messages: readonly ChatMessage[]
	readonly json?: JsonForm
}

/** With `json`, `text` is whole JSON only where the answer ended by itself: `stopReason` is `endOfText`. */
export interface ChatAnswer extends WrittenAnswer {
	/** Messages that did not fit. */
	readonly droppedMessages: number
	/** Absent where none was asked for, or the answer ended before it. */
	readonly verdict?: Verdict
}

/** What was chosen, and how likely each value was; probabilities add up to 1. */
export interface Verdict {
	readonly value: string
	readonly probabilities: readonly { readonly value: string; readonly probability: number }[]
}

/** Answers conversations, in free text or as JSON of a given form. */
export interface ChatModel extends Model, TokenCounter {
	/** @param onText gets the answer piece by piece; put together they are the answer's text */
	chat(request: ChatRequest, onText: (text: string) => void, token: CancellationToken): Promise<ChatAnswer>
}

/** `purpose` is `index` by default. */
export interface EmbeddingRequest extends RequestTerms {
	/** A text that is longer than the context is cut at its end. */
	readonly texts: readonly string[]
}

export interface EmbeddingAnswer {
	/** One for each text, of length 1; fewer where it was cancelled or the time was over. */
	readonly vectors: readonly (readonly number[])[]
	readonly stopReason: 'done' | 'cancelled' | 'deadline'
	/** Tokens of all texts that were computed. */
	readonly promptTokens: number
	readonly queueMs: number
	readonly totalMs: number
	/** As of an answer that was written. */
	readonly redactions?: number
}

/** Turns texts into vectors: texts that mean the like have vectors that point the same way. */
export interface EmbeddingModel extends Model, TokenCounter {
	embed(request: EmbeddingRequest, token: CancellationToken): Promise<EmbeddingAnswer>
}
