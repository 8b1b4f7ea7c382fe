import { describe, expect, it } from 'vitest'
import { DeferredCompletion } from '../../../src/core/model/deferredCompletion.ts'
import { DeferredEngine } from '../../../src/core/model/deferredEngine.ts'
import type { EngineControl, EngineOptions, ModelChoice, ModelSpec } from '../../../src/core/model/engineControl.ts'
import type { ModelState } from '../../../src/core/model/modelState.ts'
import { neverCancelled } from '../../../src/shared/cancellation.ts'
import { cpuOptions } from '../../fakes/engineOptions.ts'
import { FakeCompletionModel } from '../../fakes/fakeCompletionModel.ts'

class ControlledFake extends FakeCompletionModel implements ModelChoice {
	readonly calls: string[] = []
	setSpec({ path }: ModelSpec) {
		this.calls.push(`setSpec ${path}`)
	}
	dispose() {
		this.calls.push('dispose')
	}
}

class FakeEngineControl implements EngineControl {
	readonly calls: string[] = []
	async restart() {
		this.calls.push('restart')
	}
	async letGo() {
		this.calls.push('letGo')
	}
	configure({ gpu }: EngineOptions) {
		this.calls.push(`configure ${gpu}`)
	}
	async machine() {
		return undefined
	}
	diagnostics() {
		return { pid: 7, libraryVersion: '1', rssBytes: 1, crashes: 0, requests: 0, loaded: [] }
	}
	dispose() {
		this.calls.push('dispose')
	}
}

const spec: ModelSpec = { origin: 'user', path: '/m.gguf', contextSize: 512 }
const place = { prefix: 'a', suffix: '' }
const request = { ...place, maxTokens: 8, stop: [] }
const ignore = () => {}

function setUp() {
	const inner = new ControlledFake()
	let loads = 0
	const model = new DeferredCompletion(async () => {
		loads++
		return inner
	})
	return { inner, model, loads: () => loads }
}

describe('a deferred model', () => {
	it('is not loaded by what only looks at it or sets it up, and not to be warmed up', async () => {
		const { model, loads, inner } = setUp()
		expect(model.state).toEqual({ kind: 'idle' })
		model.setSpec(spec)
		expect((await model.warmUp(place, neverCancelled)).stopReason).toBe('cancelled')
		model.dispose()
		expect(loads()).toBe(0)
		expect(inner.calls).toEqual([])
	})

	it('is loaded once, by the first who needs it, and passes everything on', async () => {
		const { model, loads, inner } = setUp()
		const states: string[] = []
		model.onDidChangeState(({ kind }) => states.push(kind))
		model.prepare()
		model.prepare()
		const answer = await model.complete(request, ignore, neverCancelled)
		expect(answer.text).toBe('return value')
		expect(loads()).toBe(1)
		expect(states).toEqual(['loading', 'ready'])
		expect(model.state.kind).toBe('ready')
		expect(await model.countTokens(['a b', ''], neverCancelled)).toEqual([3, 0])
		expect((await model.warmUp(place, neverCancelled)).stopReason).toBe('done')
		expect(inner.warmUps).toEqual([place])
		model.setSpec(spec)
		model.dispose()
		expect(inner.calls).toEqual(['setSpec /m.gguf', 'dispose'])
	})

	it('is ended where it arrives after the end', async () => {
		const { model, inner } = setUp()
		model.prepare()
		model.dispose()
		await new Promise((resolve) => setImmediate(resolve))
		expect(inner.calls).toEqual(['dispose'])
	})

	it('tells by its state that it cannot be loaded, and is tried again on request', async () => {
		const inner = new ControlledFake()
		let isBroken = true
		const model = new DeferredCompletion(async () => {
			if (isBroken) throw new Error('no such module')
			return inner
		})
		const states: ModelState[] = []
		model.onDidChangeState((state) => states.push(state))
		const problem = { code: 'internal', detail: 'no such module' }
		await expect(model.complete(request, ignore, neverCancelled)).rejects.toMatchObject({ problem })
		await expect(model.countTokens(['a'], neverCancelled)).rejects.toMatchObject({ problem })
		const failed = { kind: 'failed', problem }
		expect(states).toEqual([failed, failed])
		expect(model.state).toEqual(failed)
		isBroken = false
		expect((await model.complete(request, ignore, neverCancelled)).text).toBe('return value')
		expect(model.state.kind).toBe('ready')
	})
})

describe('a deferred engine', () => {
	it('is loaded by whoever opens it, once, and by nothing else', async () => {
		const inner = new FakeEngineControl()
		let loads = 0
		const engine = new DeferredEngine(async () => {
			loads++
			return inner
		})
		expect(engine.diagnostics()).toMatchObject({ pid: undefined, crashes: 0 })
		engine.configure(cpuOptions)
		await engine.restart()
		expect(loads).toBe(0)
		expect(await Promise.all([engine.open(), engine.open()])).toEqual([inner, inner])
		expect(loads).toBe(1)
		engine.configure(cpuOptions)
		await engine.restart()
		expect(engine.diagnostics().pid).toBe(7)
		engine.dispose()
		expect(inner.calls).toEqual(['configure off', 'restart', 'dispose'])
	})

	it('is tried again after it could not be loaded', async () => {
		const inner = new FakeEngineControl()
		let isBroken = true
		const engine = new DeferredEngine(async () => {
			if (isBroken) throw new Error('no such module')
			return inner
		})
		await expect(engine.open()).rejects.toThrow('no such module')
		isBroken = false
		expect(await engine.open()).toBe(inner)
	})

	it('is ended where it arrives after the end', async () => {
		const inner = new FakeEngineControl()
		const engine = new DeferredEngine(async () => inner)
		const opened = engine.open()
		engine.dispose()
		await opened
		expect(inner.calls).toEqual(['dispose'])
	})
})
