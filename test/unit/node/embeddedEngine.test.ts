import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ModelSpec } from '../../../src/core/model/engineControl.ts'
import { ModelUnavailableError } from '../../../src/core/model/modelState.ts'
import type { EmbeddedChat } from '../../../src/node/engine/embeddedChat.ts'
import type { EmbeddedCompletion } from '../../../src/node/engine/embeddedCompletion.ts'
import { EmbeddedEngine } from '../../../src/node/engine/embeddedEngine.ts'
import { CancellationSource, neverCancelled } from '../../../src/shared/cancellation.ts'
import { cpuOptions } from '../../fakes/engineOptions.ts'
import type { FakeEngineScript } from '../../fakes/fakeEngine.ts'
import { FakeEngineFarm } from '../../fakes/fakeEngineFarm.ts'
import { ManualClock } from '../../fakes/manualClock.ts'
import { reached } from '../../fakes/reached.ts'
import { RecordingLogger } from '../../fakes/recordingLogger.ts'

const one: ModelSpec = { origin: 'starter', path: '/models/one.gguf', contextSize: 512 }
const two: ModelSpec = { ...one, origin: 'user', path: '/models/two.gguf' }
const place = { prefix: 'const a = ', suffix: '' }
const question = { messages: [{ role: 'user' as const, content: 'why?' }], maxTokens: 200, stop: [] }
const ignore = () => {}

