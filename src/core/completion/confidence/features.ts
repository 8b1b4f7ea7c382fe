import { escapePattern } from '../../../shared/escapePattern.ts'
import type { LogProbs } from '../../model/ports.ts'
import type { InsertionCheck } from '../../syntax/codeStructure.ts'

/** What is known of an answer before it is shown. */
export interface JudgedAnswer {
	readonly text: string
	readonly logProbs: LogProbs
	/** Ended at a limit, not by itself. */
	readonly isCut: boolean
	/** The cursor's line up to the cursor. */
	readonly before: string
	/** Characters of the answer that were typed since it was made: so far it was right. */
	readonly typedAlong: number
	/** Undefined where nobody knows the syntax. */
	readonly check: InsertionCheck | undefined
}

/** In this order everywhere. Each is between -1 and 1, or near. */
export const featureNames = [
	'bias',
	'meanLogProb',
	'totalLogProb',
	'firstLogProb',
	'firstMargin',
	'syntaxErrors',
	'unknownNames',
	'length',
	'severalLines',
	'cut',
	'lineStart',
	'inWord',
	'afterDot',
	'typedAlong',
] as const

const charactersPerToken = 3

/** Numbers only: nothing of the text can be told from them. */
export type Features = readonly number[]

export function featuresOf({ text, logProbs, isCut, before, typedAlong, check }: JudgedAnswer): Features {
	const { first, firstMargin } = logProbs
	// A token of no probability makes it infinite, which times nothing is no number.
	const mean = within(logProbs.mean, -100, 0)
	const [firstLine = ''] = text.split('\n', 1)
	return [
		1,
		within(mean, -4, 0) / 4,
		// What a model that knows its own mind gives the whole of it.
		within((mean * firstLine.length) / charactersPerToken, -12, 0) / 12,
		within(first, -6, 0) / 6,
		within(firstMargin, -1, 6) / 6,
		check && check.newErrors > 0 ? 1 : 0,
		within(unknownNames(text, check) / 2, 0, 1),
		Math.log2(1 + Math.min(text.length, 255)) / 8,
		text.includes('\n') ? 1 : 0,
		isCut ? 1 : 0,
		before.trim() === '' ? 1 : 0,
		/[\p{L}\p{N}_$]$/u.test(before) ? 1 : 0,
		/(?:\.|->|::)$/.test(before.trimEnd()) ? 1 : 0,
		within(typedAlong / 10, 0, 1),
	]
}

/** Names that stand nowhere in the workspace, but for those that the text itself introduces. */
function unknownNames(text: string, check: InsertionCheck | undefined): number {
	return (check?.unknownNames ?? []).filter((name) => !introduces(text, name)).length
}

const introducers =
	'const|let|var|val|def|fn|func|fun|function|class|struct|enum|trait|type|interface|module|for|as|mut|new'

function introduces(text: string, name: string): boolean {
	const escaped = escapePattern(name)
	return new RegExp(`\\b(?:${introducers})\\s+${escaped}(?![\\p{L}\\p{N}_$])|${escaped}\\s*(?::=|:(?!:))`, 'u').test(
		text,
	)
}

function within(value: number, least: number, most: number): number {
	return Math.min(most, Math.max(least, value))
}
