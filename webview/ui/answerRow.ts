import type { ViewAnswer, ViewReference } from '../../src/protocol/webview.ts'
import { filled } from '../texts.ts'
import { branchSwitcher } from './branchSwitcher.ts'
import { iconButton, quietButton } from './buttons.ts'
import { element } from './dom.ts'
import { icon, logo } from './icons.ts'
import { progressRing } from './toolkit.ts'
import type { ViewContext } from './viewContext.ts'

export function answerHead({ model }: ViewAnswer, { texts }: ViewContext): HTMLElement {
	const who = element('h2', { class: 'who' }, logo(), element('span', { text: texts.assistant }))
	if (model) who.append(element('span', { class: 'who-model', text: model }))
	return who
}

/** What goes on while the answer is written; nothing else moves then. */
export function answerProgress({ state, text, progress }: ViewAnswer, { texts }: ViewContext): HTMLElement | undefined {
	if (state !== 'writing' || (text !== '' && progress === undefined)) return undefined
	return element('div', { class: 'progress' }, progressRing(), element('span', { text: progress ?? texts.waiting }))
}

/** How the answer ended, where it did not end by itself. */
export function answerEnding({ state, reason }: ViewAnswer, { texts }: ViewContext): HTMLElement | undefined {
	if (state === 'writing' || state === 'done') return undefined
	const sign = state === 'failed' ? icon('error') : state === 'stopped' ? icon('info') : icon('warning')
	const words = element('span', { text: [texts[state], reason].filter(Boolean).join(' ') })
	return element('div', { class: `ending ${state}` }, sign, words)
}

export function answerFooter(answer: ViewAnswer, isExpanded: boolean, context: ViewContext): HTMLElement | undefined {
	if (answer.state === 'writing') return undefined
	const { texts, post } = context
	const copy = iconButton('copy', texts.copyAnswer, () => post({ type: 'copyAnswer', node: answer.id }))
	const retry = iconButton('retry', texts.retry, () => post({ type: 'retry', node: answer.id }))
	const tools = element('div', { class: 'row-tools' })
	const branches = branchSwitcher(answer, context)
	if (branches) tools.append(branches)
	if (answer.text !== '') tools.append(copy)
	tools.append(retry)
	const line = element('div', { class: 'footer-line' }, tools)
	const figures = figuresOf(answer, context)
	if (figures) line.append(figures)
	const footer = element('div', { class: 'footer' })
	const receipt = receiptOf(answer, isExpanded, context)
	footer.append(...receipt, line)
	return footer
}

function figuresOf({ figures }: ViewAnswer, { texts, language }: ViewContext): HTMLElement | undefined {
	if (!figures) return undefined
	const one = new Intl.NumberFormat(language, { maximumFractionDigits: 1 })
	const { tokensPerSecond, firstTokenMs, generatedTokens, totalMs, evaluatedTokens } = figures
	if (tokensPerSecond === undefined || firstTokenMs === undefined) return undefined
	const text = filled(texts.figures, one.format(tokensPerSecond), one.format(firstTokenMs / 1_000))
	const detail = filled(
		texts.figuresDetail,
		one.format(generatedTokens),
		one.format(totalMs / 1_000),
		one.format(evaluatedTokens),
	)
	return element('span', { class: 'figures', text, attributes: { title: detail } })
}

function receiptOf({ id, receipt }: ViewAnswer, isExpanded: boolean, context: ViewContext): HTMLElement[] {
	if (!receipt) return []
	const { texts, language, dispatch } = context
	const { references, promptTokens, droppedMessages, redactions = 0 } = receipt
	if (references.length === 0 && droppedMessages === 0 && redactions === 0) return []
	const number = new Intl.NumberFormat(language)
	const shown = references.filter((reference) => reference.shown !== 'leftOut').length
	const leftOut = references.length - shown
	const count = shown === 1 ? texts.oneReference : filled(texts.references, number.format(shown))
	const label = element('span', { class: 'receipt-label' }, icon(isExpanded ? 'expand' : 'forward'), count)
	const missing = [
		...(leftOut > 0 ? [filled(texts.leftOut, number.format(leftOut))] : []),
		...(droppedMessages > 0 ? [droppedText(droppedMessages, context)] : []),
		...(redactions > 0 ? [filled(texts.redacted, number.format(redactions))] : []),
	]
	if (missing.length > 0) {
		label.append(element('span', { class: 'receipt-missing' }, icon('warning'), missing.join(', ')))
	}
	const toggle = quietButton(
		'receipt-toggle',
		undefined,
		() => dispatch({ type: 'references.toggle', node: id }),
		label,
	)
	toggle.setAttribute('aria-expanded', String(isExpanded))
	if (!isExpanded) return [toggle]
	const list = element('ul', { class: 'references' })
	for (const [index, reference] of references.entries()) list.append(referenceItem(id, index, reference, context))
	const total = filled(texts.promptTokens, number.format(promptTokens))
	return [toggle, list, element('div', { class: 'receipt-total', text: total })]
}

function droppedText(count: number, { texts, language }: ViewContext): string {
	return count === 1 ? texts.oneDropped : filled(texts.dropped, new Intl.NumberFormat(language).format(count))
}

function referenceItem(node: string, index: number, reference: ViewReference, context: ViewContext): HTMLElement {
	const { texts, language, post } = context
	const { label, source, shown, reason, tokens, canOpen } = reference
	const item = element('li', { class: `reference ${shown}` })
	item.append(icon(shown === 'leftOut' ? 'close' : shown === 'cut' ? 'warning' : 'file'))
	if (canOpen) {
		const open = element('button', {
			class: 'reference-open',
			text: label,
			attributes: { type: 'button', title: filled(texts.openReference, label) },
		})
		open.addEventListener('click', () => post({ type: 'openReference', node, reference: index }))
		item.append(open)
	} else item.append(element('span', { class: 'reference-label', text: label }))
	const state = shown === 'leftOut' ? texts.referenceLeftOut : shown === 'cut' ? texts.referenceCut : undefined
	const size = filled(texts.tokens, new Intl.NumberFormat(language).format(tokens))
	const details = [
		source,
		...(shown === 'leftOut' ? [] : [size]),
		...(state ? [state] : []),
		...(reason ? [reason] : []),
	]
	item.append(element('span', { class: 'reference-detail', text: details.join(' · ') }))
	return item
}
