import type { CancellationToken } from '../../shared/cancellation.ts'
import type { ChatMessage, TokenCounter } from '../model/ports.ts'
import type { ChatPiece } from './chatPorts.ts'
import type { AnswerReceipt, ConversationNode, ReceiptPiece } from './conversation.ts'
import { quote } from './quote.ts'
import { systemPrompt } from './systemPrompt.ts'

/** Words of the receipt, in the user's language. */
export interface ReceiptWords {
	readonly noRoom: string
	readonly shownBefore: string
	/** Stands for the question itself where it was too long. */
	readonly question: string
}

export interface PromptOrder {
	/** What was said before the question, from the root. */
	readonly history: readonly ConversationNode[]
	readonly instruction: string
	/** Of most worth first. */
	readonly pieces: readonly ChatPiece[]
	/** Tokens. */
	readonly contextSize: number
	readonly maxAnswerTokens: number
	/** Whether the model says how messages are written for it: else marks may cost a token for each letter. */
	readonly hasTemplate: boolean
	readonly words: ReceiptWords
}

export interface Prompt {
	readonly messages: readonly ChatMessage[]
	/** What the model is shown as the question; the last of the messages. */
	readonly question: string
	readonly maxTokens: number
	/** `promptTokens` is about right, for the form of the model's template is not known here. */
	readonly receipt: AnswerReceipt
}

/** Tokens that a template puts around a message, at the most that is usual; and in the form for models without one. */
const aroundWithTemplate = 8
const aroundWithout = 32
/** Tokens that say that a piece was shown before. */
const stub = 8
/** How often pieces are fitted anew. */
const mostFits = 4
/** Fewer tokens of a piece than this are of no use. */
const leastPiece = 48
/** No token stands for more characters than this, but for runs of spaces. */
const mostCharactersPerToken = 16

/**
 * What the model is asked, in the room that there is. The policy, which the receipt tells of:
 *
 * 1. The answer gets `maxAnswerTokens`, but at most half of the context.
 * 2. The system's words and the question are always there; a question of more than three quarters of what is left loses its middle.
 * 3. Pieces get what earlier messages leave, and half of what is left at least, in their order: the first that does not fit loses
 *    its end, the others are left out. One with a share of its own loses its end where it takes more, and makes room for the others. What an earlier message shows already is not shown again, as long as nothing of it has to go.
 * 4. The earliest messages go where they do not fit, which the engine does in large steps, so that the rest stays computed.
 *
 * Earlier messages are said again byte for byte, with what was shown with them.
 *
 * @returns undefined where it was cancelled
 */
export async function buildPrompt(
	order: PromptOrder,
	counter: TokenCounter,
	token: CancellationToken,
): Promise<Prompt | undefined> {
	const { contextSize, words } = order
	const around = order.hasTemplate ? aroundWithTemplate : aroundWithout
	const maxTokens = Math.max(1, Math.min(order.maxAnswerTokens, Math.floor(contextSize / 2)))
	const room = contextSize - maxTokens
	const history = earlierMessages(order.history)
	const pieces = order.pieces.filter(({ refused }) => refused === undefined)
	const blocks = pieces.map((piece) => blockOf(piece, piece.text.slice(0, room * mostCharactersPerToken)))
	const instruction = order.instruction.slice(0, 1_000_000)
	const texts = [systemPrompt, instruction, ...history.map(({ content }) => content), ...blocks]
	const counts = await counter.countTokens(texts, token)
	if (!counts) return undefined
	const [system = 0, asked = 0] = counts
	const before = counts.slice(2, 2 + history.length).reduce((sum, count) => sum + count + around, 0)
	const left = room - system - 2 * around
	const question = await cutMiddle(instruction, asked, Math.floor((left * 3) / 4), counter, token)
	const rest = left - question.tokens
	const all = blocks.map((block, at) => ({
		piece: pieces[at] as ChatPiece,
		block,
		tokens: counts[2 + history.length + at] ?? 0,
	}))
	const isAllKept = before + all.reduce((sum, { tokens }) => sum + tokens, 0) <= rest
	const shownBefore = (block: string) =>
		isAllKept && history.some(({ role, content }) => role === 'user' && content.includes(block))
	let budget = Math.max(Math.floor(rest / 2), rest - before)
	let fitted = await fitPieces({ all, budget, shownBefore, words }, counter, token)
	let content = [...fitted.blocks, question.text].join('\n\n')
	// What stands between the pieces costs something, and so may where they meet.
	for (let attempt = 0; attempt < mostFits; attempt++) {
		const [whole] = (await counter.countTokens([content], token)) ?? []
		if (whole === undefined || token.isCancellationRequested) return undefined
		if (whole <= left || fitted.blocks.length === 0) break
		budget = Math.min(budget, fitted.tokens) - (whole - left)
		fitted = await fitPieces({ all, budget, shownBefore, words }, counter, token)
		content = [...fitted.blocks, question.text].join('\n\n')
	}
	if (token.isCancellationRequested) return undefined
	const receipt: ReceiptPiece[] = [
		...(question.isCut
			? [{ source: words.question, tokens: question.tokens, shown: 'cut' as const, reason: words.noRoom }]
			: []),
		...fitted.receipt,
		...order.pieces.filter(({ refused }) => refused !== undefined).map((piece) => refusedPiece(piece)),
	]
	return {
		messages: [{ role: 'system', content: systemPrompt }, ...history, { role: 'user', content }],
		question: content,
		maxTokens,
		receipt: {
			pieces: receipt,
			promptTokens: system + before + question.tokens + fitted.tokens + 2 * around,
			droppedMessages: 0,
		},
	}
}

