import * as vscode from 'vscode'
import type { RuleProblem, RulesRead, SecurityAnalyzer } from '../../core/security/securityPorts.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'

/** Says what is wrong in rules and settings of a workspace: all of it at its place, the first mistake in a message. */
export function tellOfRules({ onDidReadRules }: Pick<SecurityAnalyzer, 'onDidReadRules'>): Disposable {
	const store = new DisposableStore()
	const collection = store.add(vscode.languages.createDiagnosticCollection('alcove-rules'))
	const told = new Map<string, readonly RuleProblem[]>()
	store.add(
		onDidReadRules(({ root, problems }: RulesRead) => {
			const before = told.get(root) ?? []
			told.set(root, problems)
			for (const { file } of before) collection.delete(vscode.Uri.file(file))
			for (const file of new Set(problems.map((it) => it.file))) {
				collection.set(vscode.Uri.file(file), problems.filter((it) => it.file === file).map(diagnosticOf))
			}
			const [first] = problems
			// They are read again after each change of another file there.
			if (first && JSON.stringify(problems) !== JSON.stringify(before)) tellOf(first)
		}),
	)
	return store
}

function diagnosticOf({ line, character, reason }: RuleProblem): vscode.Diagnostic {
	// The editor widens it to the word that stands there.
	const range = new vscode.Range(line, character, line, character)
	const diagnostic = new vscode.Diagnostic(range, reason, vscode.DiagnosticSeverity.Error)
	diagnostic.source = 'Alcove'
	return diagnostic
}

function tellOf({ file, line, character, reason }: RuleProblem): void {
	const at = `${vscode.workspace.asRelativePath(file)}:${line + 1}:${character + 1}`
	const open = vscode.l10n.t('Open')
	void vscode.window
		.showWarningMessage(vscode.l10n.t('A rule of this workspace is left out. {0}: {1}', at, reason), open)
		.then((chosen) => {
			if (chosen !== open) return
			const selection = new vscode.Range(line, character, line, character)
			void vscode.window.showTextDocument(vscode.Uri.file(file), { selection })
		})
}
