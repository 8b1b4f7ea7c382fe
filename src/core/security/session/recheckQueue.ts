import type { Clock } from '../../../shared/clock.ts'
import type { Disposable } from '../../../shared/disposable.ts'

/** Milliseconds without a change before a document is looked at again. */
const quietMs = 500

/** Documents that are to be analyzed again: each one when nobody types in it any more, and one at a time. */
export class RecheckQueue implements Disposable {
	private readonly clock: Clock
	private readonly check: (documentId: string) => Promise<unknown>
	private readonly timers = new Map<string, Disposable>()
	private readonly due = new Set<string>()
	private isChecking = false
	private isDisposed = false

	/** @param check never rejects */
	constructor(clock: Clock, check: (documentId: string) => Promise<unknown>) {
		this.clock = clock
		this.check = check
	}

	/** Once more after each change: it waits until there are no more of them. */
	add(documentId: string): void {
		if (this.isDisposed) return
		this.drop(documentId)
		this.timers.set(
			documentId,
			this.clock.after(quietMs, () => {
				this.timers.delete(documentId)
				this.due.add(documentId)
				void this.work()
			}),
		)
	}

	drop(documentId: string): void {
		this.timers.get(documentId)?.dispose()
		this.timers.delete(documentId)
		this.due.delete(documentId)
	}

	clear(): void {
		for (const documentId of [...this.timers.keys(), ...this.due]) this.drop(documentId)
	}

	dispose(): void {
		this.isDisposed = true
		this.clear()
	}

	private async work(): Promise<void> {
		if (this.isChecking) return
		this.isChecking = true
		for (let next = this.take(); next !== undefined; next = this.take()) await this.check(next)
		this.isChecking = false
	}

	private take(): string | undefined {
		const [next] = this.due
		if (next !== undefined) this.due.delete(next)
		return next
	}
}
