import type { DocumentLines, Position } from '../../src/core/completion/documentLines.ts'
import type { TextChange } from '../../src/core/syntax/documentFeed.ts'

/** What is kept of all sessions. A change of what an edit means counts the version up. */
export interface SessionFile {
	readonly version: 2
	readonly sessions: readonly Session[]
}

export interface Session extends Recording {
	readonly name: string
	/** Below `test/fixtures`; the files are below it. */
	readonly folder: string
}

/** Somebody's work at the keyboard, as data: what changed, where, and when. */
export interface Recording {
	readonly edits: readonly Edit[]
}

/** How a suggestion is taken: with Tab, or by its next word, or by what it says of this line. */
export type Taking = 'all' | 'word' | 'line'

export interface Edit {
	/** Milliseconds since the beginning. */
	readonly at: number
	/** Below the session's folder. */
	readonly file: string
	/** UTF-16 code units from the beginning of the file. */
	readonly offset: number
	readonly remove: number
	readonly insert: string
	/** Where the cursor stands afterwards. A jump changes nothing else. */
	readonly cursor: number
	/**
	 * Somebody looks up before this key. Where what is suggested comes to what the next keys come to, it is taken instead of them;
	 * so the text is the same in the end, whatever the model says.
	 */
	readonly take?: Taking
}

export function isJump({ remove, insert }: Edit): boolean {
	return remove === 0 && insert === ''
}

type Point = TextChange['startPoint']

const languageIds: Readonly<Record<string, string>> = {
	ts: 'typescript',
	js: 'javascript',
	py: 'python',
	go: 'go',
	rs: 'rust',
}

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

	offsetAt({ line, character }: Position): number {
		return this.lines.slice(0, line).reduce((sum, text) => sum + text.length + 1, character)
	}

	/** @returns what changed, as the editor tells it */
	apply({ offset, remove, insert }: Pick<Edit, 'offset' | 'remove' | 'insert'>): TextChange {
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
