import type { WritingTerms } from '../model/ports.ts'
import { docMarkOf } from './postprocess/docMark.ts'
import { columnsOf } from './postprocess/indentation.ts'
import type { Question } from './question.ts'

/** The longest text that the model is told to stop before. */
const longestStop = 100
const tabWidth = 4

/**
 * Where an answer ends: with its line, or with its block. A line further out than the cursor's ends the block, and so do
 * a blank line and what stands in the document already.
 */
export function endOf({
	multiLine,
	before,
	nextLine,
}: Pick<Question, 'multiLine' | 'before' | 'nextLine'>): Pick<WritingTerms, 'stop' | 'stopRule'> {
	if (!multiLine) return { stop: ['\n'] }
	const doc = docMarkOf({ before })
	const next = nextLine === undefined || isBare(nextLine) ? undefined : `\n${nextLine.trimEnd()}\n`
	// Doc strings and comments have blank lines in them.
	const blank = doc?.kind === 'block' ? [] : ['\n\n']
	const stop = next === undefined || next.length > longestStop ? blank : [...blank, next]
	const leastIndent = columnsOf(before)
	return leastIndent > 0 ? { stop, stopRule: { leastIndent, tabWidth } } : { stop }
}

/** A bracket alone on its line may well stand there twice. */
function isBare(line: string): boolean {
	return !/[\p{L}\p{N}]/u.test(line)
}
