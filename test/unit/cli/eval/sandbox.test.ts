import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parseInfillingTasks, programOf } from '../../../../src/cli/eval/infillingTasks.ts'
import { makeSandbox, type Sandbox } from '../../../../src/cli/eval/sandbox.ts'

// Real programs, in Python, as a model might write them.

const folder = mkdtempSync(join(tmpdir(), 'alcove-sandbox-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const signal = new AbortController().signal
const options = { python: 'python3', timeoutMs: 20_000, isConfined: true }
const hasPython = spawnSync('python3', ['--version']).status === 0

function whyNotConfined(): string | undefined {
	if (!hasPython) return 'there is no Python'
	try {
		makeSandbox(options)
		return undefined
	} catch (error) {
		return error instanceof Error ? error.message : String(error)
	}
}

const run = (sandbox: Sandbox, program: string, end = signal) =>
	sandbox.run((proof) => `${program}\nprint(${JSON.stringify(proof)})\n`, end)

describe.each([true, false])('programs (in a sandbox: %s)', (isConfined) => {
	const why = isConfined ? whyNotConfined() : hasPython ? undefined : 'there is no Python'
	const sandbox = why === undefined ? makeSandbox({ ...options, isConfined }) : undefined
	const test = (name: string, body: (sandbox: Sandbox) => Promise<void>) =>
		it(name, async ({ skip }) => {
			if (!sandbox) return skip(why)
			await body(sandbox)
		})

	test('pass where they come to their end', async (sandbox) => {
		expect(await run(sandbox, 'import math\nassert math.gcd(4, 6) == 2')).toEqual({ kind: 'passed' })
	})

	test('fail where they break, and say why', async (sandbox) => {
		expect(await run(sandbox, 'assert 1 == 2, "no"')).toEqual({ kind: 'failed', why: 'AssertionError: no' })
		expect(await run(sandbox, 'def f(:')).toMatchObject({ kind: 'failed', why: expect.stringContaining('SyntaxError') })
	})

	test('fail where they end well, too early', async (sandbox) => {
		const why = 'it ended before its test did'
		expect(await run(sandbox, 'import sys\nsys.exit(0)')).toEqual({ kind: 'failed', why })
		expect(await run(sandbox, 'import os\nos._exit(0)')).toEqual({ kind: 'failed', why })
	})

	test('may say a lot', async (sandbox) => {
		expect(await run(sandbox, 'print("x" * 5_000_000)')).toEqual({ kind: 'passed' })
	})

	test('have no more memory than a program needs', async (sandbox) => {
		expect(await run(sandbox, 'x = bytearray(4_000_000_000)')).toEqual({ kind: 'failed', why: 'MemoryError' })
	})

	test('have only so much time', async () => {
		const short = makeSandbox({ ...options, isConfined, timeoutMs: 1_500 })
		const forks = 'import subprocess, sys\nsubprocess.run([sys.executable, "-c", "import time; time.sleep(600)"])'
		for (const program of ['while True: pass', forks]) expect(await run(short, program)).toEqual({ kind: 'timeout' })
	})

	test('end when nobody waits for them any more', async (sandbox) => {
		const stop = new AbortController()
		const outcome = run(sandbox, 'while True: pass', stop.signal)
		setTimeout(() => stop.abort(), 300)
		expect(await outcome).toMatchObject({ kind: 'failed' })
	})
})

describe('tasks of our own', () => {
	const file = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'infilling.jsonl')
	const text = readFileSync(file, 'utf8')
	const fillings = text
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line).canonical_solution as string)
	const tasks = parseInfillingTasks(text, file)
	const why = whyNotConfined()

	it.each(tasks.map((task, at) => [task.id, task, fillings[at] ?? ''] as const))(
		'%s passes with its own line, and with no other',
		async (_, task, filling) => {
			const sandbox = makeSandbox({ ...options, isConfined: why === undefined })
			expect(await sandbox.run((proof) => programOf(task, filling, proof), signal)).toEqual({ kind: 'passed' })
			for (const other of ['', '        pass\n', '        if True:\n', ' 5 + 31']) {
				expect(await sandbox.run((proof) => programOf(task, other, proof), signal)).toMatchObject({ kind: 'failed' })
			}
		},
	)
})

describe('a sandbox', () => {
	const why = whyNotConfined()
	const confined = (name: string, body: (sandbox: Sandbox, open: Sandbox) => Promise<void>) =>
		it(name, async ({ skip }) => {
			if (why !== undefined) return skip(why)
			// The same without it, or what is refused could be impossible anyway.
			await body(makeSandbox(options), makeSandbox({ ...options, isConfined: false }))
		})

	confined('has no network, not even this machine’s', async (sandbox, open) => {
		const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1')
		await new Promise((resolve) => server.once('listening', resolve))
		const address = server.address()
		const port = typeof address === 'object' ? address?.port : 0
		const program = `import socket\nsocket.create_connection(("127.0.0.1", ${port}), 5)`
		expect(await run(open, program)).toEqual({ kind: 'passed' })
		expect(await run(sandbox, program)).toMatchObject({ why: expect.stringContaining('ConnectionRefusedError') })
		server.close()
	})

	confined('keeps the user’s files from being read', async (sandbox, open) => {
		const file = join(folder, 'diary.txt')
		writeFileSync(file, 'dear diary')
		const program = `open(${JSON.stringify(file)}).read()`
		expect(await run(open, program)).toEqual({ kind: 'passed' })
		expect(await run(sandbox, program)).toMatchObject({ why: expect.stringContaining('FileNotFoundError') })
	})

	confined('keeps all files from being written', async (sandbox) => {
		const file = join(folder, 'made.txt')
		expect(await run(sandbox, `open(${JSON.stringify(file)}, "w").write("x")`)).toMatchObject({ kind: 'failed' })
		expect(existsSync(file)).toBe(false)
		expect(await run(sandbox, 'open("/etc/hostname", "a").write("x")')).toMatchObject({ kind: 'failed' })
		expect(await run(sandbox, 'open("/usr/made", "w").write("x")')).toMatchObject({ kind: 'failed' })
		// A program may write, where nobody finds it.
		expect(await run(sandbox, 'open("/tmp/made", "w").write("x")')).toEqual({ kind: 'passed' })
		expect(existsSync('/tmp/made')).toBe(false)
	})

	confined('knows nothing of the environment and of other processes', async (sandbox) => {
		expect(await run(sandbox, 'import os\nassert "HOME" not in os.environ and "USER" not in os.environ')).toEqual({
			kind: 'passed',
		})
		const processes = 'import os\nassert len([p for p in os.listdir("/proc") if p.isdigit()]) < 6'
		expect(await run(sandbox, processes)).toEqual({ kind: 'passed' })
	})

	it('needs Python', () => {
		expect(() => makeSandbox({ ...options, python: 'no-such-python' })).toThrow(
			"'no-such-python' is none: install Python 3",
		)
	})

	it('that does not work is none', async ({ skip }) => {
		if (process.platform !== 'linux' || !hasPython) return skip('there is no Python, or no Linux')
		const path = process.env.PATH
		const python = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).stdout.trim()
		// A program that knows nothing of the options. A link: a file that was just written may be busy where others fork.
		symlinkSync('/bin/ls', join(folder, 'bwrap'))
		try {
			process.env.PATH = folder
			expect(() => makeSandbox({ ...options, python })).toThrow(/Bubblewrap does not work here \(.+\)/)
			process.env.PATH = join(folder, 'nowhere')
			expect(() => makeSandbox({ ...options, python })).toThrow('install Bubblewrap')
		} finally {
			process.env.PATH = path
		}
	})
})
