import { fork } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

// Real processes, and a real server that they try to reach.

const here = fileURLToPath(new URL('.', import.meta.url))
const work = mkdtempSync(join(tmpdir(), 'alcove-lock-'))
const server = createServer((_, response) => response.end('reached'))
let port = 0
let requests = 0
server.on('connection', () => requests++)

beforeAll(async () => {
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
	port = (server.address() as AddressInfo).port
	const common = { bundle: true, platform: 'node', logLevel: 'warning' } as const
	// As an ES module: what it imports by name is bound before it is locked.
	await build({ ...common, entryPoints: [join(here, 'doors.ts')], outfile: join(work, 'doors.mjs'), format: 'esm' })
	await build({ ...common, entryPoints: [join(here, 'lockedThread.ts')], outfile: join(work, 'lockedThread.cjs') })
	await build({
		...common,
		entryPoints: [join(here, '../../../src/lockdown/preload.ts')],
		outfile: join(work, 'preload.cjs'),
		format: 'cjs',
	})
	writeFileSync(join(work, 'child.cjs'), 'setTimeout(() => {}, 50)')
})
afterAll(() => {
	server.closeAllConnections()
	server.close()
	rmSync(work, { recursive: true, force: true })
})

function tryDoors(mode: 'open' | 'locked'): Promise<Record<string, string>> {
	const child = fork(join(work, 'doors.mjs'), [mode, String(port), join(work, 'child.cjs')], {
		execArgv: mode === 'locked' ? ['--require', join(work, 'preload.cjs')] : [],
		stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
	})
	return new Promise((resolve, reject) => {
		child.once('message', (outcomes) => resolve(outcomes as Record<string, string>))
		child.once('exit', (code) => reject(new Error(`ended with ${code}`)))
	})
}

describe('a locked process', () => {
	it('is refused at every door, and nobody hears of it', async () => {
		const before = requests
		const outcomes = await tryDoors('locked')
		expect(Object.entries(outcomes).filter(([, outcome]) => outcome !== 'denied')).toEqual([])
		expect(Object.keys(outcomes).length).toBeGreaterThan(30)
		expect(requests).toBe(before)
	})

	it('is compared with one that is not: there every door opens', async () => {
		const before = requests
		const outcomes = await tryDoors('open')
		expect(Object.entries(outcomes).filter(([, outcome]) => outcome !== 'open')).toEqual([])
		expect(requests).toBeGreaterThan(before + 5)
	})

	it('tells of each attempt, and may run what it was allowed to, which is locked as well', async () => {
		const child = fork(join(work, 'lockedThread.cjs'), [String(port), join(work, 'preload.cjs')], { execArgv: [] })
		const said = await new Promise((resolve, reject) => {
			child.once('message', resolve)
			child.once('exit', () => reject(new Error('ended')))
		})
		expect(said).toEqual({
			told: ['fetch', 'net.connect', 'child_process.spawn'],
			thread: 'EDENIED',
			process: 'EDENIED',
		})
		child.kill()
	})
})
