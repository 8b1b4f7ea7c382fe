import type { TokenId } from './fimPrompt.ts'
import type { Gate } from './gate.ts'

/** Most tokens that are taken back: where the model writes others in their place, each may take a step of decoding. */
const mostTakenBack = 3
/** Of these, as many are evaluated with the first step, in case that the model writes them as they were. */
export const mostExpected = 2

/** The text of a token, or undefined where it is not made of whole characters. */
export type PieceOf = (token: TokenId) => string | undefined

/**
 * How many of the last tokens of typed text may be the beginning of longer ones: the model knows `const` as one token and
 * has hardly ever seen it as `cons` and `t`. They go back to the start of the word, as far as the limit lets them.
 */
export function tokensToHeal(typed: readonly TokenId[], pieceOf: PieceOf): number {
	let text = ''
	for (let count = 0; count < mostTakenBack; count++) {
		const token = typed.at(-1 - count)
		const piece = token === undefined ? undefined : pieceOf(token)
		if (piece === undefined || piece === '') return count
		// A blank belongs to the word after it: most tokens of words begin with one.
		if (text !== '' && !/\s$/.test(piece) && kindOf(piece.at(-1)) !== kindOf(text[0])) return count
		text = piece + text
		if (kindOf(text[0]) !== kindOf(text.at(-1))) return count + 1
	}
	return mostTakenBack
}

function kindOf(character = ''): 'word' | 'blank' | 'sign' {
	if (/\s/.test(character)) return 'blank'
	return /[\p{L}\p{M}\p{N}\p{Surrogate}_$]/u.test(character) ? 'word' : 'sign'
}

/**
 * Lets a text be written anew: allowed are tokens that the rest of it begins with, and those that begin with the rest.
 * Once the text is written, everything is.
 */
export class Healing implements Gate {
	readonly isDone = false
	private readonly pieceOf: PieceOf
	private rest: string

	constructor(text: string, pieceOf: PieceOf) {
		this.rest = text
		this.pieceOf = pieceOf
	}

	get isOpen(): boolean {
		return this.rest === ''
	}

	allows(token: TokenId): boolean {
		return after(this.rest, this.pieceOf(token)) !== undefined
	}

	accept(token: TokenId): void {
		this.rest = after(this.rest, this.pieceOf(token)) ?? ''
	}

	fitting(tokens: readonly TokenId[]): number {
		let rest: string | undefined = this.rest
		const end = tokens.findIndex((token) => {
			rest = after(rest ?? '', this.pieceOf(token))
			return rest === undefined
		})
		return end < 0 ? tokens.length : end
	}
}

/** What of `rest` is left after a token; undefined where the token says something else. */
function after(rest: string, piece: string | undefined): string | undefined {
	if (rest === '') return ''
	if (piece === undefined || piece === '') return undefined
	if (rest.startsWith(piece)) return rest.slice(piece.length)
	return piece.startsWith(rest) ? '' : undefined
}
