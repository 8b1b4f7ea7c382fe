import type { Highlighter, Run } from '../code/highlighter.ts'
import { plainLines } from '../code/highlighter.ts'
import type { CodeBlock } from '../markdown/markdownStream.ts'
import { element, setText } from './dom.ts'
import type { LazyArea } from './lazyArea.ts'

/** Lines that are drawn and highlighted together. */
const linesPerPiece = 100
/** A block up to this many lines is highlighted as a whole, so that a long comment or text is seen as what it is. */
const mostLinesAtOnce = 600
/** Minified code: nobody reads the colours of it. */
const longestHighlighted = 20_000
/** Of a line that is shown: what is copied or applied is whole. */
const longestLine = 4_000

export interface CodeViewOptions {
	readonly highlighter: Highlighter
	readonly area: LazyArea
	readonly label: (language: string | undefined) => string
	readonly actions: readonly HTMLElement[]
	/** Stands at the end of a line that is cut. */
	readonly cutText: (characters: number) => string
}

interface Piece {
	readonly element: HTMLElement
	lines: number
	/** The text that is drawn now; undefined while it is empty. */
	drawn: string | undefined
}

/** A block of code with its head. Long code is drawn in pieces, each when it is near to what is seen. */
export class CodeView {
	readonly element: HTMLElement
	private readonly options: CodeViewOptions
	private readonly code = element('code')
	private readonly name = element('span', { class: 'code-language' })
	private readonly pieces: Piece[] = []
	private readonly near = new Set<Piece>()
	private shown: CodeBlock = { info: '', content: '', isClosed: false }
	private lines: string[] = []
	private whole: Run[][] | undefined

	constructor(options: CodeViewOptions) {
		this.options = options
		const actions = element('div', { class: 'code-actions', attributes: { role: 'group' } }, ...options.actions)
		const head = element('div', { class: 'code-head' }, this.name, actions)
		const frame = element('pre', { class: 'code-text', attributes: { tabindex: '0' } }, this.code)
		this.element = element('div', { class: 'code', attributes: { role: 'group' } }, head, frame)
	}

	update(next: CodeBlock): void {
		const { info, content } = this.shown
		const isSame = next.info === info && next.content === content
		this.shown = next
		if (next.info !== info || this.lines.length === 0) this.showLanguage()
		if (isSame && this.lines.length > 0 && !next.isClosed) return
		this.whole = undefined
		const from = this.growLines(next.content, content)
		this.layOut(Math.min(from, next.isClosed ? 0 : from))
	}

	/** Only what is new is taken apart. Answers the first line that is not what it was. */
	private growLines(content: string, before: string): number {
		const text = content.endsWith('\n') ? content.slice(0, -1) : content
		const known = before.length > 0 && content.startsWith(before) ? Math.max(0, this.lines.length - 1) : 0
		if (known === 0) {
			this.lines = text.split('\n')
			return 0
		}
		let offset = 0
		// All but the last line are as they were: what follows begins where the last one began.
		offset = before.lastIndexOf('\n', before.endsWith('\n') ? before.length - 2 : before.length) + 1
		this.lines.length = known
		for (const line of text.slice(offset).split('\n')) this.lines.push(line)
		return known
	}

	private layOut(from: number): void {
		const count = Math.max(1, Math.ceil(this.lines.length / linesPerPiece))
		for (const piece of this.pieces.splice(count)) {
			this.near.delete(piece)
			this.options.area.remove(piece.element)
			piece.element.remove()
		}
		for (let at = Math.floor(from / linesPerPiece); at < count; at++) {
			const piece = this.pieces[at] ?? this.addPiece()
			const lines = Math.min(linesPerPiece, this.lines.length - at * linesPerPiece)
			if (piece.lines !== lines) {
				piece.lines = lines
				piece.element.style.setProperty('--lines', String(lines))
			}
			// What is short is drawn at once: waiting for being seen would be a flash of nothing.
			if (count === 1) this.near.add(piece)
			if (this.near.has(piece)) this.draw(piece, at)
		}
	}

	private addPiece(): Piece {
		const piece: Piece = { element: element('span', { class: 'code-piece' }), lines: 0, drawn: undefined }
		this.pieces.push(piece)
		this.code.append(piece.element)
		this.options.area.add({
			element: piece.element,
			fill: () => {
				this.near.add(piece)
				this.draw(piece, this.pieces.indexOf(piece))
			},
			empty: () => {
				if (this.pieces.length === 1) return
				this.near.delete(piece)
				piece.drawn = undefined
				piece.element.replaceChildren()
			},
		})
		return piece
	}

	private draw(piece: Piece, at: number): void {
		if (at < 0) return
		const from = at * linesPerPiece
		const text = this.lines
			.slice(from, from + linesPerPiece)
			.map((line) => this.shownLine(line))
			.join('\n')
		const isFinal = this.shown.isClosed && this.lines.length <= mostLinesAtOnce
		const key = `${isFinal ? 'whole' : 'piece'} ${this.language()} ${text}`
		if (piece.drawn === key) return
		piece.drawn = key
		const runs = isFinal ? this.wholeRuns().slice(from, from + linesPerPiece) : this.runsOf(text)
		piece.element.replaceChildren(nodesOf(runs, from + linesPerPiece >= this.lines.length))
	}

	private shownLine(line: string): string {
		if (line.length <= longestLine) return line
		return `${line.slice(0, longestLine)} ${this.options.cutText(line.length - longestLine)}`
	}

	private wholeRuns(): Run[][] {
		this.whole ??= this.runsOf(this.lines.map((line) => this.shownLine(line)).join('\n'))
		return this.whole
	}

	private runsOf(text: string): Run[][] {
		const isTooWide = text.length > longestHighlighted && text.length > this.lines.length * 500
		return isTooWide ? plainLines(text) : this.options.highlighter.highlight(text, this.language())
	}

	/** `ts` of `ts title="a.ts"`, and of `src/a.ts` what its name ends with. */
	private language(): string {
		const word = (/^[^\s{,:]+/.exec(this.shown.info)?.[0] ?? '').toLowerCase()
		return word.includes('.') ? word.slice(word.lastIndexOf('.') + 1) : word
	}

	private showLanguage(): void {
		const { highlighter, label } = this.options
		const language = highlighter.nameOf(this.language()) ?? this.shown.info.split(/\s/)[0]
		setText(this.name, label(undefined) === language ? '' : (language ?? ''))
		this.element.setAttribute('aria-label', label(language === '' ? undefined : language))
	}
}

function nodesOf(lines: readonly Run[][], isLast: boolean): DocumentFragment {
	const fragment = document.createDocumentFragment()
	for (const [index, runs] of lines.entries()) {
		for (const { text, style } of runs) {
			if (style) fragment.append(element('span', { class: `hl-${style}`, text }))
			else fragment.append(text)
		}
		if (index < lines.length - 1 || !isLast) fragment.append('\n')
	}
	return fragment
}
