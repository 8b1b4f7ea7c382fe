import * as vscode from 'vscode'
import type { KeptFinding } from '../../core/security/session/findingsBook.ts'
import { rangeOf } from './editorDocuments.ts'

/** Shows what there is to read about a finding; the chat explains it in words of its own. */
export interface FindingExplainer {
	explainFinding(finding: KeptFinding): Promise<void>
}

/** Shows the page of the rule beside the code, and the way of the data in the code. */
export function pageExplainer(pagesFolder: string): FindingExplainer {
	return {
		explainFinding: async (kept) => {
			await showPath(kept)
			await openRulePage(pagesFolder, kept.finding.ruleId, 'markdown.showPreviewToSide')
		},
	}
}

export async function openRulePage(
	pagesFolder: string,
	ruleId: string,
	command: 'markdown.showPreview' | 'markdown.showPreviewToSide' = 'markdown.showPreview',
): Promise<void> {
	if (!/^[\w-]+(\/[\w.-]+)+$/.test(ruleId) || ruleId.includes('..')) return
	const uri = vscode.Uri.joinPath(vscode.Uri.file(pagesFolder), `${ruleId}.md`)
	try {
		await vscode.workspace.fs.stat(uri)
	} catch {
		void vscode.window.showInformationMessage(vscode.l10n.t('The rule {0} has no page.', ruleId))
		return
	}
	try {
		await vscode.commands.executeCommand(command, uri)
	} catch {
		const isBeside = command === 'markdown.showPreviewToSide'
		await vscode.window.showTextDocument(uri, isBeside ? { viewColumn: vscode.ViewColumn.Beside } : {})
	}
}

/** Opens the code of a finding; where data goes through it, with each step to look into. */
export async function showPath({ finding, stepDocuments, placeId }: KeptFinding): Promise<void> {
	const locations = finding.path.map(
		(step, at) => new vscode.Location(vscode.Uri.parse(stepDocuments[at] ?? placeId), rangeOf(step.range)),
	)
	const here = rangeOf(finding.range).start
	await vscode.window.showTextDocument(vscode.Uri.parse(placeId), { selection: new vscode.Range(here, here) })
	if (locations.length < 2) return
	await vscode.commands.executeCommand(
		'editor.action.peekLocations',
		vscode.Uri.parse(placeId),
		here,
		locations,
		'peek',
	)
}
