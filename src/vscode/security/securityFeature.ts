import * as vscode from 'vscode'
import type { KeptFinding } from '../../core/security/session/findingsBook.ts'
import type { CancellationToken } from '../../shared/cancellation.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import { AnalyzeCommands } from './analyzeCommands.ts'
import { type FindingExplainer, RulePages } from './explainFinding.ts'
import { FindingActions } from './findingActions.ts'
import { registerFindingCommands } from './findingCommands.ts'
import { findingOf, showDiagnostics } from './findingDiagnostics.ts'
import { findingsIn, type Lines, type WrittenFinding, writtenFinding } from './findingsForChat.ts'
import { FindingsTree } from './findingsTree.ts'
import { fixFinding } from './fixFinding.ts'
import { FixPreview } from './fixPreview.ts'
import { followDocuments } from './followDocuments.ts'
import { judgeFindings } from './judgeFindings.ts'
import { type SecurityDeps, SecuritySession } from './securitySession.ts'
import { tellOfRules } from './tellOfRules.ts'

/** What commands ask of the security analysis. A finding is named by its id, or by its node of the tree. */
export interface SecurityFeature extends Disposable {
	analyzeFile(): Promise<void>
	analyzeChanged(): Promise<void>
	analyzeWorkspace(): Promise<void>
	clear(): void
	group(): Promise<void>
	filter(): Promise<void>
	/** All that the view shows. */
	judgeAll(): Promise<void>
	judge(finding: unknown): Promise<void>
	explain(finding: unknown): Promise<void>
	fix(finding: unknown): Promise<void>
	/** What is found in a document, or in some lines of it, written out for the chat. */
	findingsIn(uri: vscode.Uri, lines: Lines | undefined, token: CancellationToken): Promise<readonly WrittenFinding[]>
	/** A finding of the view written out for the chat, with where it is. */
	written(
		finding: unknown,
	): Promise<{ readonly uri: vscode.Uri; readonly lines: Lines; readonly finding: WrittenFinding } | undefined>
	/** The finding that a squiggle shows; undefined where it shows none of ours. */
	findingOf(uri: vscode.Uri, diagnostic: vscode.Diagnostic): Promise<WrittenFinding | undefined>
}

/** "Analyze for security issues": findings of documents and folders, shown and kept up to date. */
export function securityFeature(deps: SecurityDeps): SecurityFeature {
	const store = new DisposableStore()
	const session = store.add(new SecuritySession(deps))
	const shown = { shown: (findings: readonly KeptFinding[]) => session.shown(findings) }
	const diagnostics = store.add(showDiagnostics(session.book, shown))
	const preview = store.add(new FixPreview())
	const tree = store.add(new FindingsTree(session.book, shown, deps.clock))
	const analyze = new AnalyzeCommands(session, tree)
	const pages = store.add(new RulePages(deps.rulePage))
	const explainer: FindingExplainer = deps.explainer ?? pages.explainer
	store.add(
		deps.settings.onDidChange(() => {
			diagnostics.refresh()
			tree.refresh()
		}),
	)
	const actions = new FindingActions({
		book: session.book,
		fixOrigins: (finding) => deps.analyzer.fixOrigins(finding),
		mayJudge: () => deps.settings.current['security.triage'] !== 'off',
	})
	const kinds = { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] }
	store.add(vscode.languages.registerCodeActionsProvider({ pattern: '**/*' }, actions, kinds))
	store.add(followDocuments(session))
	store.add(registerFindingCommands(session, pages))
	store.add(tellOfRules(deps.analyzer))
	const withFinding = async (argument: unknown, run: (kept: KeptFinding) => Promise<void>): Promise<void> => {
		const kept = session.find(argument)
		if (kept) await run(kept)
	}
	return {
		analyzeFile: () => analyze.file(),
		analyzeChanged: () => analyze.changed(),
		analyzeWorkspace: () => analyze.workspace(),
		clear: () => {
			session.clear()
			analyze.forget()
		},
		group: () => tree.chooseGrouping(),
		filter: () => tree.chooseFilter(),
		judgeAll: () => judgeFindings(session, tree.findings),
		judge: (finding) => withFinding(finding, (kept) => judgeFindings(session, [kept])),
		explain: (finding) => withFinding(finding, (kept) => explainer.explainFinding(kept)),
		fix: (finding) => withFinding(finding, (kept) => fixFinding(session, preview, kept)),
		findingsIn: (uri, lines, token) => findingsIn(session, uri, lines, token),
		written: async (argument) => {
			const kept = session.find(argument)
			if (!kept) return undefined
			const { startLine, endLine } = kept.finding.range
			const lines = { startLine, endLine: endLine + 1 }
			return { uri: vscode.Uri.parse(kept.placeId), lines, finding: await writtenFinding(kept) }
		},
		findingOf: async (uri, diagnostic) => {
			const kept = findingOf(session.book, uri.toString(), diagnostic)
			return kept && writtenFinding(kept)
		},
		dispose: () => store.dispose(),
	}
}
