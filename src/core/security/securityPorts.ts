import type { CancellationToken } from '../../shared/cancellation.ts'
import type { Event } from '../../shared/event.ts'
import type { FileFindings, Finding, FindingRange } from './findings/finding.ts'
import type { ParsedCode } from './tree/codeNode.ts'

/** What the editor asks of the analysis, whatever process it runs in. */
export interface SecurityAnalyzer {
	/**
	 * Analyzes one text, which need not be saved. Files that it imports are read below the root.
	 *
	 * @throws CancelledError where the token was cancelled; `AnalysisFailed` where there is no answer
	 */
	analyzeText(order: TextOrder, token: CancellationToken): Promise<FileFindings>
	/**
	 * Analyzes files, or all of a folder. Each file is told of once, as soon as it is done, also where nothing was found in it.
	 *
	 * @throws CancelledError where the token was cancelled: what was told until then holds; `AnalysisFailed` as above
	 */
	analyzeFiles(order: FilesOrder, listener: ScanListener, token: CancellationToken): Promise<void>
	/** By whom there may be a fix, the surest first; asked for every finding at the cursor. Never rejects. */
	fixOrigins(finding: Finding): Promise<readonly FixOrigin[]>
	/**
	 * Each was analyzed: with it the finding is gone, no new one is there, and the file still parses. The first is the best.
	 *
	 * @throws CancelledError, AnalysisFailed
	 */
	proposeFixes(
		order: TextOrder,
		finding: Finding,
		origin: FixOrigin,
		token: CancellationToken,
	): Promise<readonly ProposedFix[]>
	/**
	 * The tree of a text; undefined where its language has no grammar, or it takes too long.
	 *
	 * @throws CancelledError, AnalysisFailed
	 */
	parseText(order: TextOrder, token: CancellationToken): Promise<ParsedCode | undefined>
	/** Ids of rules whose findings no model may dismiss. Never rejects. @param root of the workspace's own rules */
	undeniableRules(root: string | undefined, isTrusted: boolean): Promise<ReadonlySet<string>>
	/** Files and folders that were changed, made or deleted: what is remembered of them no longer holds. @param paths absolute */
	filesChanged(paths: readonly string[]): void
	/** Each time that the rules of a folder are read. */
	readonly onDidReadRules: Event<RulesRead>
}

/** From a rule, or written by the model. */
export type FixOrigin = 'rule' | 'model'

export interface ProposedFix {
	/** `Use a parameterised query`. */
	readonly title: string
	readonly origin: FixOrigin
	/** In the text that was analyzed; they do not overlap. */
	readonly edits: readonly { readonly range: FindingRange; readonly text: string }[]
}

/** What both kinds of order say. */
export interface AnalysisSwitches {
	/** Ids of rules that are off; `*` stands for any characters: `javascript/*`. */
	readonly rulesOff: readonly string[]
	/** Whether `.alcove/` of the root may be read: what is in an untrusted folder decides nothing. */
	readonly isTrusted: boolean
	/** Bytes; a larger file is not analyzed, and that is reported as a gap. */
	readonly mostBytes: number
}

/** A text in place of what the disk has. */
export interface UnsavedText {
	/** Relative to the root, with `/`; a name where there is no root. */
	readonly file: string
	readonly text: string
}

export interface TextOrder extends AnalysisSwitches, UnsavedText {
	/** Absolute path of the folder that `file` is relative to; undefined where no other file is to be read. */
	readonly root: string | undefined
	/** The editor's language id: a text that was never saved has no extension. */
	readonly languageId: string
	/** Other texts below the root that differ from what is on disk. */
	readonly unsaved: readonly UnsavedText[]
}

export interface FilesOrder extends AnalysisSwitches {
	/** Absolute path. */
	readonly root: string
	/** Relative to the root, with `/`: files, or folders with all that is below them. Absent: all of the root. */
	readonly paths?: readonly string[]
	/** Globs of what is left out, as in `files.exclude`. What is named in `paths` as a file is analyzed nevertheless. */
	readonly exclude: readonly string[]
	/** Files that are left out because they were analyzed before: a scan goes on where it was stopped. */
	readonly done: ReadonlySet<string>
	readonly unsaved: readonly UnsavedText[]
}

export interface ScanListener {
	/** Known as soon as the files are listed; `done` ones do not count. */
	total(files: number): void
	analyzed(findings: FileFindings): void
}

/** There is no answer: the process of the analysis ended, or could not be started. */
export class AnalysisFailed extends Error {
	/** `crashed`: a text made it end, most likely; `notStarted`: nothing can be analyzed; `outOfMemory`: too much at once. */
	readonly reason: 'crashed' | 'notStarted' | 'outOfMemory'

	/** @param detail for the log: names no code */
	constructor(reason: AnalysisFailed['reason'], detail: string) {
		super(detail)
		this.name = 'AnalysisFailed'
		this.reason = reason
	}
}

export interface RulesRead {
	/** Absolute path. */
	readonly root: string
	/** Empty where all is well. */
	readonly problems: readonly RuleProblem[]
}

/** What is wrong in a file of rules, of the workspace most likely. */
export interface RuleProblem {
	/** Absolute path. */
	readonly file: string
	/** From 0. */
	readonly line: number
	readonly character: number
	readonly reason: string
}
