import { type Disposable, toDisposable } from './disposable.ts'

/** Subscribes a listener; dispose the answer to unsubscribe. */
export type Event<T> = (listener: (value: T) => void) => Disposable

export class Emitter<T> implements Disposable {
	private readonly listeners = new Set<(value: T) => void>()

	readonly event: Event<T> = (listener) => {
		// A wrapper of its own for each subscription: the same function may be subscribed twice.
		const own = (value: T) => listener(value)
		this.listeners.add(own)
		return toDisposable(() => this.listeners.delete(own))
	}

	fire(value: T): void {
		for (const listener of [...this.listeners]) listener(value)
	}

	dispose(): void {
		this.listeners.clear()
	}
}
