import type { Tree } from 'web-tree-sitter'
import { codePlaceOf } from '../../core/syntax/codePlace.ts'
import type { CodePlace, InsertionCheck, StructurePlace } from '../../core/syntax/codeStructure.ts'
import type { DocumentChange, OpenDocument } from '../../core/syntax/documentFeed.ts'
import { grammarOfLanguage } from '../../core/syntax/grammarOf.ts'
import { checkInsertion } from '../../core/syntax/insertionCheck.ts'
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
		let trial: Tree | undefined
		const parse = (from: number, to: number, inserted: string) => {
			trial?.delete()
			trial = document.parseWith(from, to, inserted)
			return trial
		}
		const lineStart = start - place.character
		try {
			return checkInsertion({
				text: document.text,
				start,
				end,
				inserted: text,
				parseWith: (inserted) => parse(start, end, inserted),
				parseWithoutLine: () => parse(lineStart, lineStart + document.lineAt(place.line).length, ''),
			})
		} finally {
			trial?.delete()
		}
	}

	private find({ documentId, version, line, character }: StructurePlace) {
		const document = this.documents.get(documentId)
		if (document?.version !== version) return undefined
		const index = document.indexOf(line, character)
		return index === undefined ? undefined : { document, index }
	}
}
