/** Why nothing of a file may be shown to the model. */
export type Refusal =
	/** Its name is one of those that hold keys and passwords. */
	| 'secret'
	/** `.gitignore`, `.alcoveignore` or the editor's settings leave it out, or it is in a folder of tools. */
	| 'excluded'
	/** It is a link, or behind one, that leads out of the workspace. */
	| 'link'
	| 'binary'
	/** A folder, a pipe, a device. */
	| 'notAFile'
	| DocumentRefusal

/** Why there is no text of a document, such as a PDF. */
export type DocumentRefusal =
	/** It asks for a password. */
	| 'encrypted'
	| 'damaged'
	/** Pictures alone, such as of a scanner. */
	| 'noText'
	/** Reading it takes more time or memory than it may. */
	| 'tooMuch'
	| 'tooLarge'
	| 'missing'

export type ReadText = { readonly text: string } | { readonly refused: Refusal }

export interface ListedFile {
	/** Absolute. */
	readonly file: string
	readonly bytes: number
}

/** Files of this machine that may be shown to the model. What holds is read once: it is made for one message. */
export interface ReadableFiles {
	/**
	 * Why a file may not be shown, whatever is in it: neither `binary` nor `tooLarge`.
	 *
	 * @param file absolute
	 */
	refusal(file: string): Promise<Refusal | undefined>
	read(file: string): Promise<ReadText>
	/** What may be shown below a folder, in the order of the paths. @param folder absolute */
	list(
		folder: string,
		limit: number,
	): Promise<{ readonly files: readonly ListedFile[]; readonly isWhole: boolean } | { readonly refused: Refusal }>
}

/** A folder of the workspace. */
export interface ReadableRoot {
	/** Absolute. */
	readonly folder: string
	/** Of the editor's setting `files.exclude`, what is switched on. */
	readonly excluded: readonly { readonly glob: string; readonly when?: string }[]
}

/** Bytes of a file that is shown. */
export const largestFile = 5_000_000
