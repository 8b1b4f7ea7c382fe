import type { Clock } from '../../shared/clock.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { Emitter } from '../../shared/event.ts'

const minuteMs = 60_000

/** A pause that the user has asked for, in this window. It ends by itself, by hand, or with the window. */
export class Snooze implements Disposable {
	private readonly clock: Clock
	private readonly changes = new Emitter<void>()
	private end: number | undefined
	private timer: Disposable | undefined

	/** Fires when it begins and ends, and with every minute that is over. */
	readonly onDidChange = this.changes.event

	constructor(clock: Clock) {
		this.clock = clock
	}

	/** Whole minutes that are left, at least one; undefined where there is no pause. */
	get minutesLeft(): number | undefined {
		if (this.end === undefined) return undefined
		const left = this.end - this.clock.now()
		return left > 0 ? Math.ceil(left / minuteMs) : undefined
	}

	get isOn(): boolean {
		return this.minutesLeft !== undefined
	}

	/** @param minutes infinite: until the window is closed */
	begin(minutes: number): void {
		this.end = this.clock.now() + minutes * minuteMs
		this.tick()
	}

	finish(): void {
		this.end = undefined
		this.tick()
	}

	dispose(): void {
		this.timer?.dispose()
		this.changes.dispose()
	}

	private tick(): void {
		this.timer?.dispose()
		this.changes.fire()
		if (this.end === undefined) return
		const left = this.end - this.clock.now()
		if (left <= 0) this.end = undefined
		else if (left !== Number.POSITIVE_INFINITY) {
			this.timer = this.clock.after(Math.min(left, left % minuteMs || minuteMs), () => this.tick())
		}
	}
}
