import * as vscode from 'vscode'
import type { KeptFinding } from '../../core/security/session/findingsBook.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { ruleScheme } from '../ids.ts'
import { rangeOf } from './editorDocuments.ts'

/** Shows what there is to read about a finding; the chat explains it in words of its own. */
export interface FindingExplainer {
	explainFinding(finding: KeptFinding): Promise<void>
}

/** The page of a rule in Markdown, by the rule's id; undefined where it has none. */
export type RulePageReader = (ruleId: string) => Promise<string | undefined>

/** Pages of rules, which stand in no file. */
export class RulePages implements Disposable {
	private readonly read: RulePageReader
	private readonly provider: Disposable

	constructor(read: RulePageReader) {
		this.read = read
		this.provider = vscode.workspace.registerTextDocumentContentProvider(ruleScheme, {
			provideTextDocumentContent: ({ path }) => read(path.slice(1).replace(/\.md$/, '')),
		})
	}

	/** Shows the page of the rule beside the code, and the way of the data in the code. */
	get explainer(): FindingExplainer {
		return {
			explainFinding: async (kept) => {
				await showPath(kept)
				await this.open(kept.finding.ruleId, 'markdown.showPreviewToSide')
			},
		}
	}

	async open(
		ruleId: string,
		command: 'markdown.showPreview' | 'markdown.showPreviewToSide' = 'markdown.showPreview',
	): Promise<void> {
		if ((await this.read(ruleId)) === undefined) {
			void vscode.window.showInformationMessage(vscode.l10n.t('The rule {0} has no page.', ruleId))
			return
		}
		const uri = vscode.Uri.from({ scheme: ruleScheme, path: `/${ruleId}.md` })
		try {
			await vscode.commands.executeCommand(command, uri)
		} catch {
			const isBeside = command === 'markdown.showPreviewToSide'
			await vscode.window.showTextDocument(uri, isBeside ? { viewColumn: vscode.ViewColumn.Beside } : {})
		}
	}

	dispose(): void {
		this.provider.dispose()
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
