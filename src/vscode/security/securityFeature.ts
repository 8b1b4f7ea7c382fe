import * as vscode from 'vscode'
import type { FileFindings } from '../../core/security/findings/finding.ts'
import { isAtLeast, isSureEnough } from '../../core/security/findings/selectFindings.ts'
import type { AnalysisSwitches, SecurityAnalyzer } from '../../core/security/securityPorts.ts'
import { type AnalysisOutcome, DocumentAnalyses, outcomeOf } from '../../core/security/session/documentAnalyses.ts'
import { FindingsBook, type KeptFinding } from '../../core/security/session/findingsBook.ts'
import { RecheckQueue } from '../../core/security/session/recheckQueue.ts'
import { grammarOfLanguage } from '../../core/syntax/grammarOf.ts'
import { neverCancelled } from '../../shared/cancellation.ts'
import type { Clock } from '../../shared/clock.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import type { Logger } from '../../shared/logger.ts'
import { internalCommandIds } from '../ids.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'
import { changedFiles } from './changedFiles.ts'
import { editorDocuments, isWork, rangeOf, rootOf, sessionDocument } from './editorDocuments.ts'
import { FindingActions, writeIgnore } from './findingActions.ts'
import { showDiagnostics } from './findingDiagnostics.ts'
import { FindingsTree } from './findingsTree.ts'
import { FixPreview } from './fixPreview.ts'
import { failureText, gapsText } from './securityText.ts'
import { WorkspaceRecords } from './workspaceRecords.ts'

export interface SecurityDeps {
	readonly analyzer: SecurityAnalyzer
	readonly settings: SettingsStore
	readonly clock: Clock
	readonly logger: Logger
	/** Absolute path of the folder of the rules' pages. */
	readonly pagesFolder: string
}

/** What commands ask of the security analysis. */
export interface SecurityFeature extends Disposable {
	analyzeFile(): Promise<void>
	analyzeChanged(): Promise<void>
	analyzeWorkspace(): Promise<void>
	clear(): void
	group(): Promise<void>
	filter(): Promise<void>
}

/** "Analyze for security issues": findings of documents and folders, shown and kept up to date. */
export function securityFeature(deps: SecurityDeps): SecurityFeature {
	return new Feature(deps)
}

class Feature implements SecurityFeature {
	private readonly store = new DisposableStore()
	private readonly deps: SecurityDeps
	private readonly book: FindingsBook
	private readonly records = new WorkspaceRecords()
	private readonly analyses: DocumentAnalyses
	private readonly queue: RecheckQueue
	private readonly tree: FindingsTree
	private readonly preview: FixPreview
	/** Files of a scan that was stopped, by its folder: the next one goes on after them. */
	private readonly done = new Map<string, Set<string>>()

	constructor(deps: SecurityDeps) {
		this.deps = deps
		const { store } = this
		this.book = store.add(new FindingsBook(editorDocuments.idOf))
		const analyzer: Pick<SecurityAnalyzer, 'analyzeText'> = {
			analyzeText: async (order, token) =>
				this.records.newOnly(order.root, await deps.analyzer.analyzeText(order, token)),
		}
		this.analyses = store.add(
			new DocumentAnalyses({ analyzer, book: this.book, documents: editorDocuments, switches: () => this.switches() }),
		)
		this.queue = store.add(new RecheckQueue(deps.clock, (documentId) => this.recheck(documentId)))
		const shown = { shown: (findings: readonly KeptFinding[]) => this.shown(findings) }
		const diagnostics = store.add(showDiagnostics(this.book, shown))
		this.preview = store.add(new FixPreview())
		this.tree = store.add(new FindingsTree(this.book, shown))
		store.add(
			deps.settings.onDidChange(() => {
				diagnostics.refresh()
				this.tree.refresh()
			}),
		)
		store.add(
			vscode.languages.registerCodeActionsProvider(
				{ pattern: '**/*' },
				new FindingActions(this.book, (finding) => deps.analyzer.offersFix(finding)),
				{
					providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
				},
			),
		)
		this.follow()
		this.registerInternal()
		store.add(deps.analyzer.onDidReadRules((problems) => this.tellOfRules(problems)))
	}

