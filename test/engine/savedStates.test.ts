import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LlamaLibrary, openLibrary } from '../../src/engine/llama/library.ts'
import { silentLogger } from '../../src/shared/logger.ts'
import { starter, temporaryFolder } from '../engineFiles.ts'
import { completeInProcess, type Loading, loadInProcess } from './inProcessLoad.ts'

/** Code, which the starter model sees as some seven hundred tokens. */
function codeOf(name: string): string {
	return Array.from({ length: 54 }, (_, i) => `const ${name}${i} = compute(${i}, '${name}')\n`).join('')
}

describe('KV states on disk', () => {
	let library: LlamaLibrary

	beforeAll(async () => {
		library = await openLibrary('off', silentLogger)
	})

	afterAll(() => library.llama.dispose())

	async function load(cacheDirectory: string, allowed = true, loading: Partial<Loading> = {}) {
		const loaded = await loadInProcess(library, { path: starter.path, contextSize: 2_048, ...loading, cacheDirectory })
		if (allowed) await loaded.cache?.allowStates(true)
		return loaded
	}

	/** Asks one thing of a model that is loaded for it, and lets it go: what a run of the engine is. */
	async function run(cacheDirectory: string, prefix: string, allowed = true, loading: Partial<Loading> = {}) {
		const loaded = await load(cacheDirectory, allowed, loading)
		const { text, stats } = await completeInProcess(loaded, prefix)
		await loaded.model.dispose()
		return { text, stats, events: loaded.logger.events() }
	}

	const folder = () => join(temporaryFolder(), 'cache')
	const filesIn = (cacheDirectory: string, ending = '') =>
		readdirSync(join(cacheDirectory, 'states'))
			.filter((name) => name.endsWith(ending))
			.map((name) => join(cacheDirectory, 'states', name))

	it('are there again after a restart, with the same answer', async () => {
		const cacheDirectory = folder()
		const prefix = `${codeOf('a')}const b = `
		const first = await run(cacheDirectory, prefix)
		const second = await run(cacheDirectory, prefix)
		expect(first.stats.promptTokens).toBeGreaterThan(550)
		expect(first.stats.reusedTokens).toBe(0)
		expect(second.stats.reusedTokens).toBe(first.stats.promptTokens - 1)
		expect(second.text).toBe(first.text)
		expect(second.text).not.toBe('')
		for (const path of filesIn(cacheDirectory)) expect(statSync(path).mode & 0o777).toBe(0o600)
		expect(statSync(join(cacheDirectory, 'states')).mode & 0o777).toBe(0o700)
	})

	it('serve another prompt as far as it begins alike', async () => {
		const cacheDirectory = folder()
		const plain = await run(folder(), `${codeOf('a')}function other() { return `, false)
		await run(cacheDirectory, `${codeOf('a')}const b = `)
		const { stats, text } = await run(cacheDirectory, `${codeOf('a')}function other() { return `)
		expect(stats.reusedTokens).toBeGreaterThan(550)
		expect(stats.reusedTokens).toBeLessThan(stats.promptTokens - 1)
		expect(text).toBe(plain.text)
	})

	it('are kept of a text whose slot another one takes', async () => {
		const cacheDirectory = folder()
		const loaded = await load(cacheDirectory)
		const ask = (name: string) => completeInProcess(loaded, codeOf(name), { purpose: 'inline' })
		const first = await ask('a')
		await ask('b')
		expect(filesIn(cacheDirectory, '.state')).toHaveLength(1)
		const again = await ask('a')
		expect(again.stats.reusedTokens).toBe(first.stats.promptTokens - 1)
		expect(again.text).toBe(first.text)
		await loaded.model.dispose()
	})

	it('are neither written nor read where it is not allowed, and deleted when it is forbidden', async () => {
		const cacheDirectory = folder()
		const forbidden = await run(cacheDirectory, codeOf('a'), false)
		expect(forbidden.events).not.toContain('engine.stateSaved')
		await run(cacheDirectory, codeOf('a'))
		expect(filesIn(cacheDirectory)).toHaveLength(2)
		expect((await run(cacheDirectory, codeOf('a'), false)).stats.reusedTokens).toBe(0)
		const loaded = await load(cacheDirectory)
		await loaded.cache?.allowStates(false)
		expect(filesIn(cacheDirectory)).toEqual([])
		await loaded.model.dispose()
		expect(filesIn(cacheDirectory)).toEqual([])
	})

	it('are not kept of a short text', async () => {
		const cacheDirectory = folder()
		const { events } = await run(cacheDirectory, 'const a = ')
		expect(events).not.toContain('engine.stateSaved')
	})

	it('are of no use to another model or another context', async () => {
		const cacheDirectory = folder()
		await run(cacheDirectory, codeOf('a'))
		const other = await run(cacheDirectory, codeOf('a'), true, { contextSize: 900 })
		expect(other.stats.reusedTokens).toBe(0)
		const small = await run(cacheDirectory, codeOf('a'), true, { path: starter.draftPath })
		expect(small.stats.reusedTokens).toBe(0)
	})

	it.each([
		['the state is cut off', '.state', (bytes: Buffer) => bytes.subarray(0, bytes.length - 100)],
		['the state is empty', '.state', () => Buffer.alloc(0)],
		['one bit of the state is another', '.state', (bytes: Buffer) => flipped(bytes, bytes.length >> 1)],
		['the first bit of the state is another', '.state', (bytes: Buffer) => flipped(bytes, 0)],
		['the state is longer', '.state', (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(8)])],
		['the entry is cut off', '.json', (bytes: Buffer) => bytes.subarray(0, bytes.length - 100)],
		['the entry names another length', '.json', (bytes: Buffer) => replaced(bytes, /"tokens":\d+/, '"tokens":99999')],
	])('are not used where %s', async (_what, ending, change) => {
		const cacheDirectory = folder()
		const first = await run(cacheDirectory, codeOf('a'))
		const [path = ''] = filesIn(cacheDirectory, ending)
		const bytes = readFileSync(path)
		writeFileSync(path, change(bytes))
		const second = await run(cacheDirectory, codeOf('a'))
		expect(second.stats.reusedTokens).toBe(0)
		expect(second.text).toBe(first.text)
		// It was saved anew.
		expect((await run(cacheDirectory, codeOf('a'))).stats.reusedTokens).toBe(first.stats.promptTokens - 1)
	})
})

function flipped(bytes: Buffer, at: number): Buffer {
	const copy = Buffer.from(bytes)
	copy[at] = (copy[at] ?? 0) ^ 1
	return copy
}

function replaced(bytes: Buffer, pattern: RegExp, text: string): Buffer {
	return Buffer.from(bytes.toString('utf8').replace(pattern, text))
}
