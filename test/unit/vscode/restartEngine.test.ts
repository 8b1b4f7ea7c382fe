import { afterEach, expect, it } from 'vitest'
import type { ModelSpec } from '../../../src/core/model/engineControl.ts'
import { EmbeddedEngine } from '../../../src/node/engine/embeddedEngine.ts'
import { silentLogger } from '../../../src/shared/logger.ts'
import { restartEngine } from '../../../src/vscode/models/restartEngine.ts'
import { cpuOptions } from '../../fakes/engineOptions.ts'
import { FakeEngineFarm } from '../../fakes/fakeEngineFarm.ts'
import { ManualClock } from '../../fakes/manualClock.ts'
import { reached } from '../../fakes/reached.ts'

const spec: ModelSpec = { origin: 'user', path: '/models/one.gguf', contextSize: 512 }
const engines: EmbeddedEngine[] = []

afterEach(() => {
	for (const engine of engines.splice(0)) engine.dispose()
})

function setUp(farm = new FakeEngineFarm({ checkModel: () => undefined })) {
	const engine = new EmbeddedEngine({
		entryPath: '/none',
		options: cpuOptions,
		clock: new ManualClock(),
		logger: silentLogger,
		startProcess: farm.start,
	})
	engines.push(engine)
	return { farm, engine, model: engine.completion(spec) }
}

it('loads the model also where nothing had asked for it', async () => {
	const { engine, model, farm } = setUp()
	await restartEngine(engine, model)
	await reached(model, 'ready')
	expect(farm.all).toHaveLength(1)
})

it('starts a running engine anew, once, with the model that it had', async () => {
	const { engine, model, farm } = setUp()
	model.prepare()
	await reached(model, 'ready')
	await restartEngine(engine, model)
	expect(model.state.kind).toBe('ready')
	expect(farm.all).toHaveLength(2)
	expect(farm.alive).toBe(1)
})

it('looks again at a file that was refused', async () => {
	let isThere = false
	const checkModel = (file: string) =>
		isThere ? undefined : ({ code: 'modelMissing', file, detail: 'no such file' } as const)
	const { engine, model } = setUp(new FakeEngineFarm({ checkModel }))
	model.prepare()
	await reached(model, 'failed')
	isThere = true
	await restartEngine(engine, model)
	expect(model.state.kind).toBe('ready')
})
