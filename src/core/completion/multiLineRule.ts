import type { CodePlace } from '../syntax/codeStructure.ts'
import type { Question } from './question.ts'

/**
 * Whether more than the rest of the line is asked for: in a block that is empty, and under a comment that says what follows. Where
 * nobody knows the syntax, the text around the cursor has decided already.
 */
export function isMultiLine(
	{ multiLine, nothingFollows }: Pick<Question, 'multiLine' | 'nothingFollows'>,
	place: CodePlace | undefined,
	explicit: boolean,
): boolean {
	if (!place || explicit) return multiLine
	return nothingFollows && place.scope === 'code' && (place.inEmptyBlock || place.afterComment)
}
