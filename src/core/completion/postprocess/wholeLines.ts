import { scanCode } from '../../syntax/scanCode.ts'
import { bracketsIn } from './bracketsIn.ts'
import type { DraftPlace } from './draft.ts'
import { scanDraft } from './scanDraft.ts'

/** What a line ends with that goes on below. */
const isUnfinished = /(?:[,=&|+.?:\\]|[^*]\/|[^-]-|=>|->)$/

/**
 * As many lines of a text as brackets and quotes tell to be whole: all that can be said where nobody has the time to parse it. The first
 * line is always one of them.
 */
export function wholeLines(text: string, place: Pick<DraftPlace, 'before' | 'languageId'>): string {
	const { code, open, around } = scanDraft(text, place)
	const opened = bracketsIn(scanCode(place.before, place.languageId).code).at(-1)?.depth ?? 0
	const brackets = bracketsIn(code)
	const quoteStart = open.find(({ at, close }) => close !== '\n' && at !== around?.at)?.at ?? text.length
	let end = /^\s*[^\n]*/.exec(text)?.[0].length ?? text.length
	let depth = 0
	let next = 0
	for (let at = end; at <= quoteStart; at = lineEndOf(code, at + 1)) {
		for (let bracket = brackets[next]; bracket && bracket.at < at && depth >= -opened; bracket = brackets[++next]) {
			depth = bracket.depth
		}
		if (depth < -Math.max(0, opened)) break
		if (depth <= 0 && code[at - 1] !== undefined && !isUnfinished.test(code.slice(0, at).trimEnd())) end = at
	}
	return text.slice(0, end)
}

function lineEndOf(code: string, from: number): number {
	const at = code.indexOf('\n', from)
	return at < 0 && from <= code.length ? code.length : at < 0 ? Number.POSITIVE_INFINITY : at
}
