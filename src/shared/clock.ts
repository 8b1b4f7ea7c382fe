import type { Disposable } from './disposable.ts'

/** Time as a dependency: tests pass a clock that they move by hand. */
export interface Clock {
	/** Milliseconds on a clock that never goes back. */
	now(): number
	/** Calls back once after `ms` milliseconds unless disposed first. */
	after(ms: number, callback: () => void): Disposable
}
