import type { CancellationToken } from '../../shared/cancellation.ts'
import type { Clock } from '../../shared/clock.ts'
import type { CodePlace, CodeStructure, InsertionCheck, StructurePlace } from '../syntax/codeStructure.ts'
import type { CursorLine } from './cursorLine.ts'
import type { DocumentLines } from './documentLines.ts'

/** Milliseconds that a keystroke waits for the syntax: text alone decides where it takes longer. */
const longestWait = 15

/** A suggestion before it is shown. */
export interface Insertion {
	readonly text: string
	/** Characters of the cursor's line that it replaces. */
	readonly start: number
	readonly end: number
}

/** What is known of the syntax at the cursor, in time or not at all. */
export class SyntaxAtCursor {
	private readonly structure: CodeStructure
	private readonly clock: Clock

	constructor(deps: { readonly structure: CodeStructure; readonly clock: Clock }) {
		this.structure = deps.structure
		this.clock = deps.clock
	}

	/**
	 * Nothing is known where the suggest widget shows a text that the document does not have.
	 *
	 * @param waitMs milliseconds until it counts as unknown
	 */
	async placeOf(
		document: DocumentLines,
		line: CursorLine,
		token: CancellationToken,
		waitMs = longestWait,
	): Promise<CodePlace | undefined> {
		if (line.lead !== '') return undefined
		return this.inTime(this.structure.placeOf(placeAt(document, line, line.cursor.character), token), waitMs)
	}

	async check(
		document: DocumentLines,
		line: CursorLine,
		{ text, start, end }: Insertion,
		token: CancellationToken,
	): Promise<InsertionCheck | undefined> {
		const place = placeAt(document, line, start)
		return this.inTime(this.structure.checkInsertion({ place, replaceEnd: end, text }, token), longestWait)
	}

	private inTime<T>(answer: Promise<T>, waitMs: number): Promise<T | undefined> {
		return new Promise((resolve) => {
			const timer = this.clock.after(waitMs, () => resolve(undefined))
			void answer.then((value) => {
				timer.dispose()
				resolve(value)
			})
		})
	}
}

function placeAt({ id, version }: DocumentLines, { cursor }: CursorLine, character: number): StructurePlace {
	return { documentId: id, version, line: cursor.line, character }
}
