import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { forkEngine } from '../../src/node/engine/engineProcess.ts'

const scripts = join(import.meta.dirname, 'scripts')

interface Environment {
	readonly params: { readonly execArgv: string[]; readonly names: string[]; readonly cwd: string }
}

describe('forkEngine', () => {
	const saved = { ...process.env }

	afterEach(() => {
		process.env = { ...saved }
	})

	it('starts a process without the options and variables of the editor', async () => {
		process.env.NODE_OPTIONS = '--no-warnings'
		process.env.VSCODE_PID = '1'
		process.env.ALCOVE_TEST_KEPT = '1'
		const script = join(scripts, 'environment.cjs')
		const engine = forkEngine(script)
		const { params } = await new Promise<Environment>((resolve) => {
			engine.reader.listen((message) => resolve(message as unknown as Environment))
		})
		engine.kill()
		await engine.exited
		expect(params.execArgv).toEqual([])
		expect(params.cwd).toBe(dirname(script))
		expect(params.names).toContain('ALCOVE_TEST_KEPT')
		expect(params.names).toContain('ELECTRON_RUN_AS_NODE')
		expect(params.names.filter((name) => /^(NODE_OPTIONS|VSCODE_)/.test(name))).toEqual([])
	})

	it('tells the signal and the last words of a process that aborts', async () => {
		const { exited } = forkEngine(join(scripts, 'dying.cjs'))
		const { code, signal, detail } = await exited
		expect(code).toBeNull()
		expect(signal).toBe('SIGABRT')
		expect(detail).toContain('GGML_ASSERT(n_tokens > 0) failed')
		expect(detail.length).toBeLessThan(1_100)
	})

	it('tells the exit of a script that is not there', async () => {
		const engine = forkEngine(join(scripts, 'none.cjs'))
		expect(engine.pid).toBeGreaterThan(0)
		const { code, detail } = await engine.exited
		expect(code).toBe(1)
		expect(detail).toContain('Cannot find module')
	})

	it('tells that no process could be started', async () => {
		const engine = forkEngine(join(scripts, 'no-such-folder', 'none.cjs'))
		expect(engine.pid).toBeUndefined()
		expect(await engine.exited).toMatchObject({ code: null, signal: null, detail: expect.stringContaining('ENOENT') })
	})
})
