import { applyIgnores } from '../findings/applyIgnores.ts'
import type { FileFindings, Finding, FindingPlace, FindingRange, IgnoredFinding } from '../findings/finding.ts'
import { withFingerprints } from '../findings/fingerprints.ts'
import { functionNamesOf } from '../findings/functionNames.ts'
import type { ModuleIr } from '../ir/ir.ts'
import type { CodeSpan } from '../tree/codeNode.ts'

/** A file that findings lie in. */
export interface FinishedFile {
	readonly text: string
	/** Undefined where its language is not followed. */
	readonly ir: ModuleIr | undefined
	/** Undefined where nothing parsed it. */
	readonly comments: readonly CodeSpan[] | undefined
}

export interface FinishContext {
	/** The file that was analyzed: the notes are about its comments. */
	readonly file: string
	/** `2026-12-31`; empty where no ignoring expires. */
	readonly today: string
	readonly ruleIds: readonly string[] | undefined
	/** Whether all of the file was analyzed. */
	readonly isWhole: boolean
	fileOf(file: string): FinishedFile | undefined
	tableOf(file: string): LineOffsets
}

export interface LineOffsets {
	range(start: number, end: number): FindingRange
	/** UTF-16 code units from the start of the text. */
	offset(line: number, character: number): number
}

/** Gives findings their fingerprints, and takes out what comments ignore. @param findings sorted by their places */
export function finishFindings(
	findings: readonly Finding[],
	context: FinishContext,
): Pick<FileFindings, 'findings' | 'ignored' | 'notes'> {
	const names = new Map<string, (offset: number) => string>()
	const nameAt = ({ file, range }: FindingPlace): string => {
		const ir = context.fileOf(file)?.ir
		if (!ir) return ''
		const find = names.get(file) ?? functionNamesOf(ir)
		names.set(file, find)
		return find(context.tableOf(file).offset(range.startLine, range.startCharacter))
	}
	const codeAt = (place: FindingPlace | undefined): string => {
		if (!place) return ''
		const table = context.tableOf(place.file)
		const { startLine, startCharacter, endLine, endCharacter } = place.range
		const text = context.fileOf(place.file)?.text ?? ''
		return text.slice(table.offset(startLine, startCharacter), table.offset(endLine, endCharacter))
	}
	const told = withFingerprints(findings, (finding) => ({
		sinkCode: codeAt(finding),
		sourceCode: finding.path.length > 1 ? codeAt(finding.path[0]) : '',
		functionName: nameAt(finding),
	}))
	const ignored: IgnoredFinding[] = []
	let kept: readonly Finding[] = told
	const others = new Set(told.map(({ file }) => file).filter((file) => file !== context.file))
	for (const file of others) {
		const applied = ignoresOf(kept, file, context)
		kept = applied.findings
		ignored.push(...applied.ignored)
	}
	const applied = ignoresOf(kept, context.file, context)
	return { findings: applied.findings, ignored: [...ignored, ...applied.ignored], notes: applied.notes }
}

function ignoresOf(findings: readonly Finding[], file: string, context: FinishContext) {
	const { text = '', comments } = context.fileOf(file) ?? {}
	return applyIgnores(findings, {
		...{ file, text, comments, today: context.today, ruleIds: context.ruleIds, isWhole: context.isWhole },
		rangeOf: ({ start, end }) => context.tableOf(file).range(start, end),
	})
}
