import type { CodeSpan } from '../tree/codeNode.ts'

/** A comment that says that findings are none: `alcove-ignore RULE, RULE until 2027-01-31: reason`. */
export interface IgnoreComment {
	/** Of rules, `*` for any characters. */
	readonly rules: readonly string[]
	/** The line whose findings are ignored, from 0; undefined where it is for all of the file. */
	readonly line: number | undefined
	/** Empty where none is given. */
	readonly reason: string
	/** The last day on which it counts: `2027-01-31`. */
	readonly until: string | undefined
	/** Where it stands, in UTF-16 code units. */
	readonly span: CodeSpan
	/** What is wrong with how it is written: then it does not count. */
	readonly mistake: string | undefined
}

const marker = /\balcove-ignore(-file)?\b([^\n]*)/g
const marked = 'alcove-ignore'
/** What a comment begins with that ends with its line, or ends anywhere: for files whose comments are not known. */
const opener = /(?:#|\/\/|--|\/\*|<!--|;|%|'|"""|\{#|\brem\b)[^\n]*$/i
const form = /^\s+([\w*/.-]+(?:\s*,\s*[\w*/.-]+)*)(?:\s+until\s+([^\s:]+))?\s*(?::(.*))?$/
/** Of comments that end before their line does. */
const closer = /\s*(?:\*\/|--%?>|#\}|\]\]|""")\s*$/

/**
 * The comments of a text that ignore findings.
 *
 * @param comments as the parser found them; undefined where nothing parsed the text: then whatever looks like one counts
 */
export function ignoreCommentsIn(text: string, comments: readonly CodeSpan[] | undefined): IgnoreComment[] {
	// Most files have none.
	if (!text.includes(marked)) return []
	const found: IgnoreComment[] = []
	for (const match of text.matchAll(marker)) {
		const start = match.index
		const around = comments
			? comments.find((span) => span.start <= start && start < span.end)
			: lineComment(text, start)
		if (!around) continue
		const end = Math.min(around.end, start + match[0].length)
		const said = text.slice(start + marked.length + (match[1]?.length ?? 0), end).replace(closer, '')
		const line = match[1] ? undefined : targetLine(text, around, comments)
		found.push({ ...read(said), line, span: { start, end: start + match[0].trimEnd().length } })
	}
	return found
}

function read(said: string): Pick<IgnoreComment, 'rules' | 'reason' | 'until' | 'mistake'> {
	const match = form.exec(said.trimEnd())
	if (!match) {
		return { rules: [], reason: '', until: undefined, mistake: 'It names no rule: write alcove-ignore RULE: reason.' }
	}
	const rules = (match[1] ?? '').split(',').map((rule) => rule.trim())
	const until = match[2]
	const mistake = until !== undefined && !isDay(until) ? `${until} is no day: write it like 2027-01-31.` : undefined
	return { rules, reason: (match[3] ?? '').trim(), until, mistake }
}

function isDay(text: string): boolean {
	if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
	const time = Date.parse(`${text}T00:00:00Z`)
	return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

function lineComment(text: string, at: number): CodeSpan | undefined {
	const lineStart = text.lastIndexOf('\n', at - 1) + 1
	const before = opener.exec(text.slice(lineStart, at))
	if (!before) return undefined
	const lineEnd = text.indexOf('\n', at)
	return { start: lineStart + before.index, end: lineEnd < 0 ? text.length : lineEnd }
}

/** Its own line, where code stands before it; else the next one that is neither empty nor a comment. */
function targetLine(text: string, comment: CodeSpan, comments: readonly CodeSpan[] | undefined): number {
	const lineStart = text.lastIndexOf('\n', comment.start - 1) + 1
	if (text.slice(lineStart, comment.start).trim() !== '') return lineOf(text, comment.start)
	const after = text.indexOf('\n', comment.end)
	// Code may follow a block comment on its line.
	if (text.slice(comment.end, after < 0 ? text.length : after).trim() !== '') return lineOf(text, comment.end)
	let at = after < 0 ? text.length : after + 1
	while (at < text.length) {
		const end = text.indexOf('\n', at)
		const line = text.slice(at, end < 0 ? text.length : end)
		const first = at + line.length - line.trimStart().length
		const inComment = comments?.find((span) => span.start <= first && first < span.end)
		const isComment = comments ? inComment !== undefined : /^(?:#|\/\/|--|\/\*|\*|<!--|;)/.test(line.trim())
		if (line.trim() !== '' && !isComment) break
		if (inComment && text.slice(inComment.end).split('\n', 1)[0]?.trim() !== '') return lineOf(text, inComment.end)
		const next = text.indexOf('\n', Math.max(at, inComment?.end ?? at))
		if (next < 0) break
		at = next + 1
	}
	return lineOf(text, Math.min(at, text.length))
}

function lineOf(text: string, offset: number): number {
	let line = 0
	for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++
	return line
}
