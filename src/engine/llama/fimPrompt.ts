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
	| {
			readonly order: 'suffixPrefixMiddle'
			readonly prefix: TokenId
			readonly suffix: TokenId
			/** Undefined: the answer follows the prefix directly. */
			readonly middle: TokenId | undefined
	  }
	| { readonly order: Extract<FimOrder, 'none'> }

/** How a model wants several files to be shown. */
export interface FileMarkers {
	/** Stands before the path of each file. */
	readonly separator: TokenId
	/** Stands before the name of the repository; undefined where the vocabulary has no such token. */
	readonly repository: TokenId | undefined
	/**
	 * `lines`: a line break ends the name and each file, and the path of the file with the gap stands before the gap (Qwen2.5-Coder,
	 * arXiv 2409.12186 and its repository's example for repository-level completion). `joined`: no line break is added, and that
	 * path is the first line of the gap's prefix (StarCoder2, arXiv 2402.19173, section 5).
	 */
	readonly form: 'lines' | 'joined'
}

/** What the prompt builder has to know of a model. */
export interface PromptVocabulary {
	readonly fim: FimTokens
	/** Undefined where the vocabulary has no tokens for it. */
	readonly files: FileMarkers | undefined
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
/** One part in so many is for what is not the text itself. */
const largestContext = 3

export interface PromptText {
	readonly prefix: string
	readonly suffix: string
	/** What follows the prefix and is shown as the beginning of the answer. Default: nothing. */
	readonly typed?: string
	/** `plain`: the text goes on, there is no gap to fill. Default `fill`. */
	readonly mode?: 'fill' | 'plain'
	readonly context?: ContextText | undefined
}

/** Pieces of other files, and where the text itself is. */
export interface ContextText {
	readonly path: string
	readonly pieces: readonly { readonly path: string; readonly text: string }[]
	/** The name of the repository. */
	readonly repository?: string | undefined
	/** Begins a comment, for models without a token between files. */
	readonly comment: string
}

export interface Prompt {
	readonly tokens: readonly TokenId[]
	/** How many of the last tokens are typed text. */
	readonly typedTokens: number
	readonly context: ShownContext
	/** Of which side not all was shown, because of the room or of the form; absent where all was. */
	readonly cut?: { readonly prefix: boolean; readonly suffix: boolean }
}

/** What was put before the text itself. */
export interface ShownContext {
	readonly tokens: number
	/** Which of the pieces, counted from 0. */
	readonly pieces: readonly number[]
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
	const markers = arrange(fim, [], []).length + (bos === undefined ? 0 : 1)
	const shown = contextTokens(text.context, Math.floor(room.text / largestContext), vocabulary)
	const { before, intro, pieces } = shown
	const forText = Math.max(0, room.text - markers - before.length - intro.length)
	const suffix = fim.order === 'none' ? [] : suffixTokens(text.suffix, forText, vocabulary)
	const prefix = prefixTokens(text.prefix, forText, vocabulary)
	const suffixRoom = Math.max(Math.floor(forText / 4), forText - prefix.length)
	const shownSuffix = suffix.slice(0, suffixRoom)
	const shownPrefix = lastTokens(prefix, forText - shownSuffix.length, forText)
	const tokens = [...before, ...arrange(fim, [...intro, ...shownPrefix], shownSuffix)]
	if (bos !== undefined) tokens.unshift(bos)
	// Also where there is typed text, so that the first key changes nothing before it.
	if (tokens.length === 0) tokens.push(vocabulary.start)
	const context = { tokens: before.length + intro.length, pieces }
	const cut = {
		prefix: shownPrefix.length < prefix.length || isTooLong(text.prefix, forText),
		suffix:
			shownSuffix.length < suffix.length ||
			(fim.order === 'none' ? text.suffix !== '' : isTooLong(text.suffix, forText)),
	}
	const isCut = (cut.prefix || cut.suffix) && { cut }
	return { tokens: [...tokens, ...typed], typedTokens: typed.length, context, ...isCut }
}

function isTooLong(text: string, room: number): boolean {
	return text.length > room * mostCharactersPerToken
}

/** Other files, and how the own one is named: tokens. */
interface FileTokens {
	readonly before: readonly TokenId[]
	/** Begins the prefix. */
	readonly intro: readonly TokenId[]
	readonly pieces: readonly number[]
}

/**
 * Other files first, the first of the list last, next to the text. Models that were trained on whole repositories know a token between
 * files, which is followed by a path; to others it is shown as comments that name the file.
 */
function contextTokens(context: ContextText | undefined, room: number, vocabulary: PromptVocabulary): FileTokens {
	if (!context || context.pieces.length === 0) return { before: [], intro: [], pieces: [] }
	const { head, file, own, intro } = filesAs(vocabulary, context)
	const fitting: TokenId[][] = []
	const pieces: number[] = []
	let left = room - head.length - own.length - intro.length
	for (const [at, { path, text }] of context.pieces.entries()) {
		const tokens = file(path, text.slice(0, Math.max(0, left) * mostCharactersPerToken))
		if (tokens.length > left) continue
		left -= tokens.length
		fitting.unshift(tokens)
		pieces.push(at)
	}
	if (fitting.length === 0) return { before: [], intro: [], pieces: [] }
	return { before: [...head, ...fitting.flat(), ...own], intro, pieces }
}

/** The parts of which a repository's files are put together: its name, each file, and the one with the text. */
function filesAs(vocabulary: PromptVocabulary, { path: ownPath, repository = '', comment }: ContextText) {
	const { files } = vocabulary
	const text = (part: string) => vocabulary.tokenize(part, 'suffix')
	if (!files) {
		const file = (path: string, part: string) => text(commented(comment, `${path}\n${part}`))
		return { head: [], file, own: text(commented(comment, ownPath)), intro: [] }
	}
	const { separator, repository: name, form } = files
	const end = form === 'lines' ? '\n' : ''
	const head = name === undefined || repository === '' ? [] : [name, ...text(`${repository}${end}`)]
	const file = (path: string, part: string) => [separator, ...text(`${path}\n${part}${end}`)]
	const heading = text(`${ownPath}\n`)
	if (form === 'joined') return { head, file, own: [separator], intro: heading }
	return { head, file, own: [separator, ...heading], intro: [] }
}

function commented(mark: string, text: string): string {
	return text
		.trimEnd()
		.split('\n')
		.map((line) => `${mark} ${line}\n`)
		.join('')
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
			return [fim.suffix, ...suffix, fim.prefix, ...prefix, ...(fim.middle === undefined ? [] : [fim.middle])]
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
