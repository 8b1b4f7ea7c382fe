import * as vscode from 'vscode'
import { type LineEdit, linesOf } from '../../../core/chat/apply/lineEdit.ts'
import {
	accepted,
	afterChange,
	type Hunk,
	type LineDiff,
	type Review,
	reviewOf,
	reviewText,
	without,
} from '../../../core/chat/apply/review.ts'
import { type Disposable, DisposableStore } from '../../../shared/disposable.ts'
import { internalCommandIds, reviewScheme } from '../../ids.ts'

interface Session {
	readonly document: vscode.TextDocument
	readonly uri: vscode.Uri
	review: Review
	/** While a change is made by us. */
	isApplying: boolean
}

/**
 * Changes that wait for the user, shown in a text of their own: the whole document, with the lines that would go and those that would come,
 * each change with "Accept" and "Reject" above it. Nothing is changed before it is accepted.
 */
export class ChangeReviews implements vscode.TextDocumentContentProvider, vscode.CodeLensProvider, Disposable {
	private readonly store = new DisposableStore()
	private readonly changed = this.store.add(new vscode.EventEmitter<vscode.Uri>())
	private readonly lensesChanged = this.store.add(new vscode.EventEmitter<void>())
	private readonly sessions = new Map<string, Session>()
	private readonly diff: LineDiff
	private readonly removed = this.store.add(decorationOf('removed', '-'))
	private readonly added = this.store.add(decorationOf('inserted', '+'))
	/** Keeps the lines that stay below the others. */
	private readonly same = this.store.add(vscode.window.createTextEditorDecorationType({ before: signOf('\u00a0') }))

	readonly onDidChange = this.changed.event
	readonly onDidChangeCodeLenses = this.lensesChanged.event

	constructor(diff: LineDiff) {
		this.diff = diff
		const { store } = this
		store.add(vscode.workspace.registerTextDocumentContentProvider(reviewScheme, this))
		store.add(vscode.languages.registerCodeLensProvider({ scheme: reviewScheme }, this))
		store.add(vscode.window.onDidChangeVisibleTextEditors(() => this.decorate()))
		store.add(
			vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
				// What is shown changes a moment after it was asked for.
				if (document.uri.scheme === reviewScheme) this.decorate()
				else if (contentChanges.length > 0) this.documentChanged(document)
			}),
		)
		store.add(
			vscode.workspace.onDidCloseTextDocument(({ uri }) => {
				if (uri.scheme === reviewScheme) this.sessions.delete(uri.toString())
			}),
		)
		const decide = (id: string, run: (session: Session, hunk: number) => Promise<void>) =>
			store.add(
				vscode.commands.registerCommand(id, async (uri: string, hunk: number) => {
					const session = this.sessions.get(uri)
					if (session) await run(session, hunk)
				}),
			)
		decide(internalCommandIds.acceptHunk, (session, hunk) => this.accept(session, [hunk]))
		decide(internalCommandIds.rejectHunk, (session, hunk) => this.reject(session, hunk))
	}

	/** @returns how many changes there are to decide on */
	async show(document: vscode.TextDocument, edits: readonly LineEdit[]): Promise<number> {
		const review = reviewOf(linesOf(document.getText()), edits, this.diff)
		if (review.hunks.length === 0) return 0
		const uri = vscode.Uri.from({
			scheme: reviewScheme,
			path: vscode.l10n.t('{0} (changes)', document.uri.path),
			query: document.uri.toString(),
		})
		const session = { document, uri, review, isApplying: false }
		this.sessions.set(uri.toString(), session)
		this.changed.fire(uri)
		const shown = await vscode.workspace.openTextDocument(uri)
		await vscode.languages.setTextDocumentLanguage(shown, document.languageId)
		// For that the editor closes the document, and opens it again.
		this.sessions.set(uri.toString(), session)
		this.lensesChanged.fire()
		const editor = await vscode.window.showTextDocument(shown, { preview: false })
		const [first] = reviewText(review).shown
		if (first) reveal(editor, first.startLine)
		this.decorate()
		return review.hunks.length
	}

	/** The change at the cursor, or the next one behind it. */
	async acceptAtCursor(): Promise<void> {
		const at = this.atCursor()
		if (at) await this.accept(at.session, [at.hunk.id])
	}

	async rejectAtCursor(): Promise<void> {
		const at = this.atCursor()
		if (at) await this.reject(at.session, at.hunk.id)
	}

	async acceptAll(): Promise<void> {
		const session = this.active()
		if (session)
			await this.accept(
				session,
				session.review.hunks.map(({ id }) => id),
			)
	}

	async rejectAll(): Promise<void> {
		const session = this.active()
		if (!session) return
		session.review = { ...session.review, hunks: [] }
		await this.refresh(session)
	}

	provideTextDocumentContent(uri: vscode.Uri): string {
		const session = this.sessions.get(uri.toString())
		return session ? `${reviewText(session.review).lines.join('\n')}\n` : ''
	}

	provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
		const session = this.sessions.get(uri.toString())
		if (!session) return []
		const { shown } = reviewText(session.review)
		return shown.flatMap(({ hunk, startLine }) => {
			const range = new vscode.Range(startLine, 0, startLine, 0)
			const lens = (title: string, command: string) =>
				new vscode.CodeLens(range, { title, command, arguments: [uri.toString(), hunk.id] })
			return [
				lens(vscode.l10n.t('$(check) Accept'), internalCommandIds.acceptHunk),
				lens(vscode.l10n.t('$(x) Reject'), internalCommandIds.rejectHunk),
			]
		})
	}

	dispose(): void {
		this.store.dispose()
	}

	private active(): Session | undefined {
		const uri = vscode.window.activeTextEditor?.document.uri
		return uri && this.sessions.get(uri.toString())
	}

	private atCursor(): { readonly session: Session; readonly hunk: Hunk } | undefined {
		const session = this.active()
		const editor = vscode.window.activeTextEditor
		if (!session || !editor) return undefined
		const { line } = editor.selection.active
		const { shown } = reviewText(session.review)
		const found = shown.find(
			({ added, removed }) => line < Math.max(added.endLine, removed.endLine, removed.startLine + 1),
		)
		const hunk = (found ?? shown.at(-1))?.hunk
		return hunk && { session, hunk }
	}

	private async accept(session: Session, ids: readonly number[]): Promise<void> {
		const { document, review } = session
		if (document.isClosed) {
			void vscode.window.showWarningMessage(vscode.l10n.t('The file was closed meanwhile. Apply the code once more.'))
			return
		}
		const hunks = review.hunks.filter(({ id }) => ids.includes(id))
		const edit = new vscode.WorkspaceEdit()
		for (const hunk of hunks) edit.replace(document.uri, ...replacement(document, hunk))
		session.isApplying = true
		const isApplied = await vscode.workspace.applyEdit(edit)
		session.isApplying = false
		if (!isApplied) {
			void vscode.window.showErrorMessage(
				vscode.l10n.t('The editor did not take the change: the file may be read-only.'),
			)
			return
		}
		session.review = ids.reduce(accepted, review)
		await this.refresh(session)
	}

	private async reject(session: Session, hunk: number): Promise<void> {
		session.review = without(session.review, hunk)
		await this.refresh(session)
	}

	private documentChanged(document: vscode.TextDocument): void {
		for (const session of this.sessions.values()) {
			if (session.document !== document || session.isApplying) continue
			const { review, lost } = afterChange(session.review, linesOf(document.getText()), this.diff)
			session.review = review
			if (lost > 0) {
				void vscode.window.showWarningMessage(vscode.l10n.t('{0} changes were dropped: their lines were edited.', lost))
			}
			void this.refresh(session)
		}
	}

	private async refresh(session: Session): Promise<void> {
		if (session.review.hunks.length > 0) {
			this.changed.fire(session.uri)
			this.lensesChanged.fire()
			return
		}
		this.sessions.delete(session.uri.toString())
		const tabs = vscode.window.tabGroups.all
			.flatMap((group) => group.tabs)
			.filter(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === session.uri.toString())
		await vscode.window.tabGroups.close(tabs)
		if (!session.document.isClosed) await vscode.window.showTextDocument(session.document)
	}

	private decorate(): void {
		for (const editor of vscode.window.visibleTextEditors) {
			const session = this.sessions.get(editor.document.uri.toString())
			if (!session) continue
			const { shown } = reviewText(session.review)
			const ranges = (part: 'removed' | 'added') =>
				shown
					.map((it) => it[part])
					.flatMap(({ startLine, endLine }) =>
						Array.from({ length: endLine - startLine }, (_, at) => rangeOf(startLine + at)),
					)
			const changed = [...ranges('removed'), ...ranges('added')]
			const lines = new Set(changed.map(({ start }) => start.line))
			const others = Array.from({ length: editor.document.lineCount }, (_, line) => line).filter(
				(line) => !lines.has(line),
			)
			editor.setDecorations(this.removed, ranges('removed'))
			editor.setDecorations(this.added, ranges('added'))
			editor.setDecorations(this.same, others.map(rangeOf))
		}
	}
}

