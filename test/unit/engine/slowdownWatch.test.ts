import { describe, expect, it } from 'vitest'
import { SlowdownWatch } from '../../../src/engine/llama/slowdownWatch.ts'
import { RecordingLogger } from '../../fakes/recordingLogger.ts'

/** Ten milliseconds a token, a fifth of that for each further one. */
const expected = (tokens: number) => 10 * (0.8 + 0.2 * tokens)

function setUp() {
	const logger = new RecordingLogger()
	const watch = new SlowdownWatch(expected, logger)
	const decode = (steps: number, times: number, { tokens = 1, length = 100 } = {}) => {
		for (let i = 0; i < steps; i++) watch.observe(tokens, expected(tokens) * times, length)
	}
	return { logger, watch, decode }
}

describe('the watch for slow-downs', () => {
	it('says once that decoding became slow, and once that it is over', () => {
		const { logger, decode } = setUp()
		decode(200, 1)
		expect(logger.lines).toEqual([])
		decode(200, 2)
		expect(logger.events()).toEqual(['engine.slowdown'])
		expect(logger.lines[0]?.fields.times).toBeCloseTo(2, 0)
		decode(200, 1)
		expect(logger.events()).toEqual(['engine.slowdown', 'engine.slowdownOver'])
		decode(200, 1)
		expect(logger.lines).toHaveLength(2)
	})

	it('notices it by drafts as well as by single tokens', () => {
		const { logger, decode } = setUp()
		for (let i = 0; i < 100; i++) decode(1, 2, { tokens: 1 + (i % 5) })
		expect(logger.events()).toEqual(['engine.slowdown'])
	})

	it('is not misled by calls that were held up, or by a short busy time', () => {
		const { logger, decode } = setUp()
		for (let i = 0; i < 200; i++) decode(1, i % 3 === 0 ? 20 : 1)
		decode(20, 5)
		decode(100, 1)
		expect(logger.lines).toEqual([])
	})

	it('takes the length of the text into account', () => {
		const { logger, decode } = setUp()
		decode(50, 1)
		for (let length = 0; length < 16_000; length += 50) decode(3, 1 + length / 5_000, { length })
		expect(logger.lines).toEqual([])
		for (let length = 0; length < 16_000; length += 50) decode(3, 3 * (1 + length / 5_000), { length })
		expect(logger.events()).toEqual(['engine.slowdown'])
	})

	it('does not count prompts', () => {
		const { logger, decode } = setUp()
		decode(200, 9, { tokens: 64 })
		expect(logger.lines).toEqual([])
	})

	it('knows that the machine was busy when it was measured', () => {
		const { watch, decode } = setUp()
		decode(100, 0.8)
		expect(watch.isOutdated).toBe(false)
		decode(100, 0.4)
		expect(watch.isOutdated).toBe(true)
	})
})
