import type { Position } from '../../src/core/completion/documentLines.ts'
import type { Suggestion } from '../../src/core/completion/outcome.ts'
import type { TextChange } from '../../src/core/syntax/documentFeed.ts'
import { BenchDocument, type Edit, isJump, type Recording, type Taking } from './recording.ts'
import { takenPart } from './takenPart.ts'

/** What somebody has just done. */
export type Step = Jump | Change

interface Jump {
	readonly kind: 'jump'
	readonly document: BenchDocument
	readonly cursor: Position
}

interface Change {
	/** A key was pressed, or what was suggested was taken. */
	readonly kind: 'key' | Taking
	readonly document: BenchDocument
	/** Version of the document before. */
	readonly before: number
	readonly change: TextChange
	readonly cursor: Position
	/** Of the last edit of the recording that is done now. */
	readonly edit: number
}

/** Goes through a recording, edit by edit, and takes what is suggested where the recording says so and the text stays the same. */
export class SessionPlayer {
	readonly documents: ReadonlyMap<string, BenchDocument>
	private readonly edits: readonly Edit[]
	private next = 0
	/** Milliseconds for which nobody had to type. */
	private saved = 0

	constructor(files: ReadonlyMap<string, string>, { edits }: Recording) {
		this.documents = new Map([...files].map(([file, text]) => [file, new BenchDocument(file, text)]))
		this.edits = edits
	}

	/** Milliseconds since the beginning at which the next step is due; undefined where there is none. */
	get due(): number | undefined {
		const edit = this.edits[this.next]
		return edit && edit.at - this.saved
	}

	/** @param shown what is on the screen, for the document as it is */
	step(shown: Suggestion | undefined): Step {
		const edit = this.edits[this.next]
		if (!edit) throw new RangeError('The session is over')
		const document = this.documents.get(edit.file)
		if (!document) throw new Error(`The recording names a file that is not there: ${edit.file}`)
		if (isJump(edit)) {
			this.next++
			return { kind: 'jump', document, cursor: document.positionAt(edit.cursor) }
		}
		const taken = edit.take && shown && this.taken(edit, edit.take, document, shown)
		const { kind, change, edits } = taken ?? { kind: 'key' as const, change: edit, edits: 1 }
		const before = document.version
		const applied = document.apply(change)
		this.saved += (this.edits[this.next + edits - 1]?.at ?? edit.at) - edit.at
		this.next += edits
		const cursor = document.positionAt(change.cursor)
		return { kind, document, before, change: applied, cursor, edit: this.next - 1 }
	}

	/** What taking it comes to, and how many edits of the recording come to the same; undefined where none do. */
	private taken(edit: Edit, kind: Taking, document: BenchDocument, shown: Suggestion) {
		const { line, start, end } = shown.replace
		const insert = takenPart(shown, kind)
		if (insert === '') return undefined
		const offset = document.offsetAt({ line, character: start })
		const change = { offset, remove: end - start, insert, cursor: offset + insert.length }
		const wanted = applied(document, change)
		const trial = new BenchDocument(document.id, document.text)
		for (let edits = 1; ; edits++) {
			const one = this.edits[this.next + edits - 1]
			if (!one || one.file !== edit.file || isJump(one)) return undefined
			trial.apply(one)
			if (one.cursor === change.cursor && trial.text === wanted) return { kind, change, edits }
		}
	}
}

function applied(
	document: BenchDocument,
	{ offset, remove, insert }: Pick<Edit, 'offset' | 'remove' | 'insert'>,
): string {
	const { text } = document
	return text.slice(0, offset) + insert + text.slice(offset + remove)
}
