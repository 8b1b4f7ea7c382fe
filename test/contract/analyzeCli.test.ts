import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { root } from '../../scripts/lib/root.mjs'

let folder = ''

const app = `import os
from flask import Flask, request
from helper import run

app = Flask(__name__)

@app.route('/a')
def first():
    os.system('ls ' + request.args.get('name'))
    return 'x'

@app.route('/b')
def second():
    run(request.args.get('dir'))
    return 'x'
`
const helper = `import os

def run(folder):
    os.system('du ' + folder)
`

const write = (file: string, text: string) => {
	mkdirSync(dirname(join(folder, file)), { recursive: true })
	writeFileSync(join(folder, file), text)
}

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'analyze-'))
	write('app.py', app)
	write('helper.py', helper)
})
afterEach(() => rmSync(folder, { recursive: true, maxRetries: 3 }))

interface Ended {
	readonly code: number | null
	readonly out: string
	readonly error: string
}

function start(args: readonly string[]) {
	const child = spawn(process.execPath, [join(root, 'dist', 'cli.cjs'), 'analyze', '--jobs', '2', ...args], {
		cwd: folder,
		env: { ...process.env, XDG_CACHE_HOME: join(folder, '.cache'), HOME: folder, LOCALAPPDATA: folder },
	})
	let out = ''
	let error = ''
	child.stdout.on('data', (data) => {
		out += data
	})
	child.stderr.on('data', (data) => {
		error += data
	})
	const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, out, error })))
	return { child, ended }
}

const analyze = (...args: string[]) => start(args).ended

interface Reported {
	readonly ruleId: string
	readonly file: string
	readonly state: string
	readonly fingerprint: string
	readonly range: { readonly startLine: number }
	readonly path: readonly { readonly file: string }[]
}

async function found(...args: string[]): Promise<Reported[]> {
	const { out } = await analyze('--format', 'json', ...args)
	return JSON.parse(out).findings.filter(({ ruleId }: Reported) => ruleId === 'python/command-injection')
}

