import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ModelSpec } from '../../src/core/model/engineControl.ts'
import { ModelUnavailableError } from '../../src/core/model/modelState.ts'
import type { EmbeddedEngineDeps } from '../../src/node/engine/embeddedEngine.ts'
import { forkEngine } from '../../src/node/engine/engineProcess.ts'
import { neverCancelled } from '../../src/shared/cancellation.ts'
import { engineEntry, starter, temporaryFolder, writeTalkativeModel } from '../engineFiles.ts'
import { cpuOptions } from '../fakes/engineOptions.ts'
import { reached } from '../fakes/reached.ts'
import { type OneModel, oneModel } from '../oneModel.ts'
import { gone, until } from './processes.ts'

const scripts = join(import.meta.dirname, 'scripts')
const ignore = () => {}

describe('the model in a real engine process', () => {
	const folder = temporaryFolder()
	let spec: ModelSpec
	const models: OneModel[] = []
	const pids: number[] = []

	beforeAll(() => {
		spec = { origin: 'user', path: writeTalkativeModel(folder), contextSize: 1_024 }
	})

	// No test may leave a process behind.
	afterEach(async () => {
		for (const model of models.splice(0)) model.dispose()
		await Promise.all(pids.splice(0).map(gone))
	})

	const create = (change: Partial<EmbeddedEngineDeps> & { spec?: ModelSpec } = {}): OneModel => {
		const entryPath = change.entryPath ?? engineEntry
		const startProcess = () => {
			const engine = forkEngine(entryPath)
			if (engine.pid !== undefined) pids.push(engine.pid)
			return engine
		}
		const model = oneModel(change.spec ?? spec, { startProcess, ...change, entryPath })
		models.push(model)
		return model
	}
	const complete = (model: OneModel, maxTokens = 5, onText: (text: string) => void = ignore) =>
		model.complete({ prefix: 'const a = ', suffix: '\n', maxTokens, stop: [] }, onText, neverCancelled)
	const problemOf = async (promise: Promise<unknown>) => {
		const error: unknown = await promise.catch((reason) => reason)
		expect(error).toBeInstanceOf(ModelUnavailableError)
		return (error as ModelUnavailableError).problem
	}
	const pidOf = (model: OneModel): number => {
		const { pid } = model.engine.diagnostics()
		if (pid === undefined) throw new Error('there is no engine process')
		return pid
	}
	const signal = (model: OneModel, name: NodeJS.Signals) => process.kill(pidOf(model), name)
	/** Starts a request of a thousand tokens; resolves when the engine is in the middle of it. */
	const busy = async (model: OneModel) => {
		let answer: ReturnType<typeof complete> | undefined
		await new Promise<void>((resolve) => {
			answer = complete(model, 900, () => resolve())
			answer.catch(ignore)
		})
		return { answer: answer ?? Promise.reject(new Error('not started')) }
	}

	it('completes with the starter model and its draft', async () => {
		const model = create({ spec: { origin: 'starter', ...starter, contextSize: 1_024 } })
		const pieces: string[] = []
		const answer = await complete(model, 24, (text) => pieces.push(text))
		expect(answer.text).toBe(pieces.join(''))
		expect(answer.stats.generatedTokens).toBeGreaterThan(0)
		expect(model.state).toMatchObject({ kind: 'ready', model: { path: starter.path, draft: {} } })
	})

	it('loses the running request when the engine is killed, and answers the next one', async () => {
		const model = create()
		const { answer } = await busy(model)
		const kinds: string[] = []
		model.onDidChangeState(({ kind }) => kinds.push(kind))
		const firstPid = pidOf(model)
		signal(model, 'SIGKILL')
		expect(await problemOf(answer)).toEqual({ code: 'engineCrashed', detail: 'signal SIGKILL' })
		expect(model.state).toMatchObject({ kind: 'restarting', attempt: 1 })
		expect((await complete(model)).stopReason).toBe('maxTokens')
		expect([...new Set(kinds)]).toEqual(['restarting', 'loading', 'ready'])
		expect(pidOf(model)).not.toBe(firstPid)
		expect(model.engine.diagnostics().crashes).toBe(1)
	})

	it('fails after three crashes, and works again after a restart', async () => {
		const model = create({ timing: { backOffMs: [10] } })
		for (let crash = 1; crash <= 3; crash++) {
			model.prepare()
			await reached(model, 'ready')
			signal(model, 'SIGKILL')
			await reached(model, crash < 3 ? 'restarting' : 'failed')
		}
		expect(await problemOf(complete(model))).toMatchObject({ code: 'engineCrashed' })
		expect(pids).toHaveLength(3)
		await model.engine.restart()
		expect((await complete(model)).stopReason).toBe('maxTokens')
	})

	it('gives its memory back when it is let go, unless it answers, and comes back with the next request', async () => {
		const model = create()
		const { answer } = await busy(model)
		const pid = pidOf(model)
		await model.engine.letGo()
		expect(pidOf(model)).toBe(pid)
		expect((await answer).stopReason).toBe('maxTokens')
		await model.engine.letGo()
		await gone(pid)
		expect(model.state.kind).toBe('idle')
		expect((await complete(model)).stopReason).toBe('maxTokens')
		expect(pidOf(model)).not.toBe(pid)
	})

	it('replaces an engine that hangs', async () => {
		const model = create({ timing: { beatMs: 500, missedBeats: 6, handshakeBeats: 400 } })
		const { answer } = await busy(model)
		const hung = pidOf(model)
		signal(model, 'SIGSTOP')
		expect(await problemOf(answer)).toMatchObject({ code: 'engineUnresponsive' })
		await gone(hung)
		expect((await complete(model)).stopReason).toBe('maxTokens')
		expect(pidOf(model)).not.toBe(hung)
	})

	it('ends the process when it is idle, and the next request brings it back', async () => {
		const model = create({ options: { ...cpuOptions, idleUnloadMs: 50 } })
		await complete(model)
		const first = pidOf(model)
		await reached(model, 'idle')
		await gone(first)
		await until(() => model.engine.diagnostics().pid === undefined)
		expect(model.engine.diagnostics().crashes).toBe(0)
		expect((await complete(model)).stopReason).toBe('maxTokens')
		expect(pidOf(model)).not.toBe(first)
	})

	it('changes the model in the same process', async () => {
		const model = create()
		await complete(model)
		const pid = pidOf(model)
		model.setSpec({ origin: 'starter', ...starter, contextSize: 1_024 })
		await complete(model)
		expect(model.state).toMatchObject({ kind: 'ready', model: { path: starter.path } })
		expect(pidOf(model)).toBe(pid)
	})

	it('ends a running request when another model is chosen', async () => {
		const model = create()
		const { answer } = await busy(model)
		model.setSpec({ origin: 'starter', ...starter, contextSize: 1_024 })
		expect((await answer).stopReason).toBe('cancelled')
		expect(await reached(model, 'ready')).toMatchObject({ model: { path: starter.path } })
	})

	it('says what is wrong with a file, and loads the next one', async () => {
		const missing = join(scripts, 'none.gguf')
		const model = create({ spec: { ...spec, path: missing } })
		expect(await problemOf(complete(model))).toMatchObject({ code: 'modelMissing', file: missing })
		const noModel = join(scripts, 'dying.cjs')
		model.setSpec({ ...spec, path: noModel })
		expect(model.state.kind).toBe('loading')
		expect(await reached(model, 'failed')).toMatchObject({ problem: { code: 'modelNotGguf', file: noModel } })
		model.setSpec(spec)
		expect((await complete(model)).stopReason).toBe('maxTokens')
	})

	it('works twice at once, as in two windows; one does not feel the death of the other', async () => {
		const [one, two] = [create(), create()]
		const answers = await Promise.all([complete(one, 20), complete(two, 20)])
		expect(answers[0].text).toBe(answers[1].text)
		expect(pidOf(one)).not.toBe(pidOf(two))
		signal(one, 'SIGKILL')
		await reached(one, 'restarting')
		expect((await complete(two)).stopReason).toBe('maxTokens')
		expect(two.engine.diagnostics().crashes).toBe(0)
	})

	describe('dispose ends the process', () => {
		const situations: Record<string, (model: OneModel) => unknown> = {
			'while it starts': (model) => model.prepare(),
			'while it loads': async (model) => {
				model.prepare()
				await new Promise<void>((resolve) => {
					model.onDidChangeState((state) => state.kind === 'loading' && state.fraction !== undefined && resolve())
				})
			},
			'when it is ready': (model) => complete(model),
			'in the middle of a request': (model) => busy(model),
			'while it hangs': async (model) => {
				await complete(model)
				signal(model, 'SIGSTOP')
			},
			'in the pause after a crash': async (model) => {
				await complete(model)
				signal(model, 'SIGKILL')
				await reached(model, 'restarting')
			},
			'while it is unloaded': async (model) => {
				await complete(model)
				model.engine.configure({ ...cpuOptions, idleUnloadMs: 1 })
				await reached(model, 'idle')
			},
			'during a restart': async (model) => {
				await complete(model)
				void model.engine.restart()
			},
		}

		it.each(Object.keys(situations))('%s', async (name) => {
			const model = create()
			await situations[name]?.(model)
			const pending = complete(model, 900)
			model.dispose()
			expect((await pending).stopReason).toBe('cancelled')
			expect(pids.length).toBeGreaterThan(0)
			await Promise.all(pids.map(gone))
			expect(model.state).toEqual({ kind: 'idle' })
		})
	})

	describe('another program in place of the engine', () => {
		const timing = { beatMs: 100, handshakeBeats: 10, backOffMs: [1] }

		it.each([
			['otherVersion.cjs', 'versionMismatch', 'protocol 99', 1],
			['garbage.cjs', 'versionMismatch', 'does not speak the engine protocol', 1],
			['silent.cjs', 'engineUnresponsive', 'handshake', 3],
			['dying.cjs', 'engineCrashed', 'GGML_ASSERT(n_tokens > 0) failed', 3],
			['none.cjs', 'engineCrashed', 'Cannot find module', 3],
		])('%s is the problem %s', async (script, code, detail, starts) => {
			// A program that is slow to come up must not be taken for a silent one, but in the test of the silent one.
			const patience = script === 'silent.cjs' ? timing : { ...timing, handshakeBeats: 400 }
			const model = create({ entryPath: join(scripts, script), timing: patience })
			model.prepare()
			const { problem } = await reached(model, 'failed')
			expect(problem.code).toBe(code)
			expect(problem.detail).toContain(detail)
			expect(problem.detail.length).toBeLessThan(1_100)
			expect(pids).toHaveLength(starts)
			await Promise.all(pids.map(gone))
		})
	})
})
