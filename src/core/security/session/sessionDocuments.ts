import type { UnsavedText } from '../securityPorts.ts'

/** A document that is open in the editor, as it is now. */
export interface SessionDocument {
	readonly documentId: string
	/** Absolute path of the folder that `file` is relative to; undefined where the document belongs to none on this machine. */
	readonly root: string | undefined
	/** With `/`; a name where there is no root. */
	readonly file: string
	/** The editor's language id. */
	readonly languageId: string
	readonly version: number
	readonly text: string
}

/** What the session asks the editor. */
export interface SessionDocuments {
	/** Undefined where it is not open. */
	open(documentId: string): SessionDocument | undefined
	/** Texts below a root that differ from what is on disk. */
	unsaved(root: string): readonly UnsavedText[]
	/** The document that a file below a root is, open or not. */
	idOf(root: string | undefined, file: string): string
}
