import { describe, expect, it } from 'vitest'
import { ModelPool, type Wish } from '../../../src/engine/pool/modelPool.ts'
import { EngineError } from '../../../src/protocol/engineErrors.ts'
import { CancellationSource, neverCancelled } from '../../../src/shared/cancellation.ts'
import { ManualClock } from '../../fakes/manualClock.ts'

const ignore = () => {}
const settle = () => new Promise((resolve) => setImmediate(resolve))

interface TestModel {
	readonly name: string
	readonly id: number
	readonly trainContextSize: number
	dispose(): Promise<void>
}

function setUp() {
	const clock = new ManualClock()
	const history: string[] = []
	/** Opens wait for these, where there is one for the file. */
	const gates = new Map<string, Promise<void>>()
	const failures = new Map<string, () => EngineError | undefined>()
	const pool = new ModelPool<Wish, TestModel>({
		clock,
		onUnloaded: (id, reason) => history.push(`gone ${id} ${reason}`),
		async open({ key }, { id, onProgress, makeRoom }) {
			onProgress(0)
			await makeRoom()
			await gates.get(key)
			const failure = failures.get(key)?.()
			if (failure) throw failure
			history.push(`open ${key}`)
			return {
				name: key,
				id,
				trainContextSize: 8_192,
				dispose: async () => void history.push(`close ${key}`),
			}
		},
	})
	const load = (key: string, more: Partial<Wish> = {}) => pool.load({ key, contextSize: 4_096, ...more }, ignore)
	const tooLarge = () => new EngineError({ code: 'modelTooLarge', detail: 'no room' })
	return { clock, history, gates, failures, pool, load, tooLarge }
}

