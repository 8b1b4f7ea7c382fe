import {
	chmodSync,
	copyFileSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	utimesSync,
	writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LlamaLibrary, openLibrary } from '../../src/engine/llama/library.ts'
import { silentLogger } from '../../src/shared/logger.ts'
import { starter, temporaryFolder } from '../engineFiles.ts'
import { completeInProcess, type Loading, loadInProcess } from './inProcessLoad.ts'

describe('what was measured on this machine', () => {
	let library: LlamaLibrary

	beforeAll(async () => {
		library = await openLibrary('off', silentLogger)
	})

	afterAll(() => library.llama.dispose())

	/** One load, which is over again. */
	async function load(loading: Partial<Loading> & { cacheDirectory: string }) {
		const loaded = await loadInProcess(library, { path: starter.path, ...loading })
		const { text } = await completeInProcess(loaded, 'const a = ')
		await loaded.model.dispose()
		return { ...loaded, text }
	}

	const profilesIn = (cacheDirectory: string) =>
		readdirSync(join(cacheDirectory, 'tuning')).map((name) => join(cacheDirectory, 'tuning', name))

	it('is used by the next load, which measures nothing', async () => {
		const cacheDirectory = join(temporaryFolder(), 'cache')
		const first = await load({ cacheDirectory, draftPath: starter.draftPath })
		const second = await load({ cacheDirectory, draftPath: starter.draftPath })
		expect([first.source, second.source]).toEqual(['measured', 'profile'])
		// Both contexts are opened; what calls cost is measured only once.
		expect([first.measurings, second.measurings]).toEqual([4, 2])
		expect(first.summary.verifyCurve.length).toBeGreaterThan(3)
		expect(second.summary.verifyCurve).toEqual(first.summary.verifyCurve)
		expect(second.text).toBe(first.text)
		const settings = ({ summary }: typeof first) => {
			const { threads, batchSize, flashAttention, kvType, memoryBytes } = summary
			return { threads, batchSize, flashAttention, kvType, memoryBytes }
		}
		expect(settings(second)).toEqual(settings(first))
		expect(profilesIn(cacheDirectory)).toHaveLength(1)
	})

	it('is for its owner only', async () => {
		const cacheDirectory = join(temporaryFolder(), 'cache')
		await load({ cacheDirectory })
		expect(statSync(join(cacheDirectory, 'tuning')).mode & 0o777).toBe(0o700)
		for (const path of profilesIn(cacheDirectory)) expect(statSync(path).mode & 0o777).toBe(0o600)
	})

	it('is not used for another file, context size or draft model', async () => {
		const cacheDirectory = join(temporaryFolder(), 'cache')
		const path = join(temporaryFolder(), 'copy.gguf')
		copyFileSync(starter.path, path)
		chmodSync(path, 0o600)
		expect((await load({ cacheDirectory, path })).source).toBe('measured')
		expect((await load({ cacheDirectory, path })).source).toBe('profile')
		expect((await load({ cacheDirectory, path, contextSize: 512 })).source).toBe('measured')
		expect((await load({ cacheDirectory, path, draftPath: starter.draftPath })).source).toBe('measured')
		utimesSync(path, 1_000, 1_000)
		expect((await load({ cacheDirectory, path })).source).toBe('measured')
	})

	it.each([
		['is cut off', (text: string) => text.slice(0, text.length / 2)],
		['is empty', () => ''],
		['is no profile', () => '{"format":2}'],
		['is of another format', (text: string) => text.replace(/"format":\d+/, '"format":0')],
		['has a time below zero', (text: string) => text.replace(/"ms":/, '"ms":-')],
		['is of another key', (text: string) => text.replace(/"key":"./, '"key":"x')],
		['is of the future', (text: string) => text.replace(/"measuredAt":/, '"measuredAt":9')],
		['is old', (text: string) => text.replace(/"measuredAt":\d+/, '"measuredAt":1000')],
		['is far too long', (text: string) => text + ' '.repeat(1 << 20)],
	])('is measured again where the file %s', async (_what, change) => {
		const cacheDirectory = join(temporaryFolder(), 'cache')
		await load({ cacheDirectory })
		const [path = ''] = profilesIn(cacheDirectory)
		const text = readFileSync(path, 'utf8')
		expect(change(text)).not.toBe(text)
		writeFileSync(path, change(text))
		expect((await load({ cacheDirectory })).source).toBe('measured')
		expect((await load({ cacheDirectory })).source).toBe('profile')
	})

	it('is done without where the cache cannot be had, which the log says once', async () => {
		const file = join(temporaryFolder(), 'file')
		writeFileSync(file, '')
		const { source, logger } = await load({ cacheDirectory: join(file, 'cache') })
		expect(source).toBe('measured')
		expect(logger.events().filter((event) => event === 'engine.cacheUnavailable')).toHaveLength(1)
	})

	it('is done without where it cannot be written', async () => {
		const cacheDirectory = join(temporaryFolder(), 'cache')
		await load({ cacheDirectory })
		const [path = ''] = profilesIn(cacheDirectory)
		// A folder in its place can neither be read nor replaced, not even by root.
		rmSync(path)
		mkdirSync(join(path, 'inside'), { recursive: true })
		const { source, text, logger } = await load({ cacheDirectory })
		expect(source).toBe('measured')
		expect(text).not.toBe('')
		expect(logger.events()).toContain('engine.profileNotKept')
		expect(profilesIn(cacheDirectory)).toEqual([path])
	})
})
