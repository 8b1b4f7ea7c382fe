import * as vscode from 'vscode'
import type { RuleProblem } from '../../core/security/securityPorts.ts'

/** Says that rules of a workspace are left out, and where the first mistake is. */
export function tellOfRules(problems: readonly RuleProblem[]): void {
	const [first] = problems
	if (!first) return
	const at = `${vscode.workspace.asRelativePath(first.file)}:${first.line + 1}:${first.character + 1}`
	const open = vscode.l10n.t('Open')
	void vscode.window
		.showWarningMessage(vscode.l10n.t('A rule of this workspace is left out. {0}: {1}', at, first.reason), open)
		.then((chosen) => {
			if (chosen !== open) return
			const selection = new vscode.Range(first.line, first.character, first.line, first.character)
			void vscode.window.showTextDocument(vscode.Uri.file(first.file), { selection })
		})
}
