import type { ViewNode } from '../../src/protocol/webview.ts'
import { branchSwitcher } from './branchSwitcher.ts'
import { iconButton, textButton } from './buttons.ts'
import { element } from './dom.ts'
import { icon } from './icons.ts'
import { growWithText } from './textArea.ts'
import type { ViewContext } from './viewContext.ts'

export type Question = Extract<ViewNode, { role: 'user' }>

/** What a question consists of; `isEditing`: a field stands in the place of its text. */
export function questionParts(question: Question, isEditing: boolean, context: ViewContext): HTMLElement[] {
	const { texts, dispatch } = context
	const who = element('h2', { class: 'who' }, icon('user'), element('span', { text: texts.you }))
	const chips = element('ul', { class: 'sent-chips', attributes: { 'aria-label': texts.contextOf } })
	for (const label of question.chips) chips.append(element('li', { text: label }))
	const shownChips = question.chips.length > 0 ? [chips] : []
	if (isEditing) return [who, ...shownChips, editor(question, context)]
	const edit = iconButton('edit', texts.edit, () => dispatch({ type: 'edit.begin', node: question.id }))
	const tools = element('div', { class: 'row-tools' }, edit)
	const branches = branchSwitcher(question, context)
	if (branches) tools.prepend(branches)
	return [who, ...shownChips, element('div', { class: 'question-text', text: question.text }), tools]
}

function editor({ id, text }: Question, { texts, post, dispatch }: ViewContext): HTMLElement {
	const field = element('textarea', { class: 'field', attributes: { 'aria-label': texts.editLabel, rows: '1' } })
	field.value = text
	const cancel = () => dispatch({ type: 'edit.end' })
	const send = () => {
		const changed = field.value.trim()
		if (changed === '') return
		dispatch({ type: 'edit.end' })
		post({ type: 'edit', node: id, text: changed })
	}
	field.addEventListener('keydown', (event) => {
		if (event.isComposing) return
		if (event.key === 'Enter' && !event.shiftKey) send()
		else if (event.key === 'Escape') cancel()
		else return
		event.preventDefault()
		event.stopPropagation()
	})
	growWithText(field)
	const buttons = element(
		'div',
		{ class: 'buttons' },
		textButton(texts.sendEdit, send),
		textButton(texts.cancel, cancel, 'secondary'),
	)
	return element('div', { class: 'editor' }, field, buttons)
}
