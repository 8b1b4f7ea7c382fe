import type { TextChange } from '../../../src/core/syntax/documentFeed.ts'

export const positionKinds = ['rest', 'line', 'block'] as const
/** The rest of a line; a line from its indentation on; all that is indented under a line. */
export type PositionKind = (typeof positionKinds)[number]

/** A place from which on something was taken away, and what it was. */
export interface HeldOutPosition {
	/** Relative to the repository. */
	readonly path: string
	readonly languageId: string
	readonly kind: PositionKind
	/** The lines without what was taken away. */
	readonly lines: readonly string[]
	readonly line: number
	readonly character: number
	readonly truth: string
	/** What was edited in other files right before. */
	readonly edited?: readonly EditedFile[]
}

export interface EditedFile {
	readonly path: string
	/** The text before the first of the changes. */
	readonly before: string
	/** One after the other, as somebody would make them. */
	readonly changes: readonly TextChange[]
}
