import type { Purpose, ShownFile } from '../../model/ports.ts'
import type { EgressPurpose } from '../egressPolicy.ts'

/** What of a request is kept on record: names, numbers and paths, never text. */
export interface LedgerEntry {
	/** ISO 8601, when it began. */
	readonly time: string
	/**
	 * `request`: a model was asked. `connection`: something was sent to an address, or was going to be. `denied`: a process of ours tried to open
	 * a connection that it may not. `note`: what happened to the ledger itself.
	 */
	readonly kind: 'request' | 'connection' | 'denied' | 'note'
	/** Of a model, which of its methods was called; of a note, what it says. */
	readonly what: string
	readonly purpose?: Purpose | EgressPurpose
	readonly model?: { readonly name: string; readonly file?: string; readonly hash?: string }
	/** `this machine`, or a host with its port. */
	readonly destination: string
	/** Whether that is another machine. */
	readonly isElsewhere: boolean
	readonly shown?: readonly ShownFile[]
	readonly tokens?: { readonly prompt: number; readonly generated: number }
	readonly bytes?: { readonly sent?: number; readonly received?: number }
	readonly durationMs?: number
	/** What the answer cost, where text was written. */
	readonly figures?: WritingFigures
	/** How it ended: `endOfText`, `cancelled`, `refused`, `failed`. */
	readonly outcome: string
	/** What was taken out of it before it was sent. */
	readonly redactions?: number
}

/** Milliseconds and tokens. */
export interface WritingFigures {
	/** Prompt tokens that did not have to be computed again. */
	readonly reused: number
	readonly firstTokenMs: number
	/** From the first token to the last, without the time that others held it up. */
	readonly writingMs: number
	/** Tokens that a draft proposed, and those of them that the model agreed to. */
	readonly drafted: number
	readonly accepted: number
}

export const thisMachine = 'this machine'
/** Of a connection that was allowed, before anything was sent. */
export const begunOutcome = 'begun'

/** Where entries go. Costs next to nothing, and never throws. */
export interface Ledger {
	add(entry: LedgerEntry): void
}

/** An entry with its place in the chain. */
export interface LedgerRecord extends LedgerEntry {
	/** From 1. */
	readonly seq: number
	readonly hash: string
}
