import type { CancellationToken } from '../../shared/cancellation.ts'

/** Where a piece of context comes from. */
export const contextKinds = ['imported', 'sibling', 'enclosing', 'definition', 'recentEdit', 'similar'] as const
export type ContextKind = (typeof contextKinds)[number]

/** A piece of text that the model is shown before the file itself. */
export interface ContextChunk {
	readonly kind: ContextKind
	/** Of the file that it is from, relative to the workspace, with `/`. */
	readonly path: string
	/** Lines of that file, from 0; the end is exclusive. */
	readonly startLine: number
	readonly endLine: number
	/** Ready to be shown: signatures, a diff, a window of code. Without a line break at its end. */
	readonly text: string
}

export interface ContextRequest {
	readonly documentId: string
	readonly version: number
	readonly languageId: string
	readonly line: number
	readonly character: number
	/** The first line of the document that the prompt's prefix shows whole, and the first behind its suffix: what is between is known. */
	readonly shown: { readonly startLine: number; readonly endLine: number }
	/** Tokens for all chunks together, as `charactersPerToken` estimates them. */
	readonly budget: number
	readonly charactersPerToken: number
	/** Milliseconds for collecting; what is late is left out. */
	readonly deadlineMs: number
	/** What a language server said of names near the cursor. */
	readonly served?: readonly ServedDefinition[]
}

/** Where a language server finds the definition of a name, or the type of what it names. */
export interface ServedDefinition {
	readonly name: string
	/** Absolute. */
	readonly file: string
	/** From 0, when the server was asked. */
	readonly line: number
	/** The definition is the name's type, not its own. */
	readonly isTypeOf: boolean
}

export interface CollectedContext {
	/** The document's own path as chunks have it; undefined where it is outside of every folder of the workspace. */
	readonly path: string | undefined
	/** The name of the folder that the path is relative to, without where that is. */
	readonly repository?: string
	/** Most worth per token first. */
	readonly chunks: readonly ContextChunk[]
	/** Kinds that were late. */
	readonly late: readonly ContextKind[]
}

/** Counts that say whether what was collected still holds. */
export interface ContextNews {
	/** With another one, what was collected before may not be shown any more. */
	readonly rules: number
	/** With another one, something else may be found in the same place. */
	readonly known: number
}

/**
 * Finds what else a model should see at a place. Never rejects; with nothing in time it answers no chunks. The answer may come after
 * the deadline, where whoever collects is busy: who asks decides how long it is waited for.
 */
export interface ContextSource {
	collect(request: ContextRequest, token: CancellationToken): Promise<CollectedContext>
	/** Asked with every key. Absent: nothing is ever new. What is typed in the document itself is no news to it. */
	newsOf?(documentId: string): ContextNews
}
