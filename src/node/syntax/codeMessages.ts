import type { CollectedContext, ContextRequest } from '../../core/context/contextSource.ts'
import type { Definition } from '../../core/context/symbols/fileSymbols.ts'
import type { CodePlace, InsertionCheck, StructurePlace } from '../../core/syntax/codeStructure.ts'
import type { DocumentChange, OpenDocument } from '../../core/syntax/documentFeed.ts'
import type { WorkspaceRoot } from '../symbols/workspaceFiles.ts'
import type { IndexProgress } from '../symbols/workspaceIndex.ts'
import type { Insertion } from './parsedDocuments.ts'

/** What the thread that parses is given when it starts. */
export interface CodeThreadData {
	/** Of the compiled grammars. */
	readonly grammarFolder: string
	/** Path of `web-tree-sitter.wasm`. */
	readonly runtime: string
}

/** The workspace, and where what is known of it is kept. */
export interface IndexOrder {
	readonly roots: readonly WorkspaceRoot[]
	/** Absolute. */
	readonly storeFile: string
}

/** What the thread is told and asked, in order. Both ends are one build of one program, so nothing is checked. */
export type CodeMessage =
	| { readonly kind: 'open'; readonly document: OpenDocument }
	| { readonly kind: 'change'; readonly change: DocumentChange }
	| { readonly kind: 'close'; readonly documentId: string }
	/** What is told of the index from now on is of this round. */
	| { readonly kind: 'index'; readonly order: IndexOrder; readonly round: number }
	/** Nothing is indexed any more, and what was kept is deleted. */
	| { readonly kind: 'forget'; readonly storeFile: string }
	| { readonly kind: 'files'; readonly paths: readonly string[] }
	| { readonly kind: 'collect'; readonly id: number; readonly request: ContextRequest }
	| { readonly kind: 'placeOf'; readonly id: number; readonly place: StructurePlace }
	| { readonly kind: 'outline'; readonly id: number; readonly languageId: string; readonly text: string }
	| { readonly kind: 'checkInsertion'; readonly id: number; readonly insertion: Insertion }

export type CodeAnswer = CodePlace | InsertionCheck | CollectedContext | readonly Definition[]

export type CodeReply =
	| { readonly kind: 'answer'; readonly id: number; readonly value: CodeAnswer | undefined }
	/** Without progress: it failed, and goes no further. */
	| { readonly kind: 'indexed'; readonly progress: IndexProgress | undefined; readonly round: number }
	/** A change was missed: the document is to be opened again. */
	| { readonly kind: 'lost'; readonly documentId: string }
	/** Something went wrong that should not; nothing of the text is in it. */
	| { readonly kind: 'failed'; readonly message: string }
