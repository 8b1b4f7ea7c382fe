import type { ViewChip } from '../../src/protocol/webview.ts'
import { filled } from '../texts.ts'
import { iconButton } from './buttons.ts'
import { element } from './dom.ts'
import { icon } from './icons.ts'
import type { ViewContext } from './viewContext.ts'

/** What goes with the next message, each with a button that takes it away. */
export function chipList(
	chips: readonly ViewChip[],
	{ texts, post }: ViewContext,
	onRemoved: () => void,
): HTMLElement[] {
	if (chips.length === 0) return []
	const list = element('ul', { class: 'chips', attributes: { 'aria-label': texts.chips } })
	for (const { id, kind, label, detail, isImplicit } of chips) {
		const remove = iconButton('close', filled(texts.removeChip, label), () => {
			post({ type: 'removeChip', chip: id })
			onRemoved()
		})
		const name = element('span', { class: 'chip-label', text: label })
		const hint = [detail, ...(isImplicit ? [texts.implicit] : [])].filter(Boolean).join(', ')
		const item = element('li', { class: isImplicit ? 'chip implicit' : 'chip' }, icon(kind), name)
		if (hint !== '') {
			item.title = hint
			item.append(element('span', { class: 'unseen', text: `, ${hint}` }))
		}
		item.append(remove)
		list.append(item)
	}
	return [list]
}
