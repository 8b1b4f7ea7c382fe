import type { CodeSpan } from '../tree/codeNode.ts'
import type { Finding, FindingNote, FindingRange, IgnoredFinding } from './finding.ts'
import { type IgnoreComment, ignoreCommentsIn } from './ignoreComments.ts'
import { matchesRule } from './rulePatterns.ts'

export interface IgnoreContext {
	readonly file: string
	readonly text: string
	/** As the parser found them; undefined where nothing parsed the text. */
	readonly comments: readonly CodeSpan[] | undefined
	/** `2026-12-31`. */
	readonly today: string
	/** Ids of all rules that are on; undefined where it is not known: then nothing is said of unknown ones. */
	readonly ruleIds: readonly string[] | undefined
	/** Whether all of the file was analyzed: else nothing is said of comments that ignored nothing. */
	readonly isWhole: boolean
	rangeOf(span: CodeSpan): FindingRange
}

export interface AppliedIgnores {
	readonly findings: readonly Finding[]
	readonly ignored: readonly IgnoredFinding[]
	readonly notes: readonly FindingNote[]
}

/** Takes out of the findings of a file what its comments ignore. A comment without a reason counts, and is reported. */
export function applyIgnores(findings: readonly Finding[], context: IgnoreContext): AppliedIgnores {
	const comments = ignoreCommentsIn(context.text, context.comments)
	if (comments.length === 0) return { findings, ignored: [], notes: [] }
	const used = new Set<IgnoreComment>()
	const kept: Finding[] = []
	const ignored: IgnoredFinding[] = []
	for (const finding of findings) {
		const all = comments.filter((comment) => covers(comment, finding, context.file))
		for (const comment of all) used.add(comment)
		const comment = all.find(({ until }) => !isOver(until, context.today))
		if (!comment) kept.push(finding)
		else {
			const { reason, until } = comment
			ignored.push({ finding, reason, ...(until !== undefined && { until }) })
		}
	}
	return { findings: kept, ignored, notes: comments.flatMap((comment) => notesOf(comment, used.has(comment), context)) }
}

function covers(comment: IgnoreComment, { file, range, ruleId }: Finding, ownFile: string): boolean {
	if (comment.mistake !== undefined || file !== ownFile || !matchesRule(comment.rules, ruleId)) return false
	return comment.line === undefined || (range.startLine <= comment.line && comment.line <= range.endLine)
}

function isOver(until: string | undefined, today: string): boolean {
	return until !== undefined && until < today
}

function notesOf(comment: IgnoreComment, isUsed: boolean, context: IgnoreContext): FindingNote[] {
	const { rules, reason, until, mistake } = comment
	const note = (kind: FindingNote['kind'], message: string): FindingNote => ({
		...{ file: context.file, range: context.rangeOf(comment.span), kind, message },
	})
	if (mistake !== undefined) return [note('ignoreMalformed', mistake)]
	const notes: FindingNote[] = []
	if (reason === '') notes.push(note('ignoreWithoutReason', 'It says no reason: write one after a colon.'))
	if (isOver(until, context.today)) notes.push(note('ignoreExpired', `It counted until ${until}.`))
	const { ruleIds } = context
	const unknown = ruleIds ? rules.filter((rule) => !ruleIds.some((id) => matchesRule([rule], id))) : []
	for (const rule of unknown) notes.push(note('ignoreUnknownRule', `There is no rule ${rule}, or it is off.`))
	if (!isUsed && unknown.length === 0 && context.isWhole) {
		notes.push(note('ignoreUnused', 'There is nothing that it ignores.'))
	}
	return notes
}
