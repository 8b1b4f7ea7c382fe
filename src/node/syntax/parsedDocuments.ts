import type { Tree } from 'web-tree-sitter'
import { codePlaceOf } from '../../core/syntax/codePlace.ts'
import type { CodePlace, InsertionCheck, StructurePlace } from '../../core/syntax/codeStructure.ts'
import type { DocumentChange, OpenDocument } from '../../core/syntax/documentFeed.ts'
import { grammarOfLanguage } from '../../core/syntax/grammarOf.ts'
import { checkInsertion, leastErrorsBefore } from '../../core/syntax/insertionCheck.ts'
import type { GrammarLibrary } from './grammarLibrary.ts'
import { ParsedDocument } from './parsedDocument.ts'

/** A text to be put into a document. */
export interface Insertion {
	readonly place: StructurePlace
	/** The end, on the cursor's line, of what it replaces. */
	readonly replaceEnd: number
	readonly text: string
}

/** The open documents and what is asked about them, on the thread that parses. */
export class ParsedDocuments {
	private readonly grammars: GrammarLibrary
	private readonly now: () => number
	private readonly documents = new Map<string, ParsedDocument>()

	constructor(grammars: GrammarLibrary, now: () => number = () => performance.now()) {
		this.grammars = grammars
		this.now = now
	}

	/** Resolves where there is no grammar too; rejects where the grammar's file is damaged. */
	async open(document: OpenDocument): Promise<void> {
		this.close(document.documentId)
		const grammar = grammarOfLanguage(document.languageId)
		if (!grammar) return
		const parser = await this.grammars.parser(grammar)
		this.documents.set(document.documentId, new ParsedDocument(document, parser, this.now))
	}

	/** False where the document is not known, or a change before this one is missing. */
	change(change: DocumentChange): boolean {
		const document = this.documents.get(change.documentId)
		if (!document) return false
		if (document.apply(change)) return true
		this.close(change.documentId)
		return false
	}

	close(documentId: string): void {
		this.documents.get(documentId)?.dispose()
		this.documents.delete(documentId)
	}

	get(documentId: string): ParsedDocument | undefined {
		return this.documents.get(documentId)
	}

	all(): [id: string, document: ParsedDocument][] {
		return [...this.documents]
	}

	/** Undefined where the document is not known in that version, or not understood. */
	placeOf(place: StructurePlace): CodePlace | undefined {
		const found = this.find(place)
		const tree = found?.document.current()
		if (!found || !tree) return undefined
		const { document, index } = found
		const { line, character } = place
		const lineAt = (at: number) => document.lineAt(at)
		return codePlaceOf({ tree, index, line, character, lineCount: document.lineCount, lineAt })
	}

	checkInsertion({ place, replaceEnd, text }: Insertion): InsertionCheck | undefined {
		const found = this.find(place)
		const end = this.find({ ...place, character: replaceEnd })?.index
		if (!found || end === undefined || end < found.index) return undefined
		const { document, index: start } = found
		const trials = new Trials(document, { start, end, character: place.character, line: place.line })
		try {
			const errorsBefore = this.errorsBefore(document, trials)
			if (errorsBefore === undefined) return undefined
			return checkInsertion({ text: document.text, start, end, inserted: text, ...trials.parsing }, errorsBefore)
		} finally {
			trials.dispose()
		}
	}

	/** Finds out what any check at a place needs, so that the one that comes takes less time. */
	prepareCheck(place: StructurePlace): void {
		const found = this.find(place)
		if (!found) return
		const { document, index } = found
		const trials = new Trials(document, { start: index, end: index, character: place.character, line: place.line })
		try {
			this.errorsBefore(document, trials)
		} finally {
			trials.dispose()
		}
	}

	private errorsBefore(document: ParsedDocument, { parsing, place: { start, end } }: Trials): number | undefined {
		const known = document.errorsBefore
		if (known?.start === start && known.end === end) return known.errors
		const errors = leastErrorsBefore(parsing)
		document.errorsBefore = { start, end, errors }
		return errors
	}

	private find({ documentId, version, line, character }: StructurePlace) {
		const document = this.documents.get(documentId)
		if (document?.version !== version) return undefined
		const index = document.indexOf(line, character)
		return index === undefined ? undefined : { document, index }
	}
}

interface TrialPlace {
	readonly start: number
	readonly end: number
	readonly line: number
	readonly character: number
}

/** Trees of a document with other texts in a place, one at a time. */
class Trials {
	readonly place: TrialPlace
	private readonly document: ParsedDocument
	private trial: Tree | undefined

	constructor(document: ParsedDocument, place: TrialPlace) {
		this.document = document
		this.place = place
	}

	readonly parsing = {
		parseWith: (inserted: string): Tree | undefined => {
			const { start, end } = this.place
			// With nothing in place of nothing it is the document.
			return start === end && inserted === '' ? this.document.current() : this.parse(start, end, inserted)
		},
		parseWithoutLine: (): Tree | undefined => {
			const lineStart = this.place.start - this.place.character
			return this.parse(lineStart, lineStart + this.document.lineAt(this.place.line).length, '')
		},
	}

	dispose(): void {
		this.trial?.delete()
		this.trial = undefined
	}

	private parse(start: number, end: number, inserted: string): Tree | undefined {
		this.trial?.delete()
		this.trial = this.document.parseWith(start, end, inserted)
		return this.trial
	}
}
