import * as vscode from 'vscode'
import type { AskForPlace } from '../../../core/chat/apply/askForPlace.ts'
import type { OutlinedText } from '../../../core/chat/apply/byDefinitions.ts'
import { commonIndent, indentOf, linesOf, reindented } from '../../../core/chat/apply/lineEdit.ts'
import { pathOfBlock } from '../../../core/chat/apply/pathOfBlock.ts'
import { type ApplyPlan, planApply } from '../../../core/chat/apply/planApply.ts'
import type { LineDiff } from '../../../core/chat/apply/review.ts'
import type { AnswerNode } from '../../../core/chat/conversation.ts'
import { parseSlash } from '../../../core/chat/slashCommands.ts'
import type { CodeOutline } from '../../../core/context/symbols/codeOutline.ts'
import type { CancellationToken } from '../../../shared/cancellation.ts'
import type { Clock } from '../../../shared/clock.ts'
import { type FencedBlock, fencedBlocks } from '../../../shared/fencedBlocks.ts'
import { patientProgress } from '../../patientProgress.ts'
import { putCommitMessage } from '../attachments/readChanges.ts'
import type { BlockAction, BlockActions, ChatNotice } from '../chatParts.ts'
import { ChangeReviews } from './changeReviews.ts'
import { languageOfFence } from './languageOfFence.ts'

/** Bytes of a file that code is applied to. */
const mostCharacters = 2_000_000

export interface CodeBlocksDeps {
	readonly outline: CodeOutline
	readonly diff: LineDiff
	readonly askForPlace: AskForPlace
	readonly clock: Clock
}

/** What can be done with the code in an answer: copy it, insert it, make a file of it, or apply it to a file, change by change. */
export class CodeBlocks implements BlockActions {
	readonly reviews: ChangeReviews
	private readonly deps: CodeBlocksDeps

	constructor(deps: CodeBlocksDeps) {
		this.deps = deps
		this.reviews = new ChangeReviews(deps.diff)
	}

	async run(action: BlockAction, answer: AnswerNode, question: string, block: number): Promise<ChatNotice | undefined> {
		const found = fencedBlocks(answer.text)[block]
		if (!found) return { severity: 'error', text: vscode.l10n.t('The code is not in the answer any more.') }
		switch (action) {
			case 'copy':
				await vscode.env.clipboard.writeText(found.code)
				return { severity: 'info', text: vscode.l10n.t('Copied.') }
			case 'insert':
				return isCommitMessage(found, question) ? toSourceControl(found) : insertAtCursor(found)
			case 'newFile':
				return newFile(found)
			case 'apply':
				return this.apply(found, answer)
		}
	}

	dispose(): void {
		this.reviews.dispose()
	}

	private async apply(block: FencedBlock, answer: AnswerNode): Promise<ChatNotice | undefined> {
		const document = await targetOf(block, answer)
		if (!document)
			return { severity: 'warning', text: vscode.l10n.t('Open the file that the code is for, and apply it again.') }
		if (document.getText().length > mostCharacters)
			return { severity: 'warning', text: vscode.l10n.t('The file is too large to apply code to.') }
		const plan = await patientProgress(
			vscode.l10n.t('Looking for the place of the code in {0}', vscode.workspace.asRelativePath(document.uri)),
			this.deps.clock,
			(token) => this.planned(document, block, token),
		)
		if (plan === undefined) return undefined
		if (plan.kind === 'nothing') return { severity: 'info', text: vscode.l10n.t('The file has this code already.') }
		if (plan.kind === 'unknown') {
			return {
				severity: 'warning',
				text: vscode.l10n.t('It cannot be told where the code goes. Insert it at the cursor instead.'),
			}
		}
		const count = await this.reviews.show(document, plan.edits)
		if (count === 0) return { severity: 'info', text: vscode.l10n.t('The file has this code already.') }
		return { severity: 'info', text: vscode.l10n.t('{0} changes to decide on.', count) }
	}

	/** @returns undefined where the user cancelled it */
	private async planned(
		document: vscode.TextDocument,
		block: FencedBlock,
		token: CancellationToken,
	): Promise<ApplyPlan | undefined> {
		const text = document.getText()
		const whole = await this.outlined(document.languageId, text, token)
		const selection = selectionIn(document)
		const order = { document: whole, ...(selection && { selection }) }
		const plan = planApply({ ...order, block: await this.outlined(document.languageId, block.code, token) })
		if (token.isCancellationRequested) return undefined
		if (plan.kind !== 'unknown') return plan
		const path = vscode.workspace.asRelativePath(document.uri)
		const written = await this.deps.askForPlace({ text, block: block.code, why: plan.why, path }, token)
		if (token.isCancellationRequested) return undefined
		const asked = planApply({ document: whole, block: { lines: linesOf(written), definitions: [] } })
		return asked.kind === 'edits' && asked.by === 'searchReplace' ? asked : plan
	}

