import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { takeFileLock, withFileLock } from '../../../src/node/fileLock.ts'

const folder = mkdtempSync(join(tmpdir(), 'alcove-lock-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
const newPath = () => join(folder, `lock${files++}`)
/** Of a process that has ended. */
const deadPid = () => spawnSync(process.execPath, ['-e', '']).pid

describe('a lock', () => {
	it('is had by one at a time, and by the next one when it is given back', async () => {
		const path = newPath()
		const release = await takeFileLock(path, 0)
		expect(await takeFileLock(path, 0)).toBeUndefined()
		expect(await takeFileLock(path, 50)).toBeUndefined()
		await release?.()
		expect(existsSync(path)).toBe(false)
		expect(await takeFileLock(path, 0)).toBeDefined()
	})

	it('of a process that died is taken at once, however short the patience', async () => {
		const path = newPath()
		writeFileSync(path, `${deadPid()} abc`)
		const release = await takeFileLock(path, 0)
		expect(readFileSync(path, 'utf8')).toMatch(new RegExp(`^${process.pid} `))
		await release?.()
	})

	it('that was taken away meanwhile is not given back for the one who has it now', async () => {
		const path = newPath()
		const release = await takeFileLock(path, 0)
		writeFileSync(path, `${process.pid} another`)
		await release?.()
		expect(readFileSync(path, 'utf8')).toBe(`${process.pid} another`)
	})

	it('lets many through one after the other, and is free after a failure', async () => {
		const path = newPath()
		let inside = 0
		const most = { inside: 0 }
		const work = async () => {
			inside++
			most.inside = Math.max(most.inside, inside)
			await new Promise((resolve) => setTimeout(resolve, 2))
			inside--
		}
		await Promise.all(Array.from({ length: 12 }, () => withFileLock(path, work)))
		expect(most.inside).toBe(1)
		const failing = withFileLock(path, () => Promise.reject(new Error('no')))
		await expect(failing).rejects.toThrow('no')
		expect(existsSync(path)).toBe(false)
	})
})
