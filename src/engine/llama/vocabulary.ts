import type { LlamaModel, Token } from 'node-llama-cpp'
import type { PromptVocabulary, TokenId } from './fimPrompt.ts'
import { type PromptMarkers, promptMarkersOf } from './promptMarkers.ts'
import { TextStream } from './textStream.ts'

/** The tokenizer of a loaded model, with what its special tokens are for. */
export interface Vocabulary extends PromptVocabulary {
	/** Whether generated text ends at this token: an end-of-text token or any other special one. */
	isEnd(token: TokenId): boolean
	/** Whether it is one of the tokens by which a model itself says that a text is at its end. */
	isEndOfText(token: TokenId): boolean
	/** The text of a token; undefined for special ones and where it is not made of whole characters. */
	pieceOf(token: TokenId): string | undefined
	textStream(): TextStream
	/** Tokens of a template's own text, special ones among them. `first`: nothing stands before it. */
	tokenizeMarked(text: string, first: boolean): TokenId[]
	readonly chatTemplate: string | undefined
	/** The texts that templates know the first and the last token of a text by. */
	readonly bosText: string
	readonly eosText: string
	/** Whether there are tokens for `<|im_start|>` and `<|im_end|>`. */
	readonly hasChatMl: boolean
}

export function vocabularyOf(model: LlamaModel): Vocabulary {
	const { tokens } = model
	const { fim, files } = markersOf(model)
	const bos = tokens.shouldPrependBosToken ? (tokens.bos ?? undefined) : undefined
	const markers = [...Object.values(fim), ...Object.values(files ?? {})].filter(
		(value): value is TokenId => typeof value === 'number',
	)
	const special = new Set<TokenId>(markers)
	for (const token of [tokens.bos, tokens.eos, tokens.eot]) if (token !== null) special.add(token)
	const isSentencePiece = String(model.vocabularyType) === 'spm'
	// SentencePiece drops the space before the first word of a text, and adds one before the first word to tokenize.
	const context = isSentencePiece ? model.tokenize('\n', false) : []
	const tokenizePiece = (text: string, first: boolean, place: 'prefix' | 'suffix') => {
		const trim = isSentencePiece && (place === 'suffix' || !first)
		return trim ? model.tokenize(text, false, 'trimLeadingSpace') : model.tokenize(text, false)
	}
	const isEnd = (token: TokenId) => {
		const id = token as Token
		return special.has(token) || model.isEogToken(id) || model.getTokenAttributes(id).control
	}
	const detokenize = (ids: readonly TokenId[]) => model.detokenize(ids as readonly Token[], false)
	const contextText = detokenize(context)
	const pieces = new Map<TokenId, string | undefined>()
	const textOf = (token: TokenId | null) => (token === null ? '' : model.detokenize([token as Token], true))
	const reserved = new Map<TokenId, boolean>()
	/** Whether text may never become this token: special ones, and those that a file has marked as ordinary by mistake. */
	const isReserved = (token: TokenId) => {
		const known = reserved.get(token)
		if (known !== undefined) return known
		const isMarker = model.getTokenAttributes(token as Token).userDefined && /^[<[].*[>\]]$/.test(textOf(token))
		reserved.set(token, isMarker || isEnd(token))
		return isMarker || isEnd(token)
	}
	const isOneToken = (text: string) => model.tokenize(text, true).length === 1
	return {
		fim,
		files,
		bos,
		start: tokens.bos ?? tokens.eos ?? model.tokenize('\n', false)[0] ?? 0,
		tokenize(text, place) {
			const whole: TokenId[] = tokenizePiece(text, true, place)
			const found = new Set(whole.filter(isReserved))
			if (found.size === 0) return whole
			// Tokens that a file marks as ordinary are found in text even where special tokens are not to be looked for.
			return splitInside(text, [...found].map(textOf))
				.flatMap((piece, i): TokenId[] => tokenizePiece(piece, i === 0, place))
				.filter((token) => !isReserved(token))
		},
		isEnd,
		isEndOfText: (token) => model.isEogToken(token as Token),
		pieceOf(token) {
			if (pieces.has(token)) return pieces.get(token)
			const text = isEnd(token) ? '\uFFFD' : detokenize([...context, token]).slice(contextText.length)
			const piece = text.includes('\uFFFD') ? undefined : text
			pieces.set(token, piece)
			return piece
		},
		textStream: () => new TextStream(detokenize, context),
		tokenizeMarked: (text, first) =>
			isSentencePiece && !first ? model.tokenize(text, true, 'trimLeadingSpace') : model.tokenize(text, true),
		chatTemplate: chatTemplateOf(model),
		bosText: textOf(tokens.bos),
		eosText: textOf(tokens.eos),
		hasChatMl: isOneToken('<|im_start|>') && isOneToken('<|im_end|>'),
	}
}

function chatTemplateOf(model: LlamaModel): string | undefined {
	// Where a file brings several templates they may stand in one object.
	const template: unknown = model.fileInfo.metadata?.tokenizer?.chat_template
	return typeof template === 'string' && template !== '' ? template : undefined
}

function markersOf(model: LlamaModel): PromptMarkers {
	const { ggml } = model.fileInfo.metadata?.tokenizer ?? {}
	const { prefix, suffix, middle } = model.tokens.infill
	const idOf = (id: unknown) => (typeof id === 'number' ? id : undefined)
	return promptMarkersOf({
		texts: ggml?.tokens ?? [],
		infill: { prefix, suffix, middle },
		separator: idOf(ggml?.fim_sep_token_id),
		repository: idOf(ggml?.fim_rep_token_id),
	})
}

/** Cuts a text after the first character of every place where one of `parts` stands. */
function splitInside(text: string, parts: readonly string[]): string[] {
	const cuts = new Set<number>()
	for (const part of parts) {
		if (part === '') continue
		for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) cuts.add(at + 1)
	}
	const sorted = [0, ...[...cuts].sort((a, b) => a - b), text.length]
	return sorted.slice(1).map((end, i) => text.slice(sorted[i], end))
}
