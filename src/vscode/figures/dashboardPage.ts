import type { Dashboard } from '../../core/figures/dashboard.ts'
import { escapeHtml } from '../../shared/escapeHtml.ts'
import type { L10n } from '../l10n.ts'
import { barPlot, columnPlot, crossingPlot } from './plots.ts'

export interface DashboardPage {
	readonly dashboard: Dashboard
	readonly l10n: L10n
	/** Such as `de`. */
	readonly language: string
	/** Random, new for every page; of letters and digits. */
	readonly nonce: string
	/** Commands that its buttons run, in their order. */
	readonly buttons: readonly { readonly label: string; readonly command: string }[]
}

const style = `
body { max-width: 52rem; margin: 0 auto; padding: 0 1rem 2rem; line-height: 1.5; }
h2 { margin-top: 2rem; border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, #8888)); }
.buttons a { display: inline-block; margin: 0 .5rem .5rem 0; padding: .2rem .7rem; color: var(--vscode-button-foreground); background: var(--vscode-button-background); border: 1px solid var(--vscode-contrastBorder, transparent); border-radius: 2px; text-decoration: none; }
.buttons a:focus { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .75rem; margin: 0; padding: 0; }
.tiles div { padding: .6rem .8rem; border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, #8888)); border-radius: 4px; }
.tiles dt { font-size: .9em; color: var(--vscode-descriptionForeground); }
.tiles dd { margin: 0; font-size: 1.3em; }
.tiles small { display: block; font-size: .65em; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
th, td { padding: .2rem .6rem; text-align: right; border-bottom: 1px solid var(--vscode-widget-border, #8884); }
th:first-child, td:first-child { text-align: left; }
svg { width: 100%; height: auto; margin: .5rem 0; }
svg text { font-size: 12px; fill: var(--vscode-foreground); }
.bar { fill: var(--vscode-charts-blue, var(--vscode-foreground)); }
.line { stroke-width: 2; }
.line0 { stroke: var(--vscode-charts-orange, var(--vscode-foreground)); }
.line1 { stroke: var(--vscode-charts-blue, var(--vscode-foreground)); stroke-dasharray: 6 3; }
.mark { stroke: var(--vscode-descriptionForeground); stroke-dasharray: 2 3; }
.axis { stroke: var(--vscode-foreground); }
.note { color: var(--vscode-descriptionForeground); }
`

/** A page without a script: nothing in it can do more than run the named commands. */
export function dashboardPage(page: DashboardPage): string {
	const { l10n, language, nonce, buttons } = page
	const words = new Words(l10n, language)
	const title = l10n.t('Alcove: Figures')
	const sections = [overview, requests, latency, speeds, costs, memory].map((section) => section(page.dashboard, words))
	return `<!DOCTYPE html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${escapeHtml(nonce)}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style nonce="${escapeHtml(nonce)}">${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p class="buttons">${buttons.map(({ label, command }) => `<a role="button" href="${escapeHtml(`command:${command}`)}">${escapeHtml(label)}</a>`).join('')}</p>
${sections.join('\n')}
</main>
</body>
</html>
`
}

/** Texts, numbers and amounts in the user's language. */
class Words {
	readonly l10n: L10n
	private readonly language: string

	constructor(l10n: L10n, language: string) {
		this.l10n = l10n
		this.language = language
	}

	number(value: number, digits = 0): string {
		return new Intl.NumberFormat(this.language, { maximumFractionDigits: digits }).format(value)
	}

	ms(value: number): string {
		return this.l10n.t('{0} ms', this.number(value, value < 10 ? 1 : 0))
	}

	/** Small amounts keep two digits that say something. */
	money(value: number, currency: string): string {
		const size = Math.abs(value)
		const digits = size === 0 || size >= 1 ? 2 : Math.min(8, 1 - Math.floor(Math.log10(size)))
		return `${this.number(value, digits)} ${currency}`
	}

	percent(share: number): string {
		return new Intl.NumberFormat(this.language, { style: 'percent', maximumFractionDigits: 1 }).format(share)
	}

