import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ModelSpec } from '../../../src/core/model/engineControl.ts'
import { type ModelState, ModelUnavailableError } from '../../../src/core/model/modelState.ts'
import type { EmbeddedCompletion } from '../../../src/node/engine/embeddedCompletion.ts'
import { EmbeddedEngine } from '../../../src/node/engine/embeddedEngine.ts'
import { defaultTiming } from '../../../src/node/engine/engineSupervisor.ts'
import { CancellationSource, neverCancelled } from '../../../src/shared/cancellation.ts'
import { cpuOptions } from '../../fakes/engineOptions.ts'
import type { FakeEngineScript } from '../../fakes/fakeEngine.ts'
import { FakeEngineFarm } from '../../fakes/fakeEngineFarm.ts'
import { ManualClock } from '../../fakes/manualClock.ts'
import { reached } from '../../fakes/reached.ts'
import { RecordingLogger } from '../../fakes/recordingLogger.ts'

const spec: ModelSpec = { origin: 'starter', path: '/models/one.gguf', contextSize: 512 }
const other: ModelSpec = { ...spec, origin: 'user', path: '/models/two.gguf' }
const request = { prefix: 'const a = ', suffix: '', maxTokens: 200, stop: [] }
const idleUnloadMs = 60_000
const options = { ...cpuOptions, idleUnloadMs }
// The heart-beat has its own tests; here the clock moves without giving answers the time to arrive.
const beatMs = 1e9
const ignore = () => {}

/** A promise that the test opens by hand. */
function gate(): { readonly passed: Promise<void>; open(): void } {
	let open = ignore
	const passed = new Promise<void>((resolve) => {
		open = resolve
	})
	return { passed, open: () => open() }
}

