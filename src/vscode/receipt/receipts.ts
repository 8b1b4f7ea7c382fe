import * as vscode from 'vscode'
import type { InlineOutcome, NoSuggestion, Suggestion } from '../../core/completion/outcome.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import { notebookCellOf } from '../completion/notebookCell.ts'
import { receiptScheme } from '../ids.ts'
import { receiptText } from './receiptText.ts'

/** Shows what the last suggestion was made of, in a document that nobody can change. Kept in memory only. */
export class Receipts implements Disposable {
	private readonly store = new DisposableStore()
	private readonly changed = this.store.add(new vscode.EventEmitter<vscode.Uri>())
	private readonly uri = vscode.Uri.from({ scheme: receiptScheme, path: '/receipt.md' })
	private suggestion: Suggestion | undefined
	/** What there was since the suggestion. */
	private refusal: NoSuggestion | undefined
	private text = ''

	constructor() {
		const provider = { onDidChange: this.changed.event, provideTextDocumentContent: () => this.text }
		this.store.add(vscode.workspace.registerTextDocumentContentProvider(receiptScheme, provider))
	}

	/** Keeps the last suggestion, and the last reason for which there was none after it: one that is taken is over at once. */
	add(outcome: InlineOutcome): void {
		if (outcome.kind === 'suggestion') {
			this.suggestion = outcome
			this.refusal = undefined
		} else if (outcome.reason !== 'cancelled') this.refusal = outcome
	}

	async show(): Promise<void> {
		const { suggestion, refusal } = this
		this.text = receiptText(vscode.l10n, { suggestion, refusal, nameOf: (id) => nameOf(vscode.Uri.parse(id)) })
		this.changed.fire(this.uri)
		try {
			await vscode.commands.executeCommand('markdown.showPreview', this.uri)
		} catch {
			// The editor's Markdown preview can be switched off.
			await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(this.uri))
		}
	}

	dispose(): void {
		this.store.dispose()
	}
}

/** A cell goes by its notebook's name; the field for the message of a commit has none. */
function nameOf(uri: vscode.Uri): string {
	if (uri.scheme === 'vscode-scm') return vscode.l10n.t('Message of the next commit')
	return vscode.workspace.asRelativePath(notebookCellOf(uri)?.notebook.uri ?? uri)
}