describe('the models in memory', () => {
	it('are loaded once for all who want the same, and once more for nobody', async () => {
		const { load, history, pool } = setUp()
		const fractions: number[] = []
		const both = [load('a'), pool.load({ key: 'a', contextSize: 2_048 }, (f) => fractions.push(f))]
		const [first, second] = await Promise.all(both)
		expect(second).toBe(first)
		expect(await load('a')).toBe(first)
		expect(history).toEqual(['open a'])
		expect(fractions).toEqual([0])
	})

	it('stay side by side up to the limit; then the one that was not used for the longest time goes', async () => {
		const { load, history, pool, clock } = setUp()
		const a = await load('a')
		clock.advance(10)
		await load('b')
		clock.advance(10)
		const use = await pool.use(a.id, neverCancelled)
		use?.release()
		await load('c')
		expect(history).toEqual(['open a', 'open b', 'close b', 'gone 2 limit', 'open c'])
	})

	it('are loaded anew where the context is too small or the draft another one, and not for more than they can', async () => {
		const { load, history } = setUp()
		await load('a')
		await load('a', { contextSize: 5_000 })
		expect(history.splice(0)).toEqual(['open a', 'close a', 'gone 1 limit', 'open a'])
		await load('a', { draftKey: 'd', contextSize: 100_000 })
		expect(history.splice(0)).toEqual(['close a', 'gone 2 limit', 'open a'])
		await load('a')
		await load('a', { contextSize: 200_000, draftKey: 'd' })
		expect(history).toEqual([])
	})

	it('stay where the new one cannot be opened', async () => {
		const { load, history, failures, pool } = setUp()
		const a = await load('a')
		failures.set('b', () => new EngineError({ code: 'modelCorrupt', detail: 'bad' }))
		await expect(load('b')).rejects.toThrow('modelCorrupt')
		expect(history).toEqual(['open a'])
		expect((await pool.use(undefined, neverCancelled))?.model).toBe(a)
	})

	it('make room for a larger one only where nobody uses them, and as few as suffice', async () => {
		const { load, history, failures, pool, clock, tooLarge } = setUp()
		pool.configure({ maxLoaded: 5 })
		const models = []
		for (const key of ['a', 'b', 'c']) {
			models.push(await load(key))
			clock.advance(1)
		}
		const used = await pool.use(models[0]?.id, neverCancelled)
		let tries = 0
		failures.set('large', () => (++tries < 2 ? tooLarge() : undefined))
		await load('large')
		expect(history.slice(3)).toEqual(['close b', 'gone 2 memory', 'open large'])
		failures.set('huge', tooLarge)
		await expect(load('huge')).rejects.toThrow('modelTooLarge')
		expect(used?.token.isCancellationRequested).toBe(false)
		expect(await load('a')).toBe(models[0])
	})

	it('wait for an answer to be done before they take a used one’s place', async () => {
		const { load, history, pool } = setUp()
		pool.configure({ maxLoaded: 1 })
		const a = await load('a')
		const use = await pool.use(a.id, neverCancelled)
		const b = load('b')
		await settle()
		expect(history).toEqual(['open a'])
		use?.release()
		await b
		expect(history).toEqual(['open a', 'close a', 'gone 1 limit', 'open b'])
	})

	it('go when they were not used for long enough, and not while they are used', async () => {
		const { load, history, pool, clock } = setUp()
		pool.configure({ keepAliveMs: 1_000 })
		const a = await load('a')
		const use = await pool.use(a.id, neverCancelled)
		clock.advance(5_000)
		await settle()
		expect(history).toEqual(['open a'])
		use?.release()
		clock.advance(999)
		await settle()
		expect(history).toEqual(['open a'])
		clock.advance(1)
		await settle()
		expect(history).toEqual(['open a', 'close a', 'gone 1 keepAlive'])
		await expect(pool.use(a.id, neverCancelled)).rejects.toThrow('modelNotLoaded')
	})

	it('go one after the other while memory is short', async () => {
		const { load, history, pool, clock } = setUp()
		await load('a')
		clock.advance(1)
		await load('b')
		let shortFor = 1
		await pool.relieve(async () => shortFor-- > 0)
		expect(history.slice(2)).toEqual(['close a', 'gone 1 memory'])
	})

	it('end their requests before they end themselves', async () => {
		const { load, history, pool } = setUp()
		const a = await load('a')
		const use = await pool.use(a.id, neverCancelled)
		const gone = pool.unload(a.id, 'asked')
		expect(use?.token.isCancellationRequested).toBe(true)
		await settle()
		expect(history).toEqual(['open a'])
		use?.release()
		await gone
		expect(history).toEqual(['open a', 'close a', 'gone 1 asked'])
		await pool.unload(a.id, 'asked')
		expect(history.length).toBe(3)
	})
})

describe('a request that names no model', () => {
	it('takes the last one, and waits for a load that is under way', async () => {
		const { load, gates, pool } = setUp()
		await load('a')
		let open = ignore
		gates.set('b', new Promise((resolve) => (open = resolve)))
		const b = load('b')
		const use = pool.use(undefined, neverCancelled)
		open()
		expect((await use)?.model).toBe(await b)
	})

	it('settles at once when it is cancelled meanwhile, and the load goes on', async () => {
		const { load, gates, pool } = setUp()
		let open = ignore
		gates.set('a', new Promise((resolve) => (open = resolve)))
		const a = load('a')
		const source = new CancellationSource()
		const use = pool.use(undefined, source.token)
		source.cancel()
		expect(await use).toBeUndefined()
		open()
		expect((await a).name).toBe('a')
	})

	it('is refused where there is none', async () => {
		const { pool } = setUp()
		await expect(pool.use(undefined, neverCancelled)).rejects.toThrow('modelNotLoaded')
	})
})

describe('the end', () => {
	it('cancels what runs, waits for loads, and closes everything', async () => {
		const { load, gates, history, pool } = setUp()
		const a = await load('a')
		const use = await pool.use(a.id, neverCancelled)
		let open = ignore
		gates.set('b', new Promise((resolve) => (open = resolve)))
		const b = load('b')
		const ended = pool.dispose()
		expect(use?.token.isCancellationRequested).toBe(true)
		use?.release()
		open()
		await Promise.all([b, ended])
		expect(history.filter((line) => line.startsWith('close')).sort()).toEqual(['close a', 'close b'])
	})
})
