import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { EngineOptions, ModelSpec } from '../../src/core/model/engineControl.ts'
import type { DraftChoice } from '../../src/core/model/modelState.ts'
import { EmbeddedEngine } from '../../src/node/engine/embeddedEngine.ts'
import { forkEngine } from '../../src/node/engine/engineProcess.ts'
import { systemClock } from '../../src/node/systemClock.ts'
import { neverCancelled } from '../../src/shared/cancellation.ts'
import { draftProblemText } from '../../src/vscode/models/draftText.ts'
import { engineEntry, starter, temporaryFolder, writeTalkativeModel } from '../engineFiles.ts'
import { cpuOptions } from '../fakes/engineOptions.ts'
import { reached } from '../fakes/reached.ts'
import { RecordingLogger } from '../fakes/recordingLogger.ts'
import { gone, until } from './processes.ts'

const ignore = () => {}

describe('several models in a real engine process', () => {
	let one: ModelSpec
	let two: ModelSpec
	const engines: EmbeddedEngine[] = []
	const pids: number[] = []

	beforeAll(() => {
		one = { origin: 'user', path: writeTalkativeModel(temporaryFolder()), contextSize: 1_024 }
		two = { ...one, path: writeTalkativeModel(temporaryFolder()) }
	})

	// No test may leave a process behind.
	afterEach(async () => {
		for (const engine of engines.splice(0)) engine.dispose()
		await Promise.all(pids.splice(0).map(gone))
	})

	const start = (options: Partial<EngineOptions> = {}, cacheDirectory?: string) => {
		const logger = new RecordingLogger()
		const engine = new EmbeddedEngine({
			entryPath: engineEntry,
			options: { ...cpuOptions, ...options },
			...(cacheDirectory !== undefined && { cacheDirectory }),
			clock: systemClock,
			logger,
			startProcess: () => {
				const engineProcess = forkEngine(engineEntry)
				if (engineProcess.pid !== undefined) pids.push(engineProcess.pid)
				return engineProcess
			},
		})
		engines.push(engine)
		const completion = engine.completion(one)
		const chat = engine.chat(two)
		return {
			engine,
			logger,
			completion,
			chat,
			complete: (maxTokens = 3, onText: (text: string) => void = ignore) =>
				completion.complete({ prefix: 'const a = ', suffix: '\n', maxTokens, stop: [] }, onText, neverCancelled),
			ask: () =>
				chat.chat({ messages: [{ role: 'user', content: 'why?' }], maxTokens: 3, stop: [] }, ignore, neverCancelled),
		}
	}
	/** Numbers of the models, in the order in which they were loaded. */
	const ids = (logger: RecordingLogger) =>
		logger.lines.filter(({ event }) => event === 'model.ready').map(({ fields }) => fields.id)

	it('has a file in memory once for all that share it', async () => {
		const { engine, logger, completion, chat, complete, ask } = start()
		chat.setSpec(one)
		await Promise.all([complete(), ask()])
		expect(new Set(ids(logger)).size).toBe(1)
		completion.setSpec(two)
		await complete()
		expect((await ask()).stopReason).toBe('maxTokens')
		expect(logger.events()).not.toContain('model.unloaded')
		expect(engine.diagnostics().loaded).toHaveLength(1)
		expect(chat.state).toMatchObject({ kind: 'ready', model: { path: one.path } })
		expect(completion.state).toMatchObject({ kind: 'ready', model: { path: two.path } })
		expect(pids).toHaveLength(1)
	})

	it('brings all back that was wanted when it is killed', async () => {
		const { completion, chat, complete, ask } = start()
		await Promise.all([complete(), ask()])
		process.kill(pids[0] ?? -1, 'SIGKILL')
		await Promise.all([reached(completion, 'restarting'), reached(chat, 'restarting')])
		await Promise.all([reached(completion, 'ready'), reached(chat, 'ready')])
		expect((await complete()).stopReason).toBe('maxTokens')
		expect((await ask()).stopReason).toBe('maxTokens')
		expect(pids).toHaveLength(2)
	})

	it('serves two models by turns where there is room for one only', async () => {
		const { completion, chat, complete, ask } = start({ maxLoadedModels: 1 })
		for (let round = 0; round < 2; round++) {
			expect((await complete()).stopReason).toBe('maxTokens')
			await reached(completion, 'ready')
			expect((await ask()).stopReason).toBe('maxTokens')
			await reached(completion, 'idle')
		}
		expect(chat.state.kind).toBe('ready')
		expect(pids).toHaveLength(1)
	})

	it('lets each model go after a time without use, and then the process', async () => {
		const { completion, chat, complete, ask, engine } = start({ idleUnloadMs: 200 })
		await Promise.all([complete(), ask()])
		await Promise.all([reached(completion, 'idle'), reached(chat, 'idle')])
		await gone(pids[0] ?? -1)
		expect((await complete()).stopReason).toBe('maxTokens')
		engine.configure(cpuOptions)
		expect((await complete()).stopReason).toBe('maxTokens')
	})

	it('goes on with one model where the other one is no model', async () => {
		const { chat, complete, ask } = start()
		chat.setSpec({ ...two, path: engineEntry })
		await expect(ask()).rejects.toMatchObject({ problem: { code: 'modelNotGguf', file: engineEntry } })
		expect((await complete()).stopReason).toBe('maxTokens')
		chat.setSpec(two)
		expect((await ask()).stopReason).toBe('maxTokens')
		expect(pids.length).toBeLessThanOrEqual(2)
	})

	it('makes the folder that it may keep things in', async () => {
		const cacheDirectory = join(temporaryFolder(), 'storage', 'engine')
		const { complete } = start({}, cacheDirectory)
		expect((await complete()).stopReason).toBe('maxTokens')
		expect(existsSync(cacheDirectory)).toBe(true)
	})

	it('keeps what it computed for long prompts where the user allows it, and deletes it when he does so no more', async () => {
		const cacheDirectory = join(temporaryFolder(), 'engine')
		const { engine, completion } = start({ saveStates: true }, cacheDirectory)
		const prefix = 'const value = compute(1)\n'.repeat(30)
		const [tokens = 0] = (await completion.countTokens([prefix], neverCancelled)) ?? []
		expect(tokens).toBeGreaterThan(520)
		expect(tokens).toBeLessThan(950)
		const request = { prefix, suffix: '', maxTokens: 1, stop: [] }
		const kept = () => readdirSync(join(cacheDirectory, 'states'))
		expect((await completion.complete(request, ignore, neverCancelled)).stats.reusedTokens).toBe(0)
		completion.setSpec(two)
		await reached(completion, 'ready')
		expect(kept().length).toBeGreaterThan(0)
		completion.setSpec(one)
		const again = await completion.complete(request, ignore, neverCancelled)
		expect(again.stats.reusedTokens).toBeGreaterThan(tokens * 0.8)
		engine.configure(cpuOptions)
		await until(() => kept().length === 0)
	})

	it('says in words why a draft model is not used', async () => {
		const { completion, complete } = start()
		const l10n = {
			t: (message: unknown, ...args: unknown[]) =>
				String(message).replace(/\{(\d)\}/g, (_, index) => String(args[Number(index)])),
		}
		const draftOf = async (draftPath: string): Promise<DraftChoice> => {
			completion.setSpec({ ...one, draftPath })
			await complete()
			const ready = await reached(completion, 'ready')
			return ready.model.draft
		}
		const other = await draftOf(starter.draftPath)
		expect(other).toMatchObject({ none: 'differentTokenizer' })
		expect(draftProblemText(l10n, other)).toMatch(/not used: it splits text into other tokens .*\(.{5,}\)/)
		const missing = await draftOf(join(temporaryFolder(), 'none.gguf'))
		expect(missing).toMatchObject({ none: 'loadFailed' })
		expect(draftProblemText(l10n, missing)).toMatch(/could not be loaded .*modelMissing/)
		expect(draftProblemText(l10n, await draftOf(two.path))).toBeUndefined()
	})
})
