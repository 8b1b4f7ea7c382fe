import { type CancellationToken, neverCancelled } from '../../shared/cancellation.ts'
import type { Clock } from '../../shared/clock.ts'
import type { CollectedContext, ContextNews, ContextSource } from '../context/contextSource.ts'
import type { ContextPiece, PromptContext } from '../model/ports.ts'
import { commentMarkOf } from '../syntax/commentMark.ts'
import type { DocumentLines } from './documentLines.ts'
import { type ChunkPiece, inKeptOrder } from './keptOrder.ts'
import type { Question } from './question.ts'

/** Milliseconds that a keystroke waits for it; what is late is shown the next time. */
const longestWait = 20
/** Milliseconds for collecting where the cursor rests: nobody waits, but the thread that collects is asked by the next key, too. */
const longestAtRest = 200
const charactersPerToken = 3
/** Documents of which it is kept what was shown. */
const mostDocuments = 8
/** Lines that the cursor has to move before something else may be worth more. */
const farAway = 15

interface Held {
	readonly line: number
	readonly pieces: readonly ChunkPiece[]
	/** Undefined where nothing was found. */
	readonly context: PromptContext | undefined
	/** As it was when it was collected. */
	readonly news: ContextNews
	/** Nothing was left out for want of time, or there is no more time to be had. */
	readonly isWhole: boolean
}

export interface ContextPlace {
	readonly document: DocumentLines
	readonly question: Pick<Question, 'line' | 'window'>
	/** For all pieces; 0: nothing is shown. */
	readonly tokens: number
	/** Somebody asked by hand: what is out of date is looked for again. */
	readonly isByHand?: boolean
}

/**
 * What the model is shown of other files. It stands before the text, so a change has all of the text read again: it is held still
 * while somebody types, also where it was late or is not the latest, and changes only where the cursor rests or somebody
 * asks by hand.
 */
export class ContextAtCursor {
	private readonly source: ContextSource
	private readonly clock: Clock
	private readonly held = new Map<string, Held>()
	/** What is being collected, one at a time for a document: a slow workspace is not asked again with every key. */
	private readonly collecting = new Map<string, Promise<void>>()

	constructor(deps: { readonly source: ContextSource; readonly clock: Clock }) {
		this.source = deps.source
		this.clock = deps.clock
	}

	/** What is held for the document, or what is found in time. What comes later is held for the next key. */
	async at(place: ContextPlace, token: CancellationToken): Promise<PromptContext | undefined> {
		if (place.tokens === 0) return undefined
		const held = this.heldFor(place)
		if (held && !(place.isByHand && this.isOutOfDate(held, place))) return held.context
		await this.inTime(this.find(place, longestWait, token), token)
		return this.heldFor(place)?.context
	}

	/** The same where the cursor rests: what is out of date is looked for again, and the keys that follow are shown it. */
	async atRest(place: ContextPlace, token: CancellationToken): Promise<PromptContext | undefined> {
		if (place.tokens === 0) return undefined
		await this.collecting.get(place.document.id)
		const held = this.heldFor(place)
		const mayFind = !token.isCancellationRequested
		if (mayFind && (!held || this.isOutOfDate(held, place))) await this.find(place, longestAtRest, token)
		return this.heldFor(place)?.context
	}

	private find(place: ContextPlace, deadlineMs: number, token: CancellationToken): Promise<void> {
		const { id } = place.document
		const running = this.collecting.get(id)
		if (running) return running
		const started = this.collect(place, deadlineMs, token).finally(() => this.collecting.delete(id))
		this.collecting.set(id, started)
		return started
	}

	private async collect(place: ContextPlace, deadlineMs: number, token: CancellationToken): Promise<void> {
		const { id, languageId } = place.document
		const news = this.newsOf(place)
		// Also for whoever comes after a request that was cancelled.
		const found = await this.source.collect(requestAt(place, deadlineMs), neverCancelled)
		const held = this.heldFor(place)
		// Somebody types on, and has been shown something.
		if (held && token.isCancellationRequested) return
		const isUnknown = found.path === undefined || found.late.length > 0
		// Better than nothing is what was there; where nothing was there, the next key asks for what is late.
		if (found.chunks.length === 0 && isUnknown && (held || found.late.length > 0)) return
		const pieces = inKeptOrder(held?.pieces ?? [], found.chunks)
		const isWhole = found.late.length === 0 || deadlineMs >= longestAtRest
		const context = contextOf(found, pieces, languageId)
		this.hold(id, { line: place.question.line.cursor.line, pieces, context, news, isWhole })
	}

	/** Resolves at the latest when the time of a key is over. */
	private async inTime(found: Promise<void>, token: CancellationToken): Promise<void> {
		let end = () => {}
		const isOver = new Promise<void>((resolve) => {
			end = resolve
		})
		const timer = this.clock.after(longestWait, end)
		const cancellation = token.onCancellationRequested(end)
		await Promise.race([found, isOver])
		timer.dispose()
		cancellation.dispose()
	}

	/** What may still be shown. */
	private heldFor(place: ContextPlace): Held | undefined {
		const held = this.held.get(place.document.id)
		return held?.news.rules === this.newsOf(place).rules ? held : undefined
	}

	private isOutOfDate({ context, isWhole, news, line }: Held, place: ContextPlace): boolean {
		if (context === undefined || !isWhole || news.known !== this.newsOf(place).known) return true
		return Math.abs(line - place.question.line.cursor.line) >= farAway
	}

	private newsOf({ document }: ContextPlace): ContextNews {
		return this.source.newsOf?.(document.id) ?? { rules: 0, known: 0 }
	}

	private hold(documentId: string, held: Held): void {
		this.held.delete(documentId)
		this.held.set(documentId, held)
		const [oldest] = this.held.keys()
		if (this.held.size > mostDocuments && oldest !== undefined) this.held.delete(oldest)
	}
}

function requestAt({ document, question, tokens }: ContextPlace, deadlineMs: number) {
	const { cursor } = question.line
	const { prefix, suffix } = question.window
	return {
		documentId: document.id,
		version: document.version,
		languageId: document.languageId,
		line: cursor.line,
		character: cursor.character,
		shown: {
			startLine: Math.max(0, cursor.line - lineBreaks(prefix)),
			endLine: cursor.line + lineBreaks(suffix) + 1,
		},
		budget: tokens,
		charactersPerToken,
		deadlineMs,
	}
}

function contextOf(
	{ path, repository }: CollectedContext,
	pieces: readonly ChunkPiece[],
	languageId: string,
): PromptContext | undefined {
	if (path === undefined || pieces.length === 0) return undefined
	const named = repository === undefined ? {} : { repository }
	return { path, ...named, pieces: pieces.flatMap(shownPiece), comment: commentMarkOf(languageId) }
}

function shownPiece(chunks: ChunkPiece): ContextPiece[] {
	const [first] = chunks
	if (!first) return []
	const text = chunks.map((chunk) => chunk.text).join('\n')
	return [{ path: first.path, text, lines: chunks.map(({ startLine: start, endLine: end }) => ({ start, end })) }]
}

function lineBreaks(text: string): number {
	return text.split('\n').length - 1
}
