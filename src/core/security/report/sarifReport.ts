import { cweEntry } from '../findings/catalogues.ts'
import type { AnalysisGap, Finding, FindingPlace, FindingRange } from '../findings/finding.ts'
import type { Confidence, Severity } from '../rules/ruleTypes.ts'
import type { TriageMark } from '../triage/triage.ts'
import { notificationRules, sarifRules } from './sarifRules.ts'
import { marksOf, type ReportedFinding, type SecurityReport } from './securityReport.ts'
import { markFields, triageSummary } from './triageText.ts'

const levels: Readonly<Record<Severity, string>> = { critical: 'error', high: 'error', medium: 'warning', low: 'note' }
/** How sure it is, from 0 to 100. */
const ranks: Readonly<Record<Confidence, number>> = { high: 90, medium: 60, low: 30 }
const rootId = '%SRCROOT%'

/** SARIF 2.1.0 (OASIS), one run. */
export function sarifReport(report: SecurityReport): string {
	const cwes = [
		...new Set([...report.rules, ...report.findings.map(({ finding }) => finding)].flatMap(({ cwe }) => cwe)),
	]
	cwes.sort((a, b) => a - b)
	const ruleIds = report.rules.map(({ id }) => id)
	const run = {
		tool: {
			driver: {
				name: 'Alcove',
				version: report.version,
				semanticVersion: report.version,
				shortDescription: { text: 'Security analysis that follows data through the code, on this machine.' },
				rules: sarifRules(report.rules, cwes),
				notifications: notificationRules,
				supportedTaxonomies: [{ name: 'CWE', index: 0 }],
			},
		},
		taxonomies: [
			{
				name: 'CWE',
				version: '4.15',
				organization: 'MITRE',
				shortDescription: { text: 'The MITRE Common Weakness Enumeration' },
				informationUri: 'https://cwe.mitre.org/data/published/cwe_v4.15.pdf/',
				downloadUri: 'https://cwe.mitre.org/data/xml/cwec_v4.15.xml.zip',
				isComprehensive: false,
				taxa: cwes.map(cweEntry).map(({ id, name, address }) => ({
					id: id.slice('CWE-'.length),
					...(name !== '' && { name }),
					shortDescription: { text: name === '' ? id : name },
					helpUri: address,
				})),
			},
		],
		automationDetails: { id: 'alcove/security/' },
		invocations: [invocation(report)],
		originalUriBaseIds: { [rootId]: { uri: report.rootUri } },
		columnKind: 'utf16CodeUnits',
		results: report.findings.map((reported) => result(reported, { ruleIds, cwes, hasBaseline: report.hasBaseline })),
	}
	const log = {
		$schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
		version: '2.1.0',
		runs: [run],
	}
	return `${JSON.stringify(log, undefined, '\t')}\n`
}

interface RunContext {
	readonly ruleIds: readonly string[]
	readonly cwes: readonly number[]
	readonly hasBaseline: boolean
}

function result({ finding, isKnown, suppression, mark }: ReportedFinding, { ruleIds, cwes, hasBaseline }: RunContext) {
	const index = ruleIds.indexOf(finding.ruleId)
	return {
		ruleId: finding.ruleId,
		...(index >= 0 && { ruleIndex: index }),
		level: levels[finding.severity],
		kind: 'fail',
		rank: rankOf(finding, mark),
		message: { text: finding.message },
		locations: [location(finding)],
		...(finding.path.length > 1 && { codeFlows: [codeFlow(finding)] }),
		partialFingerprints: { 'alcove/v1': finding.fingerprint },
		...(hasBaseline && { baselineState: isKnown ? 'unchanged' : 'new' }),
		// Where none is suppressed the property says that this was looked at.
		suppressions: suppression ? [suppressed(suppression)] : mark?.kind === 'dismissed' ? [proposed(mark.reason)] : [],
		taxa: finding.cwe.map((cwe) => ({
			id: String(cwe),
			index: cwes.indexOf(cwe),
			toolComponent: { name: 'CWE', index: 0 },
		})),
		properties: {
			severity: finding.severity,
			confidence: finding.confidence,
			...(mark && { triage: markFields(mark) }),
		},
	}
}

