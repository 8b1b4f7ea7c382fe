import { describe, expect, it } from 'vitest'
import { BatterySaver } from '../../../../src/core/model/batterySaver.ts'
import { engineOptions } from '../../../../src/core/model/engineOptions.ts'
import { linuxPower, macPower, type PowerSource, windowsPower } from '../../../../src/core/model/powerSource.ts'
import { defaultSettings } from '../../../../src/core/settings.ts'
import { ManualClock } from '../../../fakes/manualClock.ts'

describe('what a machine runs on', () => {
	it.each<[string, Parameters<typeof linuxPower>[0], PowerSource]>([
		[
			'plugged in',
			[
				{ type: 'Mains', online: '1' },
				{ type: 'Battery', status: 'Charging' },
			],
			'mains',
		],
		[
			'unplugged',
			[
				{ type: 'Mains', online: '0' },
				{ type: 'Battery', status: 'Discharging' },
			],
			'battery',
		],
		[
			'charged by USB',
			[
				{ type: 'Mains', online: '0' },
				{ type: 'USB', online: '1' },
				{ type: 'Battery', status: 'Charging' },
			],
			'mains',
		],
		['full, without a supply of its own', [{ type: 'Battery', status: 'Full' }], 'mains'],
		['emptied, without a supply of its own', [{ type: 'Battery', status: 'Discharging' }], 'battery'],
		[
			'unplugged, with a battery that says nothing',
			[
				{ type: 'Mains', online: '0' },
				{ type: 'Battery', status: 'Unknown' },
			],
			'battery',
		],
		['on an uninterruptible supply', [{ type: 'UPS', online: '1', status: 'Discharging' }], 'battery'],
		['a desktop with the battery of a mouse', [{ type: 'Battery', status: 'Discharging', scope: 'Device' }], 'unknown'],
		['a desktop', [], 'unknown'],
	])('Linux, %s', (_, supplies, source) => {
		expect(linuxPower(supplies)).toBe(source)
	})

	it('macOS, by what pmset prints', () => {
		const charging = ` -InternalBattery-0 (id=4522083)\t87%; charging; 0:42 remaining present: true\n`
		expect(macPower(`Now drawing from 'AC Power'\n${charging}`)).toBe('mains')
		const emptied = ` -InternalBattery-0 (id=4522083)\t87%; discharging; 5:12 remaining present: true\n`
		expect(macPower(`Now drawing from 'Battery Power'\n${emptied}`)).toBe('battery')
		expect(macPower(`Now drawing from 'UPS Power'\n`)).toBe('battery')
		// A Mac without a battery prints one line.
		expect(macPower(`Now drawing from 'AC Power'\n`)).toBe('mains')
		expect(macPower('pmset: command failed\n')).toBe('unknown')
	})

	it('Windows, by what PowerShell prints', () => {
		expect(windowsPower('Offline\r\n')).toBe('battery')
		expect(windowsPower('Online\r\n')).toBe('mains')
		expect(windowsPower('Unknown\r\n')).toBe('unknown')
		expect(windowsPower('')).toBe('unknown')
	})
})

describe('saving a battery', () => {
	function setUp(source: () => Promise<PowerSource>) {
		const clock = new ManualClock()
		let looks = 0
		const readPower = () => {
			looks++
			return source()
		}
		const saver = new BatterySaver({ readPower, intervalMs: 1_000, clock })
		const changes: boolean[] = []
		saver.onDidChange(() => changes.push(saver.isSaving))
		const settle = async (ms = 0) => {
			clock.advance(ms)
			for (let turn = 0; turn < 10; turn++) await Promise.resolve()
		}
		return { saver, changes, settle, looks: () => looks }
	}

	it('does not look where nobody wants it', async () => {
		const { saver, settle, looks } = setUp(async () => 'battery')
		await settle(60_000)
		expect([looks(), saver.isSaving]).toEqual([0, false])
	})

	it('begins when the plug is pulled, and ends when it is back', async () => {
		let source: PowerSource = 'mains'
		const { saver, changes, settle } = setUp(async () => source)
		saver.want(true)
		await settle()
		expect(changes).toEqual([])
		source = 'battery'
		await settle(1_000)
		await settle(1_000)
		expect(changes).toEqual([true])
		source = 'mains'
		await settle(1_000)
		expect(changes).toEqual([true, false])
	})

	it('ends when it is not wanted any more, also while it looks', async () => {
		let answer: (source: PowerSource) => void = () => {}
		const { saver, changes, settle, looks } = setUp(() => new Promise((resolve) => (answer = resolve)))
		saver.want(true)
		answer('battery')
		await settle()
		expect(changes).toEqual([true])
		await settle(1_000)
		saver.want(false)
		expect(changes).toEqual([true, false])
		answer('battery')
		await settle(60_000)
		expect([looks(), saver.isSaving]).toEqual([2, false])
	})

	it('saves nothing where nobody can tell, and goes on looking', async () => {
		let fails = true
		const { saver, settle } = setUp(async () => {
			if (fails) throw new Error('no such program')
			return 'battery'
		})
		saver.want(true)
		await settle()
		expect(saver.isSaving).toBe(false)
		fails = false
		await settle(1_000)
		expect(saver.isSaving).toBe(true)
	})
})

describe('what the engine is asked for', () => {
	const withIdle = (minutes: number) => ({ ...defaultSettings, 'engine.idleUnloadMinutes': minutes })

	it('lets models go sooner on a battery, never later', () => {
		expect(engineOptions(withIdle(30), false).idleUnloadMs).toBe(1_800_000)
		expect(engineOptions(withIdle(30), true).idleUnloadMs).toBe(120_000)
		expect(engineOptions(withIdle(1), true).idleUnloadMs).toBe(60_000)
		// 0 is never.
		expect(engineOptions(withIdle(0), false).idleUnloadMs).toBe(0)
		expect(engineOptions(withIdle(0), true).idleUnloadMs).toBe(120_000)
	})
})
