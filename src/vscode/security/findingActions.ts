import * as vscode from 'vscode'
import type { Finding } from '../../core/security/findings/finding.ts'
import { isInScript } from '../../core/security/lowering/script/pages.ts'
import type { FixOrigin } from '../../core/security/securityPorts.ts'
import type { FindingsBook, KeptFinding } from '../../core/security/session/findingsBook.ts'
import { commentMarkOf } from '../../core/syntax/commentMark.ts'
import { commandIds, internalCommandIds } from '../ids.ts'
import { findingOf } from './findingDiagnostics.ts'
import { withRule } from './securityText.ts'

interface ActionDeps {
	readonly book: FindingsBook
	/** By whom there may be a fix, the surest first. */
	fixOrigins(finding: Finding): Promise<readonly FixOrigin[]>
	/** Whether a model may be asked to judge. */
	mayJudge(): boolean
}

/** What can be done about a finding, at its squiggle. */
export class FindingActions implements vscode.CodeActionProvider {
	private readonly deps: ActionDeps

	constructor(deps: ActionDeps) {
		this.deps = deps
	}

	async provideCodeActions(
		document: vscode.TextDocument,
		_: vscode.Range,
		context: vscode.CodeActionContext,
	): Promise<vscode.CodeAction[]> {
		const documentId = document.uri.toString()
		const found = context.diagnostics.flatMap((diagnostic) => {
			const kept = diagnostic.source === 'Alcove' ? findingOf(this.deps.book, documentId, diagnostic) : undefined
			return kept ? [{ diagnostic, kept }] : []
		})
		const actions: vscode.CodeAction[] = []
		for (const { diagnostic, kept } of found) {
			const origins = await this.deps.fixOrigins(kept.finding)
			for (const action of this.actionsFor(diagnostic, kept, origins)) {
				// Of several findings at one place each has the same actions: nobody could tell which is meant.
				if (found.length > 1) action.title = withRule(action.title, kept.finding.ruleId)
				actions.push(action)
			}
		}
		return actions
	}

	private actionsFor(
		diagnostic: vscode.Diagnostic,
		kept: KeptFinding,
		[origin]: readonly FixOrigin[],
	): vscode.CodeAction[] {
		const { ruleId, path } = kept.finding
		const action = (title: string, command: string, ...args: readonly unknown[]): vscode.CodeAction => {
			const made = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix)
			made.diagnostics = [diagnostic]
			made.command = { title, command, arguments: [...args] }
			return made
		}
		return [
			...(origin ? [fixAction(origin, action(fixTitle(origin), commandIds.fixFinding, kept.id))] : []),
			action(vscode.l10n.t('About the rule "{0}"', ruleId), commandIds.explainFinding, kept.id),
			...(this.deps.mayJudge()
				? [action(vscode.l10n.t('Judge with the model'), commandIds.judgeFinding, kept.id)]
				: []),
			...(path.length > 1
				? [action(vscode.l10n.t('Show the way of the data'), internalCommandIds.showPath, kept.id)]
				: []),
			action(vscode.l10n.t('Ignore here, with a reason…'), internalCommandIds.ignoreFinding, kept.id),
			action(vscode.l10n.t('Ignore "{0}" in this workspace…', ruleId), internalCommandIds.ignoreRule, kept.id),
			action(vscode.l10n.t('Mark as false positive'), internalCommandIds.markAsKnown, kept.id),
		]
	}
}

/** What a rule does is surest: it stands first, and is what "Auto Fix" does. */
function fixAction(origin: FixOrigin, action: vscode.CodeAction): vscode.CodeAction {
	action.isPreferred = origin === 'rule'
	return action
}

function fixTitle(origin: FixOrigin): string {
	return origin === 'rule'
		? vscode.l10n.t('Fix, with a preview…')
		: vscode.l10n.t('Have the model write a fix, with a preview…')
}

/** Writes `alcove-ignore RULE: reason` above the line of a finding. @returns whether it was written */
export async function writeIgnore({ finding, placeId }: KeptFinding): Promise<boolean> {
	const reason = await vscode.window.showInputBox({
		prompt: vscode.l10n.t(
			'Why is this no problem here? The reason is written into the code. End it with "until 2027-01-31" to be asked again.',
		),
		validateInput: (text) => (text.trim() === '' ? vscode.l10n.t('A reason is needed.') : undefined),
	})
	if (reason === undefined) return false
	const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(placeId))
	const line = document.lineAt(finding.range.startLine)
	const indent = line.text.slice(0, line.firstNonWhitespaceCharacterIndex)
	const until = /\s+until (\d{4}-\d{2}-\d{2})\s*$/.exec(reason)
	const words = until ? reason.slice(0, until.index).trim() : reason.trim()
	const before = document.getText(new vscode.Range(document.positionAt(0), line.range.start))
	const [open, close] = commentAround(document.languageId, before)
	const text = `${indent}${open} alcove-ignore ${finding.ruleId}${until ? ` until ${until[1]}` : ''}: ${words}${close}\n`
	const edit = new vscode.WorkspaceEdit()
	edit.insert(document.uri, line.range.start, text)
	return vscode.workspace.applyEdit(edit)
}

function commentAround(languageId: string, before: string): readonly [open: string, close: string] {
	if (/^(html|xml|vue|svelte|markdown)$/.test(languageId)) return isInScript(before) ? ['//', ''] : ['<!--', ' -->']
	if (/^(css|scss|less)$/.test(languageId)) return ['/*', ' */']
	return [commentMarkOf(languageId), '']
}