describe('a model of the embedded engine', () => {
	let clock: ManualClock
	let farm: FakeEngineFarm
	let logger: RecordingLogger
	let engine: EmbeddedEngine
	let model: EmbeddedCompletion
	let goodFiles: FakeEngineScript
	let brokenOne: FakeEngineScript
	let states: ModelState[]

	beforeEach(() => {
		clock = new ManualClock()
		goodFiles = { clock, checkModel: () => undefined }
		brokenOne = {
			clock,
			checkModel: (path) => (path === spec.path ? { code: 'modelTruncated', file: path, detail: 'short' } : undefined),
		}
		farm = new FakeEngineFarm(goodFiles)
		logger = new RecordingLogger()
		engine = new EmbeddedEngine({
			entryPath: '/none',
			options,
			clock,
			logger,
			startProcess: farm.start,
			timing: { beatMs },
		})
		model = engine.completion(spec)
		states = []
		model.onDidChangeState((state) => states.push(state))
	})

	afterEach(() => engine.dispose())

	const kinds = () => states.map(({ kind }) => kind)
	/** Lets every message that is under way arrive, and what follows from it. */
	const quiet = async () => {
		for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
	}
	const ready = async () => {
		model.prepare()
		return reached(model, 'ready')
	}
	const complete = (token = neverCancelled, onText: (text: string) => void = ignore) =>
		model.complete(request, onText, token)
	/** An engine that waits in front of the piece `index`, and says when it is there. */
	const holdAt = (index: number) => {
		const reachedPiece = gate()
		const held = gate()
		farm.script = {
			...goodFiles,
			beforePiece: async (piece) => {
				if (piece !== index) return
				reachedPiece.open()
				await held.passed
			},
		}
		return { reachedPiece: reachedPiece.passed, release: held.open }
	}
	const problemOf = async (promise: Promise<unknown>) => {
		const error = await promise.then(ignore, (reason: unknown) => reason)
		expect(error).toBeInstanceOf(ModelUnavailableError)
		return (error as ModelUnavailableError).problem
	}

	it('is idle and starts nothing until it is asked', () => {
		expect(model.state).toEqual({ kind: 'idle' })
		expect(farm.all).toHaveLength(0)
		expect(clock.pending).toBe(0)
	})

	it('loads once when prepared, with a rising fraction', async () => {
		model.prepare()
		model.prepare()
		const { model: loaded } = await reached(model, 'ready')
		expect(loaded).toMatchObject({ path: spec.path, name: 'one.gguf', draft: { none: 'notConfigured' } })
		const fractions = states.flatMap((state) => (state.kind === 'loading' ? [state.fraction] : []))
		expect(fractions).toEqual([undefined, 0, 0.25, 0.5, 0.75, 1])
		expect(states.every((state) => state.kind !== 'loading' || state.name === 'one.gguf')).toBe(true)
		expect(farm.all).toHaveLength(1)
	})

	it('answers from idle, streaming what the answer consists of', async () => {
		const pieces: string[] = []
		const answer = await complete(neverCancelled, (text) => pieces.push(text))
		expect(pieces).toHaveLength(100)
		expect(answer).toMatchObject({ text: pieces.join(''), stopReason: 'endOfText' })
		expect(engine.diagnostics()).toMatchObject({ pid: 1001, libraryVersion: 'fake', crashes: 0, requests: 1 })
	})

	it('rejects with what the reader of the text throws', async () => {
		const broken = () => {
			throw new Error('bug in the caller')
		}
		await expect(complete(neverCancelled, broken)).rejects.toThrow('bug in the caller')
		expect(model.state.kind).toBe('ready')
	})

	describe('cancellation', () => {
		it('sends nothing for a request that was cancelled before', async () => {
			const source = new CancellationSource()
			source.cancel()
			expect(await complete(source.token)).toMatchObject({ text: '', stopReason: 'cancelled' })
			expect(farm.all).toHaveLength(0)
		})

		it('answers at once while the model loads, and the load goes on', async () => {
			const held = gate()
			farm.script = { ...goodFiles, beforeLoadStep: () => held.passed }
			const source = new CancellationSource()
			const answer = complete(source.token)
			await reached(model, 'loading')
			source.cancel()
			expect(await answer).toMatchObject({ text: '', stopReason: 'cancelled' })
			held.open()
			await reached(model, 'ready')
		})

		it('answers with what there is while the engine writes', async () => {
			const { reachedPiece, release } = holdAt(2)
			const source = new CancellationSource()
			const pieces: string[] = []
			const answer = complete(source.token, (text) => pieces.push(text))
			await reachedPiece
			source.cancel()
			release()
			expect(await answer).toMatchObject({ text: 'line0;\nline1;\n', stopReason: 'cancelled' })
			expect(pieces.join('')).toBe('line0;\nline1;\n')
		})
	})

	describe('a crash', () => {
		it('rejects the running request at once, and the next one works', async () => {
			const { reachedPiece } = holdAt(1)
			const answer = problemOf(complete())
			await reachedPiece
			farm.latest.crash()
			expect(await answer).toMatchObject({ code: 'engineCrashed' })
			expect(model.state).toEqual({ kind: 'restarting', attempt: 1, delayMs: 500 })
			farm.script = goodFiles
			const next = complete()
			clock.advance(500)
			expect((await next).stopReason).toBe('endOfText')
			expect(kinds().filter((kind) => kind !== 'loading')).toEqual(['ready', 'restarting', 'ready'])
			expect(engine.diagnostics()).toMatchObject({ pid: 1002, crashes: 1, requests: 2 })
		})

		it('rejects a request that waits for the load, which is tried again', async () => {
			farm.script = { ...goodFiles, beforeLoadStep: () => new Promise(ignore) }
			const answer = problemOf(complete())
			while (!logger.events().includes('engine.started')) await new Promise(setImmediate)
			farm.latest.crash()
			expect(await answer).toMatchObject({ code: 'engineCrashed' })
			await new Promise(setImmediate)
			expect(model.state).toMatchObject({ kind: 'restarting', attempt: 1 })
			farm.script = goodFiles
			clock.advance(500)
			await reached(model, 'ready')
		})

		it('lets a request that comes in the pause be cancelled', async () => {
			await ready()
			farm.latest.crash()
			await reached(model, 'restarting')
			const source = new CancellationSource()
			const answer = complete(source.token)
			source.cancel()
			expect(await answer).toMatchObject({ stopReason: 'cancelled' })
		})

		it('is known at once when a silent engine is killed: who asks again waits for the next engine', async () => {
			await ready()
			farm.latest.hang()
			const kill = farm.latest.kill.bind(farm.latest)
			farm.latest.kill = () => {}
			const lost = problemOf(complete())
			clock.advance(beatMs * (1 + defaultTiming.missedBeats))
			expect(await lost).toMatchObject({ code: 'engineUnresponsive' })
			expect(model.state.kind).toBe('restarting')
			const again = complete()
			kill()
			clock.advance(500)
			expect((await again).stopReason).toBe('endOfText')
		})

		it('is a failure the third time; restart makes it work again', async () => {
			await ready()
			for (const delayMs of defaultTiming.backOffMs) {
				farm.latest.crash()
				await reached(model, 'restarting')
				clock.advance(delayMs)
				await reached(model, 'ready')
			}
			farm.latest.crash()
			expect(await reached(model, 'failed')).toMatchObject({ problem: { code: 'engineCrashed' } })
			expect(await problemOf(complete())).toMatchObject({ code: 'engineCrashed' })
			model.prepare()
			expect(model.state.kind).toBe('failed')
			expect(farm.all).toHaveLength(3)
			await engine.restart()
			expect(model.state.kind).toBe('ready')
			expect((await complete()).stopReason).toBe('endOfText')
			farm.latest.crash()
			expect(await reached(model, 'restarting')).toMatchObject({ attempt: 1 })
		})
	})

	describe('a model file that cannot be loaded', () => {
		beforeEach(() => {
			farm.script = brokenOne
		})

		it('is a failure with its reason, and nothing is tried again by itself', async () => {
			expect(await problemOf(complete())).toEqual({ code: 'modelTruncated', file: spec.path, detail: 'short' })
			expect(model.state).toMatchObject({ kind: 'failed', problem: { code: 'modelTruncated' } })
			await farm.latest.exited
			expect(farm.alive).toBe(0)
			expect(await problemOf(complete())).toMatchObject({ code: 'modelTruncated' })
			model.prepare()
			model.setSpec({ ...spec })
			clock.advance(600_000)
			expect(farm.all).toHaveLength(1)
			expect(kinds().filter((kind) => kind === 'failed')).toHaveLength(1)
		})

		it('is forgotten with another model, which loads at once', async () => {
			await problemOf(complete())
			model.setSpec(other)
			expect(await reached(model, 'ready')).toMatchObject({ model: { path: other.path } })
			expect(farm.alive).toBe(1)
		})

		it('is looked at again by a restart', async () => {
			await problemOf(complete())
			await engine.restart()
			expect(model.state).toMatchObject({ kind: 'failed', problem: { code: 'modelTruncated' } })
			farm.script = goodFiles
			await engine.restart()
			expect(model.state.kind).toBe('ready')
			expect(farm.alive).toBe(1)
		})
	})

	describe('another model', () => {
		it('is not loaded while nobody needs one', async () => {
			model.setSpec(other)
			expect(model.state.kind).toBe('idle')
			expect(farm.all).toHaveLength(0)
			expect(await ready()).toMatchObject({ model: { path: other.path } })
		})

		it('takes the place of the loaded one in the same process; a running request ends as cancelled', async () => {
			const { reachedPiece, release } = holdAt(1)
			const answer = complete()
			await reachedPiece
			model.setSpec(other)
			release()
			expect((await answer).stopReason).toBe('cancelled')
			expect(await reached(model, 'ready')).toMatchObject({ model: { path: other.path } })
			expect(farm.all).toHaveLength(1)
		})

		it('is waited for by requests that come meanwhile', async () => {
			await ready()
			model.setSpec(other)
			expect(model.state).toMatchObject({ kind: 'loading', name: 'two.gguf' })
			expect((await complete()).stopReason).toBe('endOfText')
		})

		it('gets a new process when the GPU setting changes, or when a load is under way', async () => {
			await ready()
			engine.configure({ ...options, gpu: 'auto' })
			await reached(model, 'ready')
			expect(farm.all).toHaveLength(2)
			const held = gate()
			farm.script = { ...goodFiles, beforeLoadStep: () => held.passed }
			engine.configure(options)
			while (farm.all.length < 3) await new Promise(setImmediate)
			held.open()
			farm.script = goodFiles
			model.setSpec(other)
			expect(await reached(model, 'ready')).toMatchObject({ model: { path: other.path } })
			expect(farm.alive).toBe(1)
		})

		it('does nothing when it is the same', async () => {
			await ready()
			const before = states.length
			model.setSpec({ ...spec })
			expect(states).toHaveLength(before)
		})

		it('starts at once during the pause after a crash', async () => {
			await ready()
			farm.latest.crash()
			await reached(model, 'restarting')
			model.setSpec(other)
			expect(await reached(model, 'ready')).toMatchObject({ model: { path: other.path } })
		})
	})

	describe('idle unload', () => {
		it('ends the process after the time, and the next request brings it back', async () => {
			await complete()
			clock.advance(idleUnloadMs - 1)
			expect(model.state.kind).toBe('ready')
			clock.advance(1)
			await reached(model, 'idle')
			await farm.latest.exited
			await new Promise(setImmediate)
			expect(farm.alive).toBe(0)
			expect(clock.pending).toBe(0)
			expect(engine.diagnostics()).toMatchObject({ pid: undefined, crashes: 0 })
			expect((await complete()).stopReason).toBe('endOfText')
			expect(farm.all).toHaveLength(2)
		})

		it('waits for the old process when the next request comes while it ends', async () => {
			await ready()
			clock.advance(idleUnloadMs)
			await reached(model, 'idle')
			expect((await complete()).stopReason).toBe('endOfText')
			expect(farm.all).toHaveLength(2)
			expect(farm.alive).toBe(1)
		})

		it('counts from the end of the last request', async () => {
			await complete()
			clock.advance(idleUnloadMs - 1)
			await complete()
			clock.advance(idleUnloadMs - 1)
			await quiet()
			expect(model.state.kind).toBe('ready')
		})

		it('does not happen during a request', async () => {
			const { reachedPiece, release } = holdAt(1)
			await ready()
			const answer = complete()
			await reachedPiece
			clock.leap(2 * idleUnloadMs)
			await quiet()
			expect(model.state.kind).toBe('ready')
			release()
			expect((await answer).stopReason).toBe('endOfText')
		})

		it('does not happen during a load, however long it takes', async () => {
			const held = gate()
			farm.script = { ...goodFiles, beforeLoadStep: () => held.passed }
			model.prepare()
			await reached(model, 'loading')
			clock.leap(10 * idleUnloadMs)
			held.open()
			await reached(model, 'ready')
			clock.advance(idleUnloadMs - 1)
			await quiet()
			expect(model.state.kind).toBe('ready')
		})

		it('follows the setting at once, and 0 means never', async () => {
			await ready()
			engine.configure({ ...options, idleUnloadMs: 0 })
			await quiet()
			clock.leap(100 * idleUnloadMs)
			await quiet()
			expect(model.state.kind).toBe('ready')
			engine.configure(options)
			await quiet()
			clock.advance(0)
			await reached(model, 'idle')
		})
	})

	describe('restart', () => {
		it('replaces a healthy engine and resolves when the model is loaded again', async () => {
			await ready()
			await engine.restart()
			expect(model.state.kind).toBe('ready')
			expect(farm.all).toHaveLength(2)
			expect(farm.alive).toBe(1)
			expect(engine.diagnostics().crashes).toBe(0)
		})

		it('leaves a model idle that nobody has asked for', async () => {
			await engine.restart()
			expect(model.state.kind).toBe('idle')
			expect(farm.all).toHaveLength(0)
		})

		it('ends a running request as cancelled and serves one that waits', async () => {
			const { reachedPiece } = holdAt(1)
			const running = complete()
			await reachedPiece
			farm.script = goodFiles
			const restarted = engine.restart()
			const waiting = complete()
			expect(await running).toMatchObject({ text: 'line0;\n', stopReason: 'cancelled' })
			expect((await waiting).stopReason).toBe('endOfText')
			await restarted
		})

		it('resolves when the engine fails, and when it is disposed meanwhile', async () => {
			farm.script = { protocolVersion: 99 }
			model.prepare()
			await engine.restart()
			expect(model.state).toMatchObject({ kind: 'failed', problem: { code: 'versionMismatch' } })
			const restarted = engine.restart()
			engine.dispose()
			await restarted
		})
	})

	describe('dispose', () => {
		const untilLoading = async () => {
			farm.script = { ...goodFiles, beforeLoadStep: () => new Promise(ignore) }
			model.prepare()
			while (!(model.state.kind === 'loading' && logger.events().includes('engine.started')))
				await new Promise(setImmediate)
		}
		const situations: Record<string, () => unknown> = {
			idle: () => {},
			starting: () => model.prepare(),
			loading: untilLoading,
			ready,
			restarting: async () => {
				await ready()
				farm.latest.crash()
				await reached(model, 'restarting')
			},
			failed: async () => {
				farm.script = brokenOne
				await problemOf(complete())
			},
			unloading: async () => {
				await ready()
				clock.advance(idleUnloadMs)
				await reached(model, 'idle')
			},
		}

		it.each(Object.keys(situations))('leaves no process and no timer: %s', async (name) => {
			await situations[name]?.()
			engine.dispose()
			engine.dispose()
			await Promise.all(farm.all.map(({ exited }) => exited))
			await new Promise(setImmediate)
			expect(farm.alive).toBe(0)
			expect(clock.pending).toBe(0)
			const started = farm.all.length
			model.prepare()
			model.setSpec(other)
			engine.configure({ ...options, idleUnloadMs: 1 })
			await engine.restart()
			expect(await complete()).toMatchObject({ stopReason: 'cancelled' })
			expect(farm.all).toHaveLength(started)
			expect(model.state).toEqual({ kind: 'idle' })
		})

		it('settles running and waiting requests as cancelled', async () => {
			const { reachedPiece } = holdAt(1)
			const running = complete()
			await reachedPiece
			engine.configure({ ...options, gpu: 'auto' })
			const waiting = complete()
			engine.dispose()
			expect((await running).stopReason).toBe('cancelled')
			expect((await waiting).stopReason).toBe('cancelled')
		})
	})

	it('logs no text of a request', async () => {
		await complete()
		await ready()
		farm.latest.crash()
		await reached(model, 'restarting')
		expect(logger.lines.length).toBeGreaterThan(3)
		expect(JSON.stringify(logger.lines)).not.toMatch(/const a|line\d/)
	})
})
