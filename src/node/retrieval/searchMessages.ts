import type { SearchHit, SearchIndexState } from '../../core/chat/chatPorts.ts'
import type { ShownFile } from '../../core/model/ports.ts'
import type { WorkspaceRoot } from '../symbols/workspaceFiles.ts'
import type { CodeThreadData } from '../syntax/codeMessages.ts'

/** What the thread that searches is given when it starts. */
export interface SearchThreadData extends CodeThreadData {
	/** Path of the bundled thread that reads PDF files. */
	readonly pdfWorker: string
}

/** What is to be found, and where what is known of it is kept. */
export interface SearchOrder {
	readonly roots: readonly WorkspaceRoot[]
	/** Absolute; what is kept beside it begins with its name. */
	readonly storeFile: string
	/** Absolute path of a model that makes vectors; absent: words alone count. */
	readonly embeddingModel?: string
}

export type SearchMessage =
	| { readonly kind: 'index'; readonly order: SearchOrder; readonly round: number }
	/** Nothing is indexed any more, and what was kept is deleted. */
	| { readonly kind: 'forget'; readonly storeFile: string }
	| { readonly kind: 'pause'; readonly isPaused: boolean }
	/** @param paths absolute */
	| { readonly kind: 'files'; readonly paths: readonly string[] }
	| {
			readonly kind: 'search'
			readonly id: number
			readonly question: string
			readonly limit: number
			readonly vector?: readonly number[]
	  }
	| { readonly kind: 'embedded'; readonly id: number; readonly vectors: readonly (readonly number[])[] }

export type SearchReply =
	| { readonly kind: 'hits'; readonly id: number; readonly hits: readonly SearchHit[] }
	| { readonly kind: 'state'; readonly state: SearchIndexState; readonly round: number }
	/** Answered with `embedded`; fewer vectors than texts: it goes no further. */
	| {
			readonly kind: 'embed'
			readonly id: number
			readonly texts: readonly string[]
			readonly shown: readonly ShownFile[]
	  }
	/** Something went wrong that should not; nothing of the text is in it. */
	| { readonly kind: 'failed'; readonly message: string }

/** What is kept beside the index. */
export function vectorFileOf(storeFile: string): string {
	return `${storeFile}.vectors`
}
