import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StateStore } from '../../../src/engine/cache/stateStore.ts'
import { RecordingLogger } from '../../fakes/recordingLogger.ts'

const space = 'a'.repeat(64)
/** A thousand tokens of one text, and as many as are wanted. */
const text = (seed: number, length = 1_000) => Array.from({ length }, (_, i) => seed * 10_000 + i)

describe('the store of KV states', () => {
	let folder: string
	let logger: RecordingLogger

	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'alcove-states-'))
		logger = new RecordingLogger()
	})

	afterEach(() => rmSync(folder, { recursive: true, force: true }))

	const open = (limit?: number) => new StateStore(async () => folder, logger, limit)
	/** Writes what llama.cpp's files begin with, and as many bytes. */
	const writing = (bytes = 1_000) => {
		return async (path: string) => {
			const content = Buffer.alloc(bytes, 7)
			content.writeUInt32LE(0x67677371)
			await writeFile(path, content)
			return bytes
		}
	}
	const read = async (store: StateStore, prompt: readonly number[]) => {
		const match = await store.find(space, prompt)
		return match ? store.load(match, async () => {}) : false
	}

	it('finds what begins alike, as far as it does, also of another engine', async () => {
		const store = open()
		await store.save(space, text(1), writing())
		await store.save(space, text(2), writing())
		const prompt = [...text(2, 700), ...text(3, 50)]
		for (const one of [store, open()]) {
			expect((await one.find(space, prompt))?.shared).toBe(640)
			expect((await one.find(space, text(1)))?.shared).toBe(960)
			expect(await one.find(space, text(3))).toBeUndefined()
			expect(await one.find('b'.repeat(64), text(1))).toBeUndefined()
		}
	})

	it('lets those go that were not used for the longest time', async () => {
		const store = open(2_500)
		await store.save(space, text(1), writing())
		await store.save(space, text(2), writing())
		for (const [i, name] of readdirSync(folder).entries()) utimesSync(join(folder, name), 1_000 + i, 1_000 + i)
		expect(await read(store, text(1))).toBe(true)
		await store.save(space, text(3), writing())
		expect(await read(store, text(1))).toBe(true)
		expect(await read(store, text(2))).toBe(false)
		expect(await read(store, text(3))).toBe(true)
		expect(readdirSync(folder)).toHaveLength(4)
	})

	it('keeps one state of a text that grows', async () => {
		const store = open()
		await store.save(space, text(1, 1_030), writing())
		await store.save(space, text(1, 2_000), writing())
		expect(readdirSync(folder)).toHaveLength(2)
		expect((await store.find(space, text(1, 2_000)))?.entry.tokens).toBe(2_000)
	})

	it.each([
		['is not written whole', async (path: string) => (await writing(900)(path)) + 100],
		['cannot be written', () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }))],
	])('leaves nothing where a state %s, and goes on', async (_what, write) => {
		const store = open()
		await store.save(space, text(1), write)
		expect(readdirSync(folder)).toEqual([])
		expect(logger.events()).toEqual(['engine.stateNotKept'])
		await store.save(space, text(1), writing())
		expect(await read(store, text(1))).toBe(true)
	})

	it('removes a state that cannot be read', async () => {
		const store = open()
		await store.save(space, text(1), writing())
		const match = await store.find(space, text(1))
		expect(match && (await store.load(match, () => Promise.reject(new Error('no'))))).toBe(false)
		expect(readdirSync(folder)).toEqual([])
	})

	it('does not take a file that llama.cpp did not write, whatever its entry says', async () => {
		const store = open()
		await store.save(space, text(1), async (path) => {
			await writeFile(path, 'not a state at all')
			return 18
		})
		expect(await read(store, text(1))).toBe(false)
	})

	it('clears away what engines that died in the middle left, and nothing that is being written', async () => {
		const old = ['x.state', 'x.state.99-aa.tmp']
		for (const name of [...old, 'y.state.98-bb.tmp', 'z.state']) writeFileSync(join(folder, name), '')
		for (const name of old) utimesSync(join(folder, name), 1_000, 1_000)
		const store = open()
		expect(await store.find(space, text(1))).toBeUndefined()
		await store.save(space, text(1), writing())
		const left = readdirSync(folder).filter((name) => !name.startsWith('aaaa'))
		expect(left.sort()).toEqual(['y.state.98-bb.tmp', 'z.state'])
	})

	it('forgets all', async () => {
		const store = open()
		await store.save(space, text(1), writing())
		writeFileSync(join(folder, 'y.state.98-bb.tmp'), '')
		await store.clear()
		expect(readdirSync(folder)).toEqual([])
		expect(await store.find(space, text(1))).toBeUndefined()
	})
})
