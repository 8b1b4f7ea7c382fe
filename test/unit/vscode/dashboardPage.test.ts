import { describe, expect, it } from 'vitest'
import { dashboardOf } from '../../../src/core/figures/dashboard.ts'
import { dashboardPage } from '../../../src/vscode/figures/dashboardPage.ts'
import { barPlot, columnPlot, crossingPlot } from '../../../src/vscode/figures/plots.ts'

const l10n = {
	t: (message: unknown, ...values: unknown[]) =>
		String(message).replace(/\{(\d)\}/g, (_, at: string) => String(values[Number(at)])),
} as Parameters<typeof dashboardPage>[0]['l10n']

const evil = `</table><script>alert(1)</script><img src=x onerror='a'>`
const usage = { requests: 4, promptTokens: 900, reusedTokens: 450, generatedTokens: 80, busyMs: 90_000 }
const speed = { answers: 2, tokens: 40, tokensPerSecond: 81.26 }

const page = (name: string) =>
	dashboardPage({
		dashboard: dashboardOf({
			usage: {
				all: usage,
				elsewhere: 2,
				days: [{ day: '2026-01-01', ...usage }],
				purposes: [{ purpose: name, ...usage, firstToken: { count: 4, p50: 3.25, p95: 40, p99: 41 } }],
				models: [
					{ model: name, ...usage, drafted: speed, plain: { ...speed, tokensPerSecond: undefined }, acceptance: 0.5 },
				],
			},
			taken: { '2026-01-01': { shown: 4, taken: 1, characters: 400 } },
			table: { currency: 'USD', date: '2026-01-01', source: name, prices: [{ model: name, input: 1, output: 2 }] },
			comparedModel: name,
			machine: { hardwarePrice: 1_000, hardwareYears: 4, extraWatts: 40, electricityPrice: 0.3 },
			habits: { charactersPerMinute: 200, secondsPerLook: 0.5 },
			loadedModels: [name],
		}),
		l10n,
		language: 'en',
		nonce: 'abc',
		buttons: [{ label: 'Refresh', command: 'alcove.openDashboard' }],
	})

describe('the page', () => {
	it('says what was done, how fast, and what it cost', () => {
		const text = page('coder')
			.replace(/<style.*<\/style>/s, '')
			.replace(/<[^>]+>/g, ' ')
			.replace(/\s+/g, ' ')
		expect(text).toContain('Tokens read 900 50% of them known already')
		expect(text).toContain('Requests 4 4 a day')
		// 400 characters at 200 a minute, less two seconds.
		expect(text).toContain('Time saved 2 min 1 of 4 suggestions taken')
		expect(text).toContain('coder 4 3.3 ms 40 ms 41 ms 4')
		expect(text).toContain('coder 81.3 tokens/s – 50%')
		expect(text).toContain('Answered by other machines, and not counted here: 2.')
		// 900 × 1 + 80 × 2, for a million
		expect(text).toContain('The same tokens at coder 0.0011 USD')
	})

	it('holds nothing of what a name says but its text', () => {
		const html = page(evil)
		expect(html).not.toMatch(/<script|<img/)
		expect(html.split('</table>').length).toBe(page('coder').split('</table>').length)
	})

	it('may load nothing and run nothing but its commands', () => {
		const html = page('coder')
		expect(html).toContain(`content="default-src 'none'; style-src 'nonce-abc'; base-uri 'none'; form-action 'none'"`)
		expect(html).not.toMatch(/\sstyle=|\son\w+=/)
		expect([...html.matchAll(/href="([^"]+)"/g)].map(([, href]) => href)).toEqual(['command:alcove.openDashboard'])
	})

	it('names its pictures and tables for those who do not see them', () => {
		const html = page('coder')
		expect([...html.matchAll(/<svg (?!role="img" aria-label="[^"])/g)]).toEqual([])
		expect([...html.matchAll(/<table (?!aria-label="[^"])/g)]).toEqual([])
	})
})

describe('plots', () => {
	it('have their longest bar for the largest value, and none for nothing', () => {
		const widths = (svg: string) =>
			[...svg.matchAll(/class="bar"[^>]* width="([\d.]+)"/g)].map(([, width]) => Number(width))
		const bars = (...values: number[]) =>
			barPlot(
				't',
				values.map((value) => ({ label: 'l', value, text: '' })),
			)
		const [one = 0, two = 0] = widths(bars(5, 10))
		expect(two).toBe(2 * one)
		expect(widths(bars(0, 0))).toEqual([0, 0])
		expect(bars()).toContain('viewBox="0 0 640 0"')
	})

	it('have a column for each day', () => {
		const svg = columnPlot(
			't',
			[1, 2, 3].map((value) => ({ label: `d${value}`, value, text: `${value}` })),
		)
		expect(svg.match(/<rect/g)).toHaveLength(3)
		expect(svg).toContain('>d1</text>')
		expect(svg).toContain('>d3</text>')
		expect(columnPlot('t', [])).not.toContain('NaN')
	})

	it('have lines that meet where they are equal', () => {
		const lines = [
			{ label: 'a', start: 0, slope: 2 },
			{ label: 'b', start: 10, slope: 0 },
		] as const
		const svg = crossingPlot('t', lines, { to: 10, label: 'n', textOf: String }, [
			{ at: 5, label: 'meet' },
			{ at: 99, label: 'far' },
		])
		expect(svg).toContain('class="mark" x1="320"')
		expect(svg).not.toContain('far')
		const flat = crossingPlot(
			't',
			[
				{ ...lines[0], slope: 0 },
				{ ...lines[1], start: 0 },
			],
			{ to: 10, label: 'n', textOf: String },
			[],
		)
		expect(flat).not.toMatch(/NaN|Infinity/)
	})
})