	private async outlined(languageId: string, text: string, token: CancellationToken): Promise<OutlinedText> {
		return {
			lines: linesOf(text),
			definitions: (await this.deps.outline.outlineOf(languageId, text, token)) ?? [],
		}
	}
}

/** The file that the block names, the one that the answer is about, or the one in view. */
async function targetOf(block: FencedBlock, { receipt }: AnswerNode): Promise<vscode.TextDocument | undefined> {
	const shown = receipt?.pieces.filter(({ shown, path }) => shown !== 'leftOut' && path !== undefined) ?? []
	const paths = [...new Set(shown.map(({ path }) => path))]
	const named = pathOfBlock(block)
	const suffix = named && paths.find((path) => path === named || path?.endsWith(`/${named}`))
	const only = paths.length === 1 ? paths[0] : undefined
	const active = vscode.window.activeTextEditor?.document
	for (const path of [suffix, named, only]) {
		const document = path === undefined ? undefined : await documentAt(path)
		if (document) return document
	}
	if (active && active.uri.scheme !== 'output') return active
	return vscode.window.visibleTextEditors.find(({ document }) => document.uri.scheme === 'file')?.document
}

/** @param path relative to a folder of the workspace, or a URI */
async function documentAt(path: string): Promise<vscode.TextDocument | undefined> {
	const folders = vscode.workspace.workspaceFolders ?? []
	const uris = /^[\w-]+:\//.test(path)
		? [vscode.Uri.parse(path)]
		: folders.map(({ uri }) => vscode.Uri.joinPath(uri, path))
	for (const uri of uris) {
		try {
			return await vscode.workspace.openTextDocument(uri)
		} catch {
			// It is not there, or no text.
		}
	}
	return undefined
}

function selectionIn(document: vscode.TextDocument): { startLine: number; endLine: number } | undefined {
	const editor = vscode.window.visibleTextEditors.find((it) => it.document === document)
	if (!editor || editor.selection.isEmpty) return undefined
	const { start, end } = editor.selection
	return { startLine: start.line, endLine: end.character === 0 ? end.line : end.line + 1 }
}

/** What `/commit` writes: small models forget to name the language. */
function isCommitMessage({ language }: FencedBlock, question: string): boolean {
	if (/^(git-?commit|commit)$/i.test(language)) return true
	return parseSlash(question)?.name === 'commit' && /^(|text|txt|plaintext|plain|markdown|md)$/i.test(language)
}

async function toSourceControl({ code }: FencedBlock): Promise<ChatNotice> {
	if (await putCommitMessage(code)) {
		return { severity: 'info', text: vscode.l10n.t('The message stands in the source control view.') }
	}
	return { severity: 'warning', text: vscode.l10n.t('There is no git repository in this workspace.') }
}

async function insertAtCursor({ code }: FencedBlock): Promise<ChatNotice | undefined> {
	const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0]
	if (!editor) return { severity: 'warning', text: vscode.l10n.t('Open a file first: the code goes to its cursor.') }
	const { selection, document } = editor
	const before = document.lineAt(selection.start.line).text.slice(0, selection.start.character)
	const indent = before.trim() === '' ? before : indentOf(before)
	const lines = reindented(linesOf(code), indent)
	// The first line stands behind what is there.
	const text = [
		lines[0]?.slice(before.trim() === '' ? before.length : commonIndent(lines).length) ?? '',
		...lines.slice(1),
	]
	const isDone = await editor.edit((edit) => edit.replace(selection, text.join('\n')))
	if (!isDone)
		return { severity: 'error', text: vscode.l10n.t('The editor did not take the change: the file may be read-only.') }
	await vscode.window.showTextDocument(document, editor.viewColumn)
	return undefined
}

async function newFile(block: FencedBlock): Promise<undefined> {
	const folder = vscode.workspace.workspaceFolders?.[0]
	const path = pathOfBlock(block)
	const languages = await vscode.languages.getLanguages()
	const language = languageOfFence(block.language, languages)
	if (folder && path !== undefined && !(await documentAt(path))) {
		const uri = vscode.Uri.joinPath(folder.uri, path).with({ scheme: 'untitled' })
		const document = await vscode.workspace.openTextDocument(uri)
		const editor = await vscode.window.showTextDocument(document)
		await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), block.code))
		return undefined
	}
	const document = await vscode.workspace.openTextDocument({ content: block.code, ...(language && { language }) })
	await vscode.window.showTextDocument(document)
	return undefined
}
