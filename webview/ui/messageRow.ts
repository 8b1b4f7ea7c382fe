import type { ViewAnswer, ViewNode } from '../../src/protocol/webview.ts'
import { filled } from '../texts.ts'
import { AnswerBody } from './answerBody.ts'
import { answerEnding, answerFooter, answerHead, answerProgress } from './answerRow.ts'
import { iconButton, quietButton } from './buttons.ts'
import { element } from './dom.ts'
import { icon } from './icons.ts'
import type { LazyArea } from './lazyArea.ts'
import { type Question, questionParts } from './questionRow.ts'
import type { ViewContext } from './viewContext.ts'

/** For the height of what was never drawn. */
const signsPerLine = 60
const linesAround = 5
/** The text is not drawn for so many times of what the drawing took; what takes a millisecond is drawn at every frame. */
const shareOfPause = 3

export interface RowState {
	readonly isEditing: boolean
	readonly isExpanded: boolean
}

/** One message. It has content only while it is near to what is seen. */
export class MessageRow {
	readonly element: HTMLElement
	private readonly context: ViewContext
	private readonly area: LazyArea
	private node: ViewNode
	private state: RowState = { isEditing: false, isExpanded: false }
	private body: AnswerBody | undefined
	private isFilled = false
	/** When the text was drawn last, and how long that took. */
	private drawnAt = 0
	private drawMs = 0
	private timer: ReturnType<typeof setTimeout> | undefined

	constructor(node: ViewNode, context: ViewContext, area: LazyArea) {
		this.node = node
		this.context = context
		this.area = area
		const kind = node.role === 'user' ? 'question' : 'answer'
		this.element = element('article', { class: `message ${kind} empty`, attributes: { tabindex: '-1' } })
		this.describe()
		this.estimate()
		area.add({ element: this.element, fill: () => this.fill(), empty: () => this.empty() })
	}

	get id(): string {
		return this.node.id
	}

	update(node: ViewNode, state: RowState): void {
		const { node: before, state: stateBefore } = this
		const sameState = state.isEditing === stateBefore.isEditing && state.isExpanded === stateBefore.isExpanded
		if (node === before && sameState) return
		this.node = node
		this.state = state
		this.describe()
		if (!this.isFilled) {
			if (this.element.style.height === '') this.estimate()
		} else if (node.role === 'user') this.drawQuestion(node)
		else {
			const isOnlyText = before.role === 'assistant' && isMoreText(before, node) && sameState
			if (isOnlyText) this.drawText()
			else this.drawAnswer(node)
		}
	}

	fill(): void {
		if (this.isFilled) return
		this.isFilled = true
		this.element.classList.remove('empty')
		this.element.style.removeProperty('height')
		if (this.node.role === 'user') this.drawQuestion(this.node)
		else this.drawAnswer(this.node)
	}

	dispose(): void {
		clearTimeout(this.timer)
		this.area.remove(this.element)
		this.element.remove()
	}

	focusEditor(): void {
		const field = this.element.querySelector('textarea')
		field?.focus()
		field?.setSelectionRange(field.value.length, field.value.length)
	}

	private empty(): void {
		if (!this.isFilled || this.state.isEditing) return
		this.isFilled = false
		this.element.style.height = `${this.element.offsetHeight}px`
		this.element.classList.add('empty')
		for (const child of this.element.children) this.area.remove(child)
		this.element.replaceChildren()
		this.body = undefined
	}

	private describe(): void {
		const { texts } = this.context
		const { node } = this
		const name =
			node.role === 'user'
				? `${texts.yourMessage}: ${node.text.slice(0, 80)}`
				: filled(texts.answerOf, node.model ?? texts.assistant)
		this.element.setAttribute('aria-label', name)
		this.element.setAttribute('aria-busy', String(node.role === 'assistant' && node.state === 'writing'))
	}

	private estimate(): void {
		const { text } = this.node
		let lines = linesAround + text.length / signsPerLine
		for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 0.6
		this.element.style.setProperty('--lines', String(Math.round(lines)))
	}

