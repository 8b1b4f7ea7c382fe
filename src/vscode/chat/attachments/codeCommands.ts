import * as vscode from 'vscode'
import type { Attachment } from '../../../core/chat/conversation.ts'
import type { SlashName } from '../../../core/chat/slashCommands.ts'
import type { Clock } from '../../../shared/clock.ts'
import { commandIds } from '../../ids.ts'
import type { Chat } from '../chatParts.ts'
import { pathOf } from '../workspacePaths.ts'
import type { ComposerContext } from './composerContext.ts'
import { linesOf } from './currentCode.ts'
import { attachmentOf, symbolAround } from './findSymbols.ts'
import { terminalSelection } from './terminalSelection.ts'
import type { Lines } from './understandQuestion.ts'

/** Lines around a problem where nobody knows what function it is in. */
const linesAround = 15
/** Of a function that goes along whole. */
const longestSymbol = 300

export interface CodeCommandsDeps {
	readonly chat: Pick<Chat, 'ask' | 'notify'>
	readonly context: Pick<ComposerContext, 'editor' | 'add' | 'addFiles'>
	readonly clock: Clock
}

/** What menus of the editor, the explorer and the terminal ask of the chat. */
export class CodeCommands {
	private readonly deps: CodeCommandsDeps

	constructor(deps: CodeCommandsDeps) {
		this.deps = deps
	}

	/** About what is selected, else about the function at the cursor, else about the file. */
	async ask(name: SlashName): Promise<void> {
		const { editor } = this.deps.context
		if (!editor) return this.tell(vscode.l10n.t('Open a file first: the question is about the code in view.'))
		const { document, selection } = editor
		const symbol = selection.isEmpty ? await symbolAround(document.uri, selection.active, this.deps.clock) : undefined
		const attachments = symbol ? [attachmentOf(symbol)] : []
		await this.deps.chat.ask({ text: `/${name}`, attachments, isSent: true })
	}

	/** About a problem that the editor shows there, with the code that it is in. */
	async askAbout(name: SlashName, uri: vscode.Uri, lines: Lines, finding?: Attachment): Promise<void> {
		const document = await vscode.workspace.openTextDocument(uri)
		const path = pathOf(uri)
		const code = linesOf(document, path, await this.rangeAround(document, lines))
		const problem: Attachment = finding ?? { kind: 'problems', path, ...lines }
		const attachments = finding ? [problem, code] : [code, problem]
		await this.deps.chat.ask({ text: `/${name}`, attachments, isSent: true })
	}

	/** Asks for nothing yet. */
	async addCode(): Promise<void> {
		const { editor } = this.deps.context
		if (!editor) return this.tell(vscode.l10n.t('Open a file first: the question is about the code in view.'))
		const { document, selection } = editor
		const path = pathOf(document.uri)
		const code: Attachment = selection.isEmpty ? { kind: 'file', path } : linesOf(document, path, selection)
		await this.show([code])
	}

	/** @param argument of a menu: what was clicked at; `others`: all that is selected with it */
	async addFiles(argument: unknown, others: unknown): Promise<void> {
		const clicked = Array.isArray(others) && others.length > 0 ? others : [argument]
		const uris = clicked.filter((one): one is vscode.Uri => one instanceof vscode.Uri)
		if (uris.length === 0) return this.addCode()
		const notice = await this.deps.context.addFiles(uris.map((uri) => uri.toString()))
		await this.show([])
		if (notice) this.deps.chat.notify(notice)
	}

	async addTerminal(): Promise<void> {
		const text = await terminalSelection(false)
		if (text === undefined) return this.tell(vscode.l10n.t('Select something in the terminal first.'))
		await this.show([{ kind: 'terminal', text }])
	}

	async writeCommitMessage(): Promise<void> {
		await this.deps.chat.ask({ text: '/commit', isSent: true })
	}

	private async show(attachments: readonly Attachment[]): Promise<void> {
		this.deps.context.add(attachments)
		// Without a text: what is being typed stays.
		await vscode.commands.executeCommand(commandIds.openChat)
	}

	private async rangeAround(document: vscode.TextDocument, { startLine, endLine }: Lines): Promise<vscode.Range> {
		const symbol = await symbolAround(document.uri, new vscode.Position(startLine, 0), this.deps.clock)
		const range = symbol?.range
		if (range && range.end.line >= endLine - 1 && range.end.line - range.start.line <= longestSymbol) return range
		const start = Math.max(0, startLine - linesAround)
		return new vscode.Range(start, 0, Math.min(document.lineCount, endLine + linesAround), 0)
	}

	private async tell(text: string): Promise<void> {
		void vscode.window.showInformationMessage(text)
	}
}
