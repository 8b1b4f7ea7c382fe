import type { CancellationToken } from '../../shared/cancellation.ts'
import type { ContextChunk, ContextSource } from '../context/contextSource.ts'
import type { PromptContext } from '../model/ports.ts'
import { commentMarkOf } from '../syntax/commentMark.ts'
import type { DocumentLines } from './documentLines.ts'
import type { Question } from './question.ts'

/** Milliseconds that a keystroke waits for it; what is late is shown the next time. */
const longestWait = 20
const charactersPerToken = 3
/** Documents of which it is kept what was shown. */
const mostDocuments = 8
/** Lines that the cursor has to move before something else may be worth more. */
const farAway = 15

interface Held {
	readonly line: number
	readonly context: PromptContext | undefined
}

export interface ContextPlace {
	readonly document: DocumentLines
	readonly question: Pick<Question, 'line' | 'window'>
	/** For all pieces; 0: nothing is shown. */
	readonly tokens: number
}

/**
 * What the model is shown of other files. It stands before the text, so a change has all of the text read again: it is held still
 * while somebody types, and changes only where the cursor rests in another place.
 */
export class ContextAtCursor {
	private readonly source: ContextSource
	private readonly held = new Map<string, Held>()

	constructor(source: ContextSource) {
		this.source = source
	}

	/** What is held for the document, or what is found in time. */
	async at(place: ContextPlace, token: CancellationToken): Promise<PromptContext | undefined> {
		if (place.tokens === 0) return undefined
		const held = this.held.get(place.document.id)
		return held ? held.context : this.find(place, token)
	}

	/** The same, where the cursor rests: what is held is looked for again if the cursor has gone elsewhere. */
	async atRest(place: ContextPlace, token: CancellationToken): Promise<PromptContext | undefined> {
		if (place.tokens === 0) return undefined
		const held = this.held.get(place.document.id)
		const isNear = held?.context !== undefined && Math.abs(held.line - place.question.line.cursor.line) < farAway
		return isNear ? held.context : this.find(place, token)
	}

	private async find({ document, question, tokens }: ContextPlace, token: CancellationToken) {
		const { cursor } = question.line
		const { prefix, suffix } = question.window
		const { path, chunks, late } = await this.source.collect(
			{
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
				deadlineMs: longestWait,
			},
			token,
		)
		if (token.isCancellationRequested) return undefined
		const pieces = piecesOf(chunks)
		const comment = commentMarkOf(document.languageId)
		const context = path === undefined || pieces.length === 0 ? undefined : { path, pieces, comment }
		// Where something was late it is asked for again with the next key.
		if (late.length === 0) this.hold(document.id, { line: cursor.line, context })
		return context
	}

	private hold(documentId: string, held: Held): void {
		this.held.delete(documentId)
		this.held.set(documentId, held)
		const [oldest] = this.held.keys()
		if (this.held.size > mostDocuments && oldest !== undefined) this.held.delete(oldest)
	}
}

/** What follows one another from one file is one piece, so that its path is read once. */
function piecesOf(chunks: readonly ContextChunk[]): PromptContext['pieces'] {
	const pieces: { path: string; text: string; lines: { start: number; end: number }[] }[] = []
	for (const { path, text, startLine: start, endLine: end } of chunks) {
		const last = pieces.at(-1)
		if (last?.path !== path) pieces.push({ path, text, lines: [{ start, end }] })
		else {
			last.text += `\n${text}`
			last.lines.push({ start, end })
		}
	}
	return pieces
}

function lineBreaks(text: string): number {
	return text.split('\n').length - 1
}
