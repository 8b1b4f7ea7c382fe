import { editsByDefinitions, type OutlinedText } from './byDefinitions.ts'
import { filledIn, isElision } from './elisions.ts'
import { findLines } from './findLines.ts'
import { type LineEdit, overlap, reindented } from './lineEdit.ts'
import { editsOfReplacements, replacementsIn } from './searchReplace.ts'
import { editsOfHunks, hunksIn } from './unifiedDiff.ts'

export interface ApplyOrder {
	readonly document: OutlinedText
	/** The block of code of the answer. */
	readonly block: OutlinedText
	/** Lines of the document that the question was about, from 0, the end exclusive. */
	readonly selection?: { readonly startLine: number; readonly endLine: number }
}

/** How a block of code goes into a document, or why it cannot be told without a model. */
export type ApplyPlan =
	| {
			readonly kind: 'edits'
			readonly by: 'searchReplace' | 'diff' | 'definitions' | 'gaps' | 'wholeFile' | 'anchors' | 'selection'
			readonly edits: readonly LineEdit[]
	  }
	/** The document has it already. */
	| { readonly kind: 'nothing' }
	| { readonly kind: 'unknown'; readonly why: 'notFound' | 'ambiguous' | 'noPlace' }

/** Finds the place of a block of code by what it says itself; nothing is guessed. */
export function planApply({ document, block, selection }: ApplyOrder): ApplyPlan {
	const { lines } = document
	if (block.lines.every((line) => line.trim() === '')) return { kind: 'nothing' }
	const replacements = replacementsIn(block.lines)
	if (replacements) return planOf('searchReplace', editsOfReplacements(lines, replacements), document)
	const hunks = hunksIn(block.lines)
	if (hunks) return planOf('diff', editsOfHunks(lines, hunks), document)
	if (lines.every((line) => line.trim() === '')) return wholeFile(document, block)
	const isEliding = block.lines.some(isElision)
	if (!isEliding && coversAll(document, block)) return wholeFile(document, block)
	const byDefinitions = editsByDefinitions(document, block)
	if (byDefinitions && !overlap(byDefinitions)) return planOf('definitions', byDefinitions, document)
	if (isEliding) {
		const filled = filledIn(lines, block.lines)
		if (filled) return planOf('gaps', [{ startLine: 0, endLine: lines.length, lines: filled }], document)
		return { kind: 'unknown', why: 'noPlace' }
	}
	if (findLines(lines, block.lines) !== 'none') return { kind: 'nothing' }
	const anchored = betweenAnchors(lines, block.lines)
	if (anchored) return planOf('anchors', [anchored], document)
	if (selection && selection.endLine > selection.startLine) {
		const old = lines.slice(selection.startLine, selection.endLine)
		const indent = /^[ \t]*/.exec(old.find((line) => line.trim() !== '') ?? '')?.[0] ?? ''
		return planOf('selection', [{ ...selection, lines: reindented(block.lines, indent) }], document)
	}
	return { kind: 'unknown', why: 'noPlace' }
}

function planOf(
	by: Extract<ApplyPlan, { readonly kind: 'edits' }>['by'],
	edits: readonly LineEdit[] | 'notFound' | 'ambiguous',
	{ lines }: OutlinedText,
): ApplyPlan {
	if (typeof edits === 'string') return { kind: 'unknown', why: edits }
	if (overlap(edits)) return { kind: 'unknown', why: 'ambiguous' }
	const changing = edits.filter(
		(it) => lines.slice(it.startLine, it.endLine).join('\n') !== it.lines.join('\n') || it.startLine === it.endLine,
	)
	return changing.length === 0 ? { kind: 'nothing' } : { kind: 'edits', by, edits: changing }
}

function wholeFile(document: OutlinedText, block: OutlinedText): ApplyPlan {
	return planOf('wholeFile', [{ startLine: 0, endLine: document.lines.length, lines: block.lines }], document)
}

/** Whether a block is the whole file, written anew: all that the file defines at its top is in it. */
function coversAll(document: OutlinedText, block: OutlinedText): boolean {
	const top = document.definitions.filter(({ container }) => container === undefined)
	if (top.length < 2) return false
	const names = new Set(block.definitions.map(({ name }) => name))
	return top.every(({ name }) => names.has(name))
}

/** The lines between the first and the last one of the block, where both are in the document once. */
function betweenAnchors(lines: readonly string[], block: readonly string[]): LineEdit | undefined {
	const written = block.filter((line) => line.trim() !== '')
	const [first = ''] = written
	const last = written.at(-1) ?? ''
	if (written.length < 3) return undefined
	const start = findLines(lines, [first])
	if (typeof start === 'string') return undefined
	const rest = lines.slice(start.endLine)
	const end = rest.findIndex((line) => line.trim() === last.trim())
	if (end < 0 || end > block.length * 3) return undefined
	// A bracket alone closes many things: the next one at the indent of the first line is meant.
	const indent = /^[ \t]*/.exec(lines[start.startLine] ?? '')?.[0] ?? ''
	const endLine = /\w/.test(last) ? end : rest.indexOf(`${indent}${last.trim()}`)
	if (endLine < 0) return undefined
	return {
		startLine: start.startLine,
		endLine: start.endLine + endLine + 1,
		lines: reindented(block, indent),
	}
}
