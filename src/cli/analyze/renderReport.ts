import { jsonReport } from '../../core/security/report/jsonReport.ts'
import { markdownReport } from '../../core/security/report/markdownReport.ts'
import { sarifReport } from '../../core/security/report/sarifReport.ts'
import type { SecurityReport } from '../../core/security/report/securityReport.ts'
import { textReport } from '../../core/security/report/textReport.ts'
import type { AnalyzeOptions } from './analyzeOptions.ts'

export function rendered(report: SecurityReport, format: AnalyzeOptions['format'], isTerminal: boolean): string {
	switch (format) {
		case 'text':
			return textReport(report, { hasColor: isTerminal && !process.env.NO_COLOR })
		case 'sarif':
			return sarifReport(report)
		case 'json':
			return jsonReport(report)
		case 'markdown':
			return markdownReport(report)
	}
}
