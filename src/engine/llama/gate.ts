import type { TokenId } from './fimPrompt.ts'

/** What an answer may say next, token by token. */
export interface Gate {
	/** Whether nothing is ruled out any more. */
	readonly isOpen: boolean
	/** Whether nothing may follow. */
	readonly isDone: boolean
	allows(token: TokenId): boolean
	/** Goes on after a token that was allowed. */
	accept(token: TokenId): void
	/** How many of the tokens are allowed, one after the other. Changes nothing. */
	fitting(tokens: readonly TokenId[]): number
}
