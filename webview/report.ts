import { parseReportHostMessage, type ReportViewMessage } from '../src/protocol/webviewReport.ts'
import { ReportView } from './ui/reportView.ts'

start()

/** The page of the privacy report. */
function start(): void {
	const root = document.getElementById('app')
	if (!root) throw new Error('The page has no place for the view')
	const api = acquireVsCodeApi()
	const post = (message: ReportViewMessage) => api.postMessage(message)
	const view = new ReportView(root, post)
	window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
		const message = parseReportHostMessage(data)
		if (message) view.take(message)
	})
	post({ type: 'ready' })
}
