import type { Clock } from '../shared/clock.ts'
import { toDisposable } from '../shared/disposable.ts'

/**
 * The machine's own time. Its timers keep a program alive, because somebody may be waiting for one of them (a restart
 * after a crash, for one); whoever sets a timer that nobody waits for disposes it when its owner ends.
 */
export const systemClock: Clock = {
	now: () => performance.now(),
	after(ms, callback) {
		const timer = setTimeout(callback, ms)
		return toDisposable(() => clearTimeout(timer))
	},
}
