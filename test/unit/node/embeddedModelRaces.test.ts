import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ModelSpec, ModelUnavailableError } from '../../../src/core/model/ports.ts'
import { EmbeddedModel } from '../../../src/node/engine/embeddedModel.ts'
import { CancellationSource } from '../../../src/shared/cancellation.ts'
import { silentLogger } from '../../../src/shared/logger.ts'
import { FakeEngineFarm } from '../../fakes/fakeEngineFarm.ts'
import { ManualClock } from '../../fakes/manualClock.ts'

const one: ModelSpec = { origin: 'user', path: '/models/one.gguf', contextSize: 512, gpu: 'off' }
const specs: readonly ModelSpec[] = [
	one,
	{ ...one, path: '/models/two.gguf' },
	{ ...one, path: '/models/two.gguf', gpu: 'auto' },
	{ ...one, path: '/models/broken.gguf' },
]

/** What can happen to a model, from inside and outside, and time passing in small and large steps. */
const event = fc.oneof(
	fc.record({ kind: fc.constantFrom('prepare', 'complete', 'cancel', 'crash', 'hang', 'restart') }),
	fc.record({ kind: fc.constant('turns'), count: fc.integer({ min: 1, max: 30 }) }),
	fc.record({ kind: fc.constant('time'), ms: fc.constantFrom(1, 500, 2_000, 5_000, 60_000) }),
	fc.record({ kind: fc.constant('spec'), index: fc.nat(specs.length - 1) }),
	fc.record({ kind: fc.constant('idle'), ms: fc.constantFrom(0, 1_000, 30_000) }),
)
type ModelEvent = typeof event extends fc.Arbitrary<infer T> ? T : never

async function turns(count: number): Promise<void> {
	for (let i = 0; i < count; i++) await new Promise(setImmediate)
}

class Scene {
	readonly clock = new ManualClock()
	readonly farm = new FakeEngineFarm({
		checkModel: (path) => (path.includes('broken') ? { code: 'modelCorrupt', file: path, detail: '' } : undefined),
		answer: () => ['a', 'b', 'c', 'd', 'e'],
	})
	readonly model = new EmbeddedModel({
		entryPath: '/none',
		spec: one,
		idleUnloadMs: 30_000,
		clock: this.clock,
		logger: silentLogger,
		startProcess: () => {
			// Memory is for one engine: a new one may start only when the one before it has ended.
			this.mostAtOnce = Math.max(this.mostAtOnce, this.farm.alive + 1)
			return this.farm.start()
		},
	})
	mostAtOnce = 0
	readonly answers: Promise<string>[] = []
	readonly sources: CancellationSource[] = []
	readonly restarts: Promise<void>[] = []

	async apply(step: ModelEvent): Promise<void> {
		if ('count' in step) return turns(step.count)
		if ('index' in step) return this.model.setSpec(specs[step.index] ?? one)
		if ('ms' in step) {
			if (step.kind === 'idle') this.model.setIdleUnload(step.ms)
			else this.clock.advance(step.ms)
		} else if (step.kind === 'complete') this.complete()
		else if (step.kind === 'prepare') this.model.prepare()
		else if (step.kind === 'restart') this.restarts.push(this.model.restart())
		else if (step.kind === 'cancel') this.sources.pop()?.cancel()
		else if (step.kind === 'crash') this.farm.all.at(-1)?.crash()
		else this.farm.all.at(-1)?.hang()
	}

	private complete(): void {
		const source = new CancellationSource()
		this.sources.push(source)
		let text = ''
		const onText = (piece: string) => {
			text += piece
		}
		const request = { prefix: '', suffix: '', maxTokens: 5, stop: [] }
		this.answers.push(
			this.model.complete(request, onText, source.token).then(
				(answer) => {
					expect(answer.text).toBe(text)
					return answer.stopReason
				},
				(error: unknown) => {
					expect(error).toBeInstanceOf(ModelUnavailableError)
					return 'unavailable'
				},
			),
		)
	}
}

describe('EmbeddedModel under any order of events', () => {
	it('has one process at most, settles everything, and leaves nothing behind', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(event, { maxLength: 25 }), async (steps) => {
				const scene = new Scene()
				for (const step of steps) await scene.apply(step)
				scene.model.dispose()
				await Promise.all([...scene.answers, ...scene.restarts])
				await turns(2)
				expect(scene.mostAtOnce).toBeLessThanOrEqual(1)
				expect(scene.farm.alive).toBe(0)
				expect(scene.clock.pending).toBe(0)
				expect(scene.model.state).toEqual({ kind: 'idle' })
			}),
			{ numRuns: 300 },
		)
	}, 60_000)

	it('comes to rest: with time alone everything is answered, and a restart brings a good model back', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(event, { maxLength: 25 }), async (steps) => {
				const scene = new Scene()
				for (const step of steps) await scene.apply(step)
				const pending = new Set(scene.answers)
				for (const answer of scene.answers) void answer.then(() => pending.delete(answer))
				// Long enough for every heart-beat, pause and idle time in a row.
				for (let i = 0; i < 60 && pending.size > 0; i++) {
					await turns(40)
					scene.clock.advance(5_000)
				}
				await turns(40)
				expect(pending.size).toBe(0)
				scene.model.setSpec(one)
				scene.model.setIdleUnload(0)
				const restarted = scene.model.restart()
				let isRestarted = false
				void restarted.then(() => {
					isRestarted = true
				})
				for (let i = 0; i < 60 && !isRestarted; i++) {
					await turns(40)
					scene.clock.advance(1_000)
				}
				expect(scene.model.state).toMatchObject({ kind: 'ready', model: { path: one.path } })
				scene.model.dispose()
				await Promise.all([restarted, ...scene.restarts])
			}),
			{ numRuns: 150 },
		)
	}, 120_000)
})
