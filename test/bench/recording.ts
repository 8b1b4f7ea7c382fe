import type { DocumentLines, Position } from '../../src/core/completion/documentLines.ts'
import type { TextChange } from '../../src/core/syntax/documentFeed.ts'

/** Somebody's work at the keyboard, as data: what changed, where, and when. */
export interface Recording {
	readonly edits: readonly Edit[]
}

export interface Edit {
	/** Milliseconds since the beginning. */
	readonly at: number
	/** Below the sample project. */
	readonly file: string
	/** UTF-16 code units from the beginning of the file. */
	readonly offset: number
	readonly remove: number
	readonly insert: string
	/** Where the cursor stands afterwards. A jump changes nothing else. */
	readonly cursor: number
}

export function isJump({ remove, insert }: Edit): boolean {
	return remove === 0 && insert === ''
}

type Point = TextChange['startPoint']

const languageIds: Readonly<Record<string, string>> = { ts: 'typescript', js: 'javascript', py: 'python' }

/** A file as the completion core sees it, with lines kept apart as an editor does. */
export class BenchDocument implements DocumentLines {
	readonly id: string
	readonly languageId: string
	/** Counts up with every edit. */
	version = 1
	private lines: string[]

	constructor(file: string, text: string) {
		this.id = file
		this.languageId = languageIds[file.slice(file.lastIndexOf('.') + 1)] ?? 'plaintext'
		this.lines = text.split('\n')
	}

	get lineCount(): number {
		return this.lines.length
	}

	get text(): string {
		return this.lines.join('\n')
	}

	lineAt(line: number): string {
		return this.lines[line] ?? ''
	}

	positionAt(offset: number): Position {
		let left = offset
		for (const [line, text] of this.lines.entries()) {
			if (left <= text.length) return { line, character: left }
			left -= text.length + 1
		}
		throw new RangeError(`The file has no offset ${offset}`)
	}

	/** @returns what changed, as the editor tells it */
	apply({ offset, remove, insert }: Edit): TextChange {
		const start = this.positionAt(offset)
		const end = this.positionAt(offset + remove)
		const changed =
			this.lineAt(start.line).slice(0, start.character) + insert + this.lineAt(end.line).slice(end.character)
		this.lines.splice(start.line, end.line - start.line + 1, ...changed.split('\n'))
		this.version++
		const [startPoint, endPoint] = [start, end].map(({ line, character }) => ({ row: line, column: character })) as [
			Point,
			Point,
		]
		return { start: offset, end: offset + remove, startPoint, endPoint, text: insert }
	}
}