/** A question without an answer is not said again: templates want the two to take turns. */
function earlierMessages(nodes: readonly ConversationNode[]): ChatMessage[] {
	const messages: ChatMessage[] = []
	for (const [at, node] of nodes.entries()) {
		const question = nodes[at - 1]
		if (node.role !== 'assistant' || node.text.trim() === '' || question?.role !== 'user') continue
		messages.push({ role: 'user', content: node.prompt ?? question.text }, { role: 'assistant', content: node.text })
	}
	return messages
}

interface Fitting {
	readonly all: readonly { readonly piece: ChatPiece; readonly block: string; readonly tokens: number }[]
	readonly budget: number
	readonly shownBefore: (block: string) => boolean
	readonly words: ReceiptWords
}

async function fitPieces(
	{ all, budget, shownBefore, words }: Fitting,
	counter: TokenCounter,
	token: CancellationToken,
) {
	const blocks: string[] = []
	const receipt: ReceiptPiece[] = []
	const isScarce = all.reduce((sum, { tokens }) => sum + tokens, 0) > budget
	let used = 0
	for (const { piece, block, tokens } of all) {
		const share = isScarce && piece.mostShare !== undefined ? Math.floor(budget * piece.mostShare) : budget
		const left = Math.min(budget - used, share)
		if (shownBefore(block)) {
			blocks.push(`${headingOf(piece)} stands in an earlier message.`)
			receipt.push({ ...placeOf(piece), tokens: 0, shown: 'whole', reason: words.shownBefore })
			used += stub
		} else if (tokens <= left) {
			blocks.push(block)
			receipt.push({ ...placeOf(piece), tokens, shown: 'whole' })
			used += tokens
		} else {
			const cut = left < leastPiece ? undefined : await cutPiece(piece, tokens, left, counter, token)
			if (cut) {
				blocks.push(cut.block)
				receipt.push({ ...placeOf(cut.piece), tokens: cut.tokens, shown: 'cut', reason: words.noRoom })
			} else receipt.push({ ...placeOf(piece), tokens, shown: 'leftOut', reason: words.noRoom })
			// What is of less worth must not take the place of what was cut, unless that had its share.
			used = share < budget && left === share ? used + (cut?.tokens ?? 0) : budget
		}
	}
	return { blocks, receipt, tokens: used === budget ? Math.min(budget, sumOf(receipt)) : used }
}

function sumOf(receipt: readonly ReceiptPiece[]): number {
	return receipt.reduce((sum, { tokens, shown }) => sum + (shown === 'leftOut' ? 0 : tokens), 0)
}

/** The first lines of a piece that take no more than `room` tokens. */
async function cutPiece(
	piece: ChatPiece,
	tokens: number,
	room: number,
	counter: TokenCounter,
	token: CancellationToken,
) {
	let share = room / tokens
	for (let attempt = 0; attempt < 6; attempt++) {
		share *= 0.93
		const end = piece.text.lastIndexOf('\n', Math.floor(piece.text.length * share))
		if (end <= 0) return undefined
		const text = piece.text.slice(0, end)
		const lines = text.split('\n').length
		const cut = { ...piece, text, ...(piece.startLine !== undefined && { endLine: piece.startLine + lines }) }
		const block = blockOf(cut, `${text}\n[The rest is left out.]`)
		const [count] = (await counter.countTokens([block], token)) ?? []
		if (count === undefined) return undefined
		if (count <= room) return { piece: cut, block, tokens: count }
		share *= room / count
	}
	return undefined
}

/** People say what they want at the beginning or at the end: what is pasted between goes first. */
async function cutMiddle(text: string, tokens: number, room: number, counter: TokenCounter, token: CancellationToken) {
	let cut = { text, tokens, isCut: false }
	let share = Math.max(room, 1) / Math.max(tokens, 1)
	for (let attempt = 0; cut.tokens > room && attempt < 8; attempt++) {
		share *= 0.93
		const kept = Math.max(16, Math.floor(text.length * share))
		const head = text.slice(0, Math.floor(kept * 0.6))
		const tail = text.slice(text.length - Math.floor(kept * 0.4))
		const shorter = `${head}\n[… ${text.length - head.length - tail.length} characters are left out here …]\n${tail}`
		const [count] = (await counter.countTokens([shorter], token)) ?? []
		if (count === undefined) break
		cut = { text: shorter, tokens: count, isCut: true }
		share *= Math.min(1, room / count)
	}
	return cut
}

function blockOf(piece: ChatPiece, text: string): string {
	return quote(`${headingOf(piece)}:`, text, languageOf(piece.path))
}

function headingOf({ source, path, startLine, endLine, page }: ChatPiece): string {
	if (path === undefined) return `Quoted from ${source}`
	const before = page?.startLine ?? 0
	const lines =
		startLine === undefined || endLine === undefined ? '' : `, lines ${startLine - before + 1}-${endLine - before}`
	return `Quoted from the file ${path}${page ? `, page ${page.number}` : ''}${lines}`
}

function languageOf(path: string | undefined): string {
	return /\.(\w{1,12})$/.exec(path ?? '')?.[1] ?? ''
}

function placeOf({ source, path, startLine, endLine, page }: ChatPiece) {
	return {
		source,
		...(path !== undefined && { path }),
		...(startLine !== undefined && { startLine }),
		...(endLine !== undefined && { endLine }),
		...(page && { page }),
	}
}

function refusedPiece(piece: ChatPiece): ReceiptPiece {
	return { ...placeOf(piece), tokens: 0, shown: 'leftOut', reason: piece.refused ?? '' }
}
