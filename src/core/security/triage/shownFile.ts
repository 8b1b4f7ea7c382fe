import type { FindingRange } from '../findings/finding.ts'
import type { CodeNode, ParsedCode } from '../tree/codeNode.ts'
import { type FunctionNode, functionsIn } from '../tree/functionsIn.ts'
import { type CleanLine, cleanCode, lineAt } from './cleanCode.ts'

/** What is asked of a file that a path goes through, worked out once. */
export interface ShownFile {
	readonly code: ParsedCode
	readonly lines: readonly CleanLine[]
	readonly functions: readonly FunctionNode[]
	/** Names that occur in each line, by its index in `lines`. */
	readonly names: readonly ReadonlySet<string>[]
	/** Where a range of the text begins: UTF-16 code units from the start. */
	startOf(range: FindingRange): number
}

/** Lines from one index to another, the end exclusive. */
export interface LineSpan {
	readonly from: number
	readonly to: number
}

export function showFile(code: ParsedCode): ShownFile {
	const lines = cleanCode(code)
	const starts = [0]
	for (let at = code.text.indexOf('\n'); at >= 0; at = code.text.indexOf('\n', at + 1)) starts.push(at + 1)
	return {
		code,
		lines,
		functions: functionsIn(code.root, code.text),
		names: namesIn(code, lines),
		startOf: ({ startLine, startCharacter }) => (starts[startLine] ?? code.text.length) + startCharacter,
	}
}

/** The lines that a stretch of the text is on. */
export function linesOf(file: ShownFile, { start, end }: { readonly start: number; readonly end: number }): LineSpan {
	const from = lineAt(file.lines, start)
	if (from < 0) return { from: file.lines.length, to: file.lines.length }
	let to = from
	while (to < file.lines.length && (file.lines[to] as CleanLine).start < end) to++
	return { from, to: Math.max(to, from + 1) }
}

function namesIn(code: ParsedCode, lines: readonly CleanLine[]): readonly ReadonlySet<string>[] {
	const names = lines.map(() => new Set<string>())
	let line = 0
	const walk = (node: CodeNode): void => {
		if (node.isNamed && node.children.length === 0 && /identifier|name|constant|variable|word/.test(node.kind)) {
			while (line < lines.length && (lines[line] as CleanLine).end <= node.start) line++
			names[line]?.add(code.text.slice(node.start, node.end))
		}
		for (const child of node.children) walk(child)
	}
	walk(code.root)
	return names
}
