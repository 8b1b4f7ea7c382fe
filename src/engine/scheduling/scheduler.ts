import type { CancellationToken } from '../../shared/cancellation.ts'
import type { Clock } from '../../shared/clock.ts'
import type { Disposable } from '../../shared/disposable.ts'
import type { Turn } from '../llama/turn.ts'

/** What became of a task: it ran, it was cancelled while it waited, or too many others of its lane were waiting. */
export type Outcome<T> =
	| { readonly kind: 'ran'; readonly value: T }
	| { readonly kind: 'cancelled' }
	| { readonly kind: 'refused' }

export interface SchedulerOptions {
	/** Most tasks of one lane that may wait for their first turn, at least 1. */
	readonly queueLimit: number
	/** Most tasks of a lane that have begun at a time, at least 1. These take turns. */
	readonly sideBySide: (lane: number) => number
	/** Milliseconds after which a task lets another one of its lane go on. */
	readonly sliceMs: number
	readonly clock: Clock
}

interface Task {
	/** The lower, the more urgent. */
	readonly lane: number
	/** Counts up with every task and every turn: the one that has waited longest goes first within a lane. */
	order: number
	/** When it got the turn. */
	since: number
	/** Gives the turn to it. */
	go: () => void
}

/**
 * One computation at a time. A task of a more urgent lane goes before all others, also before one that has begun, which
 * waits in its next checkpoint. Within a lane tasks begin in the order in which they come; some of them may be under way
 * side by side, and then take turns.
 */
export class Scheduler {
	private readonly options: SchedulerOptions
	private lastOrder = 0
	/** Has the turn. */
	private current: Task | undefined
	private readonly waiting = new Set<Task>()
	private readonly paused = new Set<Task>()
	/** Have begun and not settled, by lane. */
	private readonly begun = new Map<number, number>()
	/** Less urgent tasks than this lane's wait, for it is about to have one. */
	private expected: { readonly lane: number; readonly timer: Disposable } | undefined

	constructor(options: SchedulerOptions) {
		this.options = options
	}

	/**
	 * A task of this lane is likely to come within so many milliseconds. Less urgent ones pause meanwhile, so that it finds nobody
	 * in the middle of a step. Its coming, or the time, lets them go on.
	 */
	expect(lane: number, withinMs: number): void {
		this.expected?.timer.dispose()
		this.expected = { lane, timer: this.options.clock.after(withinMs, () => this.expectNothing()) }
	}

	/**
	 * Rejects as the work does. The work has to call its turn's `checkpoint` often; cancelled in its queue it never
	 * begins, cancelled later it has to end by itself.
	 */
	async run<T>(lane: number, work: (turn: Turn) => Promise<T>, token: CancellationToken): Promise<Outcome<T>> {
		if (token.isCancellationRequested) return { kind: 'cancelled' }
		const task: Task = { lane, order: ++this.lastOrder, since: 0, go: () => {} }
		if (this.waitingIn(lane) >= this.options.queueLimit) return { kind: 'refused' }
		const isExpected = this.expected !== undefined && lane <= this.expected.lane
		const standing = this.stand(task, this.waiting, token)
		// Not before it stands in line: those that wait for it would be let go first.
		if (isExpected) this.expectNothing()
		if (!(await standing)) return { kind: 'cancelled' }
		try {
			return { kind: 'ran', value: await work(this.turnOf(task, token)) }
		} finally {
			this.begun.set(lane, this.begunIn(lane) - 1)
			if (this.current === task) this.current = undefined
			this.next()
		}
	}

	private turnOf(task: Task, token: CancellationToken): Turn {
		const { clock, sliceMs } = this.options
		let pausedMs = 0
		return {
			checkpoint: async () => {
				if (token.isCancellationRequested || this.current !== task) return
				const urgent = this.mostUrgent()
				const isHeld = this.isHeld(task)
				if (!isHeld && (!urgent || urgent.lane > task.lane)) return
				const since = clock.now()
				if (!isHeld && urgent?.lane === task.lane) {
					if (since - task.since < sliceMs) return
					task.order = ++this.lastOrder
				}
				this.current = undefined
				await this.stand(task, this.paused, token)
				pausedMs += clock.now() - since
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
				subscription.dispose()
				resolve(false)
			})
			task.go = () => {
				subscription.dispose()
				if (place.delete(task) && place === this.waiting) this.begun.set(task.lane, this.begunIn(task.lane) + 1)
				task.since = this.options.clock.now()
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
		if (!task) return
		this.current = task
		task.go()
	}

	/** Of the tasks that could go on or begin. */
	private mostUrgent(): Task | undefined {
		let best: Task | undefined
		const consider = (task: Task) => {
			if (this.isHeld(task)) return
			if (!best || task.lane < best.lane || (task.lane === best.lane && task.order < best.order)) best = task
		}
		for (const task of this.paused) consider(task)
		for (const task of this.waiting) if (this.begunIn(task.lane) < this.options.sideBySide(task.lane)) consider(task)
		return best
	}

	private isHeld({ lane }: Task): boolean {
		return this.expected !== undefined && lane > this.expected.lane
	}

	private expectNothing(): void {
		this.expected?.timer.dispose()
		this.expected = undefined
		this.next()
	}

	private begunIn(lane: number): number {
		return this.begun.get(lane) ?? 0
	}

	private waitingIn(lane: number): number {
		let count = 0
		for (const task of this.waiting) if (task.lane === lane) count++
		return count
	}
}
