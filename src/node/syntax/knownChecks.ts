import type { InsertionCheck } from '../../core/syntax/codeStructure.ts'
import type { DocumentChange, TextChange } from '../../core/syntax/documentFeed.ts'
import type { Insertion } from './parsedDocuments.ts'

/** A text that a document had, and what was found out about it. */
interface KnownText {
	readonly checks: Map<string, InsertionCheck>
	/** The text that this one was made of, by putting something in; undefined where it was made in another way, or long ago. */
	before: KnownText | undefined
	readonly inserted: TextChange | undefined
}

interface KnownDocument {
	version: number
	text: KnownText
}

/** Insertions one upon the other that can be taken back. */
const deepest = 64
/** Of one text: as a rule there is one. */
const mostChecks = 8

/**
 * Checks that need not be made again. The text of a document is known again by how it was made, without a look at it: what was put in
 * and is taken away leaves the text that was there before.
 */
export class KnownChecks {
	private readonly documents = new Map<string, KnownDocument>()

	opened(documentId: string, version: number): void {
		this.documents.set(documentId, { version, text: newText() })
	}

	closed(documentId: string): void {
		this.documents.delete(documentId)
	}

	/** Which names are known somewhere else may have changed: what was found in other documents does not count any more. */
	changed({ documentId, before, version, changes }: DocumentChange): void {
		for (const [id, document] of this.documents) if (id !== documentId) document.text = newText()
		const document = this.documents.get(documentId)
		if (!document) return
		const [change] = changes
		const isFollowed = document.version === before && changes.length === 1
		document.version = version
		document.text = isFollowed && change ? textAfter(document.text, change) : newText()
	}

	/** Nothing counts that depends on what the workspace has. */
	forget(): void {
		for (const document of this.documents.values()) document.text = newText()
	}

	find({ place, ...insertion }: Insertion): InsertionCheck | undefined {
		return this.textAt(place)?.checks.get(keyOf({ place, ...insertion }))
	}

	/** @returns what is to be called with the check: it belongs to the text that the document has now */
	asked(insertion: Insertion): (check: InsertionCheck | undefined) => void {
		const text = this.textAt(insertion.place)
		return (check) => {
			if (!text || !check) return
			const [oldest] = text.checks.keys()
			if (text.checks.size >= mostChecks && oldest !== undefined) text.checks.delete(oldest)
			text.checks.set(keyOf(insertion), check)
		}
	}

	private textAt({ documentId, version }: Insertion['place']): KnownText | undefined {
		const document = this.documents.get(documentId)
		return document?.version === version ? document.text : undefined
	}
}

function newText(before?: KnownText, inserted?: TextChange): KnownText {
	return { checks: new Map(), before, inserted }
}

function textAfter(text: KnownText, change: TextChange): KnownText {
	const { inserted } = text
	const isTakenBack = change.text === '' && change.start === inserted?.start && change.end === endOf(inserted)
	if (isTakenBack && text.before) return text.before
	if (change.start !== change.end) return newText()
	const after = newText(text, change)
	let oldest: KnownText = after
	for (let depth = 0; depth < deepest && oldest.before; depth++) oldest = oldest.before
	oldest.before = undefined
	return after
}

function endOf({ start, text }: TextChange): number {
	return start + text.length
}

function keyOf({ place: { line, character }, replaceEnd, text }: Insertion): string {
	return `${line} ${character} ${replaceEnd} ${text}`
}
