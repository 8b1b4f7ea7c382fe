import type {
	ReportHostMessage,
	ReportMessage,
	ReportTable,
	ReportViewMessage,
} from '../../src/protocol/webviewReport.ts'
import { element, setText } from './dom.ts'

/** The report: what it says of other machines, sums, and the records, which can be searched. Made anew with every report. */
export class ReportView {
	private readonly root: HTMLElement
	private readonly post: (message: ReportViewMessage) => void
	private readonly verdict = element('div', { class: 'verdict', attributes: { role: 'status' } })
	private readonly count = element('p', { class: 'count', attributes: { role: 'status' } })
	private readonly search = element('input', { id: 'search', attributes: { type: 'search' } })
	private rows: readonly { readonly row: HTMLElement; readonly text: string }[] = []
	private shownForm = ''

	constructor(root: HTMLElement, post: (message: ReportViewMessage) => void) {
		this.root = root
		this.post = post
		this.search.addEventListener('input', () => this.filter())
	}

	take(message: ReportHostMessage): void {
		if (message.type === 'report') this.show(message)
		else this.verified(message)
	}

	private show(report: ReportMessage): void {
		const { labels, statement, isQuiet, facts, days, destinations, records, elsewhere } = report
		this.shownForm = labels.shown
		setText(this.verdict, '')
		const isElsewhere = new Set(elsewhere)
		const shown = tableOf(records, (row, at) => {
			if (isElsewhere.has(at)) row.classList.add('elsewhere')
		})
		this.rows = [...shown.querySelectorAll('tbody tr')].map((row) => ({
			row: row as HTMLElement,
			text: (row.textContent ?? '').toLowerCase(),
		}))
		const searching = element('div', { class: 'search' })
		searching.append(element('label', { text: labels.search, attributes: { for: 'search' } }), this.search, this.count)
		this.root.replaceChildren(
			element(
				'main',
				{},
				element('h1', { text: labels.title }),
				element('p', { class: isQuiet ? 'statement quiet' : 'statement loud', text: statement }),
				element('ul', { class: 'facts' }, ...facts.map((text) => element('li', { text }))),
				this.buttons(labels),
				this.verdict,
				section(destinations, this.searchable(destinations, labels.filterBy)),
				section(days, this.searchable(days, labels.filterBy)),
				section(records, element('div', {}, searching, shown)),
			),
		)
		this.filter()
	}

	private buttons(labels: ReportMessage['labels']): HTMLElement {
		const button = (text: string, message: ReportViewMessage, kind = 'secondary') => {
			const made = element('button', { class: kind, text, attributes: { type: 'button' } })
			made.addEventListener('click', () => this.post(message))
			return made
		}
		return element(
			'div',
			{ class: 'buttons' },
			button(labels.verify, { type: 'verify' }, 'primary'),
			button(labels.exportJson, { type: 'export', format: 'json' }),
			button(labels.exportCsv, { type: 'export', format: 'csv' }),
			button(labels.refresh, { type: 'refresh' }),
		)
	}

	/** A table whose first column are buttons that search for what they say. */
	private searchable(table: ReportTable, label: string): HTMLElement {
		return tableOf(table, (row) => {
			const [first] = row.children
			const text = first?.textContent ?? ''
			const button = element('button', { class: 'link', text, attributes: { type: 'button', title: label } })
			button.addEventListener('click', () => {
				this.search.value = text
				this.filter()
				this.search.focus()
			})
			first?.replaceChildren(button)
		})
	}

	private filter(): void {
		const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean)
		let shown = 0
		for (const { row, text } of this.rows) {
			const fits = words.every((word) => text.includes(word))
			row.hidden = !fits
			if (fits) shown++
		}
		setText(this.count, this.shownForm.replace('{0}', String(shown)).replace('{1}', String(this.rows.length)))
	}

	private verified({ text, isFine, faults }: Extract<ReportHostMessage, { type: 'verified' }>): void {
		this.verdict.className = isFine ? 'verdict quiet' : 'verdict loud'
		const list = element('ul', {}, ...faults.map((fault) => element('li', { text: fault })))
		this.verdict.replaceChildren(element('p', { text }), ...(faults.length > 0 ? [list] : []))
	}
}

function section(table: ReportTable, content: HTMLElement): HTMLElement {
	return element('section', {}, element('h2', { text: table.title }), content)
}

/** Wide tables are scrolled by themselves, with the keyboard too. */
function tableOf(
	{ title, head, rows }: ReportTable,
	each: (row: HTMLTableRowElement, at: number) => void,
): HTMLElement {
	const body = rows.map((cells, at) => {
		const row = element('tr', {}, ...cells.map((text) => element('td', { text })))
		each(row, at)
		return row
	})
	const columns = head.map((text) => element('th', { text, attributes: { scope: 'col' } }))
	return element(
		'div',
		{ class: 'scrolled', attributes: { role: 'region', tabindex: '0', 'aria-label': title } },
		element('table', {}, element('thead', {}, element('tr', {}, ...columns)), element('tbody', {}, ...body)),
	)
}
