import type { TokenPrice } from '../model/prices.ts'
import type { Usage } from './usage.ts'

/** What the machine costs, by the user's own figures. */
export interface MachineCosts {
	/** What was paid for the sake of local models: 0 where the machine is there anyway. In the table's currency. */
	readonly hardwarePrice: number
	/** After so many years it is worth nothing. */
	readonly hardwareYears: number
	/** Watts that the machine takes more while a model computes. */
	readonly extraWatts: number
	/** For a kilowatt-hour. */
	readonly electricityPrice: number
}

export interface Comparison {
	/** What the same tokens would have cost at the service. */
	readonly cloud: number
	/** Of all days that are looked at. */
	readonly amortization: number
	readonly electricity: number
	/** Cloud less both; below 0 where the machine costs more. */
	readonly saved: number
	/** Of one request, in the mean. */
	readonly cloudPerRequest: number
	readonly electricityPerRequest: number
	/**
	 * Requests a day at which both cost the same: a day's amortization, divided by what a request saves. 0 where nothing was paid for the
	 * machine; undefined where there were no requests, or a request saves nothing.
	 */
	readonly breakEvenPerDay: number | undefined
}

const million = 1_000_000
const daysPerYear = 365.25
const msPerHour = 3_600_000

/**
 * Cloud: prompt tokens that were computed here times the input price, those that were known already times the price of cached input, and
 * generated tokens times the output price. That is the most favourable way to count for the service: it may not have known them.
 */
export function cloudCost(usage: Usage, { input, cachedInput = input, output }: TokenPrice): number {
	const { promptTokens, reusedTokens, generatedTokens } = usage
	const known = Math.min(reusedTokens, promptTokens)
	return ((promptTokens - known) * input + known * cachedInput + generatedTokens * output) / million
}

/** Price / (years × 365.25) a day. */
export function amortizationPerDay({ hardwarePrice, hardwareYears }: MachineCosts): number {
	return hardwarePrice / (hardwareYears * daysPerYear)
}

/** Hours that models were busy × watts / 1,000 × price. Waiting counts as work: at most it is too high. */
export function electricityCost({ busyMs }: Usage, { extraWatts, electricityPrice }: MachineCosts): number {
	return (busyMs / msPerHour) * (extraWatts / 1_000) * electricityPrice
}

/** @param days that are looked at, those without a request too */
export function compareCosts(usage: Usage, price: TokenPrice, machine: MachineCosts, days: number): Comparison {
	const cloud = cloudCost(usage, price)
	const amortization = amortizationPerDay(machine) * days
	const electricity = electricityCost(usage, machine)
	const { requests } = usage
	const cloudPerRequest = requests === 0 ? 0 : cloud / requests
	const electricityPerRequest = requests === 0 ? 0 : electricity / requests
	const savedPerRequest = cloudPerRequest - electricityPerRequest
	return {
		cloud,
		amortization,
		electricity,
		saved: cloud - amortization - electricity,
		cloudPerRequest,
		electricityPerRequest,
		breakEvenPerDay: savedPerRequest > 0 ? amortizationPerDay(machine) / savedPerRequest : undefined,
	}
}

/** Suggestions that were shown and taken, and the characters of those. */
export interface TakenText {
	readonly shown: number
	readonly taken: number
	readonly characters: number
}

export interface TypingHabits {
	/** Characters a minute. */
	readonly charactersPerMinute: number
	/** Seconds that a look at a suggestion takes, whether it is taken or not. */
	readonly secondsPerLook: number
}

/** Seconds that typing what was taken would have taken, less the looks at all that was shown. May be below 0. */
export function timeSaved({ shown, characters }: TakenText, habits: TypingHabits): number {
	return (60 * characters) / habits.charactersPerMinute - shown * habits.secondsPerLook
}
