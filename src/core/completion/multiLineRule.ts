import type { CodePlace } from '../syntax/codeStructure.ts'
import { docMarkOf } from './postprocess/docMark.ts'
import type { Question } from './question.ts'

/**
 * Whether more than the rest of the line is asked for: in a block or a doc comment that is empty, and under a comment that says what
 * follows. Where nobody knows the syntax, the text around the cursor has decided already.
 */
export function isMultiLine(
	question: Pick<Question, 'multiLine' | 'nothingFollows' | 'before' | 'after'>,
	place: CodePlace | undefined,
	explicit: boolean,
): boolean {
	const { multiLine, nothingFollows } = question
	if (!place || explicit) return multiLine
	// The editor closes a block and a comment when they are opened.
	if (place.scope !== 'code') return docMarkOf(question) !== undefined && isOnlyCloser(question.after)
	if (place.inEmptyBlock) return nothingFollows || opensBracket(question.before)
	return nothingFollows && place.afterComment
}

function isOnlyCloser(after: string): boolean {
	return /^\s*(?:\*\/|"""|''')?\s*$/.test(after)
}

function opensBracket(before: string): boolean {
	return /[([{]$/.test(before.trimEnd())
}
