import type { CancellationToken } from '../shared/cancellation.ts'

/** What became of a task: it ran, or it was cancelled while it waited. */
export type LaneOutcome<T> = { readonly ran: true; readonly value: T } | { readonly ran: false }

/** Runs tasks one after another, in the order in which they came. */
export class Lane {
	private readonly waiting = new Set<() => void>()
	private busy = false

	/** Rejects as the work does. A task that runs is not stopped by `token`: the work has to look at it by itself. */
	async run<T>(work: () => Promise<T>, token: CancellationToken): Promise<LaneOutcome<T>> {
		if (!(await this.enter(token))) return { ran: false }
		try {
			return { ran: true, value: await work() }
		} finally {
			this.leave()
		}
	}

	/** Resolves with false where the token is cancelled before it is this task's turn. */
	private async enter(token: CancellationToken): Promise<boolean> {
		if (token.isCancellationRequested) return false
		if (!this.busy) {
			this.busy = true
			return true
		}
		return new Promise((resolve) => {
			const start = () => {
				subscription.dispose()
				resolve(true)
			}
			const subscription = token.onCancellationRequested(() => {
				if (!this.waiting.delete(start)) return
				subscription.dispose()
				resolve(false)
			})
			this.waiting.add(start)
		})
	}

	private leave(): void {
		const [next] = this.waiting
		if (next) {
			this.waiting.delete(next)
			next()
		} else this.busy = false
	}
}