describe('alcove analyze', () => {
	it('finds what goes through files, and says so by its exit code', async () => {
		const { code, out, error } = await analyze()
		expect({ code, error }).toEqual({ code: 1, error: '' })
		expect(out).toContain('helper.py')
		const [, through] = await found()
		expect(through).toMatchObject({ file: 'helper.py', state: 'new' })
		expect(through?.path.map((step) => step.file)).toEqual(['app.py', 'app.py', 'app.py', 'helper.py', 'helper.py'])
		expect((await analyze('--fail-on', 'none')).code).toBe(0)
		write('app.py', 'x = 1\n')
		expect((await analyze('--fail-on', 'high')).code).toBe(0)
	})

	it('writes SARIF that names the same', async () => {
		const { code, out } = await analyze('--format', 'sarif', '--output', join(folder, 'out', 'a.sarif'))
		expect({ code, out }).toEqual({ code: 1, out: '' })
		const [run] = JSON.parse(readFileSync(join(folder, 'out', 'a.sarif'), 'utf8')).runs
		const results = run.results.filter(({ ruleId }: Reported) => ruleId === 'python/command-injection')
		const prints = (await found()).map(({ fingerprint }) => fingerprint)
		expect(
			results.map((it: { partialFingerprints: Record<string, string> }) => it.partialFingerprints['alcove/v1']),
		).toEqual(prints)
	})

	it('knows again what moved, and only that', async () => {
		expect((await analyze('--write-baseline')).code).toBe(0)
		expect(existsSync(join(folder, '.alcove', 'baseline.json'))).toBe(true)
		write('app.py', `# moved\n\n\n${app}`)
		expect((await analyze()).code).toBe(0)
		write('app.py', `${app}\n@app.route('/c')\ndef third():\n    os.system(request.args.get('new'))\n`)
		const { code, out } = await analyze()
		expect(code).toBe(1)
		expect(out).toContain('1 new finding')
		expect(out).not.toContain('helper.py')
		write('app.py', 'x = 1\n')
		expect((await analyze()).out).toContain('2 gone since the baseline')
		expect((await analyze('--no-workspace-rules', 'helper.py')).out).not.toContain('gone')
	})

	it('minds comments that ignore, until their day', async () => {
		write('helper.py', helper.replace('    os', '    # alcove-ignore python/*: only ours\n    os'))
		expect((await found()).map(({ file, state }) => `${file} ${state}`)).toEqual(['app.py new', 'helper.py ignored'])
		write('helper.py', helper.replace('    os', '    # alcove-ignore python/* until 2020-01-01: soon\n    os'))
		expect((await found()).map(({ file, state }) => `${file} ${state}`)).toEqual(['app.py new', 'helper.py new'])
		expect((await analyze()).out).toContain('It counted until 2020-01-01.')
	})

	it('takes rules of the workspace, unless it is not trusted', async () => {
		const rule = {
			id: 'python/own',
			title: 'Own',
			message: 'Own.',
			severity: 'low',
			confidence: 'high',
			cwe: [1],
			owasp: [],
		}
		const rest = {
			fix: 'No.',
			description: 'D.',
			references: [],
			example: { bad: 'a', good: 'b' },
			finds: [{ call: 'flask.Flask' }],
		}
		write('.alcove/rules/own.yml', JSON.stringify({ language: 'python', rules: [{ ...rule, ...rest }] }))
		write(
			'.alcove/security.json',
			JSON.stringify({ ignoredRules: [{ rule: 'python/command-injection', reason: 'test' }] }),
		)
		expect(await found()).toEqual([])
		expect((await analyze()).out).toContain('python/own')
		expect((await analyze('--explain', 'python/own')).out).toContain('# Own')
		expect((await analyze('--no-workspace-rules')).out).not.toContain('python/own')
		expect(await found('--no-workspace-rules')).toHaveLength(2)
		write('.alcove/rules/own.yml', 'language: python\nrule: []\n')
		const { code, out } = await analyze('--fail-on', 'none')
		expect(code).toBe(3)
		expect(out).toContain('own.yml:2:1: There is no key "rule" here.')
	})

	it('analyzes what changed', async () => {
		const git = (...args: string[]) =>
			execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], {
				cwd: folder,
				stdio: 'pipe',
			})
		write('.gitignore', '.cache\n')
		git('init', '-q')
		git('add', '.')
		git('commit', '-q', '-m', 'first')
		expect(await found('--changed-since', 'HEAD')).toEqual([])
		write('app.py', `${app}\n`)
		expect((await found('--changed-since', 'HEAD')).map(({ file }) => file)).toEqual(['app.py', 'helper.py'])
		expect((await analyze('--changed-since', 'nope')).code).toBe(2)
	})

	it('keeps results, which say the same as new ones', async () => {
		const first = await found()
		expect(await found()).toEqual(first)
		expect(await found('--no-cache', '--jobs', '1')).toEqual(first)
		write('helper.py', helper.replace('os.system', 'print'))
		expect((await found()).map(({ file }) => file)).toEqual(['app.py'])
	})

	it('says what it could not analyze', async () => {
		write('big.py', '#'.repeat(1_000_001))
		write('broken.py', 'def (:\n')
		write('bin.py', 'a\0')
		const { out } = await analyze()
		for (const file of ['big.py', 'broken.py:1', 'bin.py']) expect(out).toContain(`  ${file}  `)
		write('notes.xyz', 'x')
		expect((await analyze('notes.xyz')).out).toContain('Nothing is known of this kind of file.')
	})

	it('lists and explains its rules', async () => {
		const rules = JSON.parse((await analyze('--list-rules', '--format', 'json')).out)
		expect(rules.map(({ id }: { id: string }) => id)).toContain('python/command-injection')
		expect((await analyze('--explain', 'python/command-injection')).out).toContain('CWE-78')
		expect((await analyze('--explain', 'x/y')).code).toBe(2)
		expect((await analyze('--disable', 'python/*', '--list-rules')).out).not.toContain('python/')
	})

	it.each([[['nope.py']], [['--rules', 'nope']], [['--baseline', 'nope.json']], [['--jobs', 'x']]])(
		'refuses %j',
		async (args) => {
			const { code, out, error } = await analyze(...args)
			expect({ code, out }).toEqual({ code: 2, out: '' })
			expect(error).toMatch(/^alcove: .+\n$/)
		},
	)

	it.skipIf(process.platform === 'win32')(
		'ends without a report when it is interrupted, with all of its processes',
		async () => {
			for (let at = 0; at < 3_000; at++) write(`many/f${at}.py`, app.replaceAll('name', `name${at}`))
			const { child, ended } = start([])
			const cache = join(folder, '.cache', 'alcove')
			setTimeout(() => child.kill('SIGINT'), 1_000)
			const { code, out, error } = await ended
			// It has no report: what was begun was not gone on with.
			expect({ code, out, error }).toEqual({ code: 130, out: '', error: '' })
			expect(existsSync(cache)).toBe(true)
		},
	)
})
