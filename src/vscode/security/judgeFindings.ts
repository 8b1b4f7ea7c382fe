import * as vscode from 'vscode'
import type { TextOrder } from '../../core/security/securityPorts.ts'
import type { KeptFinding } from '../../core/security/session/findingsBook.ts'
import type { ParsedCode } from '../../core/security/tree/codeNode.ts'
import type { TriageMark, TriageModel } from '../../core/security/triage/triage.ts'
import { type TriageProgress, triageFindings } from '../../core/security/triage/triageFindings.ts'
import { grammarOfPath } from '../../core/syntax/grammarOf.ts'
import type { CancellationToken } from '../../shared/cancellation.ts'
import { commandIds, configurationSection } from '../ids.ts'
import { type ProgressStep, patientProgress } from '../patientProgress.ts'
import { editorDocuments } from './editorDocuments.ts'
import type { SecuritySession } from './securitySession.ts'
import { judgedText, noModelText } from './triageText.ts'

/** UTF-16 code units: the tree of a longer file takes the editor's process too long to receive. */
const longestText = 400_000

interface Told {
	readonly marks: readonly TriageMark[]
	readonly model: TriageModel
}

/** Has the model judge findings, and says what came of it. The findings stay, whatever it says. */
export async function judgeFindings(session: SecuritySession, findings: readonly KeptFinding[]): Promise<void> {
	if (session.deps.settings.current['security.triage'] === 'off') return offerSetting()
	// What is about to be analyzed again may be gone.
	const fresh = findings.filter(({ isStale }) => !isStale)
	if (fresh.length === 0) {
		void vscode.window.showInformationMessage(
			vscode.l10n.t('There are no findings to judge. Analyze a file or the workspace first.'),
		)
		return
	}
	const title = vscode.l10n.t('The model judges findings')
	const told = await patientProgress(title, session.deps.clock, (token, report) =>
		judgeByRoot(session, fresh, report, token),
	)
	const { marks, model } = told
	session.deps.logger.log('info', 'security.judged', {
		findings: marks.length,
		judged: marks.filter(({ kind }) => kind !== 'notAsked').length,
		model: model.kind === 'used' ? model.name : model.why,
	})
	if (model.kind === 'none' && model.why !== 'cancelled') await tellOfNoModel(model)
	else void vscode.window.showInformationMessage(judgedText(vscode.l10n, marks))
}

/** Names of files are relative to a folder, so each folder is a run of its own, within one budget. */
async function judgeByRoot(
	session: SecuritySession,
	findings: readonly KeptFinding[],
	report: (step: ProgressStep) => void,
	token: CancellationToken,
): Promise<Told> {
	const { clock, settings, chat, analyzer } = session.deps
	const end = clock.now() + settings.current['security.triageSeconds'] * 1_000
	const rootOf = ({ documentId }: KeptFinding) => session.book.of(documentId)?.root
	const marks: TriageMark[] = []
	let model: TriageModel = { kind: 'none', why: 'notNeeded', detail: '' }
	let done = 0
	for (const root of new Set(findings.map(rootOf))) {
		const own = findings.filter((kept) => rootOf(kept) === root)
		const undeniable = await analyzer.undeniableRules(root, vscode.workspace.isTrusted)
		const onProgress = ({ index, triaged }: TriageProgress): void => {
			const kept = own[index]
			if (!kept) return
			done++
			report({
				message: vscode.l10n.t('{0} of {1}', done, findings.length),
				increment: 100 / findings.length,
			})
			if (triaged.mark.kind !== 'notAsked') session.book.judge(kept, kept.finding, triaged.mark)
		}
		const deps = {
			model: chat,
			codeOf: (file: string) => codeOf(session, own, root, file, token),
			languageOf: (file: string) => grammarOfPath(file) ?? 'unknown',
			isUndeniable: (ruleId: string) => undeniable.has(ruleId),
			clock,
		}
		const options = { budgetMs: Math.max(0, end - clock.now()), onProgress }
		const asked = own.map(({ finding }) => finding)
		const result = await triageFindings(asked, deps, options, token)
		marks.push(...result.findings.map(({ mark }) => mark))
		if (model.kind === 'none' && model.why === 'notNeeded') model = result.model
	}
	return { marks, model }
}

/** The text of the editor, or what is on disk, as a tree. */
async function codeOf(
	session: SecuritySession,
	findings: readonly KeptFinding[],
	root: string | undefined,
	file: string,
	token: CancellationToken,
): Promise<ParsedCode | undefined> {
	const own = findings.find(({ finding }) => finding.file === file)
	const documentId = own?.documentId ?? editorDocuments.idOf(root, file)
	const open = editorDocuments.open(documentId)
	try {
		const text =
			open?.text ?? new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.parse(documentId)))
		if (text.length > longestText) return undefined
		const order: TextOrder = {
			...{ ...session.switches(), root, file, text, unsaved: [] },
			languageId: open?.languageId ?? '',
		}
		return await session.deps.analyzer.parseText(order, token)
	} catch {
		// Deleted meanwhile, or cancelled: the finding is not judged.
		return undefined
	}
}

async function offerSetting(): Promise<void> {
	const open = vscode.l10n.t('Open Setting')
	const chosen = await vscode.window.showInformationMessage(
		vscode.l10n.t('The model judges findings only where the setting "Security: Triage" says so. It is off.'),
		open,
	)
	if (chosen !== open) return
	const id = `${configurationSection}.security.triage`
	await vscode.commands.executeCommand('workbench.action.openSettings', id)
}

async function tellOfNoModel(model: Extract<TriageModel, { readonly kind: 'none' }>): Promise<void> {
	const text = noModelText(vscode.l10n, model)
	if (model.why === 'notNeeded') {
		void vscode.window.showInformationMessage(text)
		return
	}
	const choose = vscode.l10n.t('Choose Model…')
	if ((await vscode.window.showWarningMessage(text, choose)) === choose)
		await vscode.commands.executeCommand(commandIds.chooseModel)
}
