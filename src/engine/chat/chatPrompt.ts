import { randomBytes } from 'node:crypto'
import type { ChatMessage } from '../../protocol/engine.ts'
import { EngineError } from '../../protocol/engineErrors.ts'
import type { TokenId } from '../llama/fimPrompt.ts'
import type { Turn } from '../llama/turn.ts'
import type { Vocabulary } from '../llama/vocabulary.ts'
import type { ChatForm, Conversation } from './chatForm.ts'

export interface ChatPrompt {
	readonly tokens: readonly TokenId[]
	readonly droppedMessages: number
	/** A text that stands where an answer ends, in a form that has no token for it. */
	readonly end: string | undefined
}

export interface ChatPromptDeps {
	readonly form: ChatForm
	readonly vocabulary: Vocabulary
	/** The tokens that an answer was made of, where they are known. */
	readonly answerTokens: (text: string) => readonly TokenId[] | undefined
}

interface Message {
	readonly role: ChatMessage['role']
	readonly tokens: readonly TokenId[]
}

/** Characters that a token stands for at the very most: longer messages are not even tokenized. */
const mostCharactersPerToken = 16
/** Tokens around a message, as most templates have it: only to begin with a good guess. */
const tokensAround = 6
/** Milliseconds after which others get a chance. */
const sliceMs = 10

/**
 * The tokens of a conversation, up to where the next answer begins. Messages are tokenized by themselves, as source text is:
 * what they say never becomes a special token, and is never seen by the template.
 *
 * Where not all messages fit, the first ones go, a quarter of the room at a time, so that the next prompt of the same
 * conversation begins as this one does.
 *
 * @param room tokens that the prompt may have.
 * @returns undefined where it was cancelled.
 * @throws EngineError `invalidRequest` where what has to be there does not fit.
 */
export async function chatPrompt(
	said: readonly ChatMessage[],
	room: number,
	deps: ChatPromptDeps,
	turn: Turn,
): Promise<ChatPrompt | undefined> {
	const messages = await tokenizeAll(said, room, deps)
	const sizes = messages.map(({ tokens }) => tokens.length + tokensAround)
	const excess = sizes.reduce((total, size) => total + size, 0) - room
	const step = Math.max(1, Math.floor(room / 4))
	for (let goal = excess <= 0 ? 0 : Math.ceil(excess / step) * step; ; goal += step) {
		const kept = messages.filter(keepAfter(messages, sizes, goal))
		const written = await write(kept, deps, turn)
		if (!written) return undefined
		if (written.tokens.length <= room) return { ...written, droppedMessages: messages.length - kept.length }
		if (kept.every(({ role }, i) => role === 'system' || i === kept.length - 1)) {
			throw tooLong(`take ${written.tokens.length} tokens`, room)
		}
	}
}

/** Says of each message whether it stays when the first ones, of `goal` tokens together, go. */
function keepAfter(messages: readonly Message[], sizes: readonly number[], goal: number) {
	let gone = 0
	let isBeginning = true
	return ({ role }: Message, place: number): boolean => {
		if (role === 'system' || place === messages.length - 1) return true
		// An answer to a question that is gone goes, too.
		isBeginning &&= gone < goal || (goal > 0 && role === 'assistant')
		if (isBeginning) gone += sizes[place] ?? 0
		return !isBeginning
	}
}

async function tokenizeAll(said: readonly ChatMessage[], room: number, deps: ChatPromptDeps): Promise<Message[]> {
	const messages: Message[] = []
	let since = performance.now()
	for (const [place, { role, content }] of said.entries()) {
		if (content.length > room * mostCharactersPerToken) {
			if (role === 'system' || place === said.length - 1) throw tooLong(`have ${content.length} characters`, room)
			messages.push({ role, tokens: Array<TokenId>(room).fill(deps.vocabulary.start) })
			continue
		}
		const known = role === 'assistant' ? deps.answerTokens(content) : undefined
		messages.push({ role, tokens: known ?? deps.vocabulary.tokenize(content, 'suffix') })
		if (performance.now() - since > sliceMs) {
			await new Promise((resolve) => setImmediate(resolve))
			since = performance.now()
		}
	}
	return messages
}

function tooLong(what: string, room: number): EngineError {
	const detail = `the messages that have to be there ${what}; there is room for ${room} tokens`
	return new EngineError({ code: 'invalidRequest', detail })
}

async function write(messages: readonly Message[], { form, vocabulary }: ChatPromptDeps, turn: Turn) {
	// Letters and digits, which no template changes or takes for the beginning of something else.
	const secret = randomBytes(9).toString('hex')
	const standIn = (place: number) => `M${secret}N${place}E`
	const conversation = messages.map(({ role }, place) => ({ role, content: standIn(place) }))
	const sample: Conversation = [
		{ role: 'user', content: standIn(0) },
		{ role: 'assistant', content: standIn(1) },
		{ role: 'user', content: standIn(2) },
	]
	const [text, sampleText] = (await form.write([conversation, sample], turn)) ?? []
	if (text === undefined || sampleText === undefined) return undefined
	const pattern = new RegExp(`M${secret}N(\\d+)E`)
	// Every second part is the number of a message.
	const tokens = text.split(pattern).flatMap((part, i): readonly TokenId[] => {
		if (i % 2 === 1) return messages[Number(part)]?.tokens ?? []
		return part === '' ? [] : vocabulary.tokenizeMarked(part, i === 0)
	})
	const { bos } = vocabulary
	if (bos !== undefined && tokens[0] !== bos) tokens.unshift(bos)
	return { tokens, end: endIn(sampleText.split(pattern)[4] ?? '', vocabulary) }
}

/** What ends an answer, from the text that a form puts between it and the next message. */
function endIn(text: string, vocabulary: Vocabulary): string | undefined {
	const tokens = vocabulary.tokenizeMarked(text, false)
	const first = tokens.findIndex((token) => vocabulary.isEnd(token))
	const before =
		first < 0
			? text
			: tokens
					.slice(0, first)
					.map((token) => vocabulary.pieceOf(token) ?? '')
					.join('')
	const end = before.trimEnd().slice(0, 100)
	return end.trim() === '' ? undefined : end
}
