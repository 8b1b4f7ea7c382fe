/** Tokens that were used in a month, as they are kept. */
interface MonthlyUse {
	/** `2026-11`, by the clock of the machine. */
	readonly month: string
	readonly tokens: number
}

export interface BudgetStore {
	read(): unknown
	write(use: MonthlyUse): Promise<void>
}

/** What of a month's tokens is left. It is read each time: another window may have used some. */
export class TokenBudget {
	private readonly store: BudgetStore
	private readonly limit: () => number
	private readonly today: () => Date

	/** @param limit tokens a month, prompts and answers together */
	constructor(store: BudgetStore, limit: () => number, today: () => Date) {
		this.store = store
		this.limit = limit
		this.today = today
	}

	get left(): number {
		return Math.max(0, this.limit() - this.used)
	}

	async spend(tokens: number): Promise<void> {
		await this.store.write({ month: this.month, tokens: this.used + Math.max(0, Math.ceil(tokens)) })
	}

	private get used(): number {
		const kept = this.store.read()
		if (typeof kept !== 'object' || kept === null) return 0
		const { month, tokens } = kept as Partial<MonthlyUse>
		return month === this.month && typeof tokens === 'number' && Number.isFinite(tokens) ? Math.max(0, tokens) : 0
	}

	private get month(): string {
		const day = this.today()
		return `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, '0')}`
	}
}
