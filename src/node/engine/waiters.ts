import type { CancellationToken } from '../../shared/cancellation.ts'
import type { Clock } from '../../shared/clock.ts'
import { DisposableStore } from '../../shared/disposable.ts'

/** Why a request ended without an answer of the engine. */
export type Overtaken = 'cancelled' | 'deadline'

interface Waiter<T> {
	resolve(value: T | Overtaken): void
	reject(error: Error): void
}

/** Requests that wait for one thing; each settles once, at the latest when it is cancelled or its time is over. */
export class Waiters<T> {
	private readonly clock: Clock
	private readonly waiting = new Set<Waiter<T>>()

	constructor(clock: Clock) {
		this.clock = clock
	}

	/** @param dueAt a time of the clock; infinite: it may take any time */
	async wait(token: CancellationToken, dueAt: number): Promise<T | Overtaken> {
		const store = new DisposableStore()
		try {
			return await new Promise<T | Overtaken>((resolve, reject) => {
				const waiter = { resolve, reject }
				this.waiting.add(waiter)
				store.add({ dispose: () => this.waiting.delete(waiter) })
				store.add(token.onCancellationRequested(() => resolve('cancelled')))
				if (!Number.isFinite(dueAt)) return
				store.add(this.clock.after(Math.max(0, dueAt - this.clock.now()), () => resolve('deadline')))
			})
		} finally {
			store.dispose()
		}
	}

	resolveAll(value: T | Overtaken): void {
		for (const waiter of this.takeAll()) waiter.resolve(value)
	}

	rejectAll(error: Error): void {
		for (const waiter of this.takeAll()) waiter.reject(error)
	}

	/** Those that begin to wait meanwhile wait for the next time. */
	private takeAll(): readonly Waiter<T>[] {
		const all = [...this.waiting]
		this.waiting.clear()
		return all
	}
}
