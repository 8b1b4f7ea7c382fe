import * as vscode from 'vscode'
import type { ChatPiece, ChatTask, UnderstoodQuestion } from '../../core/chat/chatPorts.ts'
import type { Attachment } from '../../core/chat/conversation.ts'
import { isExcluded } from '../../core/context/excludedPaths.ts'
import type { ViewChip, ViewSuggestion } from '../../protocol/webview.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import { Emitter } from '../../shared/event.ts'
import { isCodeDocument } from '../completion/codeDocument.ts'
import type { ChatContext, ChatNotice, ContextChip } from './chatParts.ts'

/** Bytes of a file that is read for the model. */
const largest = 1_000_000

/** The file in view and its selection go along by themselves, files that were dropped as long as they are wanted. */
export class EditorContext implements ChatContext, Disposable {
	private readonly store = new DisposableStore()
	private readonly changes = this.store.add(new Emitter<void>())
	private readonly chosen = new Map<string, Attachment>()
	/** Implicit ones that the user took away. */
	private readonly removed = new Set<string>()
	private count = 0
	readonly onDidChangeChips = this.changes.event

	private readonly research: ((topic: string) => ChatTask) | undefined

	/** @param research what answers `/research TOPIC`; absent: nothing does */
	constructor(research?: (topic: string) => ChatTask) {
		this.research = research
		const { store } = this
		store.add(vscode.window.onDidChangeActiveTextEditor(() => this.changes.fire()))
		store.add(vscode.window.onDidChangeTextEditorSelection(() => this.changes.fire()))
	}

	get chips(): readonly ContextChip[] {
		const chosen = [...this.chosen].map(([id, attachment]) => this.chip(id, attachment, false))
		const implicit = implicitAttachment()
		if (!implicit || this.removed.has(implicit.kind)) return chosen
		return [...chosen, this.chip(`implicit-${implicit.kind}`, implicit, true)]
	}

	get starters() {
		const { l10n } = vscode
		return [
			{ label: l10n.t('Explain this file'), text: l10n.t('What does this file do?') },
			{ label: l10n.t('Find problems'), text: l10n.t('What may go wrong in this code?') },
			{ label: l10n.t('Write a test'), text: l10n.t('Write a test for this code.') },
		]
	}

	add(attachments: readonly Attachment[]): void {
		for (const attachment of attachments) this.chosen.set(`chosen-${++this.count}`, attachment)
		this.changes.fire()
	}

	async addFiles(uris: readonly string[]): Promise<ChatNotice | undefined> {
		const found: Attachment[] = []
		for (const text of uris) {
			const uri = vscode.Uri.parse(text)
			if (vscode.workspace.getWorkspaceFolder(uri))
				found.push({ kind: 'file', path: vscode.workspace.asRelativePath(uri) })
		}
		this.add(found)
		if (found.length === uris.length) return undefined
		return { severity: 'warning', text: vscode.l10n.t('Only files of the workspace can be attached.') }
	}

	remove(chip: string): void {
		if (!this.chosen.delete(chip)) this.removed.add(chip.replace(/^implicit-/, ''))
		this.changes.fire()
	}

	sent(): void {
		this.chosen.clear()
		this.removed.clear()
		this.changes.fire()
	}

	async suggest(): Promise<readonly ViewSuggestion[]> {
		return []
	}

	labelOf(attachment: Attachment): string {
		switch (attachment.kind) {
			case 'selection':
			case 'symbol':
				return `${nameOf(attachment.path)}:${attachment.startLine + 1}-${attachment.endLine}`
			case 'file':
			case 'folder':
				return nameOf(attachment.path)
			case 'finding':
				return attachment.title
			default:
				return `@${attachment.kind}`
		}
	}

	async understand(text: string, attachments: readonly Attachment[]): Promise<UnderstoodQuestion> {
		const topic = /^\s*\/research\s+(\S[\s\S]*)$/.exec(text)?.[1]?.trim()
		const plain = { instruction: text, query: text, attachments }
		return topic !== undefined && this.research ? { ...plain, query: topic, task: this.research(topic) } : plain
	}

	async read(attachments: readonly Attachment[]): Promise<readonly ChatPiece[]> {
		return Promise.all(attachments.map(readOne))
	}

	dispose(): void {
		this.store.dispose()
	}

	private chip(id: string, attachment: Attachment, isImplicit: boolean): ContextChip {
		const detail = 'path' in attachment ? attachment.path : undefined
		const shown: ViewChip = {
			id,
			kind: attachment.kind,
			label: this.labelOf(attachment),
			isImplicit,
			...(detail !== undefined && { detail }),
		}
		return { shown, attachment }
	}
}

function implicitAttachment(): Attachment | undefined {
	const editor = vscode.window.activeTextEditor
	if (!editor || !isCodeDocument(editor.document.uri.scheme)) return undefined
	const { document, selection } = editor
	const path = vscode.workspace.asRelativePath(document.uri)
	if (selection.isEmpty) return { kind: 'file', path }
	const { start, end } = selection
	const endLine = end.character === 0 && end.line > start.line ? end.line : end.line + 1
	const text = document.getText(new vscode.Range(start.line, 0, endLine, 0))
	return { kind: 'selection', path, startLine: start.line, endLine, text }
}

async function readOne(attachment: Attachment): Promise<ChatPiece> {
	const source = attachment.kind === 'selection' ? '@selection' : '@file'
	if (attachment.kind === 'selection') {
		const { path, startLine, endLine, text } = attachment
		const piece = { source, path, startLine, endLine }
		return isExcluded(path) ? { ...piece, text: '', refused: vscode.l10n.t('looks secret') } : { ...piece, text }
	}
	if (attachment.kind !== 'file') return refused(source, undefined, vscode.l10n.t('cannot be read'))
	const { path } = attachment
	if (isExcluded(path)) return refused(source, path, vscode.l10n.t('looks secret'))
	const document = vscode.workspace.textDocuments.find(({ uri }) => vscode.workspace.asRelativePath(uri) === path)
	const text = document?.getText() ?? (await readFile(path))
	if (text === undefined) return refused(source, path, vscode.l10n.t('cannot be read'))
	return { source, path, startLine: 0, endLine: text.split('\n').length, text }
}

async function readFile(path: string): Promise<string | undefined> {
	for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
		try {
			const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(uri, path))
			if (bytes.length > largest || bytes.includes(0)) return undefined
			return new TextDecoder().decode(bytes)
		} catch {
			// Perhaps it is in another folder.
		}
	}
	return undefined
}

function refused(source: string, path: string | undefined, why: string): ChatPiece {
	return { source, text: '', refused: why, ...(path !== undefined && { path }) }
}

function nameOf(path: string): string {
	return path.slice(path.lastIndexOf('/') + 1)
}
