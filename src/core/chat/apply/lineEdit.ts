/** Lines that take the place of others. */
export interface LineEdit {
	/** From 0; the end is exclusive. Where both are the same, the lines are put before that line. */
	readonly startLine: number
	readonly endLine: number
	/** Without line breaks. */
	readonly lines: readonly string[]
}

/** Applies edits that do not overlap, in any order. */
export function withEdits(lines: readonly string[], edits: readonly LineEdit[]): string[] {
	const result: string[] = []
	let at = 0
	for (const edit of edits.toSorted((a, b) => a.startLine - b.startLine || a.endLine - b.endLine)) {
		if (edit.startLine < at) throw new RangeError('Edits overlap')
		result.push(...lines.slice(at, edit.startLine), ...edit.lines)
		at = edit.endLine
	}
	result.push(...lines.slice(at))
	return result
}

export function overlap(edits: readonly LineEdit[]): boolean {
	const inOrder = edits.toSorted((a, b) => a.startLine - b.startLine || a.endLine - b.endLine)
	return inOrder.some((edit, at) => edit.startLine < (inOrder[at - 1]?.endLine ?? 0))
}

/** Lines of a text, whatever ends them. A last line break makes no line of its own. */
export function linesOf(text: string): string[] {
	const lines = text.split(/\r\n?|\n/)
	if (lines.at(-1) === '') lines.pop()
	return lines
}

/** The blanks that a line begins with. */
export function indentOf(line: string): string {
	return /^[ \t]*/.exec(line)?.[0] ?? ''
}

/** Blanks that all lines that are not blank begin with. */
export function commonIndent(lines: readonly string[]): string {
	let common: string | undefined
	for (const line of lines) {
		if (line.trim() === '') continue
		const indent = indentOf(line)
		if (common === undefined) common = indent
		while (common !== undefined && !indent.startsWith(common)) common = common.slice(0, -1)
	}
	return common ?? ''
}

/** With another indent in place of what they have in common. */
export function reindented(lines: readonly string[], indent: string): string[] {
	const common = commonIndent(lines)
	if (common === indent) return [...lines]
	return lines.map((line) => (line.trim() === '' ? '' : indent + line.slice(common.length)))
}
