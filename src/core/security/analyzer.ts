import type { CancellationToken } from '../../shared/cancellation.ts'
import type { Clock } from '../../shared/clock.ts'
import type { GrammarName } from '../syntax/grammarOf.ts'
import type { FileFindings } from './findings/finding.ts'
import type { RuleFile } from './rules/ruleTypes.ts'
import type { ParsedCode } from './tree/codeNode.ts'

/**
 * Analyzes files of one project in the process that it is called in. One process has one analyzer, which keeps what it knows of the
 * files that others import, until it is told that they changed or to forget all. The same files with the same rules give the same
 * findings, in whatever order and process they are analyzed.
 */
export interface ProjectAnalyzer {
	/**
	 * Analyzes files one after the other and tells of each as soon as it is done, also where nothing was found. What a file holds
	 * never makes it throw: what could not be analyzed is a gap.
	 *
	 * @throws CancelledError where the token was cancelled; what was told until then holds
	 */
	analyze(order: AnalysisOrder, token: CancellationToken): Promise<AnalysisStatistics>
	/** What is remembered of these files, and of those that import them, no longer holds. Absent: of all files. */
	forget(files?: readonly string[]): void
}

/** Made once in each process; compiles the rules. */
export type CreateProjectAnalyzer = (deps: AnalyzerDeps) => ProjectAnalyzer

export interface AnalyzerDeps {
	readonly rules: RuleSelection
	readonly files: ProjectFiles
	/** Undefined where it takes too long or there is no such grammar. */
	parse(grammar: GrammarName, text: string): Promise<ParsedCode | undefined>
	readonly clock: Pick<Clock, 'now'>
	/** `2026-12-31`: comments that ignore findings until an earlier day no longer count. Absent: all count. */
	readonly today?: string
}

export interface RuleSelection {
	/** Those of the product and of the workspace; ids are unique. */
	readonly ruleFiles: readonly RuleFile[]
	/** Ids of rules that are off; `*` stands for any characters: `javascript/*`. */
	readonly off: readonly string[]
}

/** The files of the project as they are now. Paths are relative to its root, with `/`; none leads out of it. */
export interface ProjectFiles {
	/** Undefined where there is no such file, or it is none that may be read. */
	read(file: string): Promise<ProjectText | undefined>
	/** The names in a folder, for imports of packages and namespaces: files and folders, sorted; empty where there is none. */
	list(folder: string): Promise<readonly string[]>
}

/** A text, or why there is none. */
export type ProjectText =
	| { readonly text: string; readonly gap?: undefined }
	| { readonly gap: 'tooLarge' | 'minified' | 'binary' | 'unreadable' }

export interface AnalysisOrder {
	/** Each is told of once. */
	readonly files: readonly string[]
	/** The language of a file where its extension does not say it. */
	readonly grammars?: ReadonlyMap<string, GrammarName>
	/** Whether somebody works on them: they are analyzed again soon, and what an edit does not touch is kept. */
	readonly isEdited?: boolean
	/** Told just before a file is read: where the process dies after it, this is the file that killed it. */
	onBegin?(file: string): void
	onFile(analyzed: AnalyzedFile): void
}

export interface AnalyzedFile extends FileFindings {
	/**
	 * Other files that were read for it, or looked for and not found, and folders (ending with `/`) whose names were read, sorted: when
	 * none of them changes, nor does the result.
	 */
	readonly dependsOn: readonly string[]
	/** 0 where it was not read. */
	readonly lines: number
}

export interface AnalysisStatistics {
	readonly files: number
	readonly lines: number
	readonly findings: number
	/** Files with at least one gap. */
	readonly incomplete: number
	/** Milliseconds. */
	readonly parseMs: number
	readonly lowerMs: number
	readonly analyzeMs: number
}