	duration(seconds: number): string {
		const size = Math.abs(seconds)
		if (size < 90) return this.l10n.t('{0} s', this.number(seconds))
		return size < 5_400
			? this.l10n.t('{0} min', this.number(seconds / 60, 1))
			: this.l10n.t('{0} h', this.number(seconds / 3_600, 1))
	}
}

type Section = (dashboard: Dashboard, words: Words) => string

const overview: Section = ({ usage, taken, secondsSaved, costs }, words) => {
	const { l10n } = words
	const { requests, promptTokens, reusedTokens, generatedTokens } = usage.all
	const tiles = [
		[l10n.t('Requests'), words.number(requests), l10n.t('{0} a day', words.number(costs.requestsPerDay, 1))],
		[
			l10n.t('Tokens read'),
			words.number(promptTokens),
			promptTokens === 0 ? '' : l10n.t('{0} of them known already', words.percent(reusedTokens / promptTokens)),
		],
		[l10n.t('Tokens written'), words.number(generatedTokens), ''],
		[
			l10n.t('Time saved'),
			words.duration(secondsSaved),
			l10n.t('{0} of {1} suggestions taken', words.number(taken.taken), words.number(taken.shown)),
		],
		[
			l10n.t('Cost at {0}', costs.price.model),
			words.money(costs.comparison.cloud, costs.currency),
			l10n.t('here: {0}', words.money(costs.comparison.amortization + costs.comparison.electricity, costs.currency)),
		],
	]
	const list = tiles.map(
		([name = '', value = '', note = '']) =>
			`<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}<small>${escapeHtml(note)}</small></dd></div>`,
	)
	const { elsewhere } = usage
	const note =
		elsewhere > 0
			? noted(l10n.t('Answered by other machines, and not counted here: {0}.', words.number(elsewhere)))
			: ''
	return `<dl class="tiles">${list.join('')}</dl>${note}`
}

const requests: Section = ({ usage }, words) => {
	const title = words.l10n.t('Requests a day')
	const columns = usage.days.map(({ day, requests: value }) => ({ label: day, value, text: words.number(value) }))
	return section(title, columns.length === 0 ? nothingYet(words) : columnPlot(title, columns))
}

const latency: Section = ({ usage }, words) => {
	const { l10n } = words
	const rows = usage.purposes.map(({ purpose, requests: count, firstToken }) => [
		purpose,
		words.number(count),
		...(firstToken
			? [words.ms(firstToken.p50), words.ms(firstToken.p95), words.ms(firstToken.p99), words.number(firstToken.count)]
			: ['–', '–', '–', '0']),
	])
	const head = [l10n.t('For'), l10n.t('Requests'), 'p50', 'p95', 'p99', l10n.t('measured')]
	const title = l10n.t('Time to the first token')
	return section(title, rows.length === 0 ? nothingYet(words) : table(title, head, rows))
}

const speeds: Section = ({ usage }, words) => {
	const { l10n } = words
	const title = l10n.t('Writing, with drafts and without')
	const speed = (value: number | undefined) =>
		value === undefined ? '–' : l10n.t('{0} tokens/s', words.number(value, value < 100 ? 1 : 0))
	const rows = usage.models.map(({ model, drafted, plain, acceptance }) => [
		model,
		speed(drafted.tokensPerSecond),
		speed(plain.tokensPerSecond),
		acceptance === undefined ? '–' : words.percent(acceptance),
	])
	const bars = usage.models.flatMap(({ model, drafted, plain }) =>
		[
			{ label: l10n.t('{0}, drafts', model), value: drafted.tokensPerSecond },
			{ label: l10n.t('{0}, without', model), value: plain.tokensPerSecond },
		].flatMap(({ label, value }) => (value === undefined ? [] : [{ label, value, text: speed(value) }])),
	)
	const head = [l10n.t('Model'), l10n.t('with drafts'), l10n.t('without'), l10n.t('drafted tokens accepted')]
	const note = l10n.t(
		'Each is of other answers than the other: drafts are made where they are expected to pay. “Benchmark This Machine” measures both on the same.',
	)
	const plot = bars.length > 0 ? barPlot(title, bars) : ''
	return section(title, rows.length === 0 ? nothingYet(words) : `${table(title, head, rows)}${plot}${noted(note)}`)
}

