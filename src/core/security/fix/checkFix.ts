import { LineTable } from '../analysis/findingCollector.ts'
import type { FileFindings, Finding } from '../findings/finding.ts'
import type { ParsedCode } from '../tree/codeNode.ts'
import { movedOffset, type TextEdit } from './textEdits.ts'

/** A text, its tree and what was found in it. */
export interface Analyzed {
	readonly code: ParsedCode
	readonly findings: FileFindings
}

/**
 * Whether an edit made a finding go away and did no harm: no rule finds more than before, all could be analyzed that could be before, and
 * nothing is broken that was whole. What a comment ignores counts as found.
 */
export function isFixed(finding: Finding, edits: readonly TextEdit[], before: Analyzed, after: Analyzed): boolean {
	if (after.code.errors.length > before.code.errors.length) return false
	if (after.code.cutAt.length > before.code.cutAt.length) return false
	const gaps = countBy(before.findings.gaps, ({ reason }) => reason)
	for (const [reason, count] of countBy(after.findings.gaps, (it) => it.reason)) {
		if (count > (gaps.get(reason) ?? 0)) return false
	}
	const all = allOf(before.findings)
	const left = allOf(after.findings)
	const known = countBy(all, ({ ruleId }) => ruleId)
	const found = countBy(left, ({ ruleId }) => ruleId)
	for (const [rule, count] of found) if (count > (known.get(rule) ?? 0)) return false
	// Of findings with the same code fingerprints are numbered: without the first one the second is called as the first was.
	const isSame = (it: Finding) => it.fingerprint === finding.fingerprint
	const others = placesOf(
		all.filter((it) => it !== finding),
		before,
		(at) => movedOffset(at, edits),
	)
	const isOther = (it: Finding) => others.has([...placesOf([it], after, (at) => at)][0] ?? '')
	if (left.some((it) => isSame(it) && !isOther(it))) return false
	return (found.get(finding.ruleId) ?? 0) < (known.get(finding.ruleId) ?? 0)
}

/** A key for the rule and the place of each finding. */
function placesOf(
	findings: readonly Finding[],
	{ code }: Analyzed,
	moved: (offset: number) => number | undefined,
): ReadonlySet<string> {
	const table = new LineTable(code.text)
	return new Set(
		findings.flatMap(({ ruleId, file, range }) => {
			const at = moved(table.offset(range.startLine, range.startCharacter))
			return at === undefined ? [] : [`${ruleId} ${file} ${at}`]
		}),
	)
}

function allOf({ findings, ignored = [] }: FileFindings): readonly Finding[] {
	return [...findings, ...ignored.map((it) => it.finding)]
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, number> {
	const counts = new Map<string, number>()
	for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1)
	return counts
}
