import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { protocolVersion } from '../../src/protocol/engine.ts'
import { engineEntry, starter, temporaryFolder, writeTalkativeModel } from '../engineFiles.ts'
import { useEngines } from './engineDriver.ts'
import { gone, isAlive } from './processes.ts'

const parentScript = join(import.meta.dirname, 'scripts', 'engineParent.cjs')

describe('the engine process', () => {
	const engines = useEngines()
	let model: string

	beforeAll(() => {
		model = writeTalkativeModel(temporaryFolder())
	})

	/** A process that has forked an engine, which is now at `work`. */
	const startParent = async (work: string) => {
		const parent = fork(parentScript, [engineEntry, model, work, String(protocolVersion)], {
			stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
		})
		const [pid] = (await once(parent, 'message')) as [number]
		expect(isAlive(pid)).toBe(true)
		return { parent, pid }
	}

	it.each(['start', 'load', 'prefill', 'decode', 'idle'])('ends when its parent is killed: %s', async (work) => {
		const { parent, pid } = await startParent(work)
		parent.kill('SIGKILL')
		await gone(pid)
	})

	it.runIf(process.platform === 'linux')('ends when its parent is killed and its connection stays open', async () => {
		const parent = fork(parentScript, [engineEntry, model, 'share', String(protocolVersion)], {
			stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
		})
		const [[engine, holder]] = (await once(parent, 'message')) as [[number, number]]
		parent.kill('SIGKILL')
		await once(parent, 'exit')
		expect(isAlive(engine)).toBe(true)
		await gone(engine)
		process.kill(holder, 'SIGKILL')
	})

	it('ends when only its connection is cut', async () => {
		const engine = await engines.initialized()
		engine.child.disconnect()
		await gone(engine.pid)
	})

	it('ends with 0 after shutdown, which answers first', async () => {
		const { engine } = await engines.loaded({ ...starter, contextSize: 1_024 })
		expect(await engine.request('shutdown', {})).toEqual({})
		expect(await engine.exited).toEqual([0, null])
		expect(engine.output).toBe('')
	})

	it.each([
		['before anything is loaded', async () => engines.initialized()],
		[
			'in the middle of a load',
			async () => {
				const engine = await engines.initialized()
				await new Promise<void>((resolve) => {
					engine.load({ path: model, contextSize: 2_048 }, () => resolve()).catch(() => {})
				})
				return engine
			},
		],
	])('ends with 0 after shutdown %s', async (_when, start) => {
		const engine = await start()
		await engine.request('shutdown', {})
		expect(await engine.exited).toEqual([0, null])
		expect(engine.output).toBe('')
	})

	it.each([
		['prompt', { prefix: 'a'.repeat(1_800), maxTokens: 10 }],
		['text', { prefix: 'a', maxTokens: 2_000 }],
	])('ends with 0 after shutdown in the middle of a %s, and settles what waits', async (place, params) => {
		const { engine } = await engines.loaded({ path: model, contextSize: 2_048 })
		const running = engine.start(params)
		const waiting = engine.start(params)
		await (place === 'text' ? running.firstPiece : engine.request('ping', {}))
		expect(await engine.request('shutdown', {})).toEqual({})
		expect((await running.answer).stopReason).toBe('cancelled')
		expect((await waiting.answer).stopReason).toBe('cancelled')
		expect(await engine.exited).toEqual([0, null])
		expect(engine.output).toBe('')
		expect(isAlive(engine.pid)).toBe(false)
	})

	it('says what it is when it is started by hand', async () => {
		const child = spawn(process.execPath, [engineEntry], { stdio: ['ignore', 'ignore', 'pipe'] })
		let output = ''
		child.stderr.on('data', (chunk) => {
			output += chunk
		})
		expect(await once(child, 'exit')).toEqual([2, null])
		expect(output).toContain('Alcove')
	})

	it.runIf(process.platform === 'linux')('does not compute while nothing is asked of it', async () => {
		const { engine } = await engines.loaded({ ...starter, contextSize: 1_024 })
		await engine.complete({ prefix: 'const a = ', maxTokens: 32 })
		// Times in /proc are in hundredths of a second.
		const cpuTicks = () => {
			const fields = readFileSync(`/proc/${engine.pid}/stat`, 'utf8')
				.replace(/^.*\) /s, '')
				.split(' ')
			return Number(fields[11]) + Number(fields[12])
		}
		// What follows a request: garbage collection, threads that come to rest.
		await sleep(1_000)
		const before = cpuTicks()
		await sleep(3_000)
		expect(cpuTicks() - before).toBeLessThanOrEqual(3)
	})
})
