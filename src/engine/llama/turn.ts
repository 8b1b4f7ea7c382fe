/** What a request computes under: others may have to go first, and it may be cancelled. */
export interface Turn {
	/**
	 * Awaited before every chunk of a prompt and every step of decoding: resolves when the request may go on, at once
	 * where nothing is more urgent or it was cancelled. Look at `isCancelled` afterwards; a cancelled request computes
	 * nothing more, for somebody else may be computing. What target and draft have evaluated is the same before and after.
	 */
	checkpoint(): Promise<void>
	isCancelled(): boolean
	/** Milliseconds spent in `checkpoint` so far. */
	readonly pausedMs: number
}
