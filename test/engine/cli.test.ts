import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, it } from 'vitest'
import { runBenchmark } from '../../src/node/benchmark.ts'
import { CancellationSource, neverCancelled } from '../../src/shared/cancellation.ts'
import { starter, temporaryFolder, writeTalkativeModel } from '../engineFiles.ts'
import { descendantsOf, isAlive } from './processes.ts'

const program = join(import.meta.dirname, '..', '..', 'dist', 'cli.cjs')
const folder = temporaryFolder()

const started: ChildProcess[] = []

afterEach(() => {
	for (const child of started.splice(0)) child.kill('SIGKILL')
})

function start(...args: string[]) {
	const child = spawn(process.execPath, [program, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
	started.push(child)
	const output = { out: '', error: '' }
	child.stdout.on('data', (chunk) => {
		output.out += chunk
	})
	child.stderr.on('data', (chunk) => {
		output.error += chunk
	})
	const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...output }))
	return { child, ended }
}

// Minutes on a machine that is busy.
describe('alcove bench with a model', { timeout: 600_000 }, () => {
	it('measures the starter model, prints a table and keeps the numbers', async () => {
		const file = join(folder, 'bench.json')
		const { code, out, error } = await start('bench', '--rounds', '1', '--gpu', 'off', '--json', file).ended
		expect({ code, error }).toMatchObject({ code: 0, error: expect.stringContaining('round 1 of 1') })
		expect(out).toMatch(
			/^tiny-coder-target, Q8_0, 1 thread, cpu, context of 1024 tokens\ndraft model: tiny-coder-draft\n/,
		)
		const { rows, verifyCurve, drafts } = JSON.parse(readFileSync(file, 'utf8'))
		const values = Object.fromEntries(rows.map((row: { id: string; median: number }) => [row.id, row.median]))
		const ids = ['promptRate', 'decodeRate', 'coldFirstToken', 'warmFirstToken', 'typedReuse', 'shortFirstToken']
		for (const id of [...ids, 'memoryAfterLoad', 'memoryAtEnd']) expect(values[id], id).toBeGreaterThan(0)
		// What was typed before costs nothing, or the prompt is built another way than for typing.
		expect(values.typedReuse).toBeGreaterThan(90)
		expect(values.typedReuse).toBeLessThan(100)
		expect(verifyCurve.map(({ tokens }: { tokens: number }) => tokens)).toEqual(
			expect.arrayContaining([1, 2, 4, 8, 16]),
		)
		const byPurpose = new Map(drafts.map((row: { purpose: string }) => [row.purpose, row]))
		expect([...byPurpose.keys()]).toEqual(['inline', 'fix', 'chat'])
		for (const row of rows) expect(out).toContain(row.what)
	})

	it('measures a model of one’s own, and says why it has no draft model', async () => {
		const model = writeTalkativeModel(folder)
		const args = ['--model', model, '--draft', starter.draftPath, '--context', '512', '--rounds', '1', '--gpu', 'off']
		const { code, out } = await start('bench', ...args).ended
		expect(code).toBe(0)
		expect(out).toMatch(/^synthetic-4x256-Q8_0, Q8_0, .* context of 512 tokens\ndraft model: none: differentTokenizer/)
		// It never stops by itself, so both cancels were seen.
		expect(out).toContain('the same after a cancel while writing')
	})
})

describe('alcove bench refuses', () => {
	const cut = join(folder, 'cut.gguf')
	copyFileSync(starter.path, cut)
	truncateSync(cut, 100_000)
	const text = join(folder, 'text.gguf')
	writeFileSync(text, 'This is not a model.\n'.repeat(100))

	it.each([
		['a model that is not there', ['--model', 'nowhere.gguf'], 1, /nowhere\.gguf is not there/],
		['a file that is no model', ['--model', text], 1, /text\.gguf is not a GGUF file/],
		['half a model', ['--model', cut], 1, /cut\.gguf is incomplete/],
		['a folder', ['--model', folder], 1, /cannot be read|is not a GGUF file|is not there/],
		['results that cannot be kept', ['--json', join('no', 'folder', 'a.json')], 1, /a\.json cannot be written/],
		['an unknown option', ['--modle', 'a.gguf'], 2, /--modle/],
		['a bad number', ['--rounds', '-1'], 2, /--rounds/],
	])('%s with one line', async (_what, args, code, line) => {
		const ended = await start('bench', ...args).ended
		expect(ended).toEqual({ code, out: '', error: expect.stringMatching(/^alcove: [^\n]+\n$/) })
		expect(ended.error).toMatch(line)
	})
})

