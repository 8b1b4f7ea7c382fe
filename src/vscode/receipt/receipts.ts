import * as vscode from 'vscode'
import type { InlineOutcome } from '../../core/completion/outcome.ts'
import type { CompletionModel } from '../../core/model/ports.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import { notebookCellOf } from '../completion/notebookCell.ts'
import { receiptScheme } from '../ids.ts'
import { receiptText } from './receiptText.ts'

/** Shows what the last suggestion was made of, in a document that nobody can change. Kept in memory only. */
export class Receipts implements Disposable {
	private readonly model: CompletionModel
	private readonly store = new DisposableStore()
	private readonly changed = this.store.add(new vscode.EventEmitter<vscode.Uri>())
	private readonly uri = vscode.Uri.from({ scheme: receiptScheme, path: '/receipt.md' })
	private outcome: InlineOutcome | undefined
	private text = ''

	constructor(model: CompletionModel) {
		this.model = model
		const provider = { onDidChange: this.changed.event, provideTextDocumentContent: () => this.text }
		this.store.add(vscode.workspace.registerTextDocumentContentProvider(receiptScheme, provider))
	}

	/** Keeps the last outcome that is worth a word. */
	add(outcome: InlineOutcome): void {
		if (outcome.kind === 'suggestion' || outcome.reason !== 'cancelled') this.outcome = outcome
	}

	async show(): Promise<void> {
		const document = this.outcome?.asked?.documentId ?? ''
		this.text = receiptText(vscode.l10n, {
			outcome: this.outcome,
			document: document && nameOf(vscode.Uri.parse(document)),
			model: this.model.state,
		})
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

/** A cell goes by its notebook's name. */
function nameOf(uri: vscode.Uri): string {
	return vscode.workspace.asRelativePath(notebookCellOf(uri)?.notebook.uri ?? uri)
}
