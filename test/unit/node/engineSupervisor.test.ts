import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultTiming, type EngineState, EngineSupervisor } from '../../../src/node/engine/engineSupervisor.ts'
import { FakeEngineFarm } from '../../fakes/fakeEngineFarm.ts'
import { ManualClock } from '../../fakes/manualClock.ts'
import { reached } from '../../fakes/reached.ts'
import { RecordingLogger } from '../../fakes/recordingLogger.ts'

const { beatMs, handshakeBeats, missedBeats, shutdownMs, backOffMs, crashWindowMs } = defaultTiming

describe('EngineSupervisor', () => {
	let clock: ManualClock
	let farm: FakeEngineFarm
	let logger: RecordingLogger
	let supervisor: EngineSupervisor
	let states: EngineState['kind'][]

	beforeEach(() => {
		clock = new ManualClock()
		farm = new FakeEngineFarm()
		logger = new RecordingLogger()
		supervisor = new EngineSupervisor({ startProcess: farm.start, settings: () => ({ gpu: 'off' }), clock, logger })
		states = []
		supervisor.onDidChangeState(({ kind }) => states.push(kind))
	})

	afterEach(() => supervisor.dispose())

	const running = async () => {
		supervisor.start()
		return reached(supervisor, 'running')
	}
	const crash = async () => {
		farm.latest.crash()
		return reached(supervisor, 'backOff', 'failed')
	}

	it('starts nothing by itself', () => {
		expect(supervisor.state).toEqual({ kind: 'stopped' })
		expect(farm.all).toHaveLength(0)
		expect(clock.pending).toBe(0)
	})

	it('starts once, shakes hands and is running', async () => {
		supervisor.start()
		supervisor.start()
		const { info, client } = await reached(supervisor, 'running')
		expect(info.libraryVersion).toBe('fake')
		expect(await client.request('ping', {})).toHaveProperty('rssBytes')
		expect(states).toEqual(['starting', 'running'])
		expect(farm.all).toHaveLength(1)
		expect(supervisor.pid).toBe(1001)
	})

	it('ends in order: the process goes by itself, and no timer stays', async () => {
		await running()
		await supervisor.stop()
		expect(states).toEqual(['starting', 'running', 'stopping', 'stopped'])
		expect(farm.alive).toBe(0)
		expect(clock.pending).toBe(0)
		expect(logger.lines.at(-1)).toMatchObject({ event: 'engine.ended', fields: { how: 'stopped', code: 0 } })
		expect(supervisor.crashes).toBe(0)
	})

	it('kills a process that does not end in time', async () => {
		await running()
		farm.latest.hang()
		const stopped = supervisor.stop()
		clock.advance(shutdownMs - 1)
		expect(farm.latest.isAlive).toBe(true)
		clock.advance(1)
		await stopped
		expect(farm.alive).toBe(0)
		expect(supervisor.crashes).toBe(0)
		expect(supervisor.state.kind).toBe('stopped')
	})

	it('starts again after the end when asked in between', async () => {
		await running()
		const stopped = supervisor.stop()
		supervisor.start()
		expect(farm.all).toHaveLength(1)
		await stopped
		await reached(supervisor, 'running')
		expect(farm.all).toHaveLength(2)
		expect(farm.alive).toBe(1)
	})

	it('stays stopped when the last word was stop', async () => {
		await running()
		const first = supervisor.stop()
		supervisor.start()
		await Promise.all([first, supervisor.stop()])
		expect(supervisor.state.kind).toBe('stopped')
		expect(farm.all).toHaveLength(1)
	})

	it('settles pending requests when the process dies', async () => {
		const { client } = await running()
		farm.latest.hang()
		const pending = client.request('ping', {})
		farm.latest.crash('GGML_ASSERT failed')
		await expect(pending).rejects.toMatchObject({
			data: { code: 'engineCrashed', detail: 'signal SIGABRT: GGML_ASSERT failed' },
		})
	})

	it('waits longer after each crash and says so', async () => {
		await running()
		expect(await crash()).toMatchObject({ kind: 'backOff', attempt: 1, delayMs: backOffMs[0] })
		clock.advance((backOffMs[0] ?? 0) - 1)
		expect(farm.all).toHaveLength(1)
		clock.advance(1)
		await reached(supervisor, 'running')
		expect(await crash()).toMatchObject({ kind: 'backOff', attempt: 2, delayMs: backOffMs[1] })
		clock.advance(backOffMs[1] ?? 0)
		await reached(supervisor, 'running')
		expect(supervisor.crashes).toBe(2)
	})

	const crashOften = async (times: number, pauseMs: number) => {
		await running()
		for (let i = 0; i < times; i++) {
			if (i > 0) clock.leap(pauseMs)
			await reached(supervisor, 'running')
			await crash()
		}
	}

	it('gives up at the third crash within the window', async () => {
		await crashOften(3, 10_000)
		expect(supervisor.state).toMatchObject({ kind: 'failed', problem: { code: 'engineCrashed' } })
		expect(clock.pending).toBe(0)
		supervisor.start()
		clock.advance(10 * crashWindowMs)
		expect(farm.all).toHaveLength(3)
	})

	it('does not give up on crashes that are far apart', async () => {
		await crashOften(6, crashWindowMs / 2)
		expect(supervisor.state).toMatchObject({ kind: 'backOff' })
		expect(supervisor.crashes).toBe(6)
	})

	it('leaves the failure by stop, and counts anew when the crashes are forgotten', async () => {
		await crashOften(3, 10_000)
		await supervisor.stop()
		expect(supervisor.state.kind).toBe('stopped')
		supervisor.forgetCrashes()
		await running()
		expect(await crash()).toMatchObject({ kind: 'backOff', attempt: 1 })
	})

	it('does not start after a stop during the back-off', async () => {
		await running()
		await crash()
		await supervisor.stop()
		clock.advance(60_000)
		expect(farm.all).toHaveLength(1)
		expect(supervisor.state.kind).toBe('stopped')
	})

	it('treats a process that cannot be started as a crash', () => {
		farm.startError = new Error('EMFILE')
		supervisor.start()
		expect(supervisor.state).toMatchObject({
			kind: 'backOff',
			problem: { code: 'engineCrashed', detail: 'not started: EMFILE' },
		})
	})

	it('does not try again with an engine of another protocol version', async () => {
		farm.script = { protocolVersion: 99 }
		supervisor.start()
		const { problem } = await reached(supervisor, 'failed')
		expect(problem.code).toBe('versionMismatch')
		expect(farm.alive).toBe(0)
		clock.advance(crashWindowMs)
		expect(farm.all).toHaveLength(1)
		expect(supervisor.crashes).toBe(0)
	})

	it('does not try again with a process that speaks garbage', async () => {
		supervisor.start()
		await farm.latest.engineEnd.writer.write('hello' as never)
		const { problem } = await reached(supervisor, 'failed')
		expect(problem).toEqual({ code: 'versionMismatch', detail: 'the process does not speak the engine protocol' })
	})

	it('kills a process that does not answer the handshake', async () => {
		supervisor.start()
		farm.latest.hang()
		clock.advance(beatMs * handshakeBeats - 1)
		expect(supervisor.state.kind).toBe('starting')
		clock.advance(1)
		expect(await reached(supervisor, 'backOff')).toMatchObject({ problem: { code: 'engineUnresponsive' } })
		expect(farm.alive).toBe(0)
	})

	describe('heart-beat', () => {
		/** Lets the answer to a ping arrive. */
		const beats = async (count: number) => {
			const state = supervisor.state
			if (state.kind !== 'running') throw new Error(`not running: ${state.kind}`)
			for (let i = 0; i < count; i++) {
				clock.advance(beatMs)
				// Answers come in order: after this one, the ping of the heart-beat has its answer, too.
				await state.client.request('ping', {})
			}
		}

		it('leaves an engine alone that answers, and knows its memory', async () => {
			await running()
			expect(supervisor.rssBytes).toBeUndefined()
			await beats(20)
			expect(supervisor.state.kind).toBe('running')
			expect(supervisor.rssBytes).toBeGreaterThan(1_000_000)
		})

		it('kills an engine that has become silent', async () => {
			await running()
			await beats(2)
			const hung = farm.latest
			hung.hang()
			// One beat to ask, then the patience.
			clock.advance(beatMs * (1 + missedBeats) - 1)
			expect(hung.isAlive).toBe(true)
			clock.advance(1)
			expect(hung.isAlive).toBe(false)
			expect(await reached(supervisor, 'backOff')).toMatchObject({ problem: { code: 'engineUnresponsive' } })
			expect(supervisor.crashes).toBe(1)
		})

		it('settles pending requests of a silent engine', async () => {
			const { client } = await running()
			farm.latest.hang()
			const pending = client.request('ping', {})
			clock.advance(beatMs * (1 + missedBeats))
			await expect(pending).rejects.toMatchObject({ data: { code: 'engineUnresponsive' } })
		})

		it('does not blame the engine for the time the machine slept', async () => {
			await running()
			// The ping is on its way, the answer waits to be read when the machine goes to sleep for an hour.
			clock.advance(beatMs)
			clock.leap(3_600_000)
			expect(farm.latest.isAlive).toBe(true)
			await beats(5)
			expect(supervisor.state.kind).toBe('running')
			expect(supervisor.crashes).toBe(0)
		})

		it('goes on after a restart and rests while the engine is stopped', async () => {
			await running()
			await crash()
			expect(clock.pending).toBe(1)
			clock.advance(backOffMs[0] ?? 0)
			await reached(supervisor, 'running')
			farm.latest.hang()
			clock.advance(beatMs * (1 + missedBeats))
			await reached(supervisor, 'backOff')
			await supervisor.stop()
			expect(clock.pending).toBe(0)
		})
	})

	it('does not wait for a process that survives a kill', async () => {
		await running()
		const stuck = farm.latest
		stuck.hang()
		const kill = stuck.kill.bind(stuck)
		stuck.kill = () => {}
		const stopped = supervisor.stop()
		clock.advance(2 * shutdownMs)
		await stopped
		expect(supervisor.state.kind).toBe('stopped')
		expect(logger.events()).toContain('engine.survivedKill')
		kill()
	})

	it('kills the process and leaves no timer when it is disposed', async () => {
		for (const meanwhile of [() => {}, () => farm.latest.hang(), () => farm.latest.crash()]) {
			const other = new EngineSupervisor({ startProcess: farm.start, settings: () => ({ gpu: 'off' }), clock, logger })
			other.start()
			await reached(other, 'running')
			meanwhile()
			const { exited } = farm.latest
			other.dispose()
			await exited
			await Promise.resolve()
			expect(farm.alive).toBe(0)
			expect(clock.pending).toBe(0)
			other.start()
			expect(other.state.kind).toBe('stopped')
		}
	})
})
