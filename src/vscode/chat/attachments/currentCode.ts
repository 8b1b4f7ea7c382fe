import * as vscode from 'vscode'
import type { Attachment } from '../../../core/chat/conversation.ts'
import { isExcluded } from '../../../core/context/excludedPaths.ts'
import { type Disposable, DisposableStore } from '../../../shared/disposable.ts'
import { Emitter } from '../../../shared/event.ts'
import { isCodeDocument } from '../../completion/codeDocument.ts'
import { pathOf } from '../workspacePaths.ts'

export type CurrentCode = Extract<Attachment, { kind: 'file' | 'selection' }>

/** Of a longer file, what is in view goes along, with some lines around it. */
const longestFile = 400
const linesAround = 60

/**
 * The code that a person looks at: what is selected, else the file, or the part of a long file that is in view. While the chat has the
 * focus, that is the editor that had it before, as long as it can be seen.
 */
export class CurrentCodeTracker implements Disposable {
	private readonly store = new DisposableStore()
	private readonly changes = this.store.add(new Emitter<void>())
	private last: vscode.TextEditor | undefined
	/** What was told of: a cursor that moves changes nothing. */
	private told: string | undefined
	readonly onDidChange = this.changes.event

	constructor() {
		const { store } = this
		const take = (editor: vscode.TextEditor | undefined) => {
			if (editor && isWork(editor.document)) this.last = editor
			this.tell()
		}
		const tell = () => this.tell()
		take(vscode.window.activeTextEditor)
		store.add(vscode.window.onDidChangeActiveTextEditor(take))
		store.add(vscode.window.onDidChangeVisibleTextEditors(tell))
		store.add(vscode.window.onDidChangeTextEditorSelection(tell))
		store.add(vscode.window.onDidChangeTextEditorVisibleRanges(tell))
	}

	/** The editor that counts; undefined where none is in view. */
	get editor(): vscode.TextEditor | undefined {
		const { activeTextEditor, visibleTextEditors } = vscode.window
		if (activeTextEditor && isWork(activeTextEditor.document)) return activeTextEditor
		const { last } = this
		if (!last) return undefined
		const id = last.document.uri.toString()
		return visibleTextEditors.find((it) => it === last) ?? visibleTextEditors.find((it) => idOf(it) === id)
	}

	/** Undefined also where it looks secret: such a file is no use as a chip. */
	get code(): CurrentCode | undefined {
		const { editor } = this
		if (!editor) return undefined
		const { document, selection, visibleRanges } = editor
		const path = pathOf(document.uri)
		if (isExcluded(path)) return undefined
		if (!selection.isEmpty) return linesOf(document, path, selection)
		if (document.lineCount <= longestFile) return { kind: 'file', path }
		const [first] = visibleRanges
		const start = Math.max(0, (first?.start ?? selection.start).line - linesAround)
		const end = Math.min(document.lineCount - 1, (visibleRanges.at(-1)?.end ?? selection.end).line + linesAround)
		return linesOf(document, path, new vscode.Range(start, 0, end + 1, 0))
	}

	dispose(): void {
		this.store.dispose()
	}

	private tell(): void {
		const { code } = this
		const now = JSON.stringify(code?.kind === 'selection' ? { ...code, text: '' } : code)
		if (now === this.told) return
		this.told = now
		this.changes.fire()
	}
}

/** Whole lines: half of one is hard to read. */
export function linesOf(document: vscode.TextDocument, path: string, { start, end }: vscode.Range): CurrentCode {
	const last = end.character === 0 && end.line > start.line ? end.line : end.line + 1
	const endLine = Math.min(last, document.lineCount)
	const text = document.getText(new vscode.Range(start.line, 0, endLine, 0))
	return { kind: 'selection', path, startLine: start.line, endLine, text }
}

/** Not what is shown of ours, nor the old side of a comparison. */
function isWork({ uri }: vscode.TextDocument): boolean {
	return isCodeDocument(uri.scheme) && !/^(alcove-|git$|vscode-(?!vfs|remote|userdata|notebook-cell))/.test(uri.scheme)
}

function idOf({ document }: vscode.TextEditor): string {
	return document.uri.toString()
}
