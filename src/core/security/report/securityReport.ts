import type { BaselineEntry } from '../findings/baseline.ts'
import type { AnalysisGap, Finding, FindingNote } from '../findings/finding.ts'
import type { SecurityRule, Severity } from '../rules/ruleTypes.ts'
import type { RuleProblem } from '../securityPorts.ts'
import type { TriageMark, TriageModel } from '../triage/triage.ts'

/** What an analysis of a folder says, before it takes the form of a report. */
export interface SecurityReport {
	/** Of Alcove. */
	readonly version: string
	/** Of the folder, ending with `/`: `file:///home/me/shop/`. */
	readonly rootUri: string
	/** ISO 8601, UTC. */
	readonly startTime: string
	readonly endTime: string
	/** Those that were looked for. */
	readonly rules: readonly SecurityRule[]
	/** All of them, sorted by their places. */
	readonly findings: readonly ReportedFinding[]
	/** Known before, and no longer found. */
	readonly gone: readonly BaselineEntry[]
	/** Whether findings were compared with a baseline. */
	readonly hasBaseline: boolean
	readonly notes: readonly FindingNote[]
	readonly gaps: readonly FileGap[]
	readonly ruleProblems: readonly RuleProblem[]
	readonly files: number
	readonly lines: number
	/** Absent where no model was to judge. */
	readonly triage?: ReportTriage
	/** Whether the analysis came to its end: not where it was interrupted or failed. */
	readonly isWhole: boolean
	readonly exitCode: number
}

export interface ReportedFinding {
	readonly finding: Finding
	/** Against the baseline. */
	readonly isKnown: boolean
	/** Why it does not count. */
	readonly suppression: Suppression | undefined
	/** What a model made of it; absent where it was not to judge it. */
	readonly mark?: TriageMark
}

/** What a model was asked about the findings of a report. */
export interface ReportTriage {
	readonly model: TriageModel
	/** Milliseconds, without the time in which the model was loaded. */
	readonly ms: number
	/** Whether what the model dismisses counts no more. */
	readonly hides: boolean
}

export interface Suppression {
	/** By a comment in the code, in the baseline with a reason, or by a model that is allowed to. */
	readonly by: 'comment' | 'baseline' | 'model'
	readonly reason: string
}

export interface FileGap {
	readonly file: string
	readonly gap: AnalysisGap
}

/** What counts: neither known before nor suppressed. */
export function countedFindings(report: SecurityReport): Finding[] {
	return reportedFindings(report).map(({ finding }) => finding)
}

/** The same, with what is said of each. */
export function reportedFindings({ findings }: SecurityReport): ReportedFinding[] {
	return findings.filter(({ isKnown, suppression }) => !isKnown && !suppression)
}

export function marksOf({ findings }: SecurityReport): TriageMark[] {
	return findings.flatMap(({ mark }) => (mark ? [mark] : []))
}

export function countBySeverity(findings: readonly Finding[]): ReadonlyMap<Severity, number> {
	const counts = new Map<Severity, number>()
	for (const { severity } of findings) counts.set(severity, (counts.get(severity) ?? 0) + 1)
	return counts
}

/** `1 critical, 2 high`; empty where there are none. */
export function severityText(findings: readonly Finding[]): string {
	const counts = countBySeverity(findings)
	const order: readonly Severity[] = ['critical', 'high', 'medium', 'low']
	return order.flatMap((severity) => (counts.has(severity) ? [`${counts.get(severity)} ${severity}`] : [])).join(', ')
}

/** `1 file`, `2 files`. */
export function counted(count: number, one: string, many = `${one}s`): string {
	return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`
}
