import * as vscode from 'vscode'
import type { ProposedFix } from '../../core/security/securityPorts.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import { fixScheme } from '../ids.ts'
import { rangeOf } from './editorDocuments.ts'

/** Shows a fix beside the text that it changes, and applies it where the user says so. */
export class FixPreview implements Disposable {
	private readonly store = new DisposableStore()
	private readonly changed = this.store.add(new vscode.EventEmitter<vscode.Uri>())
	private text = ''

	constructor() {
		const provider = { onDidChange: this.changed.event, provideTextDocumentContent: () => this.text }
		this.store.add(vscode.workspace.registerTextDocumentContentProvider(fixScheme, provider))
	}

	/** @param hasOther whether somebody else may know another one */
	async show(
		document: vscode.TextDocument,
		{ title, edits, origin }: ProposedFix,
		{ hasOther }: { readonly hasOther: boolean },
	): Promise<'applied' | 'other' | 'discarded'> {
		const { version } = document
		const changes = edits
			.map(({ range, text }) => ({
				start: document.offsetAt(rangeOf(range).start),
				end: document.offsetAt(rangeOf(range).end),
				text,
			}))
			.sort((a, b) => b.start - a.start)
		this.text = changes.reduce(
			(all, { start, end, text }) => all.slice(0, start) + text + all.slice(end),
			document.getText(),
		)
		const fixed = document.uri.with({ scheme: fixScheme, authority: '' })
		this.changed.fire(fixed)
		await vscode.commands.executeCommand('vscode.diff', document.uri, fixed, title, { preview: true })
		const apply = vscode.l10n.t('Apply')
		const other = vscode.l10n.t('Another One, by the Model')
		const text =
			origin === 'rule'
				? vscode.l10n.t('{0}? With it the finding is gone and no other comes.', title)
				: vscode.l10n.t(
						'{0}? The model wrote this. With it the finding is gone and no other comes; read it before you apply it.',
						title,
					)
		const buttons = [apply, ...(hasOther ? [other] : []), vscode.l10n.t('Discard')]
		const chosen = await vscode.window.showInformationMessage(text, ...buttons)
		await closeDiff(fixed)
		if (chosen === other) return 'other'
		if (chosen !== apply) return 'discarded'
		if (document.version !== version) {
			void vscode.window.showWarningMessage(vscode.l10n.t('The file was changed meanwhile. Ask for the fix once more.'))
			return 'discarded'
		}
		const edit = new vscode.WorkspaceEdit()
		for (const { range, text } of edits) edit.replace(document.uri, rangeOf(range), text)
		const isApplied = await vscode.workspace.applyEdit(edit)
		await vscode.window.showTextDocument(document)
		return isApplied ? 'applied' : 'discarded'
	}

	dispose(): void {
		this.store.dispose()
	}
}

async function closeDiff(fixed: vscode.Uri): Promise<void> {
	const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs)
	const diffs = tabs.filter(
		({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.toString() === fixed.toString(),
	)
	await vscode.window.tabGroups.close(diffs)
}
