import { createHash } from 'node:crypto'
import type { EngineCache } from '../cache/engineCache.ts'
import type { StateStore } from '../cache/stateStore.ts'
import type { ContextSettings } from './contextSettings.ts'
import type { TokenId } from './fimPrompt.ts'

/** A `TokenState`, as far as the archive is concerned. */
export interface ArchivedState {
	readonly length: number
	readonly tokens: readonly TokenId[]
	readonly capacity: number
	common(tokens: readonly TokenId[]): number
	saveTo(path: string): Promise<number>
	loadFrom(path: string): Promise<void>
	reset(): Promise<void>
}

/** With fewer tokens, evaluating them again is not worth a file; and a file has to bring so many more than the slot has. */
const leastTokens = 512
/** Milliseconds for keeping states when a model goes. */
const endingMs = 1_000

export interface ArchiveOptions {
	readonly cache: EngineCache
	/** Names the model and the kind of its contexts, see `archiveSpace`. */
	readonly space: string
	/** Milliseconds of evaluating a token of a prompt. */
	readonly promptMs: number
	/** Bytes of one token's keys and values. */
	readonly tokenBytes: number
}

/** Whatever a state depends on: it must never be loaded where any of this is different. */
export function archiveSpace(
	modelIdentity: string,
	libraryVersion: string,
	backend: string,
	{ contextSize, flashAttention, kvType }: ContextSettings,
): string {
	const all = [modelIdentity, libraryVersion, backend, contextSize, flashAttention, kvType]
	return createHash('sha256').update(JSON.stringify(all)).digest('hex')
}

/** Keeps on disk what slots let go, where the user allows it. Nothing here rejects but over a state that cannot be reset. */
export class SlotArchive {
	private readonly options: ArchiveOptions

	constructor(options: ArchiveOptions) {
		this.options = options
	}

	/** Called before a slot goes on with a prompt: saves what it would lose, and brings back what was saved of the prompt. */
	async prepare(state: ArchivedState, prompt: readonly TokenId[]): Promise<void> {
		const { states } = this
		if (!states) return
		if (state.common(prompt) * 2 < state.length) await this.save(states, state)
		// A keystroke looks for nothing: what it would find is in the slot already.
		if (prompt.length - state.common(prompt) < leastTokens) return
		const { space, promptMs } = this.options
		const match = await states.find(space, prompt)
		const gained = (match?.shared ?? 0) - state.common(prompt)
		if (!match || gained < leastTokens || match.entry.tokens > state.capacity) return
		if (states.expectedMs(match.entry.bytes).load > gained * promptMs) return
		const isLoaded = await states.load(match, async (path) => {
			await state.loadFrom(path)
			if (state.length !== match.entry.tokens) throw new Error('not the tokens that were saved')
		})
		if (!isLoaded) await state.reset()
	}

	/** Called before a model goes, the most valuable state first. Takes about a second at most. */
	async keep(all: readonly ArchivedState[]): Promise<void> {
		const start = performance.now()
		for (const state of all) {
			const { states } = this
			const expected = states?.expectedMs(this.bytesOf(state)).save ?? 0
			if (states && performance.now() - start + expected < endingMs) await this.save(states, state)
		}
	}

	private get states(): StateStore | undefined {
		const { cache } = this.options
		return cache.saveStates ? cache.states : undefined
	}

	private async save(states: StateStore, state: ArchivedState): Promise<void> {
		const { space, promptMs } = this.options
		if (state.length < leastTokens) return
		// Where evaluating is as fast as reading, nobody will ever read it.
		if (states.expectedMs(this.bytesOf(state)).load > state.length * promptMs) return
		await states.save(space, state.tokens, (path) => state.saveTo(path))
		// It was forbidden meanwhile.
		if (!this.states) await states.clear()
	}

	private bytesOf(state: ArchivedState): number {
		return Math.max(1, state.length * this.options.tokenBytes)
	}
}
