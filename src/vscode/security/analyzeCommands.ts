import * as vscode from 'vscode'
import type { AnalysisGap, FileFindings } from '../../core/security/findings/finding.ts'
import { type AnalysisOutcome, outcomeOf } from '../../core/security/session/documentAnalyses.ts'
import { findingsViewId } from '../ids.ts'
import { patientProgress } from '../patientProgress.ts'
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
		const unread = editor ? undefined : fileInView()
		if (unread) {
			await this.scan(rootOf(unread) ?? '', [unread.fsPath])
			return
		}
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
		const outcome = await patientProgress(vscode.l10n.t('Alcove analyzes the file'), this.session.deps.clock, (token) =>
			this.session.analyses.analyze(sessionDocument(document), token, scope),
		)
		this.tell(outcome, scope !== undefined)
	}

	async changed(): Promise<void> {
		// What a repository sets can make git run programs.
		if (!vscode.workspace.isTrusted) {
			void vscode.window.showInformationMessage(
				vscode.l10n.t('Git is not asked in a folder that is not trusted. Analyze the file or the workspace instead.'),
			)
			return
		}
		const folders = localFolders()
		const changed: { readonly root: string; readonly paths: readonly string[] }[] = []
		for (const root of folders) {
			const paths = await this.session.deps.uncommittedFiles(root)
			if (paths) changed.push({ root, paths })
		}
		if (changed.length === 0) {
			void vscode.window.showInformationMessage(vscode.l10n.t('There is no git repository in this workspace.'))
			return
		}
		const some = changed.filter(({ paths }) => paths.length > 0)
		if (some.length === 0) void vscode.window.showInformationMessage(vscode.l10n.t('Nothing is changed.'))
		for (const { root, paths } of some) if (!(await this.scan(root, paths))) return
	}

	async workspace(): Promise<void> {
		const folders = localFolders()
		if (folders.length === 0) {
			void vscode.window.showInformationMessage(vscode.l10n.t('Open a folder on this machine first.'))
			return
		}
		for (const root of folders) if (!(await this.scan(root, undefined))) return
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
		let count = 0
		const kept: Promise<void>[] = []
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
					const isOften = count % 10 === 0 || count === total
					if (isOften)
						progress.report({
							message: vscode.l10n.t('{0} of {1} files', count, total),
							increment: (10 * 100) / Math.max(total, 1),
						})
					kept.push(this.session.put(root, found))
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
		await Promise.all(kept)
		if (outcome?.kind === 'failed') {
			this.session.deps.logger.log('error', 'security.scan', { reason: outcome.reason, detail: outcome.detail })
			void vscode.window.showErrorMessage(failureText(vscode.l10n, outcome.reason))
			return false
		}
		if (outcome) {
			if (!paths) this.done.set(root, done)
			this.tree.tell(
				paths
					? vscode.l10n.t('Stopped after {0} files.', count)
					: vscode.l10n.t(
							'Stopped after {0} files. "Analyze Workspace for Security Issues" goes on from there.',
							done.size,
						),
			)
			return false
		}
		if (!paths) {
			this.done.delete(root)
			this.session.keepOnly(root, done)
			this.tree.tell()
		}
		const analyzed = this.session.book.all.filter((it) => it.root === root && done.has(it.file))
		const incomplete = analyzed.filter(({ gaps }) => gaps.length > 0)
		this.session.deps.logger.log('info', 'security.scan', { files: count, incomplete: incomplete.length })
		const shown = paths ? this.session.shown(analyzed.flatMap(({ findings }) => findings)) : this.session.allShown
		const [only] = incomplete
		if (only && paths?.length === 1) this.tellOfFile(only.gaps, shown.length)
		else this.summarize(shown.length, { incomplete: incomplete.length })
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
		this.tellOfFile(gaps, this.session.shown(findings).length, isSelection)
	}

	/** That nothing was found says nothing of what was not analyzed. */
	private tellOfFile(gaps: readonly AnalysisGap[], count: number, isSelection = false): void {
		if (gaps.length > 0) void vscode.window.showWarningMessage(gapsText(vscode.l10n, gaps))
		if (gaps.length === 0 || count > 0) this.summarize(count, { isSelection })
	}

	private summarize(count: number, { isSelection = false, incomplete = 0 }): void {
		const text =
			count > 0
				? vscode.l10n.t('Security findings: {0}', count)
				: incomplete > 0
					? vscode.l10n.t('No security findings. Files that were analyzed in part or not at all: {0}', incomplete)
					: isSelection
						? vscode.l10n.t('No security findings in the selection.')
						: vscode.l10n.t('No security findings.')
		const show = vscode.l10n.t('Show')
		void vscode.window.showInformationMessage(text, ...(count + incomplete > 0 ? [show] : [])).then((chosen) => {
			if (chosen === show) void vscode.commands.executeCommand(`${findingsViewId}.focus`)
		})
	}
}

/** Absolute paths of the workspace's folders on this machine. */
function localFolders(): readonly string[] {
	return (vscode.workspace.workspaceFolders ?? []).flatMap(({ uri }) => (uri.scheme === 'file' ? [uri.fsPath] : []))
}

/** A file in view that the editor hands to no extension, since it is too large or no text. */
function fileInView(): vscode.Uri | undefined {
	const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input
	return input instanceof vscode.TabInputText && input.uri.scheme === 'file' ? input.uri : undefined
}
