import type { Clock } from '../shared/clock.ts'
import { toDisposable } from '../shared/disposable.ts'

/** The machine's own time; its timers keep no process alive. */
export const engineClock: Clock = {
	now: () => performance.now(),
	after(ms, callback) {
		const timer = setTimeout(callback, ms).unref()
		return toDisposable(() => clearTimeout(timer))
	},
}
