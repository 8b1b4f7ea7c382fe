import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { linuxPower } from '../../../../src/core/model/powerSource.ts'
import { linuxSupplies, readPower } from '../../../../src/node/power/readPower.ts'

let folder = ''

beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'alcove-power-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

async function supply(name: string, files: Record<string, string>) {
	await mkdir(join(folder, name))
	for (const [file, text] of Object.entries(files)) await writeFile(join(folder, name, file), `${text}\n`)
}

describe('the supplies of Linux', () => {
	it('are read from their files, those that lack some too', async () => {
		await supply('AC', { type: 'Mains', online: '0' })
		await supply('BAT0', { type: 'Battery', status: 'Discharging', capacity: '71' })
		await supply('hidpp_battery_0', { type: 'Battery', status: 'Full', scope: 'Device', online: '1' })
		const supplies = await linuxSupplies(folder)
		expect(supplies).toHaveLength(3)
		expect(supplies).toContainEqual({ type: 'Battery', status: 'Discharging', online: undefined, scope: undefined })
		expect(linuxPower(supplies)).toBe('battery')
		await writeFile(join(folder, 'AC', 'online'), '1\n')
		expect(linuxPower(await linuxSupplies(folder))).toBe('mains')
	})

	it('are none where there is no such folder', async () => {
		expect(await linuxSupplies(join(folder, 'missing'))).toEqual([])
	})
})

describe('what this machine runs on', () => {
	it.runIf(process.platform === 'linux')('is one of what there is', async () => {
		expect(['mains', 'battery', 'unknown']).toContain(await readPower('linux', process.env))
	})

	it('is not known on a system that nobody has taught us, and is refused where its program is missing', async () => {
		expect(await readPower('aix', process.env)).toBe('unknown')
		await expect(readPower('win32', { SystemRoot: folder })).rejects.toThrow()
	})
})
