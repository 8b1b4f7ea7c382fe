import { afterEach, expect, it } from 'vitest'
import { measureSpeed } from '../../src/core/model/measureSpeed.ts'
import { EmbeddedEngine } from '../../src/node/engine/embeddedEngine.ts'
import { systemClock } from '../../src/node/systemClock.ts'
import { CancellationSource, neverCancelled } from '../../src/shared/cancellation.ts'
import { silentLogger } from '../../src/shared/logger.ts'
import { engineEntry, starter } from '../engineFiles.ts'
import { cpuOptions } from '../fakes/engineOptions.ts'

const engines: EmbeddedEngine[] = []
afterEach(() => {
	for (const engine of engines.splice(0)) engine.dispose()
})

function start(entryPath = engineEntry): EmbeddedEngine {
	const deps = { entryPath, options: cpuOptions, clock: systemClock, logger: silentLogger }
	const engine = new EmbeddedEngine({ ...deps, timing: { backOffMs: [10] } })
	engines.push(engine)
	return engine
}

it('an engine that nobody has started says what the machine has, and ends', async () => {
	const engine = start()
	const machine = await engine.machine()
	expect(machine?.gpu).toBeUndefined()
	expect(machine?.memory.totalBytes).toBeGreaterThan(1e9)
	expect(machine?.memory.availableBytes).toBeGreaterThan(0)
	expect(machine?.memory.availableBytes).toBeLessThanOrEqual(machine?.memory.totalBytes ?? 0)
	await expect.poll(() => engine.diagnostics().pid).toBeUndefined()
})

it('an engine that cannot be started says nothing', async () => {
	expect(await start('/nowhere/main.cjs').machine()).toBeUndefined()
})

it('a model is measured, with its draft and without', async () => {
	const model = start().completion({ origin: 'starter', ...starter, contextSize: 1_024 })
	const speed = await measureSpeed(model, { mark: 1, withDrafts: true }, neverCancelled)
	expect(speed?.promptRate).toBeGreaterThan(0)
	expect(speed?.decodeRate).toBeGreaterThan(0)
	expect(speed && 'draftedRate' in speed).toBe(true)
})

it('a measurement that is cancelled says nothing', async () => {
	const source = new CancellationSource()
	source.cancel()
	const model = start().completion({ origin: 'starter', ...starter, contextSize: 1_024 })
	expect(await measureSpeed(model, { mark: 1, withDrafts: false }, source.token)).toBeUndefined()
})
