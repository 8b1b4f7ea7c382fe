import type { DraftFilter } from './draft.ts'

/** What models write for the tokens between their texts, as text, where they were trained carelessly. */
const specialToken =
	/<\|[\w▁ -]{1,40}\|>|<｜[\w▁ -]{1,40}｜>|<(?:fim_(?:prefix|middle|suffix|pad)|file_sep|repo_name)>|<(?:PRE|SUF|MID|EOT)>/
const fence = /(?:^|\n)[ \t]*```/

/** Ends the suggestion before a special token that is written out, and before a code fence, unless such things stand around the cursor. */
export const dropRemnants: DraftFilter = (draft, { hasSpecialTokens, hasFences }) => {
	const text = hasFences ? draft.text : withoutFences(draft.text)
	const end = hasSpecialTokens ? -1 : text.search(specialToken)
	const kept = end < 0 ? text : text.slice(0, end)
	if (kept === draft.text) return draft
	return kept.trim() === '' ? 'emptyAnswer' : { ...draft, text: kept }
}

/** Whether a text, such as that around the cursor, has special tokens written out. */
export function holdsSpecialTokens(text: string): boolean {
	return specialToken.test(text)
}

/** An answer that is in fences as a whole is what is between them. */
function withoutFences(text: string): string {
	const opened = /^\s*```[\w+#-]*\n/.exec(text)?.[0] ?? ''
	const inside = text.slice(opened.length)
	const end = inside.search(fence)
	return end < 0 ? inside : inside.slice(0, end)
}
