import { describe, expect, it } from 'vitest'
import { Lane } from '../../../src/engine/lane.ts'
import { CancellationSource, neverCancelled } from '../../../src/shared/cancellation.ts'

/** Work that ends when the test says so. */
function work(order: string[], name: string) {
	let finish: (error?: Error) => void = () => {}
	const ended = new Promise<string>((resolve, reject) => {
		finish = (error) => (error ? reject(error) : resolve(name))
	})
	const run = () => {
		order.push(name)
		return ended
	}
	return { run, finish: (error?: Error) => finish(error) }
}

describe('Lane', () => {
	it('runs tasks one after another, in order', async () => {
		const lane = new Lane()
		const order: string[] = []
		const tasks = ['a', 'b', 'c'].map((name) => work(order, name))
		const outcomes = tasks.map(({ run }) => lane.run(run, neverCancelled))
		await Promise.resolve()
		expect(order).toEqual(['a'])
		for (const { finish } of tasks) finish()
		expect(await Promise.all(outcomes)).toEqual(['a', 'b', 'c'].map((value) => ({ ran: true, value })))
		expect(order).toEqual(['a', 'b', 'c'])
	})

	it('goes on after a task that failed', async () => {
		const lane = new Lane()
		const order: string[] = []
		const [a, b] = [work(order, 'a'), work(order, 'b')]
		const failed = lane.run(a.run, neverCancelled)
		const next = lane.run(b.run, neverCancelled)
		a.finish(new Error('broken'))
		await expect(failed).rejects.toThrow('broken')
		b.finish()
		expect(await next).toEqual({ ran: true, value: 'b' })
	})

	it('gives up a waiting task at once when it is cancelled, and not a running one', async () => {
		const lane = new Lane()
		const order: string[] = []
		const [a, b, c] = [work(order, 'a'), work(order, 'b'), work(order, 'c')]
		const sources = [new CancellationSource(), new CancellationSource()] as const
		const first = lane.run(a.run, sources[0].token)
		const second = lane.run(b.run, sources[1].token)
		const third = lane.run(c.run, neverCancelled)
		for (const source of sources) source.cancel()
		expect(await second).toEqual({ ran: false })
		a.finish()
		c.finish()
		expect(await first).toEqual({ ran: true, value: 'a' })
		expect(await third).toEqual({ ran: true, value: 'c' })
		expect(order).toEqual(['a', 'c'])
	})

	it('does not begin what was cancelled before', async () => {
		const source = new CancellationSource()
		source.cancel()
		const order: string[] = []
		expect(await new Lane().run(work(order, 'a').run, source.token)).toEqual({ ran: false })
		expect(order).toEqual([])
	})
})
