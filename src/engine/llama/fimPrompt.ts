import type { FimOrder } from '../../protocol/engine.ts'

/** A token's number in the model's vocabulary. */
export type TokenId = number

/** How a model wants a gap to be shown, from its own vocabulary. */
export type FimTokens =
	| {
			readonly order: 'prefixSuffixMiddle'
			readonly prefix: TokenId
			readonly suffix: TokenId
			readonly middle: TokenId
	  }
	/** The answer follows the prefix directly: there is no middle token. */
	| { readonly order: 'suffixPrefixMiddle'; readonly prefix: TokenId; readonly suffix: TokenId }
	| { readonly order: Extract<FimOrder, 'none'> }

/** What the prompt builder has to know of a model. */
export interface PromptVocabulary {
	readonly fim: FimTokens
	/** First in every prompt, where the model asks for it. */
	readonly bos: TokenId | undefined
	/** Evaluated where the prompt would be empty. */
	readonly start: TokenId
	/** Tokens of source text; never a special token, whatever the text says. */
	tokenize(text: string, place: 'prefix' | 'suffix'): TokenId[]
}

/** Characters of source a token stands for at the very most; real code has 2 to 4. Text beyond is not even tokenized. */
const mostCharactersPerToken = 8
/** A cut moves forward to the start of a line where one is this near, in characters. */
const lineSearch = 200

export interface PromptText {
	readonly prefix: string
	readonly suffix: string
	/** What follows the prefix and is shown as the beginning of the answer. Default: nothing. */
	readonly typed?: string
	/** `plain`: the text goes on, there is no gap to fill. Default `fill`. */
	readonly mode?: 'fill' | 'plain'
}

export interface Prompt {
	readonly tokens: readonly TokenId[]
	/** How many of the last tokens are typed text. */
	readonly typedTokens: number
}

/** Tokens that a prompt may have. */
export interface PromptRoom {
	readonly text: number
	/** On top of that, for typed text, which takes it from the answer that it is the beginning of. */
	readonly typed: number
}

/**
 * The tokens that ask a model to fill the gap between prefix and suffix. Where both do not fit, the prefix keeps its end,
 * the suffix its beginning, and the suffix gets no more than a quarter.
 *
 * The prefix's start moves in steps of an eighth of the room, so that the next prompt of somebody who types begins with
 * the same tokens and their state can be used again. Typed text comes last, in tokens of its own: more of it changes
 * nothing before it. Where it does not fit it is part of the prefix.
 */
export function buildPrompt(text: PromptText, room: PromptRoom, vocabulary: PromptVocabulary): Prompt {
	const typed = typedTokens(text.typed ?? '', room.typed, vocabulary)
	if (!typed) return buildPrompt({ ...text, prefix: text.prefix + text.typed, typed: '' }, room, vocabulary)
	const { bos } = vocabulary
	const fim: FimTokens = text.mode === 'plain' ? { order: 'none' } : vocabulary.fim
	const markers = (bos === undefined ? 0 : 1) + { prefixSuffixMiddle: 3, suffixPrefixMiddle: 2, none: 0 }[fim.order]
	const forText = Math.max(0, room.text - markers)
	const suffix = fim.order === 'none' ? [] : suffixTokens(text.suffix, forText, vocabulary)
	const prefix = prefixTokens(text.prefix, forText, vocabulary)
	const suffixRoom = Math.max(Math.floor(forText / 4), forText - prefix.length)
	const shownSuffix = suffix.slice(0, suffixRoom)
	const shownPrefix = lastTokens(prefix, forText - shownSuffix.length, forText)
	const tokens = arrange(fim, shownPrefix, shownSuffix)
	if (bos !== undefined) tokens.unshift(bos)
	// Also where there is typed text, so that the first key changes nothing before it.
	if (tokens.length === 0) tokens.push(vocabulary.start)
	return { tokens: [...tokens, ...typed], typedTokens: typed.length }
}

/** Undefined where they are more than `most`. */
function typedTokens(text: string, most: number, vocabulary: PromptVocabulary): TokenId[] | undefined {
	if (text === '') return []
	if (text.length > most * mostCharactersPerToken) return undefined
	const tokens = vocabulary.tokenize(text, 'suffix')
	return tokens.length > most ? undefined : tokens
}

function arrange(fim: FimTokens, prefix: readonly TokenId[], suffix: readonly TokenId[]): TokenId[] {
	switch (fim.order) {
		case 'prefixSuffixMiddle':
			return [fim.prefix, ...prefix, fim.suffix, ...suffix, fim.middle]
		case 'suffixPrefixMiddle':
			return [fim.suffix, ...suffix, fim.prefix, ...prefix]
		case 'none':
			return [...prefix]
	}
}

function prefixTokens(text: string, room: number, vocabulary: PromptVocabulary): TokenId[] {
	const most = room * mostCharactersPerToken
	if (text.length <= most) return vocabulary.tokenize(text, 'prefix')
	// Counted from the text's start, so that the cut stays where it is while the text's end grows.
	const step = Math.max(1, Math.floor(most / 8))
	const earliest = text.length - most
	const cut = Math.min(Math.ceil(earliest / step) * step, text.length)
	const newline = text.indexOf('\n', cut)
	const start = newline >= 0 && newline - cut < lineSearch ? newline + 1 : wholeCharacter(text, cut)
	return vocabulary.tokenize(text.slice(start), 'prefix')
}

function suffixTokens(text: string, room: number, vocabulary: PromptVocabulary): TokenId[] {
	const end = wholeCharacter(text, Math.min(text.length, room * mostCharactersPerToken))
	return vocabulary.tokenize(text.slice(0, end), 'suffix')
}

/** The last tokens that fit, dropped from the front in steps. */
function lastTokens(tokens: readonly TokenId[], room: number, whole: number): readonly TokenId[] {
	const excess = tokens.length - room
	if (excess <= 0) return tokens
	const step = Math.max(1, Math.floor(whole / 8))
	return tokens.slice(Math.min(Math.ceil(excess / step) * step, tokens.length))
}

/** The position itself, or the next one where it is between the halves of a surrogate pair. */
function wholeCharacter(text: string, position: number): number {
	const code = text.charCodeAt(position)
	return position > 0 && code >= 0xdc00 && code <= 0xdfff ? position + 1 : position
}
