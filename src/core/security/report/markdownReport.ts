import { cweEntry } from '../findings/catalogues.ts'
import type { Finding, FindingPlace } from '../findings/finding.ts'
import type { TriageMark } from '../triage/triage.ts'
import { counted, marksOf, reportedFindings, type SecurityReport, severityText } from './securityReport.ts'
import { triageSummary, verdictText } from './triageText.ts'

/** Findings that are told in full: a comment on a pull request has room for some 65,000 characters. */
const mostInFull = 50

/** For a pull request or a wiki. Shows no code but what a model quotes. */
export function markdownReport(report: SecurityReport): string {
	const reported = reportedFindings(report)
	const findings = reported.map(({ finding }) => finding)
	const rules = new Map(report.rules.map((rule) => [rule.id, rule]))
	const fresh = report.hasBaseline ? 'new finding' : 'finding'
	const count =
		findings.length === 0 ? `No ${fresh}s` : `${counted(findings.length, fresh)} (${severityText(findings)})`
	const extent = `${counted(report.files, 'file')}, ${counted(report.lines, 'line')}`
	const parts = ['# Security analysis', `${count} in ${extent}.`]
	if (!report.isWhole) parts.push('**The analysis did not come to its end: there may be more.**')
	if (report.triage) parts.push(escaped(triageSummary(report.triage, marksOf(report))))
	if (findings.length > 0) parts.push(table(findings))
	for (const { finding, mark } of reported.slice(0, mostInFull)) {
		const rule = rules.get(finding.ruleId)
		parts.push(
			`## ${escaped(rule?.title ?? finding.ruleId)}: ${code(placeText(finding))}`,
			escaped(finding.message),
			...(finding.path.length > 1 ? [pathList(finding)] : []),
			...(mark ? markParts(mark) : []),
			...(rule ? [`**Fix:** ${escaped(rule.fix.trim().replace(/\s+/g, ' '))}`] : []),
		)
	}
	if (findings.length > mostInFull)
		parts.push(`${counted(findings.length - mostInFull, 'more finding')}: see the table.`)
	const problems = report.ruleProblems.map(
		({ file, line, reason }) => `- ${code(`${file}:${line + 1}`)}: ${escaped(reason)}`,
	)
	if (problems.length > 0) parts.push('## Rules that do not count', problems.join('\n'))
	const notes = report.notes.map((note) => `- ${code(placeText(note))}: ${escaped(note.message)}`)
	if (notes.length > 0) parts.push('## Comments that ignore findings', notes.join('\n'))
	const gaps = report.gaps.map(({ file, gap }) => `- ${code(file)}: ${escaped(gap.detail)}`)
	if (gaps.length > 0) parts.push('## Not or not wholly analyzed', gaps.slice(0, 200).join('\n'))
	return `${parts.join('\n\n')}\n`
}

function markParts(mark: TriageMark): string[] {
	if (mark.kind === 'notAsked') return []
	const quotes = mark.evidence.map((quote) => `- ${code(quote)}`)
	return [
		`**${escaped(verdictText(mark))}:** ${escaped(mark.reason)}`,
		...(quotes.length > 0 ? [quotes.join('\n')] : []),
	]
}

function table(findings: readonly Finding[]): string {
	const rows = findings.map(
		({ severity, confidence, file, range, ruleId, cwe }) =>
			`| ${severity} | ${confidence} | ${code(`${file}:${range.startLine + 1}`)} | ${code(ruleId)} | ${cweLinks(cwe)} |`,
	)
	return ['| severity | confidence | place | rule | CWE |', '|---|---|---|---|---|', ...rows].join('\n')
}

function cweLinks(cwe: readonly number[]): string {
	return cwe
		.map(cweEntry)
		.map(({ id, address }) => `[${id}](${address})`)
		.join(', ')
}

function pathList({ path }: Finding): string {
	return path.map((step, at) => `${at + 1}. ${code(placeText(step))} ${escaped(step.label)}`).join('\n')
}

function placeText({ file, range }: FindingPlace): string {
	return `${file}:${range.startLine + 1}:${range.startCharacter + 1}`
}

function code(text: string): string {
	const plain = text.replace(/[\r\n|]/g, ' ')
	return plain.includes('`') ? `\`\` ${plain} \`\`` : `\`${plain}\``
}

function escaped(text: string): string {
	return text.replace(/[\r\n]+/g, ' ').replace(/[\\`*_[\]<>|#]/g, '\\$&')
}
