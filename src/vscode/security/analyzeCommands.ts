import * as vscode from 'vscode'
import type { FileFindings } from '../../core/security/findings/finding.ts'
import { type AnalysisOutcome, outcomeOf } from '../../core/security/session/documentAnalyses.ts'
import { changedFiles } from './changedFiles.ts'
import { editorDocuments, isWork, rootOf, sessionDocument } from './editorDocuments.ts'
import type { FindingsTree } from './findingsTree.ts'
import type { SecuritySession } from './securitySession.ts'
import { failureText, gapsText } from './securityText.ts'

/** "Analyze for Security Issues", of a file, of what is changed and of all folders. */
export class AnalyzeCommands {
	private readonly session: SecuritySession
	private readonly tree: Pick<FindingsTree, 'tell'>
	/** Files of a scan that was stopped, by its folder: the next one goes on after them. */
	private readonly done = new Map<string, Set<string>>()

	constructor(session: SecuritySession, tree: Pick<FindingsTree, 'tell'>) {
		this.session = session
		this.tree = tree
	}

	async file(): Promise<void> {
		const editor = vscode.window.activeTextEditor
		if (!editor || !isWork(editor.document)) {
			void vscode.window.showInformationMessage(
				vscode.l10n.t('Open a file first: the file in view, or what is selected in it, is analyzed.'),
			)
			return
		}
		const { document, selection } = editor
		const scope = selection.isEmpty
			? undefined
			: {
					startLine: selection.start.line,
					startCharacter: selection.start.character,
					endLine: selection.end.line,
					endCharacter: selection.end.character,
				}
		const outcome = await vscode.window.withProgress(
			{
				location: vscode.ProgressLocation.Notification,
				title: vscode.l10n.t('Alcove analyzes the file'),
				cancellable: true,
			},
			(_, token) => this.session.analyses.analyze(sessionDocument(document), token, scope),
		)
		this.tell(outcome, scope !== undefined)
	}

	async changed(): Promise<void> {
		const changed = await changedFiles()
		if (!changed) {
			void vscode.window.showInformationMessage(vscode.l10n.t('There is no git repository in this workspace.'))
			return
		}
		if (changed.length === 0) {
			void vscode.window.showInformationMessage(vscode.l10n.t('Nothing is changed.'))
			return
		}
		const byRoot = new Map<string, string[]>()
		for (const uri of changed) {
			const root = rootOf(uri)
			if (root !== undefined) byRoot.set(root, [...(byRoot.get(root) ?? []), uri.fsPath])
		}
		for (const [root, paths] of byRoot) await this.scan(root, paths)
	}

	async workspace(): Promise<void> {
		const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file')
		if (folders.length === 0) {
			void vscode.window.showInformationMessage(vscode.l10n.t('Open a folder on this machine first.'))
			return
		}
		for (const { uri } of folders) if (!(await this.scan(uri.fsPath, undefined))) return
	}

	/** The next scan begins anew. */
	forget(): void {
		this.done.clear()
		this.tree.tell()
	}

	/** @returns false where it was cancelled */
	private async scan(root: string, paths: readonly string[] | undefined): Promise<boolean> {
		const done = paths ? new Set<string>() : (this.done.get(root) ?? new Set<string>())
		const exclude = Object.entries(
			vscode.workspace.getConfiguration('files', vscode.Uri.file(root)).get<Record<string, unknown>>('exclude') ?? {},
		)
			.filter(([, isOn]) => isOn === true)
			.map(([glob]) => glob)
		let incomplete = 0
		let count = 0
		const outcome = await vscode.window.withProgress(
			{
				location: vscode.ProgressLocation.Notification,
				title: vscode.l10n.t('Alcove analyzes for security issues'),
				cancellable: true,
			},
			async (progress, token): Promise<AnalysisOutcome | undefined> => {
				let total = 0
				const analyzed = (found: FileFindings): void => {
					count++
					done.add(found.file)
					if (found.gaps.length > 0) incomplete++
					const isOften = count % 10 === 0 || count === total
					if (isOften)
						progress.report({
							message: vscode.l10n.t('{0} of {1} files', count, total),
							increment: (10 * 100) / Math.max(total, 1),
						})
					void this.session.put(root, found)
				}
				try {
					const order = {
						...this.session.switches(),
						root,
						exclude,
						done,
						unsaved: editorDocuments.unsaved(root),
						...(paths ? { paths } : {}),
					}
					await this.session.deps.analyzer.analyzeFiles(
						order,
						{
							total: (files) => {
								total = files
							},
							analyzed,
						},
						token,
					)
					return undefined
				} catch (error) {
					return outcomeOf(error)
				}
			},
		)
		if (outcome?.kind === 'failed') {
			this.session.deps.logger.log('error', 'security.scan', { reason: outcome.reason, detail: outcome.detail })
			void vscode.window.showErrorMessage(failureText(vscode.l10n, outcome.reason))
			return false
		}
		if (outcome) {
			if (!paths) this.done.set(root, done)
			this.tree.tell(
				vscode.l10n.t('Stopped after {0} files. "Analyze Workspace for Security Issues" goes on from there.', count),
			)
			return false
		}
		this.done.delete(root)
		this.tree.tell(
			incomplete === 0 ? '' : vscode.l10n.t('Files that were analyzed in part or not at all: {0}', incomplete),
		)
		this.session.deps.logger.log('info', 'security.scan', { files: count, incomplete })
		this.summarize(this.session.allShown.length)
		return true
	}

	private tell(outcome: AnalysisOutcome, isSelection: boolean): void {
		if (outcome.kind === 'cancelled') return
		if (outcome.kind === 'failed') {
			this.session.deps.logger.log('error', 'security.file', { reason: outcome.reason, detail: outcome.detail })
			void vscode.window.showErrorMessage(failureText(vscode.l10n, outcome.reason))
			return
		}
		const { findings, gaps } = outcome.file
		if (gaps.length > 0) void vscode.window.showWarningMessage(gapsText(vscode.l10n, gaps))
		this.summarize(this.session.shown(findings).length, isSelection)
	}

	private summarize(count: number, isSelection = false): void {
		const text =
			count > 0
				? vscode.l10n.t('Security findings: {0}', count)
				: isSelection
					? vscode.l10n.t('No security findings in the selection.')
					: vscode.l10n.t('No security findings.')
		const show = vscode.l10n.t('Show')
		void vscode.window.showInformationMessage(text, ...(count > 0 ? [show] : [])).then((chosen) => {
			if (chosen === show) void vscode.commands.executeCommand('workbench.view.extension.alcove')
		})
	}
}
