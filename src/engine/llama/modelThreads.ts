import type { ThreadSource } from '../speculation/verifyCosts.ts'
import { type CallKind, kindOfCall, ThreadChoice } from './threadChoice.ts'

/** A number of threads for each kind of call. */
export type ThreadCounts = Readonly<Record<CallKind, number>>

export interface ModelThreadOptions {
	/** Threads that there are cores for. */
	readonly most: ThreadCounts
	/** Nothing is tried: the processor has little to do. */
	readonly fixed: boolean
	/** Whether a few tokens with the worse count are no loss. */
	readonly isCheap: boolean
	/** What was found the last time. */
	readonly start?: ThreadCounts | undefined
}

/**
 * The threads that a model computes with, all contexts of it together. Single tokens wait for memory: they gain little from a second
 * core, and lose on a machine whose cores fall asleep between two tokens. Prompts compute, and are done in half the time.
 */
export class ModelThreads implements ThreadSource {
	private readonly choices: Readonly<Record<CallKind, ThreadChoice>>
	private lastKey: string

	constructor({ most, fixed, isCheap, start }: ModelThreadOptions) {
		const choice = (calls: CallKind, mayTry: boolean) =>
			new ThreadChoice({ calls, most: most[calls], fixed, isCheap: mayTry, start: start?.[calls] })
		this.choices = {
			single: choice('single', isCheap),
			several: choice('several', isCheap),
			// One thread may take many times as long for a prompt: it is tried where something shows that it may be better.
			prompts: choice('prompts', false),
		}
		this.lastKey = this.settled
	}

	/** Those that a context needs at most. */
	get most(): number {
		return Math.max(...Object.values(this.choices).map(({ most }) => most))
	}

	/** What was found to be the best. */
	get counts(): ThreadCounts {
		const { single, several, prompts } = this.choices
		return { single: single.settled, several: several.settled, prompts: prompts.settled }
	}

	get settled(): string {
		return keyOf(this.choices.single.settled, this.choices.several.settled)
	}

	get last(): string {
		return this.lastKey
	}

	/** Tokens of a call by which counts are waiting to be compared; undefined where they are not. */
	get wantedCall(): number | undefined {
		if (this.choices.single.isTrying) return 1
		return this.choices.several.isTrying ? 4 : undefined
	}

	/** The same, and where counts of steps were never compared and soon will be. */
	get openCall(): number | undefined {
		if (this.choices.single.isOpen) return 1
		return this.wantedCall ?? (this.choices.several.isOpen ? 4 : undefined)
	}

	/** For the next call, of so many tokens. */
	for(tokens: number): number {
		return this.choices[kindOfCall(tokens)].threads
	}

	/** So many tokens took this many milliseconds with the threads that were asked for. @param length tokens that are evaluated */
	observe(tokens: number, ms: number, length: number): void {
		const { single, several } = this.choices
		const kind = kindOfCall(tokens)
		const used = this.for(tokens)
		if (kind === 'single') this.lastKey = keyOf(used, several.settled)
		else if (kind === 'several') this.lastKey = keyOf(single.settled, used)
		this.choices[kind].observe(tokens, ms, length)
	}

	/** Has every step reported that was made with the count that was found to be the best. */
	watch(watcher: (tokens: number, ms: number, length: number) => void): void {
		this.choices.single.watch(watcher)
		this.choices.several.watch(watcher)
	}
}

function keyOf(single: number, several: number): string {
	return `${single} ${several}`
}
