import type { PriceTable, TokenPrice } from '../model/prices.ts'
import {
	type Comparison,
	compareCosts,
	type MachineCosts,
	type TakenText,
	type TypingHabits,
	timeSaved,
} from './costs.ts'
import { sumOf, type TakenByDay } from './takenText.ts'
import type { UsageReport } from './usage.ts'

export interface DashboardFacts {
	readonly usage: UsageReport
	readonly taken: TakenByDay
	readonly table: PriceTable
	/** Of the table; the first one is used where it is not in it. */
	readonly comparedModel: string
	readonly machine: MachineCosts
	readonly habits: TypingHabits
	/** Of the engine's process now; absent where it does not run. */
	readonly engineBytes?: number | undefined
	readonly loadedModels: readonly string[]
}

/** All that the dashboard shows; its export is this as JSON. */
export interface Dashboard {
	readonly usage: UsageReport
	readonly taken: TakenText
	/** Below 0: looking at suggestions took longer than typing what was taken. */
	readonly secondsSaved: number
	readonly costs: {
		readonly currency: string
		readonly pricesOf: string
		readonly pricesFrom: string
		readonly price: TokenPrice
		readonly machine: MachineCosts
		/** That are looked at. */
		readonly days: number
		readonly requestsPerDay: number
		readonly comparison: Comparison
	}
	readonly habits: TypingHabits
	readonly engineBytes?: number
	readonly loadedModels: readonly string[]
}

const free: TokenPrice = { model: '', input: 0, output: 0 }

export function dashboardOf(facts: DashboardFacts): Dashboard {
	const { usage, table, machine, habits, engineBytes, loadedModels } = facts
	const price = table.prices.find(({ model }) => model === facts.comparedModel) ?? table.prices[0] ?? free
	const days = Math.max(1, usage.days.length)
	const taken = sumOf(facts.taken)
	return {
		usage,
		taken,
		secondsSaved: timeSaved(taken, habits),
		costs: {
			currency: table.currency,
			pricesOf: table.date,
			pricesFrom: table.source,
			price,
			machine,
			days,
			requestsPerDay: usage.all.requests / days,
			comparison: compareCosts(usage.all, price, machine, days),
		},
		habits,
		...(engineBytes !== undefined && { engineBytes }),
		loadedModels,
	}
}
