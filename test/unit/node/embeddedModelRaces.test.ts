import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EngineOptions, ModelSpec } from '../../../src/core/model/engineControl.ts'
import { ModelUnavailableError } from '../../../src/core/model/modelState.ts'
import { EmbeddedEngine } from '../../../src/node/engine/embeddedEngine.ts'
import { CancellationSource, type CancellationToken, neverCancelled } from '../../../src/shared/cancellation.ts'
import { silentLogger } from '../../../src/shared/logger.ts'
import { cpuOptions } from '../../fakes/engineOptions.ts'
import { FakeEngineFarm } from '../../fakes/fakeEngineFarm.ts'
import { ManualClock } from '../../fakes/manualClock.ts'

const one: ModelSpec = { origin: 'user', path: '/models/one.gguf', contextSize: 512 }
const specs: readonly ModelSpec[] = [
	one,
	{ ...one, contextSize: 1_024 },
	{ ...one, path: '/models/two.gguf' },
	{ ...one, path: '/models/broken.gguf' },
]
const options: EngineOptions = { ...cpuOptions, idleUnloadMs: 30_000 }

const which = fc.nat(2)
/** What can happen to three models of one engine, from inside and outside, and time passing in small and large steps. */
const event = fc.oneof(
	fc.record({ kind: fc.constantFrom('prepare', 'ask', 'askWithDeadline'), which }),
	fc.record({ kind: fc.constantFrom('cancel', 'crash', 'hang', 'restart', 'shortOfMemory') }),
	fc.record({ kind: fc.constant('turns'), count: fc.integer({ min: 1, max: 30 }) }),
	fc.record({ kind: fc.constant('time'), ms: fc.constantFrom(1, 500, 2_000, 5_000, 60_000) }),
	fc.record({ kind: fc.constant('spec'), which, index: fc.nat(specs.length - 1) }),
	fc.record({
		kind: fc.constant('options'),
		options: fc.record({
			gpu: fc.constantFrom('auto' as const, 'off' as const),
			idleUnloadMs: fc.constantFrom(0, 1_000, 30_000),
			maxLoadedModels: fc.constantFrom(1, 2, 3),
			saveStates: fc.boolean(),
		}),
	}),
)
type EngineEvent = typeof event extends fc.Arbitrary<infer T> ? T : never

async function turns(count: number): Promise<void> {
	for (let i = 0; i < count; i++) await new Promise(setImmediate)
}

class Scene {
	readonly clock = new ManualClock()
	readonly farm = new FakeEngineFarm({
		clock: this.clock,
		checkModel: (path) => (path.includes('broken') ? { code: 'modelCorrupt', file: path, detail: '' } : undefined),
		answer: () => ['a', 'b', 'c', 'd', 'e'],
	})
	readonly engine = new EmbeddedEngine({
		entryPath: '/none',
		options,
		clock: this.clock,
		logger: silentLogger,
		startProcess: () => {
			// Memory is for one engine: a new one may start only when the one before it has ended.
			this.mostAtOnce = Math.max(this.mostAtOnce, this.farm.alive + 1)
			return this.farm.start()
		},
	})
	readonly completion = this.engine.completion(one)
	readonly chat = this.engine.chat({ ...one, path: '/models/two.gguf' })
	readonly embedding = this.engine.embedding(one)
	readonly models = [this.completion, this.chat, this.embedding] as const
	mostAtOnce = 0
	readonly answers: Promise<string>[] = []
	readonly sources: CancellationSource[] = []
	readonly restarts: Promise<void>[] = []

	async apply(step: EngineEvent): Promise<void> {
		if ('count' in step) await turns(step.count)
		else if ('index' in step) this.models[step.which]?.setSpec(specs[step.index] ?? one)
		else if ('options' in step) this.engine.configure(step.options)
		else if ('ms' in step) this.clock.advance(step.ms)
		else if ('which' in step) {
			if (step.kind === 'prepare') this.models[step.which]?.prepare()
			else this.ask(step.which, step.kind === 'ask' ? undefined : 1_500)
		} else if (step.kind === 'restart') this.restarts.push(this.engine.restart())
		else if (step.kind === 'cancel') this.sources.pop()?.cancel()
		else if (step.kind === 'crash') this.farm.all.at(-1)?.crash()
		else if (step.kind === 'hang') this.farm.all.at(-1)?.hang()
		else for (const path of this.farm.all.at(-1)?.loaded ?? []) this.farm.latest.unload(path, 'memory')
	}

