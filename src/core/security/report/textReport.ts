import type { FindingPlace } from '../findings/finding.ts'
import type { Severity } from '../rules/ruleTypes.ts'
import type { TriageMark } from '../triage/triage.ts'
import {
	counted,
	countedFindings,
	marksOf,
	type ReportedFinding,
	reportedFindings,
	type SecurityReport,
	severityText,
} from './securityReport.ts'
import { triageSummary, verdictText } from './triageText.ts'

export interface TextStyle {
	readonly hasColor: boolean
}

const colors: Readonly<Record<Severity | 'dim' | 'bold', string>> = {
	critical: '1;31',
	high: '31',
	medium: '33',
	low: '36',
	dim: '2',
	bold: '1',
}
/** Files with gaps that are named one by one. */
const mostGaps = 20

/** For people at a terminal: each finding that counts with its path, then what could not be looked at. Shows no code but what a model quotes. */
export function textReport(report: SecurityReport, { hasColor }: TextStyle): string {
	const paint = (color: keyof typeof colors, text: string) =>
		hasColor ? `\u001b[${colors[color]}m${text}\u001b[0m` : text
	const rules = new Map(report.rules.map((rule) => [rule.id, rule]))
	const lines: string[] = []
	let file = ''
	for (const reported of reportedFindings(report)) {
		const { finding } = reported
		if (finding.file !== file) lines.push('', paint('bold', printable(finding.file)))
		file = finding.file
		lines.push(...findingLines(reported, rules.get(finding.ruleId)?.fix, paint))
	}
	for (const { file: path, line, character, reason } of report.ruleProblems) {
		lines.push(
			'',
			`${printable(path)}:${line + 1}:${character + 1}: ${printable(reason)} The rules of this file do not count.`,
		)
	}
	if (report.notes.length > 0) lines.push('', paint('bold', 'Comments that ignore findings'))
	for (const note of report.notes) lines.push(`  ${placeText(note)}  ${printable(note.message)}`)
	if (report.gaps.length > 0) lines.push('', paint('bold', 'Not or not wholly analyzed'))
	for (const { file: path, gap } of report.gaps.slice(0, mostGaps)) {
		const line = gap.range ? `:${gap.range.startLine + 1}` : ''
		lines.push(`  ${printable(path)}${line}  ${printable(gap.detail)}`)
	}
	if (report.gaps.length > mostGaps) lines.push(`  and ${counted(report.gaps.length - mostGaps, 'more gap')}`)
	lines.push('', ...summaryLines(report), '')
	return lines.join('\n').replace(/^\n/, '')
}

function findingLines(
	{ finding, mark }: ReportedFinding,
	fix: string | undefined,
	paint: (color: Severity | 'dim', text: string) => string,
): string[] {
	const { severity, confidence, range, cwe, path } = finding
	const place = `${range.startLine + 1}:${range.startCharacter + 1}`
	const facts = [...cwe.map((number) => `CWE-${number}`), `confidence ${confidence}`].join(', ')
	const steps = path.length > 1 ? path : []
	return [
		`  ${place.padEnd(8)} ${paint(severity, severity)}  ${printable(finding.message)}`,
		`           ${paint('dim', `${printable(finding.ruleId)} (${facts})`)}`,
		...steps.map((step, at) => `           ${at + 1}. ${placeText(step)}  ${printable(step.label)}`),
		...(mark ? markLines(mark) : []),
		...(fix ? [`           Fix: ${printable(fix.trim().replace(/\s+/g, ' '))}`] : []),
	]
}

function markLines(mark: TriageMark): string[] {
	if (mark.kind === 'notAsked') return []
	const quotes = mark.evidence.map((quote) => `           > ${printable(quote.replace(/\s+/g, ' '))}`)
	return [`           ${verdictText(mark)}: ${printable(mark.reason)}`, ...quotes]
}

function summaryLines(report: SecurityReport): string[] {
	const findings = countedFindings(report)
	const suppressed = report.findings.filter(({ suppression }) => suppression).length
	const known = report.findings.filter(({ isKnown, suppression }) => isKnown && !suppression).length
	const what = report.hasBaseline ? counted(findings.length, 'new finding') : counted(findings.length, 'finding')
	const kinds = findings.length > 0 ? ` (${severityText(findings)})` : ''
	const seconds = (Date.parse(report.endTime) - Date.parse(report.startTime)) / 1000
	const extent = `${counted(report.files, 'file')}, ${counted(report.lines, 'line')}, ${seconds.toFixed(1)} s`
	const others = [
		...(known > 0 ? [`${known} known`] : []),
		...(suppressed > 0 ? [`${suppressed} ignored`] : []),
		...(report.gone.length > 0 ? [`${report.gone.length} gone since the baseline`] : []),
	]
	const incomplete = new Set(report.gaps.map(({ file }) => file)).size
	const dismissed = report.findings.filter(({ suppression }) => suppression?.by === 'model').length
	return [
		`${what}${kinds} in ${extent}${others.length > 0 ? `; ${others.join(', ')}` : ''}.`,
		...(report.triage ? [printable(triageSummary(report.triage, marksOf(report)))] : []),
		...(dismissed > 0 ? [`${dismissed} of the ignored ones are left out because the model takes them for safe.`] : []),
		...(incomplete > 0 ? [`${counted(incomplete, 'file')} not or not wholly analyzed.`] : []),
		...(report.isWhole ? [] : ['The analysis did not come to its end: there may be more.']),
	]
}

function placeText({ file, range }: FindingPlace): string {
	return `${printable(file)}:${range.startLine + 1}:${range.startCharacter + 1}`
}

/** Names of files may hold what steers a terminal. */
function printable(text: string): string {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
	return text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\uFFFD')
}
