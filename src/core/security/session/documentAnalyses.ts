import { CancellationSource, type CancellationToken } from '../../../shared/cancellation.ts'
import type { Disposable } from '../../../shared/disposable.ts'
import { CancelledError } from '../../../shared/errors.ts'
import { Emitter } from '../../../shared/event.ts'
import type { FileFindings, FindingRange } from '../findings/finding.ts'
import { AnalysisFailed, type AnalysisSwitches, type SecurityAnalyzer } from '../securityPorts.ts'
import type { FindingsBook, KeptFile, KeptFinding } from './findingsBook.ts'
import type { TextChange } from './moveRange.ts'
import type { SessionDocument, SessionDocuments } from './sessionDocuments.ts'

export type AnalysisOutcome =
	| { readonly kind: 'analyzed'; readonly file: KeptFile }
	| { readonly kind: 'cancelled' }
	| { readonly kind: 'failed'; readonly reason: AnalysisFailed['reason']; readonly detail: string }

interface Running {
	readonly version: number
	readonly source: CancellationSource
	readonly outcome: Promise<AnalysisOutcome>
	/** What was typed since the text was handed over. */
	readonly changes: TextChange[]
	readonly scope: FindingRange | undefined
}

interface Deps {
	readonly analyzer: Pick<SecurityAnalyzer, 'analyzeText'>
	readonly book: FindingsBook
	readonly documents: SessionDocuments
	readonly switches: () => AnalysisSwitches
}

/** The analyses of single documents, of which each has at most one at a time. */
export class DocumentAnalyses implements Disposable {
	private readonly deps: Deps
	private readonly running = new Map<string, Running>()
	private readonly activity = new Emitter<void>()
	/** Documents of which a finding is gone, by each document that its data went through: undoing an edit may bring it back. */
	private readonly eased = new Map<string, Set<string>>()

	/** Fires when one begins or ends. */
	readonly onDidChangeActivity = this.activity.event

	constructor(deps: Deps) {
		this.deps = deps
	}

	get count(): number {
		return this.running.size
	}

	isRunning(documentId: string): boolean {
		return this.running.has(documentId)
	}

	/**
	 * Analyzes a text as it is now, in place of an older one of the same document; what is typed meanwhile is applied to the answer.
	 * Never rejects.
	 *
	 * @param scope only what touches it is kept
	 */
	analyze(document: SessionDocument, token: CancellationToken, scope?: FindingRange): Promise<AnalysisOutcome> {
		const { documentId, version } = document
		const before = this.running.get(documentId)
		if (before && before.version === version && !before.scope && !scope) return before.outcome
		before?.source.cancel()
		const source = new CancellationSource(token)
		const changes: TextChange[] = []
		const outcome = this.run(document, { source, changes, scope })
		this.running.set(documentId, { version, source, outcome, changes, scope })
		this.activity.fire()
		return outcome
	}

	/** @returns the documents that have findings whose code was changed, or had some until an edit of this window */
	edit(documentId: string, changes: readonly TextChange[]): ReadonlySet<string> {
		this.running.get(documentId)?.changes.push(...changes)
		return new Set([...this.deps.book.edit(documentId, changes), ...(this.eased.get(documentId) ?? [])])
	}

	/** Nothing is remembered of earlier analyses. */
	clear(): void {
		this.cancel()
		this.eased.clear()
	}

	cancel(documentId?: string): void {
		for (const [id, { source }] of this.running) if (documentId === undefined || id === documentId) source.cancel()
	}

	dispose(): void {
		this.cancel()
		this.activity.dispose()
	}

	private async run(
		document: SessionDocument,
		{ source, changes, scope }: Pick<Running, 'source' | 'changes' | 'scope'>,
	): Promise<AnalysisOutcome> {
		const { documentId, root } = document
		// Whoever asked must have noted it before it can be over.
		await Promise.resolve()
		try {
			const found = await this.ask(document, source.token)
			if (source.token.isCancellationRequested) return { kind: 'cancelled' }
			const before = this.deps.book.of(documentId)?.findings ?? []
			let file = this.deps.book.put({ documentId, root, found, scope })
			this.noteGone(before, file.findings)
			if (changes.length > 0) {
				this.deps.book.edit(documentId, changes)
				file = this.deps.book.of(documentId) ?? file
			}
			return { kind: 'analyzed', file }
		} catch (error) {
			return outcomeOf(error)
		} finally {
			source.dispose()
			if (this.running.get(documentId)?.source === source) {
				this.running.delete(documentId)
				this.activity.fire()
			}
		}
	}

	private noteGone(before: readonly KeptFinding[], after: readonly KeptFinding[]): void {
		const left = new Set(after.map(({ id }) => id))
		for (const { id, documentId, stepDocuments } of before) {
			if (left.has(id)) continue
			for (const step of new Set([documentId, ...stepDocuments])) {
				this.eased.set(step, (this.eased.get(step) ?? new Set()).add(documentId))
			}
		}
	}

	private async ask(document: SessionDocument, token: CancellationToken): Promise<FileFindings> {
		const { root, file, languageId, text } = document
		const switches = this.deps.switches()
		// A text that is handed over is copied more than once.
		if (text.length > switches.mostBytes) return tooLarge(file)
		const unsaved = root === undefined ? [] : this.deps.documents.unsaved(root).filter((other) => other.file !== file)
		return this.deps.analyzer.analyzeText({ ...switches, root, file, languageId, text, unsaved }, token)
	}
}

export function outcomeOf(error: unknown): Exclude<AnalysisOutcome, { readonly kind: 'analyzed' }> {
	if (error instanceof CancelledError) return { kind: 'cancelled' }
	if (error instanceof AnalysisFailed) return { kind: 'failed', reason: error.reason, detail: error.message }
	const detail = error instanceof Error ? error.name : typeof error
	return { kind: 'failed', reason: 'crashed', detail }
}

function tooLarge(file: string): FileFindings {
	return { file, findings: [], gaps: [{ reason: 'tooLarge', detail: '' }] }
}
