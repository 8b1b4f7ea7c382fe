import { longestQuestion } from '../../src/protocol/webview.ts'
import { firstViewModel, lastQuestion, type ViewModel, writingAnswer } from '../state/viewModel.ts'
import { filled } from '../texts.ts'
import { iconButton } from './buttons.ts'
import { chipList } from './chips.ts'
import { element } from './dom.ts'
import { acceptDrops } from './dropFiles.ts'
import { stopIcon } from './icons.ts'
import { SuggestionList } from './suggestionList.ts'
import { fitHeight, growWithText } from './textArea.ts'
import { setEnabled, toolkitButton } from './toolkit.ts'
import type { ViewContext } from './viewContext.ts'

/** Milliseconds after which the host is told of what was typed: no more than this is lost with the window. */
const draftPause = 250
/** Milliseconds in which the host may still say what it was told before the last time. */
const onTheWay = 2_000

/** Where messages are written. What is typed lives here and is told to the host, which keeps it. */
export class Composer {
	readonly element: HTMLElement
	private readonly context: ViewContext
	private readonly field: HTMLTextAreaElement
	private readonly suggestions: SuggestionList
	private readonly chips: HTMLElement
	private readonly send: HTMLElement
	private readonly stop: HTMLElement
	private model: ViewModel
	/** What the host knows of the text, and the conversation that it is of. */
	private told = ''
	/** What it was told before that, and until when. */
	private readonly toldBefore = new Map<string, number>()
	private conversation: string
	private timer: ReturnType<typeof setTimeout> | undefined

	constructor(context: ViewContext, model: ViewModel, modelLine: HTMLElement) {
		this.context = context
		this.model = model
		this.conversation = model.conversation.id
		const { texts } = context
		this.field = element('textarea', {
			class: 'field',
			id: 'composer',
			attributes: {
				rows: '1',
				placeholder: texts.placeholder,
				'aria-label': texts.composer,
				'aria-describedby': 'composer-help',
				'aria-autocomplete': 'list',
				'aria-haspopup': 'listbox',
			},
		})
		this.suggestions = new SuggestionList(this.field, context)
		this.chips = element('div', { class: 'chips-place' })
		this.send = iconButton('send', texts.send, () => this.sendText())
		this.send.classList.add('send')
		this.stop = toolkitButton(
			{ look: 'icon', label: texts.stop, className: 'stop', onClick: () => this.stopAnswer() },
			stopIcon(),
		)
		this.stop.hidden = true
		const add = iconButton('mention', texts.addContext, () => this.addContext())
		const bar = element('div', { class: 'composer-bar' }, add, modelLine, this.send, this.stop)
		const help = element('div', { class: 'unseen', id: 'composer-help', text: texts.composerHelp })
		const box = element('div', { class: 'composer-box' }, this.chips, this.field, bar)
		this.element = element('div', { class: 'composer' }, this.suggestions.element, box, help)
		growWithText(this.field)
		acceptDrops(box, texts.dropFiles, (uris) => context.post({ type: 'addFiles', uris }))
		this.field.addEventListener('keydown', (event) => this.onKey(event))
		this.field.addEventListener('input', () => this.onInput())
		window.addEventListener('pagehide', () => this.tell())
		document.addEventListener('visibilitychange', () => this.tell())
	}

	update(model: ViewModel, before: ViewModel): void {
		this.model = model
		const { compose, chips, suggestions, focusRequests } = model
		if (chips !== before.chips) this.chips.replaceChildren(...chipList(chips, this.context, () => this.focus()))
		if (suggestions !== before.suggestions) this.suggestions.show(suggestions)
		if (compose && compose.number !== before.compose?.number) this.compose(compose)
		this.conversation = model.conversation.id
		if (focusRequests !== before.focusRequests) this.focus()
		if (before.editing !== undefined && model.editing === undefined) this.focus()
		const isWriting = writingAnswer(model) !== undefined
		if (isWriting !== !this.stop.hidden) this.showStop(isWriting)
		setEnabled(this.send, this.field.value.trim() !== '')
	}

	focus(): void {
		this.field.focus()
	}