	/** Lets heart-beats, pauses and idle times pass. */
	async comeToRest(): Promise<void> {
		for (let i = 0; i < 10; i++) {
			await turns(40)
			this.clock.advance(5_000)
		}
		await turns(40)
	}

	/** No model is in memory that nobody has, and the other way round. */
	expectOnlyWhatIsHad(): void {
		const had = this.models.flatMap(({ state }) => (state.kind === 'ready' ? [state.model.path] : []))
		const loaded = this.farm.alive === 0 ? [] : this.farm.latest.loaded
		expect(new Set(loaded)).toEqual(new Set(had))
	}

	private ask(model: number, deadlineMs: number | undefined): void {
		const source = new CancellationSource()
		this.sources.push(source)
		const terms = deadlineMs === undefined ? {} : { deadlineMs }
		this.answers.push(
			this.answerOf(model, terms, source.token).catch((error: unknown) => {
				expect(error).toBeInstanceOf(ModelUnavailableError)
				return 'unavailable'
			}),
		)
	}

	private async answerOf(model: number, terms: { deadlineMs?: number }, token: CancellationToken): Promise<string> {
		if (model === 2) return (await this.embedding.embed({ texts: ['a', 'b'], ...terms }, token)).stopReason
		let text = ''
		const onText = (piece: string) => {
			text += piece
		}
		const writing = { maxTokens: 5, stop: [], ...terms }
		const answer =
			model === 0
				? await this.completion.complete({ prefix: '', suffix: '', ...writing }, onText, token)
				: await this.chat.chat({ messages: [{ role: 'user', content: 'a' }], ...writing }, onText, token)
		expect(answer.text).toBe(text)
		return answer.stopReason
	}
}

describe('models of one engine under any order of events', () => {
	it('have one process at most, settle everything, and leave nothing behind', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(event, { maxLength: 30 }), async (steps) => {
				const scene = new Scene()
				for (const step of steps) await scene.apply(step)
				scene.engine.dispose()
				await Promise.all([...scene.answers, ...scene.restarts])
				await turns(2)
				expect(scene.mostAtOnce).toBeLessThanOrEqual(1)
				expect(scene.farm.alive).toBe(0)
				expect(scene.clock.pending).toBe(0)
				for (const { state } of scene.models) expect(state).toEqual({ kind: 'idle' })
			}),
			{ numRuns: 300 },
		)
	}, 60_000)

	it('come to rest: with time alone everything is answered, and a restart brings good models back', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(event, { maxLength: 30 }), async (steps) => {
				const scene = new Scene()
				for (const step of steps) await scene.apply(step)
				const pending = new Set(scene.answers)
				for (const answer of scene.answers) void answer.then(() => pending.delete(answer))
				// Long enough for every heart-beat, pause and idle time in a row.
				for (let i = 0; i < 60 && pending.size > 0; i++) {
					await turns(40)
					scene.clock.advance(5_000)
				}
				expect(pending.size).toBe(0)
				await scene.comeToRest()
				scene.expectOnlyWhatIsHad()
				scene.completion.setSpec(one)
				scene.engine.configure({ ...cpuOptions, maxLoadedModels: 3 })
				scene.completion.prepare()
				let isRestarted = false
				void scene.engine.restart().then(() => {
					isRestarted = true
				})
				for (let i = 0; i < 60 && !isRestarted; i++) {
					await turns(40)
					scene.clock.advance(1_000)
				}
				expect(isRestarted).toBe(true)
				// Another one that needs more room in the same file may have taken its place meanwhile.
				await scene.completion.complete({ prefix: '', suffix: '', maxTokens: 1, stop: [] }, () => {}, neverCancelled)
				expect(scene.completion.state).toMatchObject({ kind: 'ready', model: { path: one.path } })
				await scene.comeToRest()
				scene.expectOnlyWhatIsHad()
				scene.engine.dispose()
				await Promise.all(scene.restarts)
			}),
			{ numRuns: 150 },
		)
	}, 120_000)
})
