import type { MarkdownParser, Token } from './parser.ts'

/** Items of a list that are one block. */
const itemsTogether = 20

/** A block of the top level: a paragraph, a list, a table, code. */
export interface Block {
	/** As it was written. */
	readonly source: string
	/** Blocks of code between fences: in this answer before this block, and in it. */
	readonly codesBefore: number
	readonly codes: number
	/** Code at the top level, which is shown by a part of its own. */
	readonly code: CodeBlock | undefined
	/** Lines that it takes, about; for the height of what has not been drawn yet. */
	readonly lines: number
}

export interface CodeBlock {
	/** What stands behind the fence, such as `ts`. */
	readonly info: string
	readonly content: string
	readonly isClosed: boolean
}

/** How the blocks changed with more text: those before `from` are the same objects as before. */
export interface BlockChange {
	readonly from: number
}

interface OpenFence {
	/** Offset of the block in the text. */
	readonly blockStart: number
	/** Offset of the content in the text. */
	readonly start: number
	/** Beginning of the last line that has been looked at, which may go on. */
	lineStart: number
	readonly closing: RegExp
}

/**
 * Blocks of a text that grows. A block is settled once another began on a whole line behind it: Markdown's blocks are
 * decided line by line, so nothing that comes later changes it. Only what is not settled is parsed again. A long block of
 * code is not even that: its new lines are looked at for the closing fence only.
 */
export class MarkdownStream {
	private readonly parser: MarkdownParser
	private text = ''
	private allBlocks: Block[] = []
	private settled = 0
	/** Offset of the first block that is not settled. */
	private openStart = 0
	private fence: OpenFence | undefined

	constructor(parser: MarkdownParser) {
		this.parser = parser
	}

	get blocks(): readonly Block[] {
		return this.allBlocks
	}

	/** @param text all of it; where it does not go on from the text before, everything is parsed anew */
	update(text: string): BlockChange {
		if (text.length === this.text.length && text === this.text) return { from: this.allBlocks.length }
		if (!text.startsWith(this.text)) this.reset()
		this.text = text
		return this.growFence() ?? this.parseOpen()
	}

	private reset(): void {
		this.allBlocks = []
		this.settled = 0
		this.openStart = 0
		this.fence = undefined
	}

	private parseOpen(): BlockChange {
		const from = this.settled
		const tailStart = this.openStart
		const tail = this.text.slice(tailStart)
		const starts = lineStarts(tail)
		const tokens = this.parser.parse(tail)
		const spans = topLevelSpans(tokens, starts)
		const before = this.allBlocks[from - 1]
		let codes = before ? before.codesBefore + before.codes : 0
		const fresh = spans.map((span, index) => {
			const end = spans[index + 1]?.start ?? tail.length
			const block = blockOf(span, tail.slice(span.start, end), codes)
			codes += span.fences
			return block
		})
		this.allBlocks.length = from
		this.allBlocks.push(...fresh)
		this.settle(spans, tail)
		this.fence = openFenceOf(spans.at(-1), this.allBlocks.at(-1), tail, tailStart)
		return { from }
	}

	/** The last block stays open; the one before it too, where the last is no more than a line that may go on. */
	private settle(spans: readonly Span[], tail: string): void {
		const wholeLines = tail.lastIndexOf('\n') + 1
		let open = spans.length - 1
		while (open > 0 && (spans[open]?.start ?? 0) >= wholeLines) open--
		const first = spans[open]
		if (!first || open <= 0) return
		// Kept for the next time, when the offsets of the fence are counted from the same place.
		this.settled += open
		this.openStart += first.start
	}

	/** Where the text ends in code that is not closed: only its new lines. */
	private growFence(): BlockChange | undefined {
		const { fence, text } = this
		const last = this.allBlocks.at(-1)
		if (!fence || !last?.code) return undefined
		let { lineStart } = fence
		let lines = last.lines
		for (;;) {
			const end = text.indexOf('\n', lineStart)
			const line = text.slice(lineStart, end < 0 ? undefined : end)
			if (line.includes('\r') || fence.closing.test(line)) {
				this.fence = undefined
				return undefined
			}
			if (end < 0) break
			lineStart = end + 1
			lines++
		}
		fence.lineStart = lineStart
		// A line that may become the closing fence is not shown as code for a moment.
		const shownEnd = /^ {0,3}[`~]+$/.test(text.slice(lineStart)) ? lineStart : text.length
		const content = text.slice(fence.start, shownEnd)
		const at = this.allBlocks.length - 1
		const code = { ...last.code, content }
		this.allBlocks[at] = { ...last, source: text.slice(fence.blockStart), code, lines }
		return { from: at }
	}
}

interface Span {
	readonly start: number
	readonly fences: number
	readonly lines: number
	readonly token: Token
}

/** Each block of the top level; of a long list, each so many items, for a list may be as long as an answer. */
function topLevelSpans(tokens: readonly Token[], starts: readonly number[]): Span[] {
	const spans: Span[] = []
	let current: { token: Token; from: number; fences: number; items: number } | undefined
	const end = (line: number) => {
		if (!current) return
		const { token, from, fences } = current
		spans.push({ token, fences, start: starts[from] ?? 0, lines: line - from })
	}
	for (const token of tokens) {
		const [from, to] = token.map ?? [0, 0]
		if (token.level === 0 && token.nesting >= 0) current = { token, from, fences: 0, items: 0 }
		if (!current) continue
		if (token.type === 'fence') current.fences++
		if (token.type === 'list_item_open' && token.level === 1) {
			if (current.items === itemsTogether) {
				end(from)
				current = { ...current, from, fences: 0, items: 0 }
			}
			current.items++
		}
		if (token.level === 0 && token.nesting <= 0) {
			end(token.nesting === 0 ? to : (current.token.map?.[1] ?? 0))
			current = undefined
		}
	}
	return spans
}

function blockOf({ token, lines, fences }: Span, source: string, codesBefore: number): Block {
	const code = token.type === 'fence' ? codeOf(token, source) : undefined
	return { source, codesBefore, codes: fences, code, lines }
}

function codeOf({ info, content, markup }: Token, source: string): CodeBlock {
	const lines = source.trimEnd().split('\n')
	const isClosed = lines.length > 1 && closingFence(markup).test(lines.at(-1) ?? '')
	// A closing fence that is not whole yet is no code.
	const shown = isClosed ? content : content.replace(/(^|\n) {0,3}[`~]+$/, '$1')
	return { info: info.trim(), content: shown, isClosed }
}

function openFenceOf(
	span: Span | undefined,
	block: Block | undefined,
	tail: string,
	tailStart: number,
): OpenFence | undefined {
	if (!span || !block?.code || block.code.isClosed) return undefined
	// Where the fence is indented, so is the code, and the parser has to take that off; other line ends, too.
	if (/^\s/.test(block.source) || tail.includes('\r') || tail.includes('\0')) return undefined
	const firstLineEnd = block.source.indexOf('\n')
	if (firstLineEnd < 0) return undefined
	const blockStart = tailStart + tail.length - block.source.length
	const start = blockStart + firstLineEnd + 1
	return { blockStart, start, lineStart: start, closing: closingFence(span.token.markup) }
}

function closingFence(markup: string): RegExp {
	const sign = markup[0] === '~' ? '~' : '`'
	return new RegExp(`^ {0,3}${sign}{${markup.length},}[ \\t]*$`)
}

function lineStarts(text: string): number[] {
	const starts = [0]
	for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
	return starts
}
