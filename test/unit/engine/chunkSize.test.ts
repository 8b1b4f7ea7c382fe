import { describe, expect, it } from 'vitest'
import { ChunkSize } from '../../../src/engine/llama/chunkSize.ts'

/** The size after evaluating some chunks at a constant rate. */
function settled(msPerToken: number, largest = 256): number {
	const size = new ChunkSize(largest)
	for (let i = 0; i < 20; i++) size.observe(size.next, size.next * msPerToken)
	return size.next
}

describe('ChunkSize', () => {
	it.each([
		[0.01, 256],
		[0.25, 240],
		[1, 64],
		[1.8, 32],
		[2.5, 32],
		[8, 8],
		[50, 8],
	])('makes a chunk last about 60 ms, in rows of 16 at %f ms a token: %i tokens', (msPerToken, expected) => {
		expect(settled(msPerToken)).toBe(expected)
	})

	it('is never larger than a batch', () => {
		expect(new ChunkSize(16).next).toBe(16)
		expect(settled(0.001, 64)).toBe(64)
	})

	it('ignores single tokens, which cost more', () => {
		const size = new ChunkSize(256)
		for (let i = 0; i < 10; i++) size.observe(1, 100)
		expect(size.next).toBe(32)
	})

	it('recovers from a chunk that took long', () => {
		const size = new ChunkSize(256)
		size.observe(32, 32)
		const before = size.next
		size.observe(32, 3_000)
		expect(size.next).toBeLessThan(before)
		for (let i = 0; i < 15; i++) size.observe(size.next, size.next)
		expect(size.next).toBe(before)
	})
})
