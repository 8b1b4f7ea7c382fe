import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../../../../scripts/lib/root.mjs'
import { cloudCost, compareCosts, type MachineCosts, timeSaved } from '../../../../src/core/figures/costs.ts'
import { dashboardOf } from '../../../../src/core/figures/dashboard.ts'
import { sumOf, TakenTexts } from '../../../../src/core/figures/takenText.ts'
import { parsePriceTable, pricesFault, withOwnPrices } from '../../../../src/core/model/prices.ts'
import { defaultSettings } from '../../../../src/core/settings.ts'

const usage = {
	requests: 100,
	promptTokens: 1_000_000,
	reusedTokens: 600_000,
	generatedTokens: 50_000,
	busyMs: 7_200_000,
}
const price = { model: 'm', input: 2, cachedInput: 0.5, output: 8 }
const machine: MachineCosts = { hardwarePrice: 1_461, hardwareYears: 4, extraWatts: 50, electricityPrice: 0.4 }

describe('costs', () => {
	it('of a service count what was known at the price of cached input', () => {
		// 0.4 × 2 + 0.6 × 0.5 + 0.05 × 8
		expect(cloudCost(usage, price)).toBeCloseTo(1.5)
		// 1 × 2 + 0.05 × 8
		expect(cloudCost(usage, { model: 'm', input: 2, output: 8 })).toBeCloseTo(2.4)
	})

	it('of the machine are its wear by days, and the power that work took', () => {
		const { amortization, electricity, cloud, saved } = compareCosts(usage, price, machine, 3)
		// 1,461 / (4 × 365.25) is 1 a day; 2 h × 0.05 kW × 0.4
		expect(amortization).toBeCloseTo(3)
		expect(electricity).toBeCloseTo(0.04)
		expect(saved).toBeCloseTo(cloud - 3.04)
	})

	it('break even where a day costs the same in both places', () => {
		const { breakEvenPerDay = 0, cloudPerRequest, electricityPerRequest } = compareCosts(usage, price, machine, 3)
		expect(breakEvenPerDay).toBeCloseTo(1 / (0.015 - 0.0004))
		expect(breakEvenPerDay * cloudPerRequest).toBeCloseTo(1 + breakEvenPerDay * electricityPerRequest)
	})

	it('never break even where a request costs no less here, and at once where nothing was paid', () => {
		expect(compareCosts(usage, { model: 'm', input: 0, output: 0 }, machine, 3).breakEvenPerDay).toBeUndefined()
		expect(compareCosts({ ...usage, requests: 0 }, price, machine, 3).breakEvenPerDay).toBeUndefined()
		expect(compareCosts(usage, price, { ...machine, hardwarePrice: 0 }, 3).breakEvenPerDay).toBe(0)
	})

	it('of time are what typing would have taken, less the looks', () => {
		const habits = { charactersPerMinute: 300, secondsPerLook: 0.5 }
		expect(timeSaved({ shown: 40, taken: 10, characters: 500 }, habits)).toBeCloseTo(80)
		expect(timeSaved({ shown: 40, taken: 0, characters: 0 }, habits)).toBeCloseTo(-20)
	})
})

