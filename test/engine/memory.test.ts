import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkModelFile } from '../../src/engine/llama/checkModelFile.ts'
import { type LlamaLibrary, openLibrary } from '../../src/engine/llama/library.ts'
import { contextBytes, memoryNeeded } from '../../src/gguf/memoryNeed.ts'
import { silentLogger } from '../../src/shared/logger.ts'
import { starter, temporaryFolder } from '../engineFiles.ts'
import { type SyntheticModel, syntheticShapes, writeSyntheticModel } from '../synthetic/syntheticModel.ts'
import { useEngines } from './engineDriver.ts'
import { completeInProcess, type Loading, loadInProcess } from './inProcessLoad.ts'

const folder = temporaryFolder()

function written(name: string, model: Omit<SyntheticModel, 'words'>): string {
	const path = join(folder, `${name}.gguf`)
	writeSyntheticModel(path, { ...model, words: true })
	return path
}

/** What a process holds of its own, and of files that are mapped, in bytes. */
function memoryOf(pid: number) {
	const status = readFileSync(`/proc/${pid}/status`, 'utf8')
	const bytes = (name: string) => 1_024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1])
	return { own: bytes('RssAnon'), ofFiles: bytes('RssFile') }
}

describe('the memory that a model is said to need', () => {
	const engines = useEngines()

	it('is about what its process takes when the context is nearly full', async () => {
		// Of a smaller model, what JavaScript has not given back yet would be too large a part.
		const contextSize = 2_048
		const path = written('large', { ...syntheticShapes['60M'], contextSize, type: 'F16' })
		const engine = await engines.initialized()
		// The library comes with the first model, and is no model's.
		await engine.load({ path: starter.path, contextSize: 256 })
		await engine.complete({ prefix: 'const a = ', maxTokens: 8 })
		const before = memoryOf(engine.pid)
		const { memoryBytes } = await engine.load({ path, contextSize })
		const { stats } = await engine.complete({ prefix: 'x'.repeat(contextSize * 2), maxTokens: 2 })
		expect(stats.promptTokens).toBeGreaterThan(contextSize * 0.6)
		const after = memoryOf(engine.pid)
		const own = after.own - before.own
		// For some processors (AMX) the weights are copied in another order; what is mapped of the file then is nobody's need.
		const taken = own > statSync(path).size ? own : own + after.ofFiles - before.ofFiles
		// What JavaScript has not given back yet counts as taken, here up to a fifth of it.
		expect(memoryBytes / taken).toBeGreaterThan(0.7)
		expect(memoryBytes / taken).toBeLessThan(1.4)
	})
})

describe('where memory is short', () => {
	const contextSize = 4_096
	let library: LlamaLibrary
	let path: string
	let needed: { readonly usual: number; readonly lean: number; readonly least: number }

	beforeAll(async () => {
		library = await openLibrary('off', silentLogger)
		path = written('small', { ...syntheticShapes['8M'], contextSize, type: 'Q8_0' })
		const file = await checkModelFile(path)
		const shape = { contextSize, flashAttention: false, kvType: 'f16' } as const
		needed = {
			usual: memoryNeeded(file, { ...shape, batchSize: 256 }),
			lean: memoryNeeded(file, { ...shape, batchSize: 64 }),
			least: memoryNeeded(file, { ...shape, batchSize: 64, flashAttention: true, kvType: 'q8_0' }),
		}
	})

	afterAll(() => library.llama.dispose())

	async function load(availableMemory: number) {
		const loading: Loading = { path, contextSize, availableMemory }
		const loaded = await loadInProcess(library, loading)
		const { text } = await completeInProcess(loaded, ' ab')
		await loaded.model.dispose()
		return { ...loaded.summary, text }
	}

	it('takes smaller batches, then smaller keys and values, and keeps the context that was asked for', async () => {
		expect(needed.usual).toBeGreaterThan(needed.lean)
		expect(needed.lean).toBeGreaterThan(needed.least)
		const ample = await load(needed.usual * 2)
		expect(ample).toMatchObject({ contextSize, kvType: 'f16' })
		const lean = await load(needed.lean)
		expect(lean).toMatchObject({ contextSize, kvType: 'f16', batchSize: 64, flashAttention: false })
		const least = await load(needed.least)
		expect(least).toMatchObject({ contextSize, kvType: 'q8_0', batchSize: 64, flashAttention: true })
		expect(least.memoryBytes).toBe(Math.ceil(needed.least))
		// What the model says depends on the last token only.
		expect([lean.text, least.text]).toEqual([ample.text, ample.text])
	})

	it('takes as much context as there is room for twice, where less is of use as well', async () => {
		const file = await checkModelFile(path)
		const twice = (size: number) => {
			const shape = { contextSize: size, batchSize: 256, flashAttention: false, kvType: 'f16' } as const
			return Math.ceil(memoryNeeded(file, shape) + contextBytes(file, shape))
		}
		const sizeWith = async (availableMemory: number) => {
			const loaded = await loadInProcess(library, { path, contextSize, leastContextSize: 1_024, availableMemory })
			await loaded.model.dispose()
			return loaded.summary.contextSize
		}
		expect(await sizeWith(twice(4_096))).toBe(4_096)
		expect(await sizeWith(twice(4_096) - 1)).toBe(2_048)
		expect(await sizeWith(twice(2_048) - 1)).toBe(1_024)
	})

	it('refuses with numbers where nothing helps', async () => {
		const availableBytes = Math.floor(needed.least) - 1
		await expect(load(availableBytes)).rejects.toMatchObject({
			data: { code: 'modelTooLarge', file: path, neededBytes: Math.ceil(needed.least), availableBytes },
		})
	})
})
