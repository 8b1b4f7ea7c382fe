import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { starter, temporaryFolder } from '../engineFiles.ts'
import { withContext } from '../synthetic/withContext.ts'
import { isAlive } from './processes.ts'

const program = join(import.meta.dirname, '..', '..', 'dist', 'cli.cjs')
const started: ChildProcess[] = []

afterEach(() => {
	for (const child of started.splice(0)) child.kill('SIGKILL')
})

/** A workspace with so many findings that a model is asked about, and one that rules alone decide. */
function workspace(count: number): string {
	const folder = temporaryFolder()
	const handlers = Array.from(
		{ length: count },
		(_, at) =>
			`@app.route('/${at}')\ndef handler${at}():\n    os.system('ls ' + request.args.get('name${at}'))\n    return 'x'\n`,
	)
	const imports = 'import os\nimport hashlib\nfrom flask import Flask, request\n\napp = Flask(__name__)\n'
	const weak =
		'@app.route("/weak")\ndef weak():\n    return hashlib.md5(request.args.get("password").encode()).hexdigest()\n'
	writeFileSync(join(folder, 'app.py'), [imports, weak, ...handlers].join('\n'))
	return folder
}

function start(folder: string, ...args: string[]) {
	const child = spawn(process.execPath, [program, 'analyze', '--no-cache', '--triage', ...args], {
		cwd: folder,
		stdio: ['ignore', 'pipe', 'pipe'],
		env: { ...process.env, HOME: folder, XDG_CACHE_HOME: join(folder, '.cache'), LOCALAPPDATA: folder },
	})
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

interface Reported {
	readonly ruleId: string
	readonly state: string
	readonly triage: { readonly verdict: string; readonly why?: string; readonly evidence?: readonly string[] }
}

const ofShell = ({ ruleId }: Reported) => ruleId === 'python/command-injection'

/** The starter model has too little context for the questions, and too few parameters. */
const asked = (folder: string) => [
	...['--triage-any-model', '--triage-model', withContext(starter.path, 8_192, join(folder, 'model.gguf'))],
]

describe('alcove analyze --triage', () => {
	it('goes on without triage where the model is too small, and says so', async () => {
		const { code, out, error } = await start(workspace(1), '--format', 'json').ended
		expect({ code, error }).toEqual({
			code: 1,
			error: expect.stringMatching(/^alcove: No model judged the findings\. .*\n$/),
		})
		expect(error).toContain('tiny-coder-target is too small to judge findings: it has 2.4 million parameters')
		const { findings, triage } = JSON.parse(out)
		expect(triage.model).toMatchObject({ kind: 'none', why: 'tooSmall', name: 'tiny-coder-target' })
		const [shell] = findings.filter(ofShell)
		expect(shell).toMatchObject({ state: 'new', triage: { verdict: 'notJudged', why: 'noModel' } })
	})

	it('has a model in the engine judge what rules alone do not decide, whatever it is worth', async () => {
		const folder = workspace(2)
		const { code, out, error } = await start(folder, ...asked(folder), '--format', 'json').ended
		expect({ code, error }).toEqual({ code: 1, error: '' })
		const { findings, triage } = JSON.parse(out) as {
			findings: Reported[]
			triage: { model: unknown; ms: number; hides: boolean }
		}
		expect(triage).toMatchObject({ model: { kind: 'used', name: 'tiny-coder-target' }, hides: false })
		expect(triage.ms).toBeGreaterThan(0)
		const shell = findings.filter(ofShell)
		expect(shell).toHaveLength(2)
		for (const { triage: own } of shell) {
			// What a model without knowledge says is a verdict, or no answer; never that it was not reached.
			if (own.verdict === 'notJudged') expect(own.why).toBe('unreadable')
			else expect(own.evidence?.length).toBeGreaterThan(0)
		}
		const others = findings.filter((it) => !ofShell(it))
		expect(others.length).toBeGreaterThan(0)
		for (const { triage: own } of others) expect(own).toMatchObject({ verdict: 'notJudged', why: 'rulesDecide' })
	})

	it('ends with its budget, and says what was not reached', async () => {
		const folder = workspace(400)
		const { out } = await start(folder, ...asked(folder), '--triage-budget', '1').ended
		expect(out).toMatch(/tiny-coder-target judged \d+ findings? in .*not reached in time/)
	})

	it('refuses a model that is not there before anything else', async () => {
		const { code, error } = await start(workspace(1), '--triage-model', 'nowhere.gguf').ended
		expect({ code, error }).toEqual({
			code: 2,
			error: expect.stringMatching(/^alcove: there is no model .*nowhere\.gguf\n$/),
		})
	})

	it.skipIf(process.platform !== 'linux')(
		'ends the judging at an interruption and reports what it has, without leaving an engine behind',
		async () => {
			const folder = workspace(400)
			const { child, ended } = start(folder, ...asked(folder), '--format', 'json')
			const engine = await engineOf(child.pid ?? 0)
			setTimeout(() => child.kill('SIGINT'), 1_500)
			const { code, out } = await ended
			expect(code).toBe(1)
			const findings: Reported[] = JSON.parse(out).findings.filter(ofShell)
			expect(findings).toHaveLength(400)
			expect(findings.filter(({ triage }) => triage.why === 'cancelled').length).toBeGreaterThan(0)
			expect(isAlive(engine)).toBe(false)
		},
	)
})

/** The process of the engine, as soon as it is there. */
async function engineOf(pid: number): Promise<number> {
	const end = performance.now() + 60_000
	while (performance.now() < end) {
		const engine = childrenOf(pid).find((child) => commandOf(child).includes(join('engine', 'main.cjs')))
		if (engine !== undefined) return engine
		await new Promise((resolve) => setTimeout(resolve, 50))
	}
	throw new Error('no engine was started')
}

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

function commandOf(pid: number): string {
	try {
		return readFileSync(join('/proc', String(pid), 'cmdline'), 'utf8')
	} catch {
		return ''
	}
}
