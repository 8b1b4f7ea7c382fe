import * as vscode from 'vscode'
import type { ChatModel } from '../../core/model/ports.ts'
import type { FileFindings } from '../../core/security/findings/finding.ts'
import { isAtLeast, isSureEnough } from '../../core/security/findings/selectFindings.ts'
import type { AnalysisSwitches, SecurityAnalyzer, TextOrder } from '../../core/security/securityPorts.ts'
import { DocumentAnalyses } from '../../core/security/session/documentAnalyses.ts'
import {
	distinctFaults,
	FindingsBook,
	type KeptFile,
	type KeptFinding,
} from '../../core/security/session/findingsBook.ts'
import { RecheckQueue } from '../../core/security/session/recheckQueue.ts'
import type { SessionDocument } from '../../core/security/session/sessionDocuments.ts'
import { neverCancelled } from '../../shared/cancellation.ts'
import type { Clock } from '../../shared/clock.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import type { Logger } from '../../shared/logger.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'
import { editorDocuments } from './editorDocuments.ts'
import type { FindingExplainer, RulePageReader } from './explainFinding.ts'
import { WorkspaceRecords } from './workspaceRecords.ts'

export interface SecurityDeps {
	readonly analyzer: SecurityAnalyzer
	/** Judges findings, and is asked about by those who wait for a fix of its. */
	readonly chat: ChatModel
	readonly settings: SettingsStore
	readonly clock: Clock
	readonly logger: Logger
	readonly rulePage: RulePageReader
	/** Absolute paths of what was not committed below a folder; undefined where no git is. Rejects with a sentence for people. */
	readonly uncommittedFiles: (root: string) => Promise<readonly string[] | undefined>
	/** Explains findings in place of the rule's page. */
	readonly explainer?: FindingExplainer
}

/** What is known of this window's findings, and what keeps it up to date. */
export class SecuritySession implements Disposable {
	private readonly store = new DisposableStore()
	readonly deps: SecurityDeps
	readonly book: FindingsBook
	readonly records = new WorkspaceRecords()
	readonly analyses: DocumentAnalyses
	readonly queue: RecheckQueue

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
	}

	switches(): AnalysisSwitches {
		return {
			rulesOff: [],
			isTrusted: vscode.workspace.isTrusted,
			mostBytes: this.deps.settings.current['security.maxFileKilobytes'] * 1_024,
		}
	}

	/** What the analyzer is to know of a document. */
	orderOf({ root, file, languageId, text }: SessionDocument): TextOrder {
		const unsaved = root === undefined ? [] : editorDocuments.unsaved(root)
		return { ...this.switches(), root, file, languageId, text, unsaved }
	}

	/** Those that the settings let through, each fault once. What a model doubts stays: its own confidence decides. */
	shown(findings: readonly KeptFinding[]): readonly KeptFinding[] {
		const { current } = this.deps.settings
		return distinctFaults(
			findings.filter(
				({ finding }) =>
					isAtLeast(finding.severity, current['security.severity']) &&
					isSureEnough(finding.confidence, current['security.confidence']),
			),
		)
	}

	get allShown(): readonly KeptFinding[] {
		return this.shown(this.book.findings)
	}

	/** From a code action comes an id, from the tree a node. */
	find(argument: unknown): KeptFinding | undefined {
		const id = typeof argument === 'string' ? argument : (argument as { kept?: KeptFinding } | undefined)?.kept?.id
		return this.book.findings.find((it) => it.id === id)
	}

	async put(root: string, found: FileFindings): Promise<void> {
		const documentId = editorDocuments.idOf(root, found.file)
		if (found.findings.length === 0 && found.gaps.length === 0 && !this.book.of(documentId)) return
		this.book.put({ documentId, root, found: await this.records.newOnly(root, found) })
	}

	async recheck(documentId: string): Promise<unknown> {
		const document = editorDocuments.open(documentId)
		if (!document) return undefined
		return this.analyses.analyze(document, neverCancelled, this.book.of(documentId)?.scope)
	}

	removeWhere(isGone: (kept: KeptFinding) => boolean): void {
		for (const { documentId, root, file, findings, gaps, scope } of this.book.all) {
			if (!findings.some(isGone)) continue
			const left = findings.filter((it) => !isGone(it)).map((it) => it.finding)
			this.book.put({ documentId, root, found: { file, findings: left, gaps }, scope })
		}
	}

	/** All of a folder was analyzed: what is no longer one of its files has no findings, unless it is open. */
	keepOnly(root: string, files: ReadonlySet<string>): void {
		const isGone = (it: KeptFile) => it.root === root && !files.has(it.file) && !editorDocuments.open(it.documentId)
		this.book.remove(this.book.all.filter(isGone).map(({ documentId }) => documentId))
	}

	clear(): void {
		this.analyses.clear()
		this.queue.clear()
		this.book.clear()
	}

	dispose(): void {
		this.store.dispose()
	}
}
