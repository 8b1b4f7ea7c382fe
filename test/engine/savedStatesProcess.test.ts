import { once } from 'node:events'
import { chmodSync, mkdirSync, readdirSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { protocolVersion } from '../../src/protocol/engine.ts'
import { temporaryFolder } from '../engineFiles.ts'
import { syntheticShapes, writeSyntheticModel } from '../synthetic/syntheticModel.ts'
import { type EngineDriver, useEngines } from './engineDriver.ts'

const contextSize = 2_048
/** As many tokens as characters. */
const text = (letter: string) => letter.repeat(1_200)

describe('KV states of an engine process', () => {
	const engines = useEngines()
	let path: string

	beforeAll(() => {
		path = join(temporaryFolder(), 'model.gguf')
		// Wide enough for a state to be some megabytes, and so to take some time.
		writeSyntheticModel(path, { ...syntheticShapes['8M'], layers: 8, kvHeads: 4, contextSize, type: 'Q8_0' })
	})

	async function start(cacheDirectory: string, options: Parameters<typeof engines.start>[0] = {}) {
		const engine = engines.start(options)
		await engine.request('initialize', { protocolVersion, gpu: 'off', cacheDirectory })
		await engine.request('configure', { saveStates: true })
		await engine.load({ path, contextSize })
		return engine
	}

	const ask = (engine: EngineDriver, letter: string) => engine.complete({ prefix: text(letter), maxTokens: 8 })
	const events = (engine: EngineDriver) => engine.log.map(({ event }) => event)

	it('are kept when it ends in an orderly way, and used by the next one', async () => {
		const cacheDirectory = join(temporaryFolder(), 'cache')
		const first = await start(cacheDirectory)
		const before = await ask(first, 'a')
		await first.request('shutdown', {})
		expect(await first.exited).toEqual([0, null])
		const second = await start(cacheDirectory)
		const after = await ask(second, 'a')
		expect(after.stats.reusedTokens).toBe(before.stats.promptTokens - 1)
		expect(after.text).toBe(before.text)
		// Also where the text has changed at its end.
		const edited = await second.complete({ prefix: `${text('a')}xyz`, maxTokens: 8 })
		expect(edited.stats.reusedTokens).toBeGreaterThan(1_000)
	})

	it('are none where it was killed while it saved one', async () => {
		const cacheDirectory = join(temporaryFolder(), 'cache')
		const states = join(cacheDirectory, 'states')
		const first = await start(cacheDirectory)
		const before = await ask(first, 'a')
		mkdirSync(states, { recursive: true })
		const watcher = watch(states)
		const begun = once(watcher, 'change')
		const interrupted = ask(first, 'b').catch(() => undefined)
		await begun
		await first.kill()
		watcher.close()
		await interrupted
		expect(readdirSync(states).filter((name) => name.endsWith('.json'))).toEqual([])
		expect(readdirSync(states)).not.toEqual([])
		const second = await start(cacheDirectory)
		const after = await ask(second, 'a')
		expect(after.stats.reusedTokens).toBe(0)
		expect(after.text).toBe(before.text)
		expect(events(second)).not.toContain('engine.stateRefused')
	})

	it.skipIf(process.platform === 'win32')('are done without where they do not fit on the disk', async () => {
		const folder = temporaryFolder()
		const cacheDirectory = join(folder, 'cache')
		// A limit for each file stands for a full disk: half a megabyte. A write beyond it fails where the signal is caught.
		const limited = join(folder, 'limited.sh')
		writeFileSync(limited, `#!/bin/sh\nulimit -f 1024\nexec "${process.execPath}" "$@"\n`)
		chmodSync(limited, 0o700)
		const caught = join(folder, 'caught.cjs')
		writeFileSync(caught, `process.on('SIGXFSZ', () => {})`)
		const engine = await start(cacheDirectory, { execPath: limited, env: { NODE_OPTIONS: `--require=${caught}` } })
		const before = await ask(engine, 'a')
		await ask(engine, 'b')
		expect(events(engine)).toContain('engine.stateNotKept')
		expect(readdirSync(join(cacheDirectory, 'states'))).toEqual([])
		const again = await ask(engine, 'a')
		expect(again.text).toBe(before.text)
		await engine.request('shutdown', {})
		expect(await engine.exited).toEqual([0, null])
		expect(readdirSync(join(cacheDirectory, 'states'))).toEqual([])
	})
})
