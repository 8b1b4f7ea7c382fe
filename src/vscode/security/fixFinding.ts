import * as vscode from 'vscode'
import { isCapable } from '../../core/security/capableModel.ts'
import type { FixOrigin, ProposedFix } from '../../core/security/securityPorts.ts'
import { outcomeOf } from '../../core/security/session/documentAnalyses.ts'
import type { KeptFinding } from '../../core/security/session/findingsBook.ts'
import { commandIds } from '../ids.ts'
import { problemText } from '../models/problemText.ts'
import { patientProgress } from '../patientProgress.ts'
import { editorDocuments } from './editorDocuments.ts'
import type { FixPreview } from './fixPreview.ts'
import type { SecuritySession } from './securitySession.ts'
import { failureText } from './securityText.ts'
import { tooSmallToFixText } from './triageText.ts'

/** Shows the rule's own change, and where there is none or another one is wanted, what the model writes. Each was analyzed. */
export async function fixFinding(session: SecuritySession, preview: FixPreview, kept: KeptFinding): Promise<void> {
	const { analyzer } = session.deps
	const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(kept.documentId))
	const origins = await analyzer.fixOrigins(kept.finding)
	for (const [at, origin] of origins.entries()) {
		const proposed = await propose(session, kept, origin)
		if (!proposed) return
		const [best] = proposed
		if (!best) continue
		const chosen = await preview.show(document, best, { hasOther: at + 1 < origins.length })
		if (chosen === 'applied') await session.recheck(kept.documentId)
		if (chosen !== 'other') return
	}
	await tellOfNone(session, origins.includes('model'))
}

/** @returns undefined where it was cancelled */
function propose(
	session: SecuritySession,
	{ finding, documentId }: KeptFinding,
	origin: FixOrigin,
): Promise<readonly ProposedFix[] | undefined> {
	const title =
		origin === 'rule'
			? vscode.l10n.t('Alcove tries a fix, and analyzes the result')
			: vscode.l10n.t('The model writes a fix, which is analyzed before it is shown')
	return patientProgress(title, session.deps.clock, async (token) => {
		const document = editorDocuments.open(documentId)
		if (!document) return undefined
		try {
			return await session.deps.analyzer.proposeFixes(session.orderOf(document), finding, origin, token)
		} catch (error) {
			const outcome = outcomeOf(error)
			if (outcome.kind === 'failed') throw new Error(failureText(vscode.l10n, outcome.reason), { cause: error })
			return undefined
		}
	})
}

async function tellOfNone({ deps }: SecuritySession, wasModelAsked: boolean): Promise<void> {
	const { state } = deps.chat
	const choose = vscode.l10n.t('Choose Model…')
	let chosen: string | undefined
	if (state.kind === 'ready' && !isCapable(state.model)) {
		const text = tooSmallToFixText(vscode.l10n, state.model.name, state.model.parameters)
		chosen = await vscode.window.showInformationMessage(text, choose)
	} else if (wasModelAsked && state.kind === 'failed') {
		chosen = await vscode.window.showWarningMessage(problemText(vscode.l10n, state.problem).message, choose)
	} else {
		void vscode.window.showInformationMessage(
			vscode.l10n.t(
				'No change was found that removes this finding and brings no other. The page of the rule says what to do.',
			),
		)
	}
	if (chosen === choose) await vscode.commands.executeCommand(commandIds.chooseModel)
}
