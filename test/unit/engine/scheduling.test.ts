import { describe, expect, it } from 'vitest'
import type { Turn } from '../../../src/engine/llama/turn.ts'
import { type Outcome, Scheduler } from '../../../src/engine/scheduling/scheduler.ts'
import { CancellationSource, neverCancelled } from '../../../src/shared/cancellation.ts'
import { toDisposable } from '../../../src/shared/disposable.ts'
import { ManualClock } from '../../fakes/manualClock.ts'

const [inline, chat, research] = [0, 1, 4]

/** Lets everything go on that waits for nothing but its turn. */
const settle = () => new Promise((resolve) => setImmediate(resolve))

/** A task whose steps the test releases one by one. */
class ScriptedTask {
	readonly source = new CancellationSource()
	readonly outcome: Promise<Outcome<string>>
	turn: Turn | undefined
	private finishStep: ((error?: Error) => void) | undefined
	private readonly name: string

	constructor(scheduler: Scheduler, name: string, lane: number, steps: number, history: string[]) {
		this.name = name
		this.outcome = scheduler.run(
			lane,
			async (turn) => {
				this.turn = turn
				for (let step = 1; step <= steps; step++) {
					await turn.checkpoint()
					if (turn.isCancelled()) return `${name} stopped before ${step}`
					history.push(`${name}${step}`)
					await new Promise<void>((resolve, reject) => {
						this.finishStep = (error) => (error ? reject(error) : resolve())
					})
				}
				return `${name} done`
			},
			this.source.token,
		)
	}

	/** Ends the step that computes. */
	async step(error?: Error): Promise<void> {
		const finish = this.finishStep
		this.finishStep = undefined
		if (!finish) throw new Error(`${this.name} computes nothing`)
		finish(error)
		await settle()
	}
}

function setUp(queueLimit = 100) {
	const clock = new ManualClock()
	const history: string[] = []
	const sideBySide = (lane: number) => (lane === inline ? 1 : 2)
	const scheduler = new Scheduler({ queueLimit, sideBySide, sliceMs: 100, clock })
	return {
		history,
		scheduler,
		advance: (ms: number) => clock.advance(ms),
		add: async (name: string, lane: number, steps = 1) => {
			const task = new ScriptedTask(scheduler, name, lane, steps, history)
			await settle()
			return task
		},
	}
}

describe('the scheduler', () => {
	it('runs equals one after the other, in the order in which they came', async () => {
		const { add, history } = setUp()
		const a = await add('a', chat, 2)
		const b = await add('b', chat)
		const c = await add('c', chat)
		await a.step()
		await a.step()
		await b.step()
		await c.step()
		expect(history).toEqual(['a1', 'a2', 'b1', 'c1'])
		expect(await c.outcome).toEqual({ kind: 'ran', value: 'c done' })
	})

	it('begins with the most urgent lane', async () => {
		const { add, history } = setUp()
		const first = await add('first', inline)
		const tasks = [await add('r', research), await add('c', chat), await add('i', inline), await add('d', chat)]
		await first.step()
		for (const at of [2, 1, 3, 0]) await tasks[at]?.step()
		expect(history).toEqual(['first1', 'i1', 'c1', 'd1', 'r1'])
	})

	it('pauses what is less urgent in its next checkpoint, one over the other, and lets it go on afterwards', async () => {
		const { add, history, advance } = setUp()
		const r = await add('r', research, 3)
		const c = await add('c', chat, 2)
		expect(history).toEqual(['r1'])
		await r.step()
		const i = await add('i', inline)
		const j = await add('j', inline)
		expect(history).toEqual(['r1', 'c1'])
		advance(5)
		await c.step()
		advance(7)
		await i.step()
		await j.step()
		expect(history).toEqual(['r1', 'c1', 'i1', 'j1', 'c2'])
		expect(c.turn?.pausedMs).toBe(7)
		await c.step()
		await r.step()
		await r.step()
		expect(history.slice(5)).toEqual(['r2', 'r3'])
		expect(r.turn?.pausedMs).toBe(12)
		expect(await r.outcome).toEqual({ kind: 'ran', value: 'r done' })
	})

	it('lets a paused task go on before newer ones of its lane', async () => {
		const { add, history } = setUp()
		const c = await add('c', chat, 2)
		const d = await add('d', chat)
		const i = await add('i', inline)
		await c.step()
		await i.step()
		await c.step()
		await d.step()
		expect(history).toEqual(['c1', 'i1', 'c2', 'd1'])
	})

	it('frees the lane when a task throws', async () => {
		const { add, history } = setUp()
		const a = await add('a', chat, 2)
		const b = await add('b', chat)
		const failed = expect(a.outcome).rejects.toThrow('broken')
		await a.step(new Error('broken'))
		await failed
		await b.step()
		expect(history).toEqual(['a1', 'b1'])
	})

	it('refuses what is too much for one lane, and only there', async () => {
		const { add } = setUp(2)
		const running = await add('a', chat)
		const waiting = [await add('b', chat), await add('c', chat)]
		expect(await (await add('d', chat)).outcome).toEqual({ kind: 'refused' })
		const other = await add('e', research)
		for (const task of [running, ...waiting, other]) await task.step()
		expect(await other.outcome).toEqual({ kind: 'ran', value: 'e done' })
		const later = await add('f', chat)
		await later.step()
		expect(await later.outcome).toEqual({ kind: 'ran', value: 'f done' })
	})
})

