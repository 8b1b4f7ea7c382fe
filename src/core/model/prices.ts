/** What a service asks for tokens, in its currency for a million of them. */
export interface TokenPrice {
	readonly model: string
	readonly input: number
	/** Of a prompt's beginning that the service has seen a moment ago; absent: it asks the same. */
	readonly cachedInput?: number
	readonly output: number
}

/** Prices of one day, with where they were read. */
export interface PriceTable {
	/** Such as `USD`. */
	readonly currency: string
	/** `2026-01-31` */
	readonly date: string
	readonly source: string
	readonly prices: readonly TokenPrice[]
}

/** Undefined where the value is no table. */
export function parsePriceTable(value: unknown): PriceTable | undefined {
	const { currency, date, source, prices } = fieldsOf(value)
	if (typeof currency !== 'string' || typeof date !== 'string' || typeof source !== 'string') return undefined
	if (!Array.isArray(prices) || !prices.every(isPrice)) return undefined
	return { currency, date, source, prices }
}

/** What would be right in place of prices that are wrong; undefined where they are right. */
export function pricesFault(raw: unknown): string | undefined {
	const expected = '[{ "model": "…", "input": 1.25, "cachedInput": 0.125, "output": 10 }]'
	return Array.isArray(raw) && raw.every(isPrice) ? undefined : expected
}

/** The table with the user's own prices in front: of two for the same model theirs counts. */
export function withOwnPrices(table: PriceTable, own: readonly TokenPrice[]): PriceTable {
	const names = new Set(own.map(({ model }) => model))
	return { ...table, prices: [...own, ...table.prices.filter(({ model }) => !names.has(model))] }
}

function isPrice(value: unknown): value is TokenPrice {
	const { model, input, cachedInput, output } = fieldsOf(value)
	if (typeof model !== 'string' || model.trim() === '') return false
	return isAmount(input) && isAmount(output) && (cachedInput === undefined || isAmount(cachedInput))
}

function isAmount(value: unknown): value is number {
	return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}