function replacement(document: vscode.TextDocument, { startLine, endLine, lines }: LineEdit): [vscode.Range, string] {
	const eol = document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n'
	const text = lines.join(eol)
	if (endLine < document.lineCount)
		return [new vscode.Range(startLine, 0, endLine, 0), lines.length > 0 ? text + eol : '']
	// The last line has no line break of its own: the one before it goes or comes.
	const end = document.lineAt(document.lineCount - 1).range.end
	if (startLine === 0) return [new vscode.Range(new vscode.Position(0, 0), end), text]
	const start = document.lineAt(startLine - 1).range.end
	return [new vscode.Range(start, end), lines.length > 0 ? eol + text : '']
}

function decorationOf(kind: 'removed' | 'inserted', sign: string): vscode.TextEditorDecorationType {
	const background = new vscode.ThemeColor(`diffEditor.${kind}LineBackground`)
	return vscode.window.createTextEditorDecorationType({
		isWholeLine: true,
		backgroundColor: background,
		overviewRulerColor: new vscode.ThemeColor(`diffEditorOverview.${kind}Foreground`),
		overviewRulerLane: vscode.OverviewRulerLane.Full,
		border: '1px solid',
		borderColor: new vscode.ThemeColor(`diffEditor.${kind}TextBorder`),
		// Colour alone says nothing to some.
		before: signOf(sign),
	})
}

function signOf(sign: string): vscode.ThemableDecorationAttachmentRenderOptions {
	return { contentText: sign, margin: '0 0.5em 0 0' }
}

function rangeOf(line: number): vscode.Range {
	return new vscode.Range(line, 0, line, 0)
}

function reveal(editor: vscode.TextEditor, line: number): void {
	const range = rangeOf(line)
	editor.selection = new vscode.Selection(range.start, range.start)
	editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport)
}