	/** With the commands and names that begin a message. */
	setText(text: string): void {
		this.field.value = text
		this.field.setSelectionRange(text.length, text.length)
		this.changed()
	}

	private compose({ text, kind }: NonNullable<ViewModel['compose']>): void {
		if (kind === 'draft') {
			const { id } = this.model.conversation
			const isFirst = this.conversation === firstViewModel.conversation.id
			const isOther = !isFirst && id !== this.conversation
			// What was typed last is of the conversation before.
			if (isOther) {
				this.tell()
				this.toldBefore.clear()
			}
			this.conversation = id
			// What is typed right now is newer than what the host kept, unless the host means something else by it.
			if (isFirst ? this.field.value !== '' : !isOther && this.isOwn(text)) return
			this.remember(text)
			this.setText(text)
			return
		}
		if (kind === 'replace') this.setText(text)
		else {
			this.field.setRangeText(text, this.field.selectionStart, this.field.selectionEnd, 'end')
			this.changed()
		}
		this.focus()
	}

	private showStop(isWriting: boolean): void {
		const hadFocus = this.send.contains(document.activeElement) || this.stop.contains(document.activeElement)
		this.stop.hidden = !isWriting
		this.send.hidden = isWriting
		if (hadFocus) this.focus()
	}

	private onInput(): void {
		this.changed()
		this.suggestions.ask()
	}

	private changed(): void {
		fitHeight(this.field)
		setEnabled(this.send, this.field.value.trim() !== '')
		this.timer ??= setTimeout(() => this.tell(), draftPause)
	}

	private tell(): void {
		clearTimeout(this.timer)
		this.timer = undefined
		const { value } = this.field
		if (value === this.told || value.length > longestQuestion) return
		this.remember(value)
		this.context.post({ type: 'draft', conversation: this.conversation, text: value })
	}

	private remember(text: string): void {
		const now = performance.now()
		for (const [old, until] of this.toldBefore) if (now - until > onTheWay) this.toldBefore.delete(old)
		this.toldBefore.set(this.told, now)
		this.told = text
	}

	/** Whether the host has it from here: what it is told while it says something crosses that on the way. */
	private isOwn(text: string): boolean {
		const until = this.toldBefore.get(text)
		return text === this.told || (until !== undefined && performance.now() - until < onTheWay)
	}

	private onKey(event: KeyboardEvent): void {
		if (event.isComposing) return
		if (this.suggestions.onKey(event)) {
			event.preventDefault()
			return
		}
		const { key, shiftKey } = event
		if (key === 'Enter' && !shiftKey) this.sendText()
		else if (key === 'Escape' && writingAnswer(this.model)) this.stopAnswer()
		else if (key === 'ArrowUp' && this.field.value === '' && this.editLast()) event.stopPropagation()
		else return
		event.preventDefault()
	}

	private sendText(): void {
		const { texts, post, dispatch } = this.context
		const text = this.field.value.trim()
		if (text === '') return
		if (writingAnswer(this.model)) {
			dispatch({ type: 'notice.add', severity: 'info', text: texts.busy })
			return
		}
		if (text.length > longestQuestion) {
			const number = new Intl.NumberFormat(this.context.language)
			const words = filled(texts.tooLong, number.format(text.length), number.format(longestQuestion))
			dispatch({ type: 'notice.add', severity: 'warning', text: words })
			return
		}
		post({ type: 'send', text })
		this.setText('')
		this.tell()
		this.focus()
	}

	private stopAnswer(): void {
		this.context.post({ type: 'stop' })
		this.focus()
	}

	private editLast(): boolean {
		const question = lastQuestion(this.model)
		if (!question || writingAnswer(this.model)) return false
		this.context.dispatch({ type: 'edit.begin', node: question.id })
		return true
	}

	/** As if `@` had been typed. */
	private addContext(): void {
		const { field } = this
		const before = field.value.slice(0, field.selectionStart)
		field.setRangeText(
			before === '' || /\s$/.test(before) ? '@' : ' @',
			field.selectionStart,
			field.selectionEnd,
			'end',
		)
		this.focus()
		this.onInput()
	}
}