	private drawQuestion(question: Question): void {
		const parts = questionParts(question, this.state.isEditing, this.context)
		this.element.classList.toggle('editing', this.state.isEditing)
		this.element.replaceChildren(...parts)
		if (this.state.isEditing) this.focusEditor()
	}

	/** What takes long to draw, as a table of a thousand rows, is drawn less often, so that the view answers in between. */
	private drawText(): void {
		const wait = this.drawnAt + this.drawMs * shareOfPause - performance.now()
		if (wait <= 0) this.updateBody()
		else this.timer ??= setTimeout(() => this.updateBody(), wait)
	}

	private updateBody(): void {
		clearTimeout(this.timer)
		this.timer = undefined
		if (!this.isFilled || this.node.role === 'user') return
		const started = performance.now()
		this.body ??= this.makeBody(this.node.id)
		this.body.update(this.node.text)
		this.drawnAt = performance.now()
		this.drawMs = this.drawnAt - started
	}

	private drawAnswer(answer: ViewAnswer): void {
		this.updateBody()
		this.body ??= this.makeBody(answer.id)
		const parts = [
			answerHead(answer, this.context),
			this.body.element,
			answerProgress(answer, this.context),
			answerEnding(answer, this.context),
			answerFooter(answer, this.state.isExpanded, this.context),
		].filter((part) => part !== undefined)
		const focused = focusedKey(this.element)
		for (const child of [...this.element.children]) if (child !== this.body.element) child.remove()
		const [head, body, ...others] = parts
		if (body && !body.isConnected) this.element.append(body)
		if (head) this.element.prepend(head)
		this.element.append(...others)
		restoreFocus(this.element, focused)
	}

	private makeBody(node: string): AnswerBody {
		const { texts, parser, highlighter, language } = this.context
		return new AnswerBody({
			parser,
			highlighter,
			area: this.area,
			codeLabel: (language) => (language === undefined ? texts.code : filled(texts.codeBlock, language)),
			codeActions: (block) => this.codeActions(node, block),
			imageText: (description) => filled(texts.image, description),
			moreText: ({ lines, characters }) => {
				const number = new Intl.NumberFormat(language)
				return lines > 1
					? filled(texts.moreLines, number.format(lines))
					: filled(texts.moreCharacters, number.format(characters))
			},
			cutText: (characters) => filled(texts.lineCut, new Intl.NumberFormat(language).format(characters)),
		})
	}

	private codeActions(node: string, block: number): HTMLElement[] {
		const { texts, post } = this.context
		return [
			iconButton('copy', texts.copyCode, () => post({ type: 'copyBlock', node, block })),
			iconButton('insert', texts.insertCode, () => post({ type: 'insertBlock', node, block })),
			iconButton('newFile', texts.newFile, () => post({ type: 'newFile', node, block })),
			quietButton(
				'apply',
				texts.applyCode,
				() => post({ type: 'applyBlock', node, block }),
				icon('apply'),
				element('span', { text: texts.apply }),
			),
		]
	}
}

/** Whether nothing changed that the head and the foot show. */
function isMoreText(before: ViewAnswer, after: ViewAnswer): boolean {
	const keys = ['id', 'state', 'reason', 'model', 'receipt', 'figures', 'branches', 'progress'] as const
	return before.text !== '' && keys.every((key) => before[key] === after[key])
}

/** What calls a control that is made anew: its label, or else what it is for. */
const keyOf = (control: Element): string => control.getAttribute('aria-label') ?? control.className

function focusedKey(container: HTMLElement): string | undefined {
	const { activeElement } = document
	return activeElement && container.contains(activeElement) ? keyOf(activeElement) : undefined
}

/** On what is called the same now, or else on the message. */
function restoreFocus(container: HTMLElement, key: string | undefined): void {
	if (key === undefined || container.contains(document.activeElement)) return
	const controls = [...container.querySelectorAll<HTMLElement>('button, vscode-button')]
	const target = controls.find((control) => keyOf(control) === key) ?? container
	target.focus({ preventScroll: true })
}
