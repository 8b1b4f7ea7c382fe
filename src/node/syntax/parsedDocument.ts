import { Edit, type Parser, type Tree } from 'web-tree-sitter'
import type { DocumentChange, OpenDocument, TextChange } from '../../core/syntax/documentFeed.ts'

/** Milliseconds; a text that takes longer is not understood, whatever it is. */
const longestParse = 1_500
/** For a text with a suggestion in it. */
const longestTrial = 60

/** The text of a document and its tree, which is brought up to date when somebody asks for it. */
export class ParsedDocument {
	readonly languageId: string
	readonly file: string | undefined
	version: number
	text: string
	/** What a check found of a place, before anything was put there; of the text as it is. */
	errorsBefore: { readonly start: number; readonly end: number; readonly errors: number | undefined } | undefined
	private readonly parser: Parser
	private readonly now: () => number
	private tree: Tree | undefined
	private isCurrent = false
	private failed = false
	private starts: number[] | undefined

	/**
	 * @param parser its own from now on
	 * @param now milliseconds of a clock, by which parsing ends where it takes too long
	 */
	constructor({ languageId, file, version, text }: OpenDocument, parser: Parser, now: () => number) {
		this.languageId = languageId
		this.file = file
		this.version = version
		this.text = text
		this.parser = parser
		this.now = now
	}

	/** False where a change before this one is missing: the text is not known any more. */
	apply({ before, version, changes }: DocumentChange): boolean {
		if (before !== this.version) return false
		for (const change of changes) {
			if (change.end > this.text.length || change.start > change.end) return false
			this.text = this.text.slice(0, change.start) + change.text + this.text.slice(change.end)
			this.tree?.edit(editOf(change))
		}
		this.version = version
		this.errorsBefore = undefined
		this.isCurrent = false
		this.starts = undefined
		return true
	}

	/** Undefined where parsing takes too long; then until the document is opened anew. */
	current(): Tree | undefined {
		if (this.failed) return undefined
		if (this.isCurrent && this.tree) return this.tree
		const tree = this.parse(this.text, this.tree, longestParse)
		this.tree?.delete()
		this.tree = tree
		this.isCurrent = true
		this.failed = !tree
		return tree
	}

	/** The tree with other text in a place, to be deleted by the caller. */
	parseWith(start: number, end: number, inserted: string): Tree | undefined {
		const tree = this.current()?.copy()
		if (!tree) return undefined
		try {
			tree.edit(editOf({ start, end, text: inserted, startPoint: this.pointAt(start), endPoint: this.pointAt(end) }))
			return this.parse(this.text.slice(0, start) + inserted + this.text.slice(end), tree, longestTrial)
		} finally {
			tree.delete()
		}
	}

	/** Undefined where there is no such line or character. */
	indexOf(line: number, character: number): number | undefined {
		const start = this.lineStarts[line]
		if (start === undefined || character < 0 || character > this.lineAt(line).length) return undefined
		return start + character
	}

	get lineCount(): number {
		return this.lineStarts.length
	}

	/** Without its terminator. */
	lineAt(line: number): string {
		const start = this.lineStarts[line] ?? this.text.length
		const end = this.lineStarts[line + 1] ?? this.text.length
		return this.text.slice(start, end).replace(/\r?\n$|\r$/, '')
	}

	dispose(): void {
		this.tree?.delete()
		this.parser.delete()
	}

	private parse(text: string, old: Tree | undefined, longest: number): Tree | undefined {
		const end = this.now() + longest
		const tree = this.parser.parse(text, old ?? null, { progressCallback: () => this.now() > end })
		if (tree) return tree
		this.parser.reset()
		return undefined
	}

	private pointAt(index: number): { row: number; column: number } {
		const { lineStarts } = this
		let [low, high] = [0, lineStarts.length - 1]
		while (low < high) {
			const middle = Math.ceil((low + high) / 2)
			if ((lineStarts[middle] ?? 0) <= index) low = middle
			else high = middle - 1
		}
		return { row: low, column: index - (lineStarts[low] ?? 0) }
	}

	private get lineStarts(): readonly number[] {
		if (this.starts) return this.starts
		const starts = [0]
		const { text } = this
		for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
		this.starts = starts
		return starts
	}
}

function editOf({ start, end, startPoint, endPoint, text }: TextChange): Edit {
	const lines = text.split('\n')
	const last = lines.at(-1)?.length ?? 0
	const row = startPoint.row + lines.length - 1
	const column = lines.length === 1 ? startPoint.column + last : last
	return new Edit({
		startIndex: start,
		oldEndIndex: end,
		newEndIndex: start + text.length,
		startPosition: startPoint,
		oldEndPosition: endPoint,
		newEndPosition: { row, column },
	})
}