describe('a task that is cancelled', () => {
	it('before it comes does nothing', async () => {
		const { scheduler } = setUp()
		const source = new CancellationSource()
		source.cancel()
		const work = async () => expect.unreachable()
		expect(await scheduler.run(inline, work, source.token)).toEqual({ kind: 'cancelled' })
	})

	it('while it waits settles at once and never begins', async () => {
		const { add, history } = setUp()
		const a = await add('a', chat)
		const b = await add('b', chat)
		b.source.cancel()
		expect(await b.outcome).toEqual({ kind: 'cancelled' })
		await a.step()
		expect(history).toEqual(['a1'])
	})

	it('while it runs keeps its turn until it ends', async () => {
		const { add, history } = setUp()
		const c = await add('c', chat, 2)
		const i = await add('i', inline)
		c.source.cancel()
		await settle()
		expect(history).toEqual(['c1'])
		await c.step()
		expect(await c.outcome).toEqual({ kind: 'ran', value: 'c stopped before 2' })
		await i.step()
		expect(history).toEqual(['c1', 'i1'])
	})

	it('in a pause settles at once, while the other computes', async () => {
		const { add, history } = setUp()
		const c = await add('c', chat, 2)
		const d = await add('d', chat)
		const i = await add('i', inline, 2)
		await c.step()
		c.source.cancel()
		expect(await c.outcome).toEqual({ kind: 'ran', value: 'c stopped before 2' })
		expect(history).toEqual(['c1', 'i1'])
		await i.step()
		await i.step()
		await d.step()
		expect(history).toEqual(['c1', 'i1', 'i2', 'd1'])
	})
})

describe('equals', () => {
	it('take turns when a slice of time is over, two at a time', async () => {
		const { add, history, advance } = setUp()
		const a = await add('a', chat, 4)
		const b = await add('b', chat, 2)
		const c = await add('c', chat)
		await a.step()
		advance(100)
		await a.step()
		advance(100)
		await b.step()
		expect(history).toEqual(['a1', 'a2', 'b1', 'a3'])
		expect(b.turn?.pausedMs).toBe(0)
		await a.step()
		await a.step()
		expect(history.slice(4)).toEqual(['a4', 'c1'])
		expect(a.turn?.pausedMs).toBe(100)
		await c.step()
		await b.step()
		expect(history.slice(6)).toEqual(['b2'])
	})

	it('of the most urgent lane end one after the other', async () => {
		const { add, history, advance } = setUp()
		const i = await add('i', inline, 2)
		const j = await add('j', inline)
		advance(1_000)
		await i.step()
		await i.step()
		await j.step()
		expect(history).toEqual(['i1', 'i2', 'j1'])
	})

	it('do not lose their place because somebody more urgent came between', async () => {
		const { add, history, advance } = setUp()
		const a = await add('a', chat, 2)
		const b = await add('b', chat, 1)
		advance(60)
		const i = await add('i', inline)
		await a.step()
		advance(60)
		await i.step()
		await a.step()
		await b.step()
		expect(history).toEqual(['a1', 'i1', 'a2', 'b1'])
	})
})