describe('the table of prices', () => {
	const file = JSON.parse(readFileSync(join(root, 'media', 'prices.json'), 'utf8'))

	it('that Alcove brings is one, has a date and a source, and knows the model that is compared with', () => {
		const table = parsePriceTable(file)
		expect(table?.date).toMatch(/^20\d\d-\d\d-\d\d$/)
		expect(table?.source).toMatch(/^https:/)
		expect(table?.prices.map(({ model }) => model)).toContain(defaultSettings['costs.comparedModel'])
		for (const { input, cachedInput = 0, output } of table?.prices ?? []) {
			expect(cachedInput).toBeLessThan(input)
			expect(input).toBeLessThan(output)
		}
	})

	it.each([
		{},
		{ ...file, date: 3 },
		{ ...file, prices: [{ model: 'm', input: -1, output: 1 }] },
		{ ...file, prices: [{ model: ' ', input: 1, output: 1 }] },
		null,
	])('is none: %j', (value) => {
		expect(parsePriceTable(value)).toBeUndefined()
	})

	it('has the user’s own prices in front', () => {
		const own = { model: 'gpt-5-mini', input: 9, output: 9 }
		const table = withOwnPrices({ currency: 'USD', date: '', source: '', prices: file.prices }, [own])
		expect(table.prices[0]).toBe(own)
		expect(table.prices.filter(({ model }) => model === 'gpt-5-mini')).toHaveLength(1)
	})

	it('says what is wrong with a setting', () => {
		expect(pricesFault([])).toBeUndefined()
		expect(pricesFault([{ model: 'm', input: 1, output: 2 }])).toBeUndefined()
		for (const raw of [
			{},
			'm',
			[{ model: 'm' }],
			[{ model: 'm', input: '1', output: 2 }],
			[{ ...price, input: Number.NaN }],
		])
			expect(pricesFault(raw)).toContain('"input"')
	})
})

describe('what was taken', () => {
	it('is counted by day, and goes on from what was kept', () => {
		let day = '2026-01-31'
		const taken = new TakenTexts({ '2026-01-30': { shown: 3, taken: 1, characters: 9 } }, () => day)
		const kept: unknown[] = []
		taken.onDidChange((days) => kept.push(days))
		taken.shown()
		taken.taken(20)
		day = '2026-02-01'
		taken.shown()
		expect(taken.byDay).toEqual({
			'2026-01-30': { shown: 3, taken: 1, characters: 9 },
			'2026-01-31': { shown: 1, taken: 1, characters: 20 },
			'2026-02-01': { shown: 1, taken: 0, characters: 0 },
		})
		expect(kept.at(-1)).toEqual(taken.byDay)
		expect(sumOf(taken.byDay)).toEqual({ shown: 5, taken: 2, characters: 29 })
	})

	it.each([
		undefined,
		null,
		'x',
		[],
		{ today: { shown: 1, taken: 1, characters: 1 } },
		{ '2026-01-01': { shown: -1 } },
	])('begins anew where what was kept is damaged: %j', (before) => {
		expect(new TakenTexts(before, () => '2026-01-31').byDay).toEqual({})
	})

	it('forgets what is older than a year', () => {
		let at = 0
		const taken = new TakenTexts(undefined, () => new Date(Date.UTC(2024, 0, 1 + at)).toISOString().slice(0, 10))
		for (at = 0; at < 500; at++) taken.shown()
		expect(Object.keys(taken.byDay)).toHaveLength(400)
		expect(Object.keys(taken.byDay)[0]).toBe('2024-04-10')
	})
})

describe('the dashboard', () => {
	const facts = {
		usage: { all: usage, elsewhere: 0, days: [{ day: '2026-01-01', ...usage }], purposes: [], models: [] },
		taken: {},
		table: { currency: 'USD', date: '2026-01-01', source: 's', prices: [price, { model: 'n', input: 1, output: 1 }] },
		comparedModel: 'n',
		machine,
		habits: { charactersPerMinute: 200, secondsPerLook: 0.5 },
		loadedModels: [],
	}

	it('compares with the model that is asked for, or else the first one', () => {
		expect(dashboardOf(facts).costs).toMatchObject({ price: { model: 'n' }, days: 1, requestsPerDay: 100 })
		expect(dashboardOf({ ...facts, comparedModel: 'none' }).costs.price.model).toBe('m')
	})

	it('of nothing divides by nothing', () => {
		const none = { requests: 0, promptTokens: 0, reusedTokens: 0, generatedTokens: 0, busyMs: 0 }
		const { costs } = dashboardOf({ ...facts, usage: { all: none, elsewhere: 0, days: [], purposes: [], models: [] } })
		expect(JSON.stringify(costs)).not.toContain('null')
		expect(costs.requestsPerDay).toBe(0)
	})
})