const costs: Section = ({ costs: facts }, words) => {
	const { l10n } = words
	const { comparison, price, machine, currency, requestsPerDay } = facts
	const money = (value: number) => words.money(value, currency)
	const title = l10n.t('What it would have cost')
	const { breakEvenPerDay } = comparison
	const rows = [
		[l10n.t('The same tokens at {0}', price.model), money(comparison.cloud)],
		[l10n.t('Hardware'), money(comparison.amortization)],
		[l10n.t('Electricity'), money(comparison.electricity)],
		[l10n.t('Saved'), money(comparison.saved)],
		[
			l10n.t('Requests a day from which this machine is cheaper'),
			breakEvenPerDay === undefined
				? l10n.t('none: a request costs no less here')
				: words.number(Math.ceil(breakEvenPerDay)),
		],
		[l10n.t('Requests a day until now'), words.number(requestsPerDay, 1)],
	]
	const amortized = comparison.amortization / facts.days
	const to = Math.max(10, requestsPerDay * 1.5, (breakEvenPerDay ?? 0) * 1.5)
	const plot = crossingPlot(
		l10n.t('Cost of a day by its requests'),
		[
			{ label: price.model, start: 0, slope: comparison.cloudPerRequest },
			{ label: l10n.t('this machine'), start: amortized, slope: comparison.electricityPerRequest },
		],
		{ to, label: l10n.t('{0} requests a day', words.number(to)), textOf: money },
		[
			{ at: requestsPerDay, label: l10n.t('now') },
			...(breakEvenPerDay ? [{ at: breakEvenPerDay, label: l10n.t('break-even') }] : []),
		],
	)
	const formulas = [
		l10n.t(
			'Service: (tokens read − known) × {0} + known × {1} + written × {2}, for a million tokens; prices of {3} from {4}.',
			...[money(price.input), money(price.cachedInput ?? price.input), money(price.output), facts.pricesOf],
			facts.pricesFrom,
		),
		l10n.t(
			'Hardware: {0} over {1} years. Electricity: hours at work × {2} W × {3} a kilowatt-hour.',
			...[money(machine.hardwarePrice), words.number(machine.hardwareYears, 1), words.number(machine.extraWatts)],
			money(machine.electricityPrice),
		),
		l10n.t('All of these are settings: change them to your own.'),
	]
	return section(title, `${table(title, undefined, rows)}${plot}${formulas.map(noted).join('')}`)
}

const memory: Section = ({ engineBytes, loadedModels, habits }, words) => {
	const { l10n } = words
	const size = engineBytes === undefined ? l10n.t('not running') : `${words.number(engineBytes / 2 ** 20)} MB`
	const rows = [
		[l10n.t('Memory of the engine'), size],
		[l10n.t('Loaded models'), loadedModels.join(', ') || '–'],
	]
	const note = l10n.t(
		'Time saved: characters taken at {0} a minute, less {1} s for each suggestion that was shown.',
		words.number(habits.charactersPerMinute),
		words.number(habits.secondsPerLook, 1),
	)
	const title = l10n.t('Now')
	return section(title, `${table(title, undefined, rows)}${noted(note)}`)
}

function section(title: string, content: string): string {
	return `<section><h2>${escapeHtml(title)}</h2>${content}</section>`
}

function noted(text: string): string {
	return `<p class="note">${escapeHtml(text)}</p>`
}

function nothingYet({ l10n }: Words): string {
	return noted(l10n.t('There is nothing on record yet.'))
}

function table(title: string, head: readonly string[] | undefined, rows: readonly (readonly string[])[]): string {
	const names = head
		? `<thead><tr>${head.map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join('')}</tr></thead>`
		: ''
	const body = rows.map(
		([first = '', ...cells]) =>
			`<tr><th scope="row">${escapeHtml(first)}</th>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`,
	)
	return `<table aria-label="${escapeHtml(title)}">${names}<tbody>${body.join('')}</tbody></table>`
}
