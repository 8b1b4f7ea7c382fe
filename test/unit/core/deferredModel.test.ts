import { describe, expect, it } from 'vitest'
import { DeferredModel } from '../../../src/core/model/deferredModel.ts'
import type { EngineControl, ModelSpec, ModelState } from '../../../src/core/model/ports.ts'
import { neverCancelled } from '../../../src/shared/cancellation.ts'
import { FakeCompletionModel } from '../../fakes/fakeCompletionModel.ts'

class ControlledFake extends FakeCompletionModel implements EngineControl {
	readonly calls: string[] = []
	async restart() {
		this.calls.push('restart')
	}
	setSpec({ path }: ModelSpec) {
		this.calls.push(`setSpec ${path}`)
	}
	setIdleUnload(ms: number) {
		this.calls.push(`setIdleUnload ${ms}`)
	}
	diagnostics() {
		return { pid: 7, libraryVersion: '1', rssBytes: 1, crashes: 0, requests: 0 }
	}
	dispose() {
		this.calls.push('dispose')
	}
}

const spec: ModelSpec = { origin: 'user', path: '/m.gguf', contextSize: 512, gpu: 'off' }
const request = { prefix: 'a', suffix: '', maxTokens: 8, stop: [] }

function setUp() {
	const inner = new ControlledFake()
	let loads = 0
	const model = new DeferredModel(async () => {
		loads++
		return inner
	})
	return { inner, model, loads: () => loads }
}

describe('a deferred model', () => {
	it('is not loaded by what only looks at it or sets it up', () => {
		const { model, loads, inner } = setUp()
		expect(model.state).toEqual({ kind: 'idle' })
		expect(model.diagnostics().pid).toBeUndefined()
		model.setSpec(spec)
		model.setIdleUnload(5)
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
		const answer = await model.complete(request, () => {}, neverCancelled)
		expect(answer.text).toBe('return value')
		expect(loads()).toBe(1)
		expect(states).toEqual(['loading', 'ready'])
		expect(model.state.kind).toBe('ready')
		model.setSpec(spec)
		model.setIdleUnload(5)
		await model.restart()
		expect(model.diagnostics().pid).toBe(7)
		model.dispose()
		expect(inner.calls).toEqual(['setSpec /m.gguf', 'setIdleUnload 5', 'restart', 'dispose'])
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
		const model = new DeferredModel(async () => {
			if (isBroken) throw new Error('no such module')
			return inner
		})
		const states: ModelState[] = []
		model.onDidChangeState((state) => states.push(state))
		await expect(model.complete(request, () => {}, neverCancelled)).rejects.toMatchObject({
			problem: { code: 'internal', detail: 'no such module' },
		})
		await model.restart()
		const failed = { kind: 'failed', problem: { code: 'internal', detail: 'no such module' } }
		expect(states).toEqual([failed, failed])
		expect(model.state).toEqual(failed)
		isBroken = false
		await model.restart()
		expect(inner.calls).toEqual(['restart'])
		expect(model.state).toEqual({ kind: 'idle' })
	})
})