describe('several models of one engine', () => {
	let clock: ManualClock
	let farm: FakeEngineFarm
	let engine: EmbeddedEngine
	let logger: RecordingLogger
	let completion: EmbeddedCompletion
	let chat: EmbeddedChat
	let script: FakeEngineScript

	beforeEach(() => {
		clock = new ManualClock()
		script = { clock, checkModel: () => undefined }
		farm = new FakeEngineFarm(script)
		logger = new RecordingLogger()
		engine = new EmbeddedEngine({
			entryPath: '/none',
			options: cpuOptions,
			cacheDirectory: '/cache',
			clock,
			logger,
			startProcess: farm.start,
			// The heart-beat has its own tests; here the clock moves without giving answers the time to arrive.
			timing: { beatMs: 1e9 },
		})
		completion = engine.completion(one)
		chat = engine.chat(two)
	})

	afterEach(() => engine.dispose())

	const complete = (token = neverCancelled, deadlineMs?: number) =>
		completion.complete(
			{ ...place, maxTokens: 200, stop: [], ...(deadlineMs !== undefined && { deadlineMs }) },
			ignore,
			token,
		)
	const ask = (onText: (text: string) => void = ignore) => chat.chat(question, onText, neverCancelled)
	const bothReady = async () => {
		completion.prepare()
		chat.prepare()
		await Promise.all([reached(completion, 'ready'), reached(chat, 'ready')])
	}
	/** Lets every message that is under way arrive, and what follows from it. */
	const quiet = async () => {
		for (let turn = 0; turn < 30; turn++) await new Promise(setImmediate)
	}
	const kindsOf = (model: { onDidChangeState: EmbeddedChat['onDidChangeState'] }) => {
		const kinds: string[] = []
		model.onDidChangeState(({ kind }) => kinds.push(kind))
		return kinds
	}

	it('share the process, each with its own state', async () => {
		await complete()
		expect(chat.state).toEqual({ kind: 'idle' })
		expect((await ask()).stopReason).toBe('endOfText')
		expect(completion.state).toMatchObject({ kind: 'ready', model: { path: one.path } })
		expect(chat.state).toMatchObject({ kind: 'ready', model: { path: two.path } })
		expect(farm.all).toHaveLength(1)
		expect(engine.diagnostics()).toMatchObject({ requests: 2, loaded: ['one.gguf', 'two.gguf'] })
	})

	it('answer in their own ways', async () => {
		const pieces: string[] = []
		const answer = await ask((text) => pieces.push(text))
		expect(answer).toMatchObject({ text: pieces.join(''), droppedMessages: 0 })
		const schema = { type: 'object', properties: { verdict: { enum: ['yes', 'no'] } } }
		const json = await chat.chat({ ...question, json: { schema, verdict: 'verdict' } }, ignore, neverCancelled)
		expect(json).toMatchObject({ text: '{"verdict":"yes"}', verdict: { value: 'yes' } })
		const embedding = engine.embedding(one)
		const { vectors, stopReason } = await embedding.embed({ texts: ['a', 'b'] }, neverCancelled)
		expect([vectors.length, stopReason]).toEqual([2, 'done'])
		expect(await embedding.countTokens(['a b'], neverCancelled)).toEqual([3])
		const told = await completion.complete({ ...place, maxTokens: 2, stop: [], logProbs: true }, ignore, neverCancelled)
		expect(told.logProbs?.first).toBeLessThan(0)
	})

	it('have one instance of the same file, which stays until nobody has it', async () => {
		chat.setSpec(one)
		await bothReady()
		expect(farm.latest.loaded).toEqual([one.path])
		completion.setSpec(two)
		await reached(completion, 'ready')
		expect(farm.latest.loaded).toEqual([one.path, two.path])
		chat.dispose()
		await quiet()
		expect(farm.latest.loaded).toEqual([two.path])
		expect(farm.all).toHaveLength(1)
	})

	it('keep a file that one loads while the other lets it go', async () => {
		await complete()
		chat.setSpec({ ...one, contextSize: 256 })
		chat.prepare()
		expect(chat.state.kind).toBe('loading')
		completion.setSpec(two)
		await Promise.all([reached(chat, 'ready'), reached(completion, 'ready')])
		await quiet()
		expect(farm.latest.loaded).toEqual([one.path, two.path])
		expect(logger.events()).not.toContain('model.unloaded')
	})

	it('do not suffer from a file of another one that is refused', async () => {
		farm.script = {
			...script,
			checkModel: (file) => (file === two.path ? { code: 'modelCorrupt', file, detail: 'short' } : undefined),
		}
		await complete()
		const refused: unknown = await ask().catch((error: unknown) => error)
		expect(refused).toBeInstanceOf(ModelUnavailableError)
		expect(chat.state).toMatchObject({ kind: 'failed', problem: { code: 'modelCorrupt' } })
		expect(completion.state.kind).toBe('ready')
		expect((await complete()).stopReason).toBe('endOfText')
		expect(farm.alive).toBe(1)
		chat.setSpec(one)
		expect((await ask()).stopReason).toBe('endOfText')
		expect(farm.all).toHaveLength(1)
	})

	it('all come back after a crash, but for those that nobody wants', async () => {
		const embedding = engine.embedding(one)
		await bothReady()
		const kinds = [kindsOf(completion), kindsOf(chat), kindsOf(embedding)]
		farm.latest.crash()
		await reached(chat, 'restarting')
		expect(completion.state).toEqual({ kind: 'restarting', attempt: 1, delayMs: 500 })
		clock.advance(500)
		await Promise.all([reached(completion, 'ready'), reached(chat, 'ready')])
		expect(kinds.map((all) => [...new Set(all)])).toEqual([
			['restarting', 'loading', 'ready'],
			['restarting', 'loading', 'ready'],
			[],
		])
	})

	it('change without the other one: its requests run on', async () => {
		engine.configure({ ...cpuOptions, maxLoadedModels: 3 })
		await bothReady()
		let piece = ignore
		const firstPiece = new Promise<void>((resolve) => {
			piece = resolve
		})
		const answer = ask(() => piece())
		await firstPiece
		completion.setSpec({ ...one, path: '/models/three.gguf' })
		await new Promise<void>((resolve) => {
			completion.onDidChangeState((state) => state.kind === 'loading' && state.fraction === 0 && resolve())
		})
		// In the middle of a load, too: the process is not ended under the other model.
		completion.setSpec({ ...one, path: '/models/four.gguf' })
		expect((await answer).stopReason).toBe('endOfText')
		expect(await reached(completion, 'ready')).toMatchObject({ model: { path: '/models/four.gguf' } })
		await quiet()
		expect(farm.latest.loaded).toEqual([two.path, '/models/four.gguf'])
		expect(farm.all).toHaveLength(1)
	})

	describe('a model that the engine lets go', () => {
		it('is idle, and its next request loads it again', async () => {
			await bothReady()
			const kinds = kindsOf(chat)
			farm.latest.unload(two.path, 'memory')
			await reached(chat, 'idle')
			expect(completion.state.kind).toBe('ready')
			expect(farm.alive).toBe(1)
			expect((await ask()).stopReason).toBe('endOfText')
			expect([...new Set(kinds)]).toEqual(['idle', 'loading', 'ready'])
		})

		it('is loaded again for a request that was on its way', async () => {
			await complete()
			farm.latest.unload(one.path, 'limit')
			// The news of it and the request cross each other.
			expect((await complete()).stopReason).toBe('endOfText')
			expect(completion.state.kind).toBe('ready')
		})

		it('makes room for another one, and comes back in its place', async () => {
			engine.configure({ ...cpuOptions, maxLoadedModels: 1 })
			for (let round = 0; round < 3; round++) {
				expect((await complete()).stopReason).toBe('endOfText')
				await reached(completion, 'ready')
				expect((await ask()).stopReason).toBe('endOfText')
				await reached(completion, 'idle')
			}
			expect(farm.latest.loaded).toEqual([two.path])
			expect(farm.all).toHaveLength(1)
		})

		it('ends the process when it was the last one', async () => {
			await bothReady()
			farm.latest.unload(one.path, 'keepAlive')
			await reached(completion, 'idle')
			await quiet()
			expect(farm.alive).toBe(1)
			farm.latest.unload(two.path, 'keepAlive')
			await reached(chat, 'idle')
			await farm.latest.exited
			expect(farm.alive).toBe(0)
			expect((await complete()).stopReason).toBe('endOfText')
			expect(farm.all).toHaveLength(2)
		})
	})

	describe('the deadline of a request', () => {
		it('counts the load', async () => {
			farm.script = { ...script, beforeLoadStep: () => new Promise(ignore) }
			const answer = complete(neverCancelled, 300)
			await reached(completion, 'loading')
			clock.advance(299)
			await quiet()
			expect(clock.pending).toBeGreaterThan(0)
			clock.advance(1)
			expect(await answer).toMatchObject({ text: '', stopReason: 'deadline', stats: { totalMs: 300 } })
			expect(completion.state.kind).toBe('loading')
		})

		it('gives the engine what is left of it', async () => {
			let isOpen = false
			const deadlines: unknown[] = []
			farm.script = {
				...script,
				beforeLoadStep: async () => {
					while (!isOpen) await new Promise(setImmediate)
				},
				answer: (params) => {
					deadlines.push(params.deadlineMs)
					return ['a']
				},
			}
			const answer = complete(neverCancelled, 300)
			await reached(completion, 'loading')
			clock.advance(100)
			isOpen = true
			expect((await answer).text).toBe('a')
			await complete()
			expect(deadlines).toEqual([200, undefined])
		})
	})

	describe('warming up', () => {
		it('loads nothing, and asks a model that is ready', async () => {
			expect((await completion.warmUp(place, neverCancelled)).stopReason).toBe('cancelled')
			expect(farm.all).toHaveLength(0)
			await complete()
			expect(await completion.warmUp(place, neverCancelled)).toMatchObject({ stopReason: 'done', evaluatedTokens: 10 })
			const source = new CancellationSource()
			source.cancel()
			expect((await completion.warmUp(place, source.token)).stopReason).toBe('cancelled')
		})

		it('does not bring back a model that the engine has let go', async () => {
			await bothReady()
			farm.latest.unload(one.path, 'keepAlive')
			// The news of it and the request cross each other.
			expect((await completion.warmUp(place, neverCancelled)).stopReason).toBe('cancelled')
			await quiet()
			expect(completion.state).toEqual({ kind: 'idle' })
		})
	})

	it('tell the engine where it may keep things, and what may change while it runs', async () => {
		const sent: unknown[] = []
		engine.dispose()
		const watched = new EmbeddedEngine({
			entryPath: '/none',
			options: cpuOptions,
			cacheDirectory: '/cache',
			clock,
			logger,
			startProcess: () => {
				const engineProcess = farm.start()
				const { writer } = engineProcess
				const write = writer.write.bind(writer)
				writer.write = (message) => {
					sent.push(message)
					return write(message)
				}
				return engineProcess
			},
			timing: { beatMs: 1e9 },
		})
		const model = watched.completion(one)
		model.prepare()
		await reached(model, 'ready')
		watched.configure({ ...cpuOptions, saveStates: true, idleUnloadMs: 5_000 })
		watched.configure({ ...cpuOptions, saveStates: true, idleUnloadMs: 5_000 })
		await quiet()
		expect(sent).toMatchObject([
			{ method: 'initialize', params: { gpu: 'off', cacheDirectory: '/cache' } },
			{ method: 'configure', params: { maxLoaded: 2, keepAliveMs: 0, saveStates: false } },
			{ method: 'model/load', params: { path: one.path, use: 'text' } },
			{ method: 'configure', params: { maxLoaded: 2, keepAliveMs: 5_000, saveStates: true } },
		])
		watched.dispose()
	})

	it('settle everything when the engine is disposed, and do nothing after that', async () => {
		await bothReady()
		const asked = [complete(), ask()]
		engine.dispose()
		for (const answer of await Promise.all(asked)) expect(answer.stopReason).toBe('cancelled')
		expect((await ask()).stopReason).toBe('cancelled')
		expect(await chat.countTokens(['a'], neverCancelled)).toBeUndefined()
		const late = engine.embedding(one)
		expect(await late.embed({ texts: ['a'] }, neverCancelled)).toMatchObject({ vectors: [], stopReason: 'cancelled' })
		expect(farm.alive).toBe(0)
		expect(clock.pending).toBe(0)
	})
})
