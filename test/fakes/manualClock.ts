import type { Clock } from '../../src/shared/clock.ts'
import { type Disposable, toDisposable } from '../../src/shared/disposable.ts'

interface Timer {
	readonly due: number
	readonly callback: () => void
}

/** A clock that stands still until the test moves it. */
export class ManualClock implements Clock {
	private time = 0
	private readonly timers = new Set<Timer>()

	now(): number {
		return this.time
	}

	after(ms: number, callback: () => void): Disposable {
		const timer = { due: this.time + Math.max(0, ms), callback }
		this.timers.add(timer)
		return toDisposable(() => this.timers.delete(timer))
	}

	/** Timers that wait. */
	get pending(): number {
		return this.timers.size
	}

	/** Moves the time and calls what falls due, in order; a callback sees the time it was due at. */
	advance(ms: number): void {
		const end = this.time + ms
		for (let next = this.nextUntil(end); next !== undefined; next = this.nextUntil(end)) {
			this.timers.delete(next)
			this.time = Math.max(this.time, next.due)
			next.callback()
		}
		this.time = end
	}

	/** Moves the time as a suspended machine does: what fell due meanwhile is called late, once. */
	leap(ms: number): void {
		this.time += ms
		this.advance(0)
	}

	private nextUntil(end: number): Timer | undefined {
		let next: Timer | undefined
		for (const timer of this.timers) if (timer.due <= end && (next === undefined || timer.due < next.due)) next = timer
		return next
	}
}
