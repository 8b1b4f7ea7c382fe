import type { SecurityReport } from './securityReport.ts'
import { markFields } from './triageText.ts'

/** Changes when a field changes its meaning or goes. */
const version = 1

/** For programs that know no SARIF. Lines and characters count from 0, as in editors; characters are UTF-16 code units. */
export function jsonReport(report: SecurityReport): string {
	const { isWhole, startTime, endTime, files, lines, gone, notes, gaps, ruleProblems } = report
	const findings = report.findings.map(({ finding, isKnown, suppression, mark }) => ({
		...finding,
		state: suppression ? 'ignored' : isKnown ? 'known' : 'new',
		...(suppression && { ignoredBy: suppression.by, reason: suppression.reason }),
		...(mark && { triage: markFields(mark) }),
	}))
	const data = {
		...{ version, alcove: report.version, root: report.rootUri, isWhole, startTime, endTime, files, lines },
		...{ findings, gone, notes, gaps, ruleProblems },
		...(report.triage && { triage: report.triage }),
	}
	return `${JSON.stringify(data, undefined, '\t')}\n`
}
