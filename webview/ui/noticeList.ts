import type { WebviewTexts } from '../../src/protocol/webviewTexts.ts'
import type { Announcement, Notice, ViewModel } from '../state/viewModel.ts'
import { iconButton } from './buttons.ts'
import { element } from './dom.ts'
import { icon } from './icons.ts'
import type { ViewContext } from './viewContext.ts'

/** What is only good news goes away by itself, after this many milliseconds. */
const newsMs = 8_000

/** Short words on what was done or did not work, and on answers that end. Both are read out when nothing else is. */
export class NoticeList {
	readonly element: HTMLElement
	private readonly context: ViewContext
	private readonly list: HTMLElement
	private readonly spoken: HTMLElement
	private readonly shown = new Map<number, HTMLElement>()

	constructor(context: ViewContext) {
		this.context = context
		this.list = element('div', { class: 'notices', attributes: { role: 'log', 'aria-label': context.texts.notices } })
		this.spoken = element('div', { class: 'unseen', attributes: { role: 'status' } })
		this.element = element('div', { class: 'notices-place' }, this.list, this.spoken)
	}

	update({ notices, announcement }: ViewModel, before: ViewModel): void {
		if (announcement && announcement.number !== before.announcement?.number) this.say(announcement)
		if (notices === before.notices) return
		const wanted = new Set(notices.map(({ number }) => number))
		for (const [number, shown] of this.shown) {
			if (wanted.has(number)) continue
			shown.remove()
			this.shown.delete(number)
		}
		for (const notice of notices) if (!this.shown.has(notice.number)) this.show(notice)
	}

	private show({ number, severity, text }: Notice): void {
		const { texts, dispatch } = this.context
		const dismiss = () => dispatch({ type: 'notice.dismiss', number })
		const notice = element(
			'div',
			{ class: `notice ${severity}` },
			icon(severity),
			element('span', { class: 'notice-text', text }),
			iconButton('close', texts.dismiss, dismiss),
		)
		this.shown.set(number, notice)
		this.list.append(notice)
		if (severity === 'info') setTimeout(dismiss, newsMs)
	}

	private say({ kind, reason }: Announcement): void {
		const words = [announcementText(kind, this.context.texts), reason].filter(Boolean).join(' ')
		// The same words once more are news only in an element of their own.
		this.spoken.replaceChildren(element('span', { text: words }))
	}
}

function announcementText(kind: Announcement['kind'], texts: WebviewTexts): string {
	if (kind === 'writing') return texts.writing
	return kind === 'done' ? texts.answerFinished : texts[kind]
}
