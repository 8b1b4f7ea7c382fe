import * as vscode from 'vscode'
import type { Attachment } from '../../../core/chat/conversation.ts'
import { isSlashName, type SlashName } from '../../../core/chat/slashCommands.ts'
import { type Disposable, DisposableStore } from '../../../shared/disposable.ts'
import { internalCommandIds } from '../../ids.ts'
import type { CodeCommands } from './codeCommands.ts'
import type { Lines } from './understandQuestion.ts'

export interface CodeActionsDeps {
	readonly commands: Pick<CodeCommands, 'ask' | 'askAbout'>
	/** The finding of the security analysis that a squiggle shows. */
	readonly findingOf: (uri: vscode.Uri, diagnostic: vscode.Diagnostic) => Promise<Attachment | undefined>
	readonly isOn: () => boolean
}

const ownSource = 'Alcove'

/** "Explain with Alcove" and "Fix with Alcove" at squiggles, and for what is selected where somebody asks what can be done with it. */
export function registerCodeActions(deps: CodeActionsDeps): Disposable {
	const store = new DisposableStore()
	const actions = new ChatCodeActions(deps)
	const kinds = [vscode.CodeActionKind.QuickFix, vscode.CodeActionKind.RefactorRewrite]
	store.add(
		vscode.languages.registerCodeActionsProvider({ pattern: '**/*' }, actions, { providedCodeActionKinds: kinds }),
	)
	store.add(
		vscode.commands.registerCommand(internalCommandIds.askAboutProblem, (name, uri, lines, diagnostic) =>
			askAbout(deps, name, uri, lines, diagnostic),
		),
	)
	store.add(
		vscode.commands.registerCommand(internalCommandIds.askAboutSelection, (name: unknown) =>
			typeof name === 'string' && isSlashName(name) ? deps.commands.ask(name) : undefined,
		),
	)
	return store
}

/** Made to be asked often: nothing is computed before an action is chosen. */
export class ChatCodeActions implements vscode.CodeActionProvider {
	private readonly deps: Pick<CodeActionsDeps, 'isOn'>

	constructor(deps: Pick<CodeActionsDeps, 'isOn'>) {
		this.deps = deps
	}

	provideCodeActions(
		document: vscode.TextDocument,
		range: vscode.Range,
		context: vscode.CodeActionContext,
	): vscode.CodeAction[] {
		if (!this.deps.isOn()) return []
		const others = context.diagnostics.filter(({ source }) => source !== ownSource)
		const own = context.diagnostics.filter(({ source }) => source === ownSource)
		const actions = [
			...own.map((diagnostic) =>
				problemAction(explainTitle(diagnostic, own.length > 1), 'security', document, [diagnostic]),
			),
			...(others.length > 0
				? [
						problemAction(vscode.l10n.t('Fix with Alcove'), 'fix', document, others),
						problemAction(vscode.l10n.t('Explain with Alcove'), 'explain', document, others),
					]
				: []),
		]
		// A light bulb at everything that is selected would be no help.
		const isAsked = context.triggerKind === vscode.CodeActionTriggerKind.Invoke && !range.isEmpty
		return isAsked ? [...actions, selectionAction(vscode.l10n.t('Refactor with Alcove'), 'refactor')] : actions
	}
}

/** Of several findings at one place the title says which is meant. */
function explainTitle({ code }: vscode.Diagnostic, isOneOfSeveral: boolean): string {
	const title = vscode.l10n.t('Explain in the chat')
	const value = typeof code === 'object' ? code.value : code
	return isOneOfSeveral && value !== undefined ? `${title} (${value})` : title
}

function problemAction(
	title: string,
	name: SlashName,
	{ uri }: vscode.TextDocument,
	diagnostics: readonly vscode.Diagnostic[],
): vscode.CodeAction {
	const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix)
	action.diagnostics = [...diagnostics]
	const startLine = Math.min(...diagnostics.map(({ range }) => range.start.line))
	const endLine = Math.max(...diagnostics.map(({ range }) => range.end.line)) + 1
	const lines: Lines = { startLine, endLine }
	const [first] = name === 'security' ? diagnostics : []
	action.command = { title, command: internalCommandIds.askAboutProblem, arguments: [name, uri, lines, first] }
	return action
}

function selectionAction(title: string, name: SlashName): vscode.CodeAction {
	const action = new vscode.CodeAction(title, vscode.CodeActionKind.RefactorRewrite)
	action.command = { title, command: internalCommandIds.askAboutSelection, arguments: [name] }
	return action
}

/** Other extensions can run the command too: what does not fit is not done. */
async function askAbout(
	{ commands, findingOf }: CodeActionsDeps,
	name: unknown,
	uri: unknown,
	lines: unknown,
	diagnostic: unknown,
): Promise<void> {
	if (typeof name !== 'string' || !isSlashName(name) || !(uri instanceof vscode.Uri) || !isLines(lines)) return
	const finding = diagnostic ? await findingOf(uri, diagnostic as vscode.Diagnostic) : undefined
	await commands.askAbout(name, uri, lines, finding)
}

function isLines(value: unknown): value is Lines {
	const { startLine, endLine } = (value ?? {}) as Partial<Lines>
	return Number.isInteger(startLine) && Number.isInteger(endLine)
}
