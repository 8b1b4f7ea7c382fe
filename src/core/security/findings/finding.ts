import type { Confidence, Severity } from '../rules/ruleTypes.ts'

/** Lines and characters count from 0; characters are UTF-16 code units; the end is exclusive. */
export interface FindingRange {
	readonly startLine: number
	readonly startCharacter: number
	readonly endLine: number
	readonly endCharacter: number
}

export interface FindingPlace {
	/** Relative to the root that was analyzed, with `/`. */
	readonly file: string
	readonly range: FindingRange
}

/** One step of the way from source to sink. */
export interface PathStep extends FindingPlace {
	readonly role: 'source' | 'step' | 'call' | 'return' | 'sink'
	/** What happens here, in a few words: `HTTP request`, `passed to run()`. */
	readonly label: string
}

export interface Finding extends FindingPlace {
	readonly ruleId: string
	/** With what was found put in. */
	readonly message: string
	readonly severity: Severity
	readonly confidence: Confidence
	readonly cwe: readonly number[]
	/** From source to sink, both included; one step where the rule needs no data flow. */
	readonly path: readonly PathStep[]
	/** The same as long as rule, code and neighbourhood are the same, wherever the lines move to: 32 hex digits. */
	readonly fingerprint: string
}

/** What an analysis says of one file. */
export interface FileFindings {
	readonly file: string
	/** Sorted by their place; what a comment ignores is not among them. */
	readonly findings: readonly Finding[]
	/** What a comment in the file ignores, with its reason. */
	readonly ignored?: readonly IgnoredFinding[]
	/** What is wrong with comments that ignore findings. */
	readonly notes?: readonly FindingNote[]
	/** Why not all of it was analyzed; empty where all was. */
	readonly gaps: readonly AnalysisGap[]
}

export interface IgnoredFinding {
	readonly finding: Finding
	/** As a person wrote it; empty where none was given, which is a note of its own. */
	readonly reason: string
	/** The last day on which it counts: `2027-01-31`. */
	readonly until?: string
}

/** Something to be told about a place that is no defect of the code. */
export interface FindingNote extends FindingPlace {
	readonly kind: 'ignoreWithoutReason' | 'ignoreExpired' | 'ignoreUnknownRule' | 'ignoreUnused' | 'ignoreMalformed'
	/** A sentence for people. */
	readonly message: string
}

export interface AnalysisGap {
	readonly reason:
		| 'tooLarge'
		| 'minified'
		| 'binary'
		| 'unreadable'
		| 'syntaxErrors'
		| 'tooDeep'
		| 'outOfBudget'
		| 'noLanguage'
		| 'crashed'
	/** A sentence for people, without code. */
	readonly detail: string
	readonly range?: FindingRange
}
