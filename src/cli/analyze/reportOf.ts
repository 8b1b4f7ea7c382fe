import { pathToFileURL } from 'node:url'
import type { AnalyzedFile } from '../../core/security/analyzer.ts'
import { compareWithBaseline } from '../../core/security/findings/baseline.ts'
import { distinctFindings, isAtLeast, isSureEnough } from '../../core/security/findings/selectFindings.ts'
import { countedFindings, type SecurityReport } from '../../core/security/report/securityReport.ts'
import type { AnalyzeOptions } from './analyzeOptions.ts'
import type { AnalyzeSetup } from './analyzeSetup.ts'

export interface FoundFiles {
	readonly analyzed: readonly AnalyzedFile[]
	readonly failure: string | undefined
}

/** What was found, compared with the baseline, before any model looks at it. Its exit code comes last. */
export function reportOf(
	{ analyzed, failure }: FoundFiles,
	setup: AnalyzeSetup,
	options: AnalyzeOptions,
	{ startTime, version }: { readonly startTime: Date; readonly version: string },
): SecurityReport {
	const files = new Set(analyzed.map(({ file }) => file))
	const isShown = ({
		severity,
		confidence,
	}: {
		severity: (typeof options)['severity']
		confidence: (typeof options)['minConfidence']
	}) => isAtLeast(severity, options.severity) && isSureEnough(confidence, options.minConfidence)
	const all = distinctFindings(analyzed.flatMap(({ findings }) => findings)).filter(isShown)
	const { known, gone } = compareWithBaseline(all, setup.baseline ?? { findings: [] }, files)
	const entries = new Map(known.map(({ finding, entry }) => [finding, entry]))
	const ignored = new Map(analyzed.flatMap((it) => it.ignored ?? []).map(({ finding, reason }) => [finding, reason]))
	const findings = distinctFindings([...all, ...[...ignored.keys()].filter(isShown)]).map((finding) => {
		const entry = entries.get(finding)
		const ignoredFor = ignored.get(finding)
		const suppression =
			ignoredFor !== undefined
				? ({ by: 'comment', reason: ignoredFor } as const)
				: entry?.reason !== undefined
					? ({ by: 'baseline', reason: entry.reason } as const)
					: undefined
		return { finding, isKnown: entry !== undefined, suppression }
	})
	const gaps = analyzed.flatMap(({ file, gaps: own }) => own.map((gap) => ({ file, gap })))
	return {
		version,
		rootUri: `${pathToFileURL(setup.root)}/`,
		startTime: startTime.toISOString(),
		endTime: new Date().toISOString(),
		rules: setup.rules,
		findings,
		gone,
		hasBaseline: setup.baseline !== undefined,
		notes: analyzed.flatMap(({ notes = [] }) => notes).sort((a, b) => (a.file < b.file ? -1 : 1)),
		gaps: gaps.sort((a, b) => (a.file < b.file ? -1 : 1)),
		ruleProblems: setup.ruleProblems,
		files: files.size,
		lines: analyzed.reduce((sum, { lines }) => sum + lines, 0),
		isWhole: failure === undefined,
		exitCode: 0,
	}
}

/** By what counts, and by what could not be done. */
export function withExitCode(report: SecurityReport, { failOn }: AnalyzeOptions): SecurityReport {
	const hasFailed = !report.isWhole || report.gaps.some(({ gap }) => gap.reason === 'crashed')
	const fails = failOn !== 'none' && countedFindings(report).some(({ severity }) => isAtLeast(severity, failOn))
	return { ...report, exitCode: fails ? 1 : hasFailed || report.ruleProblems.length > 0 ? 3 : 0 }
}
