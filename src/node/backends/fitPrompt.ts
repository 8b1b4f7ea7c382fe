import { bytesPerToken, estimatedTokens } from '../../core/model/estimatedTokens.ts'
import type { ChatMessage, CompletionPlace } from '../../core/model/ports.ts'

/** Tokens for markers and templates that the server puts around a text. */
const aroundText = 32
const aroundMessage = 8
/** As in our own engine: no more than a third is for other files, nor for what follows the cursor where all of it does not fit. */
const thirds = 3

export interface FittedPlace {
	readonly prefix: string
	readonly suffix: string
	/** Those that fit, best first. */
	readonly pieces: readonly { readonly path: string; readonly text: string }[]
	readonly pieceTokens: number
	readonly cut: { readonly prefix: boolean; readonly suffix: boolean } | undefined
}

/** Cuts a prompt to what fits, by estimates: a server would cut it without a word, and not where it does least harm. */
export function fitPlace(place: CompletionPlace, contextSize: number, maxTokens: number): FittedPlace {
	const { prefix, suffix, typed = '', context } = place
	let room = Math.max(0, contextSize - maxTokens - aroundText - estimatedTokens(typed))
	const mostForPieces = Math.floor(room / thirds)
	const pieces: { path: string; text: string }[] = []
	let pieceTokens = 0
	for (const { path, text } of context?.pieces ?? []) {
		const tokens = estimatedTokens(path) + estimatedTokens(text) + 2
		if (pieceTokens + tokens > mostForPieces) break
		pieces.push({ path, text })
		pieceTokens += tokens
	}
	room -= pieceTokens
	const mostForSuffix = Math.max(Math.floor(room / thirds), room - estimatedTokens(prefix))
	const keptSuffix = place.mode === 'plain' ? '' : beginningOf(suffix, mostForSuffix)
	const keptPrefix = endOf(prefix, room - estimatedTokens(keptSuffix))
	const cut = {
		prefix: keptPrefix.length < prefix.length,
		suffix: place.mode !== 'plain' && keptSuffix.length < suffix.length,
	}
	return {
		...{ prefix: keptPrefix, suffix: keptSuffix, pieces, pieceTokens },
		cut: cut.prefix || cut.suffix ? cut : undefined,
	}
}

/** Leaves out the first messages that do not fit, but never the system's and the last one. */
export function fitMessages(
	messages: readonly ChatMessage[],
	contextSize: number,
	maxTokens: number,
): readonly ChatMessage[] {
	const costs = new Map(messages.map((message) => [message, estimatedTokens(message.content) + aroundMessage]))
	let total = [...costs.values()].reduce((sum, cost) => sum + cost, 0)
	const kept = [...messages]
	while (total > contextSize - maxTokens - aroundText) {
		const at = kept.findIndex(({ role }, index) => role !== 'system' && index < kept.length - 1)
		const [dropped] = at < 0 ? [] : kept.splice(at, 1)
		if (!dropped) break
		total -= costs.get(dropped) ?? 0
	}
	return kept
}

/** The end of a text, from the start of a line where there is one. */
function endOf(text: string, tokens: number): string {
	if (estimatedTokens(text) <= tokens) return text
	const end = text.slice(Math.max(0, text.length - Math.max(0, tokens) * bytesPerToken))
	const fitting = shrunk(end, tokens, (part) => part.slice(Math.ceil(part.length / 8)))
	const lineStart = fitting.indexOf('\n') + 1
	return fitting.slice(lineStart).replace(/^[\uDC00-\uDFFF]/, '')
}

export function beginningOf(text: string, tokens: number): string {
	if (estimatedTokens(text) <= tokens) return text
	const beginning = text.slice(0, Math.max(0, tokens) * bytesPerToken)
	const fitting = shrunk(beginning, tokens, (part) => part.slice(0, Math.floor((part.length * 7) / 8)))
	return fitting.replace(/[\uD800-\uDBFF]$/, '')
}

/** Text of several bytes a character takes more than a first cut by characters allows. */
function shrunk(text: string, tokens: number, shorter: (text: string) => string): string {
	let part = text
	while (part !== '' && estimatedTokens(part) > tokens) part = shorter(part)
	return part
}
