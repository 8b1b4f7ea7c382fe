import { systemClock } from '../../src/node/systemClock.ts'
import type { Clock } from '../../src/shared/clock.ts'
import { toDisposable } from '../../src/shared/disposable.ts'

/** What became of the pause that a keystroke was held back for. */
interface Pause {
	/** Really waited; a timer that comes late is part of the wait that was asked for. */
	ms: number
	isPending: boolean
}

/** Tells how long each keystroke was held back on purpose. Only pauses wait on it: what takes time waits on another clock. */
export class PauseClock implements Clock {
	private readonly clock: Clock
	private pause: Pause = { ms: 0, isPending: false }

	constructor(clock: Clock = systemClock) {
		this.clock = clock
	}

	now(): number {
		return this.clock.now()
	}

	after(ms: number, callback: () => void) {
		const started = this.now()
		const { pause } = this
		pause.isPending = true
		const end = toDisposable(() => {
			pause.isPending = false
			pause.ms += this.now() - started
		})
		const timer = this.clock.after(ms, () => {
			end.dispose()
			callback()
		})
		return toDisposable(() => {
			timer.dispose()
			end.dispose()
		})
	}

	/** From now on pauses belong to a new keystroke. */
	startCounting(): Readonly<Pause> {
		this.pause = { ms: 0, isPending: false }
		return this.pause
	}
}
