import { escapeHtml } from '../../shared/escapeHtml.ts'

/** Pictures for a page that runs no script: SVG, drawn with the colours of the editor by classes of the page. */

export interface Bar {
	readonly label: string
	readonly value: number
	/** Said at the bar. */
	readonly text: string
}

const width = 640
const left = 150
const right = 90
const rowHeight = 26

/** Bars from left to right, one a row. */
export function barPlot(title: string, bars: readonly Bar[]): string {
	const largest = Math.max(...bars.map(({ value }) => value), 0)
	const room = width - left - right
	const rows = bars.map(({ label, value, text }, at) => {
		const y = at * rowHeight
		const length = largest === 0 ? 0 : (room * Math.max(0, value)) / largest
		return [
			`<text class="label" x="${left - 8}" y="${y + 17}" text-anchor="end">${escapeHtml(shortened(label))}</text>`,
			`<rect class="bar" x="${left}" y="${y + 5}" width="${number(length)}" height="16" rx="2"/>`,
			`<text class="value" x="${number(left + length + 6)}" y="${y + 17}">${escapeHtml(text)}</text>`,
		].join('')
	})
	return svg(title, bars.length * rowHeight, rows.join(''))
}

const columnsHeight = 140

/** Columns side by side, such as one a day; the first, the last and the highest one are named. */
export function columnPlot(title: string, columns: readonly Bar[]): string {
	const largest = Math.max(...columns.map(({ value }) => value), 0)
	const step = width / Math.max(columns.length, 14)
	const highest = columns.findIndex(({ value }) => value === largest)
	const drawn = columns.map(({ value, label, text }, at) => {
		const height = largest === 0 ? 0 : (columnsHeight * value) / largest
		const x = at * step
		const rect = `<rect class="bar" x="${number(x + step * 0.1)}" y="${number(20 + columnsHeight - height)}" width="${number(step * 0.8)}" height="${number(height)}"><title>${escapeHtml(`${label}: ${text}`)}</title></rect>`
		if (at !== highest || largest === 0) return rect
		return `${rect}<text class="value" x="${number(Math.min(width - 20, Math.max(20, x + step / 2)))}" y="14" text-anchor="middle">${escapeHtml(text)}</text>`
	})
	const names = [columns[0], columns.length > 1 ? columns.at(-1) : undefined].map((column, at) =>
		column
			? `<text class="label" x="${at === 0 ? 0 : number(columns.length * step)}" y="${columnsHeight + 38}" text-anchor="${at === 0 ? 'start' : 'end'}">${escapeHtml(column.label)}</text>`
			: '',
	)
	return svg(title, columnsHeight + 44, drawn.join('') + names.join(''))
}

export interface Line {
	readonly label: string
	/** At 0, and for one more on the axis. */
	readonly start: number
	readonly slope: number
}

/** Two lines over an axis from 0, and where they meet. */
export function crossingPlot(
	title: string,
	lines: readonly [Line, Line],
	axis: { readonly to: number; readonly label: string; readonly textOf: (value: number) => string },
	marks: readonly { readonly at: number; readonly label: string }[],
): string {
	const height = 200
	const top = Math.max(...lines.map(({ start, slope }) => start + slope * axis.to), 1e-9)
	const x = (value: number) => number((width * value) / axis.to)
	const y = (value: number) => number(20 + height - (height * value) / top)
	const drawn = lines.map(({ label, start, slope }, at) => {
		const end = start + slope * axis.to
		return [
			`<line class="line line${at}" x1="0" y1="${y(start)}" x2="${width}" y2="${y(end)}"/>`,
			`<text class="label" x="${width - 4}" y="${number(Math.max(12, Number(y(end)) - 6))}" text-anchor="end">${escapeHtml(`${label}: ${axis.textOf(end)}`)}</text>`,
		].join('')
	})
	const marked = marks
		.filter(({ at }) => at <= axis.to)
		.map(({ at, label }) => {
			const anchor = at > axis.to / 2 ? 'end' : 'start'
			return `<line class="mark" x1="${x(at)}" y1="20" x2="${x(at)}" y2="${height + 20}"/><text class="label" x="${number(Number(x(at)) + (anchor === 'end' ? -5 : 5))}" y="${height + 14}" text-anchor="${anchor}">${escapeHtml(label)}</text>`
		})
	const base = `<line class="axis" x1="0" y1="${height + 20}" x2="${width}" y2="${height + 20}"/><text class="label" x="${width}" y="${height + 38}" text-anchor="end">${escapeHtml(axis.label)}</text>`
	return svg(title, height + 44, base + drawn.join('') + marked.join(''))
}

function svg(title: string, height: number, content: string): string {
	return `<svg role="img" aria-label="${escapeHtml(title)}" viewBox="0 0 ${width} ${height}">${content}</svg>`
}

function number(value: number): string {
	return String(Math.round(value * 10) / 10)
}

function shortened(text: string): string {
	return text.length > 22 ? `${text.slice(0, 21)}…` : text
}