describe('a task that is expected', () => {
	it('finds less urgent ones paused, which go on after it', async () => {
		const { scheduler, add, history } = setUp()
		const c = await add('c', chat, 3)
		scheduler.expect(inline, 200)
		await c.step()
		expect(history).toEqual(['c1'])
		const i = await add('i', inline)
		expect(history).toEqual(['c1', 'i1'])
		await i.step()
		expect(history).toEqual(['c1', 'i1', 'c2'])
		await c.step()
		await c.step()
		expect(await c.outcome).toMatchObject({ kind: 'ran' })
	})

	it('that does not come is waited for until its time is over', async () => {
		const { scheduler, add, advance, history } = setUp()
		const c = await add('c', chat, 2)
		scheduler.expect(inline, 100)
		advance(50)
		scheduler.expect(inline, 100)
		await c.step()
		const r = await add('r', research)
		advance(99)
		await settle()
		expect(history).toEqual(['c1'])
		advance(1)
		await settle()
		expect(history).toEqual(['c1', 'c2'])
		await c.step()
		expect(history).toEqual(['c1', 'c2', 'r1'])
		await r.step()
		expect(c.turn?.pausedMs).toBe(100)
	})

	it('holds up nobody who is as urgent, and is forgotten with the first of them', async () => {
		const { scheduler, add, history } = setUp()
		scheduler.expect(chat, 1_000)
		const i = await add('i', inline)
		const r = await add('r', research)
		await i.step()
		expect(history).toEqual(['i1', 'r1'])
		await r.step()
	})

	it('lets one that waits be cancelled', async () => {
		const { scheduler, add, history } = setUp()
		const c = await add('c', chat, 2)
		scheduler.expect(inline, 1_000)
		await c.step()
		c.source.cancel()
		expect(await c.outcome).toEqual({ kind: 'ran', value: 'c stopped before 2' })
		expect(history).toEqual(['c1'])
	})
})

describe('a thousand tasks in all lanes, cancelled at random', () => {
	it('all settle, one computation at a time', async () => {
		let time = 0
		const clock = { now: () => time++, after: () => toDisposable(() => {}) }
		const scheduler = new Scheduler({ queueLimit: 1_000, sideBySide: () => 2, sliceMs: 3, clock })
		let seed = 11
		const random = () => {
			seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32
			return seed / 2 ** 32
		}
		let computing = 0
		let most = 0
		const tasks = Array.from({ length: 1_000 }, (_, i) => {
			const source = new CancellationSource()
			const work = async (turn: Turn) => {
				for (let step = 0; step < 4; step++) {
					await turn.checkpoint()
					if (turn.isCancelled()) return
					computing++
					most = Math.max(most, computing)
					if (random() < 0.1) source.cancel()
					await (random() < 0.1 ? settle() : undefined)
					computing--
					if (random() < 0.01) throw new Error('broken')
				}
			}
			const outcome = scheduler.run(i % 6, work, random() < 0.1 ? neverCancelled : source.token)
			if (random() < 0.3) setImmediate(() => source.cancel())
			return outcome.then(
				({ kind }) => kind,
				() => 'threw',
			)
		})
		const kinds = new Set(await Promise.all(tasks))
		expect([...kinds].sort()).toEqual(['cancelled', 'ran', 'threw'])
		expect(most).toBe(1)
		// Nothing is left behind that would hold up the next one.
		expect(await scheduler.run(5, async () => 'free', neverCancelled)).toEqual({ kind: 'ran', value: 'free' })
	})
})