// Windows has no such signal, and only Linux tells the children of a process without a further program.
describe.skipIf(process.platform !== 'linux')(
	'alcove bench that is interrupted (Linux tells who its children are)',
	() => {
		it.each(['SIGINT', 'SIGTERM'] as const)('by %s takes the engine along and says nothing more', async (signal) => {
			const { child, ended } = start('bench', '--rounds', '100', '--gpu', 'off')
			for await (const line of createInterface(child.stderr)) if (line.startsWith('round 1')) break
			const engines = childrenOf(child.pid ?? 0)
			expect(engines).toHaveLength(1)
			child.kill(signal)
			const { code, out, error } = await ended
			expect({ code, out }).toEqual({ code: 130, out: '' })
			expect(error).not.toContain('alcove:')
			expect(engines.filter(isAlive)).toEqual([])
		})
	},
)

function childrenOf(pid: number): number[] {
	const tasks = join('/proc', String(pid), 'task')
	if (!existsSync(tasks)) return []
	return readdirSync(tasks).flatMap((task) =>
		readFileSync(join(tasks, task, 'children'), 'utf8')
			.split(' ')
			.filter(Boolean)
			.map(Number),
	)
}

describe('a benchmark that the editor asks for', { timeout: 600_000 }, () => {
	const spec = { origin: 'starter', path: starter.path, draftPath: starter.draftPath, contextSize: 512 } as const

	it('runs in a process of its own, tells its steps, and gives a page and figures', async () => {
		const steps: string[] = []
		const outcome = await runBenchmark(program, spec, 'off', (step) => steps.push(step), neverCancelled)
		if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome))
		expect(steps).toEqual(expect.arrayContaining(['loading the model', 'round 3 of 3: cancelling']))
		expect(outcome.markdown).toMatch(/^# tiny-coder-target on this machine\n/)
		const { setup, rows } = JSON.parse(outcome.json)
		expect(setup).toMatchObject({ model: 'tiny-coder-target', contextSize: 512, draft: 'tiny-coder-draft' })
		const typed = rows.find(({ id }: { id: string }) => id === 'warmFirstToken')
		expect(typed.p99).toBeGreaterThanOrEqual(typed.median)
	})

	it('can be cancelled, and leaves no process', async ({ skip }) => {
		if (process.platform !== 'linux') return skip('processes are listed on Linux only')
		const source = new CancellationSource()
		const pids: number[] = []
		const outcome = await runBenchmark(
			program,
			spec,
			'off',
			() => {
				pids.push(...descendantsOf(process.pid))
				source.cancel()
			},
			source.token,
		)
		expect(outcome).toEqual({ kind: 'cancelled' })
		expect(pids.length).toBeGreaterThan(0)
		await expect.poll(() => pids.filter(isAlive), { timeout: 10_000 }).toEqual([])
	})

	it('says why it failed', async () => {
		const file = join(folder, 'noModel.gguf')
		writeFileSync(file, 'no model')
		const outcome = await runBenchmark(program, { ...spec, path: file }, 'off', () => {}, neverCancelled)
		expect(outcome).toMatchObject({ kind: 'failed', why: expect.stringContaining('noModel.gguf') })
	})
})

describe('alcove eval with a model', { timeout: 600_000 }, () => {
	const data = join(import.meta.dirname, '..', 'fixtures', 'infilling.jsonl')

	it('has it fill the gaps, runs the tests, and keeps the numbers', async ({ skip }) => {
		const file = join(folder, 'eval.json')
		const args = ['--data', data, '--max-tokens', '24', '--gpu', 'off', '--json', file]
		const { code, out, error } = await start('eval', 'humaneval-infilling', ...args).ended
		if (/there is none: install Bubblewrap|Python/.test(error)) return skip(error)
		expect({ code, error }).toMatchObject({ code: 0, error: expect.stringContaining('4 of 4: ') })
		const { results, summary, fim } = JSON.parse(readFileSync(file, 'utf8'))
		expect(fim).toBe('prefixSuffixMiddle')
		const all = summary.at(-1)
		const passed = results.filter((result: { outcome: { kind: string } }) => result.outcome.kind === 'passed')
		expect(all).toMatchObject({ kind: 'all', tasks: 4, passed: passed.length })
		expect(out).toContain(`| all | 4 | ${passed.length} |`)
		for (const { kind, filling, generatedTokens } of results) {
			expect(generatedTokens).toBeGreaterThan(0)
			if (kind === 'SingleLineInfilling') expect(filling).not.toContain('\n')
		}
	})

	it('says what is wrong with its data before a model is loaded', async () => {
		const file = join(folder, 'broken.jsonl')
		writeFileSync(file, '{"task_id": "a"}\n')
		const { code, error } = await start('eval', 'humaneval-infilling', '--data', file).ended
		expect({ code, error }).toEqual({ code: 2, error: `alcove: ${file}, line 1: a task needs a text 'prompt'\n` })
	})
})
