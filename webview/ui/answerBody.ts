import type { Highlighter } from '../code/highlighter.ts'
import { linesShown } from '../markdown/headOf.ts'
import { type Block, type CodeBlock, MarkdownStream } from '../markdown/markdownStream.ts'
import type { MarkdownParser } from '../markdown/parser.ts'
import { type RenderTools, renderTokens } from '../markdown/renderTokens.ts'
import { BlockView } from './blockView.ts'
import { CodeView } from './codeView.ts'
import { element } from './dom.ts'
import type { LazyArea } from './lazyArea.ts'

/** A section has no more blocks, nor lines, than these; it is drawn and taken away as one. */
const mostBlocks = 30
const mostLines = 150
/** For the height of what was never drawn, in lines of text. */
const linesBetweenBlocks = 0.6

export interface BodyTools {
	readonly parser: MarkdownParser
	readonly highlighter: Highlighter
	readonly area: LazyArea
	readonly codeLabel: (language: string | undefined) => string
	readonly codeActions: (block: number) => readonly HTMLElement[]
	readonly imageText: (description: string) => string
	readonly cutText: (characters: number) => string
	readonly moreText: (left: { readonly lines: number; readonly characters: number }) => string
}

interface Drawn {
	readonly source: string
	readonly element: HTMLElement
	readonly view: CodeView | BlockView
}

interface Section {
	readonly element: HTMLElement
	/** The first of its blocks, by number in the answer. */
	readonly first: number
	count: number
	lines: number
	/** Undefined while it is empty. */
	drawn: Drawn[] | undefined
}

/** The text of an answer, drawn in sections. While it grows only its last blocks are drawn again. */
export class AnswerBody {
	readonly element = element('div', { class: 'body' })
	private readonly tools: BodyTools
	private readonly stream: MarkdownStream
	private readonly sections: Section[] = []
	/** How often more of a block was wished for, by its number. */
	private readonly wishes = new Map<number, number>()

	constructor(tools: BodyTools) {
		this.tools = tools
		this.stream = new MarkdownStream(tools.parser)
	}

	update(text: string): void {
		const { from } = this.stream.update(text)
		const { blocks } = this.stream
		while ((this.sections.at(-1)?.first ?? -1) >= blocks.length) this.dropSection()
		let section = this.sections.at(-1)
		const start = Math.max(from, section?.first ?? 0)
		if (section) section.lines = linesOf(blocks.slice(section.first, start))
		for (let at = start; at < blocks.length; at++) {
			const block = blocks[at]
			if (!block) continue
			if (!section || isFull(section, at)) section = this.addSection(at)
			section.count = at + 1 - section.first
			section.lines += linesOf([block])
		}
		if (section) section.count = blocks.length - section.first
		// Those before are as they were; also the last that is settled has been drawn as it stays.
		for (const one of this.sections) if (one.first + one.count >= from) this.refresh(one)
	}

	dispose(): void {
		this.tools.area.remove(this.element)
	}

	private refresh(section: Section): void {
		if (section.drawn) this.draw(section, section.drawn)
		else section.element.style.setProperty('--lines', String(Math.ceil(section.lines)))
	}

	private addSection(first: number): Section {
		const section: Section = {
			element: element('div', { class: 'section empty' }),
			first,
			count: 0,
			lines: 0,
			drawn: undefined,
		}
		this.sections.push(section)
		this.element.append(section.element)
		this.tools.area.add({
			element: section.element,
			fill: () => this.fill(section),
			empty: () => this.empty(section),
		})
		// What a person waits for is there at once.
		if (this.sections.length === 1 || this.sections.at(-2)?.drawn) this.fill(section)
		return section
	}

	private dropSection(): void {
		const section = this.sections.pop()
		if (!section) return
		this.tools.area.remove(section.element)
		section.element.remove()
	}

	private fill(section: Section): void {
		if (section.drawn) return
		section.drawn = []
		section.element.classList.remove('empty')
		section.element.style.removeProperty('height')
		this.draw(section, section.drawn)
	}

	private empty(section: Section): void {
		if (!section.drawn) return
		// What is written to grows still; it is emptied when it is left behind.
		if (section === this.sections.at(-1) && this.sections.length === 1) return
		section.element.style.height = `${section.element.offsetHeight}px`
		section.element.classList.add('empty')
		for (const child of section.element.children) this.tools.area.remove(child)
		section.element.replaceChildren()
		section.drawn = undefined
	}

	private draw(section: Section, drawn: Drawn[]): void {
		for (let index = 0; index < section.count; index++) {
			const block = this.stream.blocks[section.first + index]
			const old = drawn[index]
			if (!block || old?.source === block.source) continue
			if (old && updated(old.view, block)) {
				drawn[index] = { ...old, source: block.source }
				continue
			}
			const next = this.drawBlock(block, section.first + index)
			if (old) this.replace(old.element, next.element)
			else section.element.append(next.element)
			drawn[index] = next
		}
		for (const { element: left } of drawn.splice(section.count)) this.replace(left, undefined)
	}

	private replace(old: HTMLElement, next: HTMLElement | undefined): void {
		this.tools.area.remove(old)
		if (next) old.replaceWith(next)
		else old.remove()
	}

	private drawBlock({ source, code, codesBefore }: Block, number: number): Drawn {
		if (code) {
			const view = this.codeView(code, codesBefore)
			return { source, element: view.element, view }
		}
		const tools: RenderTools = {
			codeView: (inner, block) => this.codeView(inner, block).element,
			imageText: this.tools.imageText,
		}
		const view = new BlockView({
			render: (part) => renderTokens(this.tools.parser.parse(part), codesBefore, tools),
			remove: (drawn) => this.tools.area.remove(drawn),
			moreText: this.tools.moreText,
			wishes: this.wishes.get(number) ?? 0,
			onWish: (wishes) => this.wishes.set(number, wishes),
		})
		view.update(source)
		return { source, element: view.element, view }
	}

	private codeView(code: CodeBlock, number: number): CodeView {
		const { highlighter, area, codeLabel, codeActions, cutText } = this.tools
		const view = new CodeView({ highlighter, area, label: codeLabel, actions: codeActions(number), cutText })
		view.update(code)
		return view
	}
}

function isFull({ first, lines }: Section, at: number): boolean {
	return at - first >= mostBlocks || lines >= mostLines
}

/** @returns whether the view is of such a block, and shows it now */
function updated(view: CodeView | BlockView, { code, source }: Block): boolean {
	if (view instanceof CodeView) {
		if (code) view.update(code)
		return code !== undefined
	}
	if (!code) view.update(source)
	return code === undefined
}

function linesOf(blocks: readonly Block[]): number {
	const shown = ({ code, lines, source }: Block) => (code ? lines : linesShown(lines, source.length))
	return blocks.reduce((sum, block) => sum + shown(block) + linesBetweenBlocks, 0)
}
