import type { CodePlace, InsertionCheck, StructurePlace } from '../../core/syntax/codeStructure.ts'
import type { DocumentChange, OpenDocument } from '../../core/syntax/documentFeed.ts'
import type { Insertion } from './parsedDocuments.ts'

/** What the thread that parses is given when it starts. */
export interface SyntaxThreadData {
	/** Of the compiled grammars. */
	readonly grammarFolder: string
	/** Path of `web-tree-sitter.wasm`. */
	readonly runtime: string
}

/** What the thread is told and asked, in order. Both ends are one build of one program, so nothing is checked. */
export type SyntaxMessage =
	| { readonly kind: 'open'; readonly document: OpenDocument }
	| { readonly kind: 'change'; readonly change: DocumentChange }
	| { readonly kind: 'close'; readonly documentId: string }
	| { readonly kind: 'placeOf'; readonly id: number; readonly place: StructurePlace }
	| { readonly kind: 'checkInsertion'; readonly id: number; readonly insertion: Insertion }

export type SyntaxReply =
	| { readonly kind: 'answer'; readonly id: number; readonly value: CodePlace | InsertionCheck | undefined }
	/** A change was missed: the document is to be opened again. */
	| { readonly kind: 'lost'; readonly documentId: string }
	/** Something went wrong that should not; nothing of the text is in it. */
	| { readonly kind: 'failed'; readonly message: string }
