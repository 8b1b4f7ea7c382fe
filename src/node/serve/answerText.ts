import { randomBytes } from 'node:crypto'
import type { WrittenAnswer } from '../../core/model/ports.ts'
import type { Exchange } from './loopbackServer.ts'

/** How one of the interfaces shows text: as a whole, or a piece at a time. */
export interface AnswerForm<A extends WrittenAnswer> {
	readonly whole: (answer: A) => unknown
	/** What stands before the first piece; undefined: nothing. */
	readonly first?: () => unknown
	readonly piece: (text: string) => unknown
	/** What follows the last piece. */
	readonly last: (answer: A) => readonly unknown[]
	/** What ends the stream; undefined: its end does. */
	readonly done?: string
}

/** Has text written and shows it in the form that was asked for. */
export async function answerText<A extends WrittenAnswer>(
	exchange: Exchange,
	isStream: boolean,
	write: (onText: (text: string) => void) => Promise<A>,
	{ whole, first, piece, last, done }: AnswerForm<A>,
): Promise<A> {
	if (!isStream) {
		const answer = await write(() => {})
		exchange.json(200, whole(answer))
		return answer
	}
	const send = (value: unknown) => exchange.event(JSON.stringify(value))
	const begin = () => {
		if (!exchange.isStreaming && first) send(first())
	}
	// Nothing before the first piece: until then an error can still be a status.
	const answer = await write((text) => {
		begin()
		send(piece(text))
	})
	begin()
	for (const value of last(answer)) send(value)
	if (done !== undefined) exchange.event(done)
	exchange.end()
	return answer
}

export function newId(kind: string): string {
	return `${kind}-${randomBytes(12).toString('base64url')}`
}

/** In OpenAI's words. An answer that ran out of time or room was cut as much as one that was too long. */
export function finishReason({ stopReason }: WrittenAnswer): 'stop' | 'length' {
	return stopReason === 'endOfText' || stopReason === 'stopText' || stopReason === 'stopRule' ? 'stop' : 'length'
}

export function usageOf({ stats }: WrittenAnswer) {
	const { promptTokens, generatedTokens, reusedTokens } = stats
	return {
		prompt_tokens: promptTokens,
		completion_tokens: generatedTokens,
		total_tokens: promptTokens + generatedTokens,
		prompt_tokens_details: { cached_tokens: reusedTokens },
	}
}
