import { describe, expect, it } from 'vitest'
import { ModelThreads } from '../../../src/engine/llama/modelThreads.ts'

const most = { single: 4, several: 4, prompts: 4 }

describe('the threads of a model', () => {
	it('are chosen by themselves for single tokens, a few and prompts', () => {
		const threads = new ModelThreads({ most, fixed: false, isCheap: true })
		// As on a machine where cores fall asleep between two tokens.
		const ms = (tokens: number) => (tokens === 1 && threads.for(1) > 1 ? 20 : (tokens * 8) / threads.for(tokens))
		for (let call = 0; call < 300; call++) {
			const tokens = [1, threads.wantedCall ?? 1, 6, 64][call % 4] ?? 1
			threads.observe(tokens, ms(tokens), 0)
		}
		expect(threads.counts).toEqual({ single: 1, several: 4, prompts: 4 })
		expect([threads.for(1), threads.for(2), threads.for(16), threads.for(17)]).toEqual([1, 4, 4, 4])
	})

	it('tell by which calls they are to be compared, and which were made otherwise than usual', () => {
		const threads = new ModelThreads({ most, fixed: false, isCheap: true })
		expect(threads.openCall).toBe(1)
		const seen = new Set<number>()
		const keys = new Set<string>()
		for (let call = 0; threads.openCall !== undefined && call < 100; call++) {
			seen.add(threads.openCall)
			threads.observe(threads.openCall, 8 / threads.for(threads.openCall), 0)
			keys.add(threads.last)
		}
		expect([...seen]).toEqual([1, 4])
		expect([...keys].sort()).toEqual(['1 4', '4 1', '4 4'])
		expect(threads.settled).toBe('4 4')
	})

	it('begin with what was found before', () => {
		const start = { single: 1, several: 4, prompts: 1 }
		const threads = new ModelThreads({ most, fixed: false, isCheap: true, start })
		expect(threads.counts).toEqual(start)
		expect(threads.openCall).toBeUndefined()
	})
})
