import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'esbuild'
import { beforeAll, describe, expect, it } from 'vitest'
import { engineEntry, temporaryFolder, writeTalkativeModel } from '../engineFiles.ts'
import { gone, isAlive } from './processes.ts'

describe('an engine whose owner goes away', () => {
	const folder = temporaryFolder()
	const ownerScript = join(folder, 'modelOwner.mjs')
	let model: string

	beforeAll(async () => {
		model = writeTalkativeModel(folder)
		await build({
			entryPoints: [join(import.meta.dirname, 'scripts', 'modelOwner.ts')],
			outfile: ownerScript,
			bundle: true,
			platform: 'node',
			format: 'esm',
			target: 'node20',
			// The bundled library is CommonJS and asks for Node's own modules.
			banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)" },
			logLevel: 'warning',
		})
	})

	/** Starts the owner; resolves when its engine works. */
	const startOwner = async (manner: string) => {
		const owner = spawn(process.execPath, [ownerScript, engineEntry, model, manner], {
			stdio: ['ignore', 'pipe', 'inherit'],
		})
		const ended = once(owner, 'exit')
		const [line] = (await once(createInterface(owner.stdout), 'line')) as [string]
		return { owner, ended, enginePid: Number(line) }
	}

	it.each([
		['busy', 'in the middle of a request'],
		['waits', 'between requests'],
	])('ends when the owner is killed: %s (%s)', async (manner) => {
		const { owner, ended, enginePid } = await startOwner(manner)
		expect(isAlive(enginePid)).toBe(true)
		owner.kill('SIGKILL')
		expect(await ended).toEqual([null, 'SIGKILL'])
		await gone(enginePid)
	})

	it('ends when the owner exits without a word', async () => {
		const { ended, enginePid } = await startOwner('exits')
		expect(await ended).toEqual([0, null])
		await gone(enginePid)
	})

	it('ends with dispose, which leaves nothing that keeps the owner alive', async () => {
		const { ended, enginePid } = await startOwner('disposes')
		expect(await ended).toEqual([0, null])
		expect(isAlive(enginePid)).toBe(false)
	})
})
