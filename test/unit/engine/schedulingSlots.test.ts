import { describe, expect, it } from 'vitest'
import { type PooledSlot, type PooledState, SlotPool } from '../../../src/engine/llama/slotPool.ts'
import type { Turn } from '../../../src/engine/llama/turn.ts'

/** Holds tokens as a context does, and counts what it evaluated. */
class FakeState implements PooledState {
	readonly capacity = 1_000
	tokens: readonly number[] = []
	evaluated = 0

	get length(): number {
		return this.tokens.length
	}

	common(tokens: readonly number[]): number {
		const at = this.tokens.findIndex((token, i) => token !== tokens[i])
		return at < 0 ? this.tokens.length : at
	}

	async keep(tokens: readonly number[], most: number): Promise<number> {
		this.tokens = this.tokens.slice(0, Math.min(this.common(tokens), most))
		return this.length
	}

	async advance(tokens: readonly number[]): Promise<number> {
		const chunk = tokens.slice(0, 16)
		this.tokens = [...this.tokens, ...chunk]
		this.evaluated += chunk.length
		return chunk.length
	}
}

class FakeSlot implements PooledSlot {
	readonly target = new FakeState()
	readonly draft = { state: new FakeState() }
	disposed = false

	async dispose(): Promise<void> {
		this.disposed = true
	}
}

class FakeTurn implements Turn {
	checkpoints = 0
	cancelled = false
	pausedMs = 0
	/** Called in each checkpoint: what others do meanwhile. */
	meanwhile: () => Promise<void> = async () => {}

	async checkpoint(): Promise<void> {
		this.checkpoints++
		await this.meanwhile()
	}

	isCancelled(): boolean {
		return this.cancelled
	}
}

const prompt = (seed: number, length = 100) => Array.from({ length }, (_, i) => seed * 1_000 + i)

function setUp({ limit = 2, memoryFor = limit }: { limit?: number; memoryFor?: number } = {}) {
	const inline = new FakeSlot()
	const opened: FakeSlot[] = []
	let taken = 0
	const pool = new SlotPool<FakeSlot>({
		inline,
		limit,
		open: async () => {
			if (opened.length >= memoryFor) return undefined
			const slot = new FakeSlot()
			opened.push(slot)
			return slot
		},
		onTaken: () => {
			taken++
		},
	})
	return { inline, opened, pool, taken: () => taken }
}

/** A whole request: the slot that it had. */
async function use(pool: SlotPool<FakeSlot>, tokens: readonly number[], purpose: 'inline' | 'chat' | 'index' = 'chat') {
	const lease = await pool.lease(purpose, tokens, new FakeTurn())
	lease.slot.target.tokens = tokens
	lease.release()
	return lease.slot
}

describe('the pool of slots', () => {
	it('keeps one for inline alone and opens the others when they are needed', async () => {
		const { pool, inline, opened } = setUp()
		expect(await use(pool, prompt(1), 'inline')).toBe(inline)
		expect(opened).toEqual([])
		expect(await use(pool, prompt(1))).toBe(opened[0])
		expect(await use(pool, prompt(2), 'index')).toBe(opened[1])
		expect(await use(pool, prompt(3))).not.toBe(inline)
		expect(inline.target.tokens).toEqual(prompt(1))
		expect(opened).toHaveLength(2)
	})

	it('goes on where the longest beginning is the same', async () => {
		const { pool, opened } = setUp()
		const [one, other] = [await use(pool, prompt(1)), await use(pool, prompt(2))]
		expect(await use(pool, [...prompt(1), 5])).toBe(one)
		expect(await use(pool, [...prompt(2), 5])).toBe(other)
		expect(await use(pool, [...prompt(1).slice(0, 60), 9])).toBe(one)
		expect(opened).toHaveLength(2)
	})

	it('does not give up a text for a few tokens that all prompts begin with', async () => {
		const { pool } = setUp()
		const one = await use(pool, prompt(1))
		expect(await use(pool, [...prompt(1).slice(0, 10), ...prompt(2)])).not.toBe(one)
	})

	it('takes the one that was not used for the longest time where none fits', async () => {
		const { pool } = setUp()
		const [one, other] = [await use(pool, prompt(1)), await use(pool, prompt(2))]
		await use(pool, prompt(1))
		expect(await use(pool, prompt(3))).toBe(other)
		expect(await use(pool, prompt(4))).toBe(one)
	})

	it('leaves alone what a paused request has, also where its text would fit', async () => {
		const { pool, taken } = setUp()
		const paused = await pool.lease('index', prompt(1), new FakeTurn())
		paused.slot.target.tokens = prompt(1)
		expect(await use(pool, prompt(1))).not.toBe(paused.slot)
		expect(await use(pool, prompt(2))).not.toBe(paused.slot)
		paused.release()
		await use(pool, prompt(2))
		expect(await use(pool, prompt(3))).toBe(paused.slot)
		expect(taken()).toBe(0)
	})

	it('shares inline’s slot where the memory is too short for another', async () => {
		const { pool, inline } = setUp({ memoryFor: 0 })
		expect(await use(pool, prompt(1))).toBe(inline)
	})

	it('frees all of them', async () => {
		const { pool, inline, opened } = setUp()
		await use(pool, prompt(1))
		await use(pool, prompt(2))
		await pool.dispose()
		expect([inline, ...opened].map(({ disposed }) => disposed)).toEqual([true, true, true])
	})
})

describe('a request whose slot somebody else had to have', () => {
	const setUpLent = async () => {
		const { pool, inline } = setUp({ memoryFor: 0 })
		const turn = new FakeTurn()
		const lease = await pool.lease('chat', prompt(1), turn)
		const { target, draft } = inline
		target.tokens = prompt(1)
		draft.state.tokens = prompt(1, 50)
		/** An inline request from beginning to end. */
		const disturb = async () => {
			const other = await pool.lease('inline', prompt(2), new FakeTurn())
			target.tokens = prompt(2)
			draft.state.tokens = prompt(2)
			other.release()
		}
		return { pool, lease, turn, target, draft: draft.state, disturb }
	}

	it('finds it as it was', async () => {
		const { lease, turn, target, draft, disturb } = await setUpLent()
		turn.meanwhile = async () => {
			turn.meanwhile = async () => {}
			await disturb()
		}
		await lease.turn.checkpoint()
		expect(target.tokens).toEqual(prompt(1))
		expect(draft.tokens).toEqual(prompt(1, 50))
		expect([target.evaluated, draft.evaluated]).toEqual([100, 50])
		expect(turn.checkpoints).toBeGreaterThan(100 / 16)
		await lease.turn.checkpoint()
		expect(target.evaluated).toBe(100)
	})

	it('finds it as it was, also when it is disturbed while it is brought back', async () => {
		const { lease, turn, target, draft, disturb } = await setUpLent()
		turn.meanwhile = async () => {
			if (turn.checkpoints === 1 || turn.checkpoints === 4 || turn.checkpoints === 12) await disturb()
		}
		await lease.turn.checkpoint()
		expect(target.tokens).toEqual(prompt(1))
		expect(draft.tokens).toEqual(prompt(1, 50))
	})

	it('brings nothing back once it is cancelled', async () => {
		const { pool, lease, turn, target, disturb } = await setUpLent()
		turn.meanwhile = async () => {
			await disturb()
			turn.cancelled = true
		}
		await lease.turn.checkpoint()
		lease.release()
		expect(target.evaluated).toBe(0)
		expect(await use(pool, prompt(2), 'inline')).toBeDefined()
	})
})
