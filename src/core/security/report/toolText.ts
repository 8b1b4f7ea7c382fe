import type { FileFindings } from '../findings/finding.ts'

const mostFindings = 50

/** The findings of a file in words for a model: rule, place, way of the data. It holds no code. */
export function toolText({ file, findings, gaps }: FileFindings): string {
	const lines = findings
		.slice(0, mostFindings)
		.flatMap((finding) => [
			`- ${finding.file}:${finding.range.startLine + 1} ${finding.severity}, ${finding.confidence} confidence, CWE-${finding.cwe.join(', CWE-')} (${finding.ruleId}): ${finding.message}`,
			...finding.path.map(
				(step, at) => `  ${at + 1}. ${step.file}:${step.range.startLine + 1} ${step.role}: ${step.label}`,
			),
		])
	const head =
		findings.length === 0
			? `The static analysis of Alcove found no security issue in ${file}.`
			: `The static analysis of Alcove found ${findings.length} possible security issues in ${file}:`
	const left = findings.length > mostFindings ? [`${findings.length - mostFindings} more are left out.`] : []
	const parts =
		gaps.length > 0 ? [`Analyzed in part: ${[...new Set(gaps.map(({ reason }) => reason))].join(', ')}.`] : []
	return [head, ...lines, ...left, ...parts].join('\n')
}
