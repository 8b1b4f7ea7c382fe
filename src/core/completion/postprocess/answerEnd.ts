import { isProse } from '../../syntax/quoting.ts'
import { bracketsIn } from './bracketsIn.ts'
import { docMarkOf } from './docMark.ts'
import type { DraftPlace } from './draft.ts'
import { columnsOf } from './indentation.ts'
import { scanDraft } from './scanDraft.ts'

type Place = Pick<DraftPlace, 'before' | 'after' | 'languageId'>

/** Where an answer ends, and whether more of it may come. */
interface Ending extends Place {
	readonly text: string
	readonly code: string
	/** The rest of its last word may be still to come. */
	readonly isGrowing: boolean
}

/** A line at the beginning's own indentation that belongs to the block above it. */
const goesOn =
	/^(?:[)\]}>{.?:,|&+]|<\/|#(?:if|el|endif)|(?:end|fi|done|esac|else|elif|elsif|elseif|catch|except|finally|rescue|ensure|when|then|case|default|and|or|in|where|public|private|protected)\b)/

/**
 * Where an answer of several lines comes to the end of what it began, or of the block, or of the comment that the cursor stands in: what is
 * behind that is something else. Undefined where it does not come to an end.
 *
 * @param isGrowing whether more of the answer may come
 */
export function answerEnd(text: string, place: Place, isGrowing: boolean): number | undefined {
	if (!text.includes('\n') || isProse(place.languageId)) return undefined
	const { code, around, aroundEnd } = scanDraft(text, place)
	const doc = docMarkOf(place)
	if (doc?.kind === 'lines') return endOfMarked(text, doc.mark)
	if (doc && around && around.close !== '\n') {
		if (aroundEnd === undefined) return undefined
		return place.after.trimStart().startsWith(around.close) ? aroundEnd : aroundEnd + around.close.length
	}
	if (around) return undefined
	const ending = { ...place, text, code, isGrowing }
	const ends = [endByBrackets(ending), endByIndentation(ending)].filter((end) => end !== undefined)
	return ends.length === 0 ? undefined : Math.min(...ends)
}

/** The first line that does not begin with the mark of its comment. */
function endOfMarked(text: string, mark: string): number | undefined {
	let at = text.indexOf('\n')
	while (at >= 0) {
		const next = text.indexOf('\n', at + 1)
		const line = text.slice(at + 1, next < 0 ? undefined : next).trim()
		if (!line.startsWith(mark) && (next >= 0 || !mark.startsWith(line))) return at
		at = next
	}
	return undefined
}

/** Where something is closed that was opened before the answer: with that line, or before the bracket that stands there already. */
function endByBrackets({ code, after }: Ending): number | undefined {
	const following = after.trimStart()
	const brackets = bracketsIn(code)
	for (const [index, { at, character, depth, isUnopened }] of brackets.entries()) {
		const lineEnd = code.indexOf('\n', at)
		if (isUnopened && following.startsWith(character))
			return code.lastIndexOf('\n', at) >= 0 ? at : lineEnd < 0 ? undefined : lineEnd
		const isLastOfLine = lineEnd >= 0 && (brackets[index + 1]?.at ?? lineEnd) >= lineEnd
		if (depth < 0 && isLastOfLine) return lineEnd
	}
	return undefined
}

/** What was begun at the indentation of the cursor's line is over where another line stands there, after some that were further in. */
function endByIndentation({ text, code, before, isGrowing }: Ending): number | undefined {
	const base = columnsOf(before)
	// In a block with nothing before the cursor any number of statements may follow.
	if (before.trim() === '' && base > 0) return undefined
	const lines = code.split('\n')
	let at = 0
	let wasFurtherIn = false
	for (const [index, line] of lines.entries()) {
		const columns = columnsOf(line)
		const isLast = index === lines.length - 1
		const word = text.slice(at, at + line.length).trim()
		const isTold = !(isGrowing && isLast) || /^(?:\w+\W|[^\w#<])/.test(word)
		if (word !== '' && (index > 0 || before === '')) {
			if (columns > base) wasFurtherIn = true
			else if (index > 0 && wasFurtherIn && isTold && !goesOn.test(word)) return at - 1
		}
		at += line.length + 1
	}
	return undefined
}
