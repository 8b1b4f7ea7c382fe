import type { CodeSpan, ParsedCode } from '../tree/codeNode.ts'
import { remarksOf, textPartsOf } from './textParts.ts'

/** A line of code without comments. A text that goes over several lines is in one. */
export interface CleanLine extends CodeSpan {
	readonly indent: string
	readonly parts: readonly CleanPart[]
}

export interface CleanPart {
	readonly text: string
	/** A literal or a stretch of one, as written; else code. */
	readonly isText: boolean
}

/**
 * The lines of a file without comments, doc comments, idle texts and empty lines, and with even space between the parts of a line: what
 * somebody puts into a comment does not change them.
 */
export function cleanCode(code: ParsedCode): readonly CleanLine[] {
	const writer = new LineWriter(code.text)
	const spans = [
		...remarksOf(code).map((span) => ({ ...span, isRemark: true })),
		...textPartsOf(code.root).map((span) => ({ ...span, isRemark: false })),
	].sort((a, b) => a.start - b.start || Number(b.isRemark) - Number(a.isRemark))
	let at = 0
	for (const { start, end, isRemark } of spans) {
		if (end <= at) continue
		writer.code(at, Math.max(at, start))
		at = Math.max(at, start)
		if (isRemark) writer.remark()
		else writer.text(at, end)
		at = end
	}
	writer.code(at, code.text.length)
	return writer.lines()
}

class LineWriter {
	private readonly source: string
	private readonly done: CleanLine[] = []
	private parts: CleanPart[] = []
	private start = 0
	private end = 0
	private indent = ''
	/** Space since the last character; of the line's indent once there was a line break. */
	private space = ''
	/** Space behind a remark that a line begins with: the indent where there is none before it, unless it only stands apart. */
	private behind = ''
	private isNewLine = true
	private hadRemark = false

	constructor(source: string) {
		this.source = source
	}

	remark(): void {
		this.hadRemark = true
	}

	code(start: number, end: number): void {
		for (let at = start; at < end; at++) {
			const character = this.source.charAt(at)
			if (character === '\n' || character === '\r') {
				this.isNewLine = true
				this.space = ''
				this.behind = ''
				this.hadRemark = false
			} else if (/\s/.test(character)) {
				if (!this.isNewLine || !this.hadRemark) this.space += character
				else if (this.space === '') this.behind += character
			} else this.add(character, false, at, at + 1)
		}
	}

	/** A stretch of space only, as between tags, is no text. */
	text(start: number, end: number): void {
		const text = this.source.slice(start, end)
		if (text.trim() === '') this.code(start, end)
		else this.add(text, true, start, end)
	}

	lines(): readonly CleanLine[] {
		this.endLine()
		return this.done
	}

	private add(text: string, isText: boolean, start: number, end: number): void {
		if (this.isNewLine) {
			this.endLine()
			this.start = start
			this.indent = this.space === '' && this.behind !== ' ' ? this.behind : this.space
			this.behind = ''
		} else this.join(text, isText)
		const last = this.parts.at(-1)
		if (last && last.isText === isText) this.parts[this.parts.length - 1] = { text: last.text + text, isText }
		else this.parts.push({ text, isText })
		this.end = end
		this.space = ''
		this.isNewLine = false
		this.hadRemark = false
	}

	/** Puts the space before a part that it would have whatever comments stand there. */
	private join(text: string, isText: boolean): void {
		const last = this.parts.at(-1)
		if (!last || (this.space === '' && !this.hadRemark)) return
		const before = last.text.at(-1) ?? ''
		const after = text.charAt(0)
		const isTight = (!last.isText && /(?:[([]|[$#]\{)$/.test(last.text)) || (!isText && /[)\],;]/.test(after))
		const wouldMerge = /[\w$]/.test(before) && /[\w$]/.test(after)
		if (isTight || (this.space === '' && !wouldMerge)) return
		if (last.isText) this.parts.push({ text: ' ', isText: false })
		else this.parts[this.parts.length - 1] = { text: `${last.text} `, isText: false }
	}

	private endLine(): void {
		if (this.parts.length > 0) {
			this.done.push({ start: this.start, end: this.end, indent: this.indent, parts: this.parts })
		}
		this.parts = []
	}
}

/** The line that a place is on, or the next one where it was taken out; -1 where there is none. */
export function lineAt(lines: readonly CleanLine[], offset: number): number {
	return lines.findIndex(({ end }) => offset < end)
}

export function textOf(line: CleanLine): string {
	return line.parts.map(({ text }) => text).join('')
}
