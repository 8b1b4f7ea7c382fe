import { median, round, summaryOf } from './statistics.ts'

/** What is measured: texts of the table, in its order. Higher is better for rates and shares only. */
export const quantities = {
	promptRate: { what: 'reading a prompt', unit: 'tokens/s' },
	decodeRate: { what: 'writing, nothing drafted', unit: 'tokens/s' },
	coldFirstToken: { what: 'first token, nothing known of the prompt', unit: 'ms' },
	warmFirstToken: { what: 'first token of the next keystroke', unit: 'ms' },
	typedReuse: { what: 'tokens of the prompt that are known when typing', unit: '%' },
	shortFirstToken: { what: 'first token of a short prompt', unit: 'ms' },
	afterCancelInPrompt: { what: 'the same after a cancel while reading a prompt', unit: 'ms' },
	afterCancelInDecode: { what: 'the same after a cancel while writing', unit: 'ms' },
	memoryAfterLoad: { what: 'memory after loading', unit: 'MB' },
	memoryAtEnd: { what: 'memory at the end', unit: 'MB' },
} as const satisfies Record<string, { readonly what: string; readonly unit: string }>

export type Quantity = keyof typeof quantities

/** One line of the table. */
export interface BenchRow {
	readonly id: string
	readonly what: string
	readonly unit: string
	readonly median: number
	readonly lowest: number
	readonly highest: number
	/** Absent where there are too few values for it to be more than the highest. */
	readonly p99?: number
	readonly count: number
	/** What else one has to know. */
	readonly note?: string
}

/** Values as they are measured, by quantity. */
export class Samples {
	private readonly values = new Map<Quantity, number[]>()

	add(quantity: Quantity, value: number): void {
		const values = this.values.get(quantity) ?? []
		this.values.set(quantity, values)
		values.push(value)
	}

	/** Undefined where nothing was measured. */
	median(quantity: Quantity): number | undefined {
		const values = this.values.get(quantity)
		return values && median(values)
	}

	/** In the table's order; a quantity without a value has no row. */
	rows(notes: Partial<Record<Quantity, string>>): BenchRow[] {
		return (Object.keys(quantities) as Quantity[]).flatMap((id) => {
			const values = this.values.get(id)
			if (!values) return []
			const note = notes[id]
			return [{ id, ...quantities[id], ...spreadOf(values), ...(note !== undefined && { note }) }]
		})
	}
}

/** Values of which a hundredth part says something. */
const leastForP99 = 20

/** Median, range and number of values. */
export function spreadOf(values: readonly number[]): Pick<BenchRow, 'median' | 'lowest' | 'highest' | 'p99' | 'count'> {
	const p99 = values.length < leastForP99 ? undefined : summaryOf(values)?.p99
	return {
		median: round(median(values)),
		lowest: round(Math.min(...values)),
		highest: round(Math.max(...values)),
		...(p99 !== undefined && { p99 }),
		count: values.length,
	}
}
