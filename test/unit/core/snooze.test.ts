import { describe, expect, it } from 'vitest'
import { Snooze } from '../../../src/core/completion/snooze.ts'
import { ManualClock } from '../../fakes/manualClock.ts'

function setUp() {
	const clock = new ManualClock()
	const snooze = new Snooze(clock)
	const left: (number | undefined)[] = []
	snooze.onDidChange(() => left.push(snooze.minutesLeft))
	return { clock, snooze, left }
}

describe('a pause', () => {
	it('counts its minutes down and ends by itself', () => {
		const { clock, snooze, left } = setUp()
		snooze.begin(3)
		for (let minute = 0; minute < 4; minute++) clock.advance(60_000)
		expect(left).toEqual([3, 2, 1, undefined])
		expect(snooze.isOn).toBe(false)
	})

	it('ends by hand, and one without an end lasts', () => {
		const { clock, snooze } = setUp()
		snooze.begin(Number.POSITIVE_INFINITY)
		clock.advance(1e9)
		expect(snooze.isOn).toBe(true)
		snooze.finish()
		expect(snooze.isOn).toBe(false)
	})
})
