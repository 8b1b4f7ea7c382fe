import * as vscode from 'vscode'
import { isSameFault, type KeptFinding } from '../../core/security/session/findingsBook.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import { messageOf } from '../../shared/errors.ts'
import { internalCommandIds } from '../ids.ts'
import { type RulePages, showPath } from './explainFinding.ts'
import { writeIgnore } from './findingActions.ts'
import type { SecuritySession } from './securitySession.ts'

/** Registers what code actions and links do about a finding, besides the commands of the manifest. */
export function registerFindingCommands(session: SecuritySession, pages: RulePages): Disposable {
	const store = new DisposableStore()
	const register = (id: string, run: (argument: unknown) => unknown): void => {
		store.add(
			vscode.commands.registerCommand(id, async (argument: unknown) => {
				try {
					await run(argument)
				} catch (error) {
					void vscode.window.showErrorMessage(vscode.l10n.t('Alcove: {0}', messageOf(error)))
				}
			}),
		)
	}
	const withFinding = (run: (kept: KeptFinding) => unknown) => async (argument: unknown) => {
		const kept = session.find(argument)
		if (kept) await run(kept)
	}
	register(internalCommandIds.openRulePage, (ruleId) => pages.open(String(ruleId)))
	register(internalCommandIds.showPath, withFinding(showPath))
	register(
		internalCommandIds.ignoreFinding,
		withFinding(async (kept) => {
			if (await writeIgnore(kept)) await session.recheck(kept.documentId)
		}),
	)
	register(
		internalCommandIds.ignoreRule,
		withFinding((kept) => ignoreRule(session, kept)),
	)
	register(
		internalCommandIds.markAsKnown,
		withFinding((kept) => markAsKnown(session, kept)),
	)
	return store
}

async function ignoreRule(session: SecuritySession, { finding, documentId }: KeptFinding): Promise<void> {
	const root = rootOf(session, documentId)
	const reason = await vscode.window.showInputBox({
		prompt: vscode.l10n.t(
			'Why is {0} not looked for in this workspace? The reason is kept in .alcove/security.json.',
			finding.ruleId,
		),
		validateInput: (text) => (text.trim() === '' ? vscode.l10n.t('A reason is needed.') : undefined),
	})
	if (reason === undefined) return
	await session.records.ignoreRule(root, finding.ruleId, reason.trim())
	const file = vscode.Uri.joinPath(vscode.Uri.file(root), '.alcove', 'security.json')
	session.deps.analyzer.filesChanged([file.fsPath])
	session.removeWhere((kept) => kept.finding.ruleId === finding.ruleId)
}

async function markAsKnown(session: SecuritySession, kept: KeptFinding): Promise<void> {
	// The analyses of several files may have come to it.
	const same = session.book.findings.filter((it) => isSameFault(it, kept))
	for (const one of same) await session.records.markAsKnown(rootOf(session, one.documentId), one.finding)
	session.removeWhere((it) => isSameFault(it, kept))
}

function rootOf({ book }: SecuritySession, documentId: string): string {
	const root = book.of(documentId)?.root
	if (root === undefined) throw new Error(vscode.l10n.t('The file belongs to no folder.'))
	return root
}
