import type { CancellationToken } from '../../shared/cancellation.ts'
import type { Turn } from '../llama/turn.ts'

/** What became of a task: it ran, it was cancelled while it waited, or too many others of its lane were waiting. */
export type Outcome<T> =
	| { readonly kind: 'ran'; readonly value: T }
	| { readonly kind: 'cancelled' }
	| { readonly kind: 'refused' }

export interface SchedulerOptions {
	/** Most tasks of one lane that may wait for their first turn, at least 1. */
	readonly queueLimit: number
	/** Milliseconds. */
	readonly now: () => number
}

interface Task {
	/** The lower, the more urgent. */
	readonly lane: number
	/** Counts up with every task: the earlier goes first within a lane. */
	readonly order: number
	/** Gives the turn to it. */
	go: () => void
}

/**
 * One computation at a time. A task of a more urgent lane goes before all others, also before one that has begun, which
 * waits in its next checkpoint. Within a lane it is first come, first served.
 */
export class Scheduler {
	private readonly options: SchedulerOptions
	private lastOrder = 0
	/** Has the turn; `alone` where it is nobody's in a lane. */
	private current: Task | 'alone' | undefined
	private readonly waiting = new Set<Task>()
	private readonly paused = new Set<Task>()
	/** Were cancelled in a pause: they compute nothing more, but have not settled yet. */
	private readonly ending = new Set<Task>()
	private readonly alone: (() => void)[] = []

	constructor(options: SchedulerOptions) {
		this.options = options
	}

	/**
	 * Rejects as the work does. The work has to call its turn's `checkpoint` often; cancelled in its queue it never
	 * begins, cancelled later it has to end by itself.
	 */
	async run<T>(lane: number, work: (turn: Turn) => Promise<T>, token: CancellationToken): Promise<Outcome<T>> {
		if (token.isCancellationRequested) return { kind: 'cancelled' }
		const task: Task = { lane, order: ++this.lastOrder, go: () => {} }
		if (this.waitingIn(lane) >= this.options.queueLimit) return { kind: 'refused' }
		if (!(await this.stand(task, this.waiting, token))) return { kind: 'cancelled' }
		try {
			return { kind: 'ran', value: await work(this.turnOf(task, token)) }
		} finally {
			this.ending.delete(task)
			if (this.current === task) this.current = undefined
			this.next()
		}
	}

	/** Runs when all that has begun is done, and before anything else begins. Rejects as the work does. */
	async runAlone<T>(work: () => Promise<T>): Promise<T> {
		await new Promise<void>((resolve) => {
			this.alone.push(resolve)
			this.next()
		})
		try {
			return await work()
		} finally {
			this.current = undefined
			this.next()
		}
	}

	private turnOf(task: Task, token: CancellationToken): Turn {
		const { now } = this.options
		let pausedMs = 0
		return {
			checkpoint: async () => {
				if (token.isCancellationRequested || this.current !== task) return
				const urgent = this.mostUrgent()
				if (!urgent || urgent.lane >= task.lane) return
				const since = now()
				this.current = undefined
				await this.stand(task, this.paused, token)
				pausedMs += now() - since
			},
			isCancelled: () => token.isCancellationRequested,
			get pausedMs() {
				return pausedMs
			},
		}
	}

	/** Waits among others until the task has the turn. Resolves with false where it is cancelled before that. */
	private stand(task: Task, place: Set<Task>, token: CancellationToken): Promise<boolean> {
		return new Promise((resolve) => {
			const subscription = token.onCancellationRequested(() => {
				if (!place.delete(task)) return
				if (place === this.paused) this.ending.add(task)
				subscription.dispose()
				resolve(false)
			})
			task.go = () => {
				subscription.dispose()
				place.delete(task)
				resolve(true)
			}
			place.add(task)
			this.next()
		})
	}

	/** Gives the turn on where it is free. */
	private next(): void {
		if (this.current !== undefined) return
		const task = this.mostUrgent()
		if (task) {
			this.current = task
			task.go()
		} else if (this.ending.size === 0) {
			const start = this.alone.shift()
			if (!start) return
			this.current = 'alone'
			start()
		}
	}

	/** Of the tasks that could go on or begin. */
	private mostUrgent(): Task | undefined {
		let best: Task | undefined
		for (const place of this.alone.length > 0 ? [this.paused] : [this.paused, this.waiting]) {
			for (const task of place) {
				if (!best || task.lane < best.lane || (task.lane === best.lane && task.order < best.order)) best = task
			}
		}
		return best
	}

	private waitingIn(lane: number): number {
		let count = 0
		for (const task of this.waiting) if (task.lane === lane) count++
		return count
	}
}