function suppressed({ by, reason }: NonNullable<ReportedFinding['suppression']>) {
	const kind = by === 'comment' ? 'inSource' : 'external'
	return { kind, status: 'accepted', ...(reason !== '' && { justification: reason }) }
}

/**
 * A model dismissed it and no person has agreed: as long as a suppression is under review, the result does not count as suppressed
 * (SARIF 2.1.0, 3.27.23 and 3.35.3).
 */
function proposed(justification: string) {
	return { kind: 'external', status: 'underReview', ...(justification !== '' && { justification }) }
}

/** What the model takes for safe comes after all that nobody doubts. */
function rankOf({ confidence }: Finding, mark: TriageMark | undefined): number {
	const rank = ranks[confidence]
	return mark?.kind === 'dismissed' ? Math.min(rank, Math.round((1 - mark.safe) * 100)) : rank
}

function codeFlow({ path, message }: Finding) {
	const locations = path.map((step, at) => ({
		location: { ...location(step), message: { text: step.label === '' ? step.role : step.label } },
		executionOrder: at + 1,
		kinds: step.role === 'step' ? ['taint'] : ['taint', step.role],
		importance: step.role === 'source' || step.role === 'sink' ? 'essential' : 'important',
	}))
	return { message: { text: message }, threadFlows: [{ locations }] }
}

function location({ file, range }: FindingPlace) {
	return { physicalLocation: { artifactLocation: artifact(file), region: region(range) } }
}

function artifact(file: string) {
	return { uri: encoded(file), uriBaseId: rootId }
}

/** Lines and columns count from 1; the end is the column after the last. */
function region({ startLine, startCharacter, endLine, endCharacter }: FindingRange) {
	return {
		startLine: startLine + 1,
		startColumn: startCharacter + 1,
		endLine: endLine + 1,
		endColumn: endCharacter + 1,
	}
}

function invocation(report: SecurityReport) {
	const gaps = report.gaps.map(({ file, gap }) => ({
		descriptor: descriptor(`gap/${gap.reason}`),
		level: gap.reason === 'crashed' ? 'error' : 'warning',
		message: { text: gap.detail },
		locations: [gapLocation(file, gap)],
	}))
	const notes = report.notes.map(({ kind, message, file, range }) => ({
		descriptor: descriptor(`note/${kind}`),
		level: 'note',
		message: { text: message },
		locations: [location({ file, range })],
	}))
	const problems = report.ruleProblems.map(({ file, line, character, reason }) => ({
		descriptor: descriptor('rules/problem'),
		level: 'error',
		message: { text: reason },
		locations: [
			{
				physicalLocation: {
					artifactLocation: { uri: fileUri(file) },
					region: { startLine: line + 1, startColumn: character + 1 },
				},
			},
		],
	}))
	const triage = report.triage
		? [
				{
					descriptor: descriptor('triage/summary'),
					level: 'note',
					message: { text: triageSummary(report.triage, marksOf(report)) },
				},
			]
		: []
	return {
		executionSuccessful: report.isWhole,
		exitCode: report.exitCode,
		startTimeUtc: report.startTime,
		endTimeUtc: report.endTime,
		toolExecutionNotifications: [...gaps, ...triage],
		toolConfigurationNotifications: [...problems, ...notes],
	}
}

function descriptor(id: string) {
	return { id, index: notificationRules.findIndex((rule) => rule.id === id) }
}

function gapLocation(file: string, { range }: AnalysisGap) {
	return { physicalLocation: { artifactLocation: artifact(file), ...(range && { region: region(range) }) } }
}

/** @param absolute path of a file, of this or of Windows' form */
function fileUri(absolute: string): string {
	const path = absolute.replaceAll('\\', '/')
	return `file://${path.startsWith('/') ? '' : '/'}${encoded(path)}`
}

/** Half a character, which a file's name may have, is none that a URI can say. */
function encoded(path: string): string {
	return path
		.split('/')
		.map((part) => encodeURIComponent(part.replace(/\p{Cs}/gu, '\uFFFD')))
		.join('/')
}
