import * as vscode from 'vscode'
import { type DiagnosticsFacts, diagnosticsReport } from '../../core/diagnostics/diagnosticsReport.ts'

/** Copies a report for an issue, and says so. `system` holds what only the host process knows. */
export async function copyDiagnostics(facts: DiagnosticsFacts): Promise<void> {
	const editor = {
		editor: `${vscode.env.appName} ${vscode.version}`,
		'user interface': vscode.env.uiKind === vscode.UIKind.Web ? 'web' : 'desktop',
		remote: vscode.env.remoteName ?? 'none',
		language: vscode.env.language,
		'workspace trusted': String(vscode.workspace.isTrusted),
	}
	const report = diagnosticsReport({ ...facts, versions: { ...facts.versions, ...editor } })
	await vscode.env.clipboard.writeText(report)
	const open = vscode.l10n.t('Open')
	const chosen = await vscode.window.showInformationMessage(
		vscode.l10n.t('The diagnostics are on the clipboard. They hold no source text.'),
		open,
	)
	if (chosen !== open) return
	await vscode.window.showTextDocument(
		await vscode.workspace.openTextDocument({ language: 'markdown', content: report }),
	)
}
