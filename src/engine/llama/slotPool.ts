import type { Purpose } from '../../protocol/engine.ts'
import type { TokenId } from './fimPrompt.ts'
import type { Turn } from './turn.ts'

/** Tokens that can be evaluated, and what of them is. A `TokenState`, as far as the pool is concerned. */
export interface PooledState {
	readonly length: number
	/** Most tokens that it can hold; the same for all. */
	readonly capacity: number
	readonly tokens: readonly TokenId[]
	common(tokens: readonly TokenId[]): number
	keep(tokens: readonly TokenId[], most: number): Promise<number>
	advance(tokens: readonly TokenId[]): Promise<number>
}

export interface PooledSlot {
	readonly target: PooledState
	readonly draft: { readonly state: PooledState } | undefined
	dispose(): Promise<void>
}

export interface SlotPoolOptions<S> {
	/** Inline's own, so that nothing else ever drops what is evaluated of the text in the editor. */
	readonly inline: S
	/** Most slots that all other purposes share. */
	readonly limit: number
	/** Opens one more, or answers undefined where the memory is short. */
	readonly open: () => Promise<S | undefined>
	/** Called before a slot goes on with another prompt, unless somebody still needs what is in it. */
	readonly prepare?: ((slot: S, prompt: readonly TokenId[]) => Promise<void>) | undefined
	/** Called before all slots go, inline's first and then the one that was used last. */
	readonly keep?: ((slots: readonly S[]) => Promise<void>) | undefined
	/** Called when a slot is taken from a paused request, which has to evaluate its text again. */
	readonly onTaken: () => void
}

/** A slot for the time of one request. */
export interface Lease<S> {
	readonly slot: S
	/** The request's turn, which brings the slot back to where it was if somebody else had to have it meanwhile. */
	readonly turn: Turn
	release(): void
}

interface Place<S> {
	readonly slot: S
	/** Who has the slot; all but the last wait for it to be theirs again. */
	readonly holders: Holder[]
}

interface Holder {
	/** What was evaluated when somebody else took the slot. */
	lost: { readonly target: readonly TokenId[]; readonly draft: readonly TokenId[] } | undefined
}

/** Tokens at the beginning of two prompts that make it worth while to go on in the slot of the first. */
const leastShared = 32

/** The slots of one model. */
export class SlotPool<S extends PooledSlot> {
	private readonly options: SlotPoolOptions<S>
	private readonly inline: Place<S>
	/** The one that was not used for the longest time first. */
	private readonly shared: Place<S>[] = []

	constructor(options: SlotPoolOptions<S>) {
		this.options = options
		this.inline = { slot: options.inline, holders: [] }
	}

	/** Tokens that each of the slots can hold. */
	get capacity(): number {
		return this.inline.slot.target.capacity
	}

	/** Only who has the turn may ask, for nobody else's request may compute meanwhile. */
	async lease(purpose: Purpose, prompt: readonly TokenId[], turn: Turn): Promise<Lease<S>> {
		const place = purpose === 'inline' ? this.inline : await this.placeFor(prompt)
		const { slot, holders } = place
		const before = holders.at(-1)
		if (!before) await this.options.prepare?.(slot, prompt)
		if (before) {
			before.lost ??= { target: slot.target.tokens, draft: slot.draft?.state.tokens ?? [] }
			this.options.onTaken()
		}
		const holder: Holder = { lost: undefined }
		holders.push(holder)
		this.used(place)
		return {
			slot,
			turn: restoring(turn, slot, holder),
			release: () => {
				holders.splice(holders.indexOf(holder), 1)
				this.used(place)
			},
		}
	}

	/** Must not be called while anything computes. */
	async dispose(): Promise<void> {
		const slots = [this.inline, ...this.shared.splice(0).reverse()].map(({ slot }) => slot)
		await this.options.keep?.(slots)
		for (const slot of slots) await slot.dispose()
	}

	private async placeFor(prompt: readonly TokenId[]): Promise<Place<S>> {
		const free = this.shared.filter(({ holders }) => holders.length === 0)
		let best: { readonly place: Place<S>; readonly common: number } | undefined
		for (const place of free) {
			const common = place.slot.target.common(prompt)
			if (common >= (best ? best.common : leastShared)) best = { place, common }
		}
		return best?.place ?? free.find(({ slot }) => slot.target.length === 0) ?? (await this.anotherPlace(free))
	}

	private async anotherPlace([leastRecent]: readonly Place<S>[]): Promise<Place<S>> {
		if (this.shared.length < this.options.limit) {
			const slot = await this.options.open()
			if (slot) {
				const place: Place<S> = { slot, holders: [] }
				this.shared.push(place)
				return place
			}
		}
		// Where all are held, whoever has waited longest in a pause has to evaluate his text again.
		return leastRecent ?? this.shared[0] ?? this.inline
	}

	private used(place: Place<S>): void {
		const at = this.shared.indexOf(place)
		if (at >= 0) this.shared.push(...this.shared.splice(at, 1))
	}
}

function restoring(turn: Turn, slot: PooledSlot, holder: Holder): Turn {
	let restoredMs = 0
	return {
		async checkpoint() {
			await turn.checkpoint()
			while (holder.lost && !turn.isCancelled()) {
				const { target, draft } = holder.lost
				const start = performance.now()
				const whole =
					(await restored(slot.target, target)) && (!slot.draft || (await restored(slot.draft.state, draft)))
				restoredMs += performance.now() - start
				if (whole) holder.lost = undefined
				else await turn.checkpoint()
			}
		},
		isCancelled: () => turn.isCancelled(),
		get pausedMs() {
			return turn.pausedMs + restoredMs
		},
	}
}

/** Evaluates one chunk of what is missing. @returns whether nothing is. */
async function restored(state: PooledState, tokens: readonly TokenId[]): Promise<boolean> {
	const kept = await state.keep(tokens, tokens.length)
	if (kept === tokens.length) return true
	await state.advance(tokens.slice(kept))
	return false
}
