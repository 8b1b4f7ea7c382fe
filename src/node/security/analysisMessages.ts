import type { AnalysisStatistics, AnalyzedFile } from '../../core/security/analyzer.ts'
import type { Finding } from '../../core/security/findings/finding.ts'
import type { DeclaredVersion } from '../../core/security/libraries/declaredVersions.ts'
import type { RuleFile } from '../../core/security/rules/ruleTypes.ts'
import type { ProposedFix, TextOrder, UnsavedText } from '../../core/security/securityPorts.ts'
import type { ParsedCode } from '../../core/security/tree/codeNode.ts'
import type { GrammarName } from '../../core/syntax/grammarOf.ts'

/** What a process that analyzes has to know before anything else. Paths are absolute. */
export interface AnalysisSetup {
	/** Undefined where no file is to be read from disk. */
	readonly root: string | undefined
	readonly grammarFolder: string
	/** `web-tree-sitter.wasm`; absent: where the package has it. */
	readonly runtime?: string
	/** The product's rules, as the build wrote them; absent: none. */
	readonly rulesFile?: string
	/** Those of the workspace and of the command line, after checking. */
	readonly ownRules: readonly RuleFile[]
	readonly off: readonly string[]
	/** What the project's manifests say: rules for other versions of these do not count. */
	readonly libraries: readonly DeclaredVersion[]
	readonly mostBytes: number
	/** `2026-12-31`. */
	readonly today: string
}

/** To the process. */
export type AnalysisMessage =
	| { readonly kind: 'setup'; readonly setup: AnalysisSetup }
	| { readonly kind: 'batch'; readonly id: number; readonly files: readonly string[]; readonly extra?: BatchExtra }
	| { readonly kind: 'propose'; readonly id: number; readonly order: TextOrder; readonly finding: Finding }
	| { readonly kind: 'parse'; readonly id: number; readonly order: Pick<TextOrder, 'file' | 'languageId' | 'text'> }
	/** What is remembered of these files no longer holds; of all, where there are none. */
	| { readonly kind: 'forget'; readonly files?: readonly string[] }

export interface BatchExtra {
	/** Texts in place of what is on disk. */
	readonly unsaved?: readonly UnsavedText[]
	/** Of files whose names do not say it. */
	readonly grammars?: readonly (readonly [file: string, grammar: GrammarName])[]
	/** Nobody keeps the results: it is not looked for in which states files were. */
	readonly isFleeting?: boolean
}

/** From the process. */
export type AnalysisReply =
	/** `withoutNative`: why files are parsed without the native parsers; absent where they load. */
	| { readonly kind: 'ready'; readonly withoutNative?: string }
	/** It cannot do its work. */
	| { readonly kind: 'broken'; readonly reason: string }
	| { readonly kind: 'begin'; readonly file: string }
	| { readonly kind: 'proposed'; readonly id: number; readonly fixes: readonly ProposedFix[] }
	| { readonly kind: 'parsed'; readonly id: number; readonly code?: ParsedCode }
	| { readonly kind: 'file'; readonly result: KeptResult }
	| {
			readonly kind: 'batchDone'
			readonly id: number
			readonly statistics: AnalysisStatistics
			/** Bytes that the process takes. */
			readonly memory: number
			/** Milliseconds that the batch took of processors: what other programs do meanwhile does not count. */
			readonly processorMs: number
	  }

/** A result, and in which state the files were that it was made of. */
export interface KeptResult {
	readonly analyzed: AnalyzedFile
	/** Of the file, then of each that it depends on; none where the result is not to be kept. */
	readonly states: readonly string[]
}
