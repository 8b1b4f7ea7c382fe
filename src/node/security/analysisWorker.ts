import './lockedProcess.ts'

import { createProjectAnalyzer } from '../../core/security/analysis/projectAnalyzer.ts'
import type { AnalysisMessage } from './analysisMessages.ts'
import { ResultSender } from './sentResults.ts'
import { serveAnalysis } from './serveAnalysis.ts'

/** A process that analyzes files for another one. It ends with the connection to it. */
function answer(): void {
	const sender = new ResultSender()
	const serve = serveAnalysis(createProjectAnalyzer, (message) => process.send?.(sender.sent(message)))
	process.on('message', (message) => void serve(message as AnalysisMessage))
	process.on('disconnect', () => process.exit())
}

answer()