	async analyzeFile(): Promise<void> {
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
			(_, token) => this.analyses.analyze(sessionDocument(document), token, scope),
		)
		this.tell(outcome, scope !== undefined)
	}

	async analyzeChanged(): Promise<void> {
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

	async analyzeWorkspace(): Promise<void> {
		const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file')
		if (folders.length === 0) {
			void vscode.window.showInformationMessage(vscode.l10n.t('Open a folder on this machine first.'))
			return
		}
		for (const { uri } of folders) if (!(await this.scan(uri.fsPath, undefined))) return
	}

	clear(): void {
		this.analyses.cancel()
		this.queue.clear()
		this.book.clear()
		this.done.clear()
		this.tree.tell()
	}

	group(): Promise<void> {
		return this.tree.chooseGrouping()
	}

	filter(): Promise<void> {
		return this.tree.chooseFilter()
	}

	dispose(): void {
		this.store.dispose()
	}

	// ---------- analyses

	private switches(): AnalysisSwitches {
		return {
			rulesOff: [],
			isTrusted: vscode.workspace.isTrusted,
			mostBytes: this.deps.settings.current['security.maxFileKilobytes'] * 1_024,
		}
	}

	private shown(findings: readonly KeptFinding[]): readonly KeptFinding[] {
		const { current } = this.deps.settings
		return findings.filter(
			({ finding }) =>
				isAtLeast(finding.severity, current['security.severity']) &&
				isSureEnough(finding.confidence, current['security.confidence']),
		)
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
					void this.put(root, found)
				}
				try {
					const order = {
						...this.switches(),
						root,
						exclude,
						done,
						unsaved: editorDocuments.unsaved(root),
						...(paths ? { paths } : {}),
					}
					await this.deps.analyzer.analyzeFiles(
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
			this.deps.logger.log('error', 'security.scan', { reason: outcome.reason, detail: outcome.detail })
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
		this.deps.logger.log('info', 'security.scan', { files: count, incomplete })
		this.summarize(this.book.all.reduce((sum, file) => sum + this.shown(file.findings).length, 0))
		return true
	}

	private async put(root: string, found: FileFindings): Promise<void> {
		const documentId = editorDocuments.idOf(root, found.file)
		if (found.findings.length === 0 && !this.book.of(documentId)) return
		this.book.put({ documentId, root, found: await this.records.newOnly(root, found) })
	}

	private async recheck(documentId: string): Promise<unknown> {
		const document = editorDocuments.open(documentId)
		if (!document) return undefined
		return this.analyses.analyze(document, neverCancelled, this.book.of(documentId)?.scope)
	}

	private follow(): void {
		const { store } = this
		store.add(
			vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
				if (contentChanges.length === 0 || !isWork(document)) return
				const changes = contentChanges.map(({ range, text }) => ({
					range: {
						startLine: range.start.line,
						startCharacter: range.start.character,
						endLine: range.end.line,
						endCharacter: range.end.character,
					},
					text,
				}))
				for (const stale of this.analyses.edit(document.uri.toString(), changes)) this.queue.add(stale)
			}),
		)
		store.add(
			vscode.workspace.onDidSaveTextDocument((document) => {
				this.deps.analyzer.filesChanged([document.uri.fsPath])
				if (document.uri.path.includes('/.alcove/')) this.records.forget()
				if (!this.deps.settings.current['security.onSave'] || !isWork(document)) return
				if (grammarOfLanguage(document.languageId) === undefined) return
				void this.analyses.analyze(sessionDocument(document), neverCancelled).then((outcome) => {
					if (outcome.kind === 'failed')
						this.deps.logger.log('warn', 'security.onSave', { reason: outcome.reason, detail: outcome.detail })
				})
			}),
		)
		store.add(vscode.workspace.onDidDeleteFiles(({ files }) => this.gone(files)))
		store.add(vscode.workspace.onDidRenameFiles(({ files }) => this.gone(files.map(({ oldUri }) => oldUri))))
	}

	private gone(uris: readonly vscode.Uri[]): void {
		this.deps.analyzer.filesChanged(uris.map(({ fsPath }) => fsPath))
		const prefixes = uris.map((uri) => uri.toString())
		this.book.remove(
			this.book.all
				.map((it) => it.documentId)
				.filter((id) => prefixes.some((it) => id === it || id.startsWith(`${it}/`))),
		)
	}

	// ---------- what the user is told

	private tell(outcome: AnalysisOutcome, isSelection: boolean): void {
		if (outcome.kind === 'cancelled') return
		if (outcome.kind === 'failed') {
			this.deps.logger.log('error', 'security.file', { reason: outcome.reason, detail: outcome.detail })
			void vscode.window.showErrorMessage(failureText(vscode.l10n, outcome.reason))
			return
		}
		const { findings, gaps } = outcome.file
		if (gaps.length > 0) void vscode.window.showWarningMessage(gapsText(vscode.l10n, gaps))
		this.summarize(this.shown(findings).length, isSelection)
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

	private tellOfRules(
		problems: readonly {
			readonly file: string
			readonly line: number
			readonly character: number
			readonly reason: string
		}[],
	): void {
		const [first] = problems
		if (!first) return
		const at = `${vscode.workspace.asRelativePath(first.file)}:${first.line + 1}:${first.character + 1}`
		const open = vscode.l10n.t('Open')
		void vscode.window
			.showWarningMessage(vscode.l10n.t('A rule of this workspace is left out. {0}: {1}', at, first.reason), open)
			.then((chosen) => {
				if (chosen !== open) return
				const selection = new vscode.Range(first.line, first.character, first.line, first.character)
				void vscode.window.showTextDocument(vscode.Uri.file(first.file), { selection })
			})
	}

	// ---------- what is done about a finding

	private registerInternal(): void {
		const register = (id: string, run: (argument: unknown) => unknown): void => {
			this.store.add(
				vscode.commands.registerCommand(id, async (argument: unknown) => {
					try {
						await run(argument)
					} catch (error) {
						void vscode.window.showErrorMessage(
							vscode.l10n.t('Alcove: {0}', error instanceof Error ? error.message : String(error)),
						)
					}
				}),
			)
		}
		register(internalCommandIds.openRulePage, (ruleId) => this.openPage(String(ruleId)))
		register(internalCommandIds.showPath, (id) => this.withFinding(id, (kept) => this.showPath(kept)))
		register(internalCommandIds.applyFix, (id) => this.withFinding(id, (kept) => this.applyFix(kept)))
		register(internalCommandIds.ignoreFinding, (id) =>
			this.withFinding(id, async (kept) => {
				if (await writeIgnore(kept)) await this.recheck(kept.documentId)
			}),
		)
		register(internalCommandIds.ignoreRule, (id) => this.withFinding(id, (kept) => this.ignoreRule(kept)))
		register(internalCommandIds.markAsKnown, (id) => this.withFinding(id, (kept) => this.markAsKnown(kept)))
	}

	/** From a code action comes an id, from the tree a node. */
	private async withFinding(argument: unknown, run: (kept: KeptFinding) => unknown): Promise<void> {
		const id = typeof argument === 'string' ? argument : (argument as { kept?: KeptFinding } | undefined)?.kept?.id
		const kept = this.book.all.flatMap(({ findings }) => findings).find((it) => it.id === id)
		if (kept) await run(kept)
	}

	private async openPage(ruleId: string): Promise<void> {
		if (!/^[\w-]+(\/[\w.-]+)+$/.test(ruleId) || ruleId.includes('..')) return
		const uri = vscode.Uri.joinPath(vscode.Uri.file(this.deps.pagesFolder), `${ruleId}.md`)
		try {
			await vscode.workspace.fs.stat(uri)
		} catch {
			void vscode.window.showInformationMessage(vscode.l10n.t('The rule {0} has no page.', ruleId))
			return
		}
		try {
			await vscode.commands.executeCommand('markdown.showPreview', uri)
		} catch {
			await vscode.window.showTextDocument(uri)
		}
	}

	/** Each proposal was analyzed; the editor shows what it changes before it is applied. */
	private async applyFix({ finding, documentId }: KeptFinding): Promise<void> {
		const document = editorDocuments.open(documentId)
		if (!document) return
		const { root, file, languageId, text } = document
		const unsaved = root === undefined ? [] : editorDocuments.unsaved(root)
		const order = { ...this.switches(), root, file, languageId, text, unsaved }
		const proposed = await vscode.window.withProgress(
			{
				location: vscode.ProgressLocation.Notification,
				title: vscode.l10n.t('Alcove tries a fix, and analyzes the result'),
				cancellable: true,
			},
			async (_, token) => {
				try {
					return await this.deps.analyzer.proposeFixes(order, finding, token)
				} catch (error) {
					const outcome = outcomeOf(error)
					if (outcome.kind === 'failed') throw new Error(failureText(vscode.l10n, outcome.reason), { cause: error })
					return undefined
				}
			},
		)
		if (!proposed) return
		const [best] = proposed
		if (!best) {
			void vscode.window.showInformationMessage(
				vscode.l10n.t(
					'No change was found that removes this finding and brings no other. The page of the rule says what to do.',
				),
			)
			return
		}
		const shown = await vscode.workspace.openTextDocument(vscode.Uri.parse(documentId))
		if (await this.preview.show(shown, best)) await this.recheck(documentId)
	}

	private async showPath({ finding, stepDocuments, documentId }: KeptFinding): Promise<void> {
		const locations = finding.path.map(
			(step, at) => new vscode.Location(vscode.Uri.parse(stepDocuments[at] ?? documentId), rangeOf(step.range)),
		)
		const here = rangeOf(finding.range).start
		await vscode.window.showTextDocument(vscode.Uri.parse(documentId), { selection: new vscode.Range(here, here) })
		await vscode.commands.executeCommand(
			'editor.action.peekLocations',
			vscode.Uri.parse(documentId),
			here,
			locations,
			'peek',
		)
	}

	private async ignoreRule({ finding, documentId }: KeptFinding): Promise<void> {
		const root = this.book.of(documentId)?.root
		if (root === undefined) throw new Error(vscode.l10n.t('The file belongs to no folder.'))
		const reason = await vscode.window.showInputBox({
			prompt: vscode.l10n.t(
				'Why is {0} not looked for in this workspace? The reason is kept in .alcove/security.json.',
				finding.ruleId,
			),
			validateInput: (text) => (text.trim() === '' ? vscode.l10n.t('A reason is needed.') : undefined),
		})
		if (reason === undefined) return
		await this.records.ignoreRule(root, finding.ruleId, reason.trim())
		this.deps.analyzer.filesChanged([vscode.Uri.joinPath(vscode.Uri.file(root), '.alcove', 'security.json').fsPath])
		this.removeWhere((kept) => kept.finding.ruleId === finding.ruleId)
	}

	private async markAsKnown(kept: KeptFinding): Promise<void> {
		const root = this.book.of(kept.documentId)?.root
		if (root === undefined) throw new Error(vscode.l10n.t('The file belongs to no folder.'))
		await this.records.markAsKnown(root, kept.finding)
		this.removeWhere((it) => it.id === kept.id)
	}

	private removeWhere(isGone: (kept: KeptFinding) => boolean): void {
		for (const { documentId, root, file, findings, gaps, scope } of this.book.all) {
			if (!findings.some(isGone)) continue
			const left = findings.filter((it) => !isGone(it)).map((it) => it.finding)
			this.book.put({ documentId, root, found: { file, findings: left, gaps }, scope })
		}
	}
}
