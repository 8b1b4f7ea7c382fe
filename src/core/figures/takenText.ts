import type { Disposable } from '../../shared/disposable.ts'
import { Emitter } from '../../shared/event.ts'
import type { TakenText } from './costs.ts'

/** By day: `2026-01-31`. */
export type TakenByDay = Readonly<Record<string, TakenText>>

const nothing: TakenText = { shown: 0, taken: 0, characters: 0 }
/** Older days are forgotten. */
const mostDays = 400

/** Counts suggestions that were shown and taken. Numbers only. */
export class TakenTexts implements Disposable {
	private days: TakenByDay
	private readonly today: () => string
	private readonly changed = new Emitter<TakenByDay>()
	readonly onDidChange = this.changed.event

	/** @param before what was counted earlier; what is no such count is left out */
	constructor(before: unknown, today: () => string) {
		this.days = parsed(before)
		this.today = today
	}

	get byDay(): TakenByDay {
		return this.days
	}

	shown(): void {
		this.add({ shown: 1, taken: 0, characters: 0 })
	}

	taken(characters: number): void {
		this.add({ shown: 0, taken: 1, characters })
	}

	dispose(): void {
		this.changed.dispose()
	}

	private add(more: TakenText): void {
		const day = this.today()
		const { shown, taken, characters } = this.days[day] ?? nothing
		const sum = { shown: shown + more.shown, taken: taken + more.taken, characters: characters + more.characters }
		this.days = Object.fromEntries(
			Object.entries({ ...this.days, [day]: sum })
				.sort()
				.slice(-mostDays),
		)
		this.changed.fire(this.days)
	}
}

export function sumOf(days: TakenByDay): TakenText {
	return Object.values(days).reduce(
		(sum, { shown, taken, characters }) => ({
			shown: sum.shown + shown,
			taken: sum.taken + taken,
			characters: sum.characters + characters,
		}),
		nothing,
	)
}

function parsed(value: unknown): TakenByDay {
	if (typeof value !== 'object' || value === null) return {}
	return Object.fromEntries(
		Object.entries(value).filter(([day, count]) => /^\d{4}-\d\d-\d\d$/.test(day) && isCount(count)),
	)
}

function isCount(value: unknown): value is TakenText {
	if (typeof value !== 'object' || value === null) return false
	const { shown, taken, characters } = value as Readonly<Record<string, unknown>>
	return [shown, taken, characters].every((number) => Number.isSafeInteger(number) && Number(number) >= 0)
}
