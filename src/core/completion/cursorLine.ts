import type { DocumentLines, Position } from './documentLines.ts'

/** The item selected in the suggest widget, which would take the place of the text from `start` to `end`. */
export interface SelectedItem {
	readonly start: Position
	readonly end: Position
	readonly text: string
}

/** The line that is to be continued, as it would stand after the selected item was accepted. */
export interface CursorLine {
	readonly cursor: Position
	readonly before: string
	readonly after: string
	/** Where on the line the suggestion starts, */
	readonly start: number
	/** and its text that comes from the selected item: the editor shows only what begins like that item. */
	readonly lead: string
}

/** Undefined where the selected item cannot be continued. */
export function cursorLine(document: DocumentLines, asked: Position, item?: SelectedItem): CursorLine | undefined {
	const line = Math.max(0, Math.min(asked.line, document.lineCount - 1))
	const text = line < document.lineCount ? document.lineAt(line) : ''
	const character = Math.max(0, Math.min(asked.character, text.length))
	const cursor = { line, character }
	const before = text.slice(0, character)
	const after = text.slice(character)
	if (!item) return { cursor, before, after, start: character, lead: '' }

	const isOnCursorLine = item.start.line === line && item.start.character <= character
	const endsAtCursor = item.end.line === line && item.end.character === character
	const typed = text.slice(item.start.character, character)
	const continues = isOnCursorLine && endsAtCursor && item.text.startsWith(typed)
	if (!continues || isSnippet(item.text)) return undefined
	return {
		cursor,
		before: before.slice(0, item.start.character) + item.text,
		after,
		start: item.start.character,
		lead: item.text,
	}
}

/** The editor does not say whether the item is a snippet: its placeholders must not be taken for text. */
function isSnippet(text: string): boolean {
	return text.includes('\n') || /\$(\d|\{)/.test(text)
}
