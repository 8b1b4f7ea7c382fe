import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeDownloadState } from '../../../../src/core/model/download/downloadState.ts'
import { DiskModelLibrary } from '../../../../src/node/models/diskModelLibrary.ts'
import { writeRecord } from '../../../../src/node/models/download/downloadRecord.ts'
import { neverCancelled } from '../../../../src/shared/cancellation.ts'
import { temporaryFolder } from '../../../engineFiles.ts'
import { writeModelFile } from '../../../fakes/modelFile.ts'

const record = { url: 'https://example.com/m.gguf', bytes: 1, sha256: '', verifiedBy: 'none' } as const

function setUp() {
	const homeDir = temporaryFolder()
	const folder = join(homeDir, 'downloads')
	const library = new DiskModelLibrary({
		machine: { platform: 'linux', homeDir, env: { OLLAMA_MODELS: join(homeDir, 'ollama') } },
		downloadFolder: () => folder,
		folders: () => [join(homeDir, 'mine')],
	})
	const find = async (title: string) => {
		const { models } = await library.find(neverCancelled)
		const found = models.find((model) => model.title === title)
		if (!found) throw new Error(`${title} is not there`)
		return found
	}
	return { homeDir, folder, library, find }
}

describe('a model that Alcove downloaded', () => {
	it('is removed with all its parts', async () => {
		const { folder, library, find } = setUp()
		const parts = [1, 2].map((n) => join(folder, `big-0000${n}-of-00002.gguf`))
		for (const part of parts) {
			writeModelFile(part)
			await writeRecord(part, record)
		}
		const model = await find('big')
		expect(model.isRemovable).toBe(true)
		await library.remove(model)
		for (const part of parts) expect([existsSync(part), existsSync(`${part}.alcove.json`)]).toEqual([false, false])
	})
})

describe('any other model', () => {
	it('is never removed', async () => {
		const { homeDir, folder, library, find } = setUp()
		writeModelFile(join(homeDir, 'mine', 'own.gguf'))
		await writeRecord(join(homeDir, 'mine', 'own.gguf'), record)
		writeModelFile(join(folder, 'moved-here.gguf'))
		for (const title of ['own', 'moved-here']) {
			const model = await find(title)
			expect(model.isRemovable).toBe(false)
			await expect(library.remove(model)).rejects.toThrow()
			expect(existsSync(model.path)).toBe(true)
		}
	})

	it('stays where a link from the folder of downloads leads to it', async () => {
		const { homeDir, folder, library, find } = setUp()
		const own = join(homeDir, 'elsewhere.gguf')
		writeModelFile(own)
		mkdirSync(folder, { recursive: true })
		symlinkSync(own, join(folder, 'link.gguf'))
		await writeRecord(join(folder, 'link.gguf'), record)
		await library.remove(await find('link'))
		expect(existsSync(own)).toBe(true)
	})
})

describe('downloads that are not done', () => {
	it('are listed with how far they are; damaged states are not', async () => {
		const { folder, library } = setUp()
		mkdirSync(join(folder, 'owner'), { recursive: true })
		const path = join(folder, 'owner', 'm.gguf')
		const pieces = [{ start: 0, end: 100, done: 40 }]
		const state = { url: record.url, bytes: 100, version: undefined, sha256: undefined, pieces }
		writeFileSync(`${path}.part.json`, writeDownloadState(state))
		writeFileSync(join(folder, 'damaged.gguf.part.json'), '{')
		expect(await library.unfinished()).toEqual([{ path, url: record.url, doneBytes: 40, totalBytes: 100 }])
	})

	it('are none where nothing was ever downloaded', async () => {
		expect(await setUp().library.unfinished()).toEqual([])
	})
})
