import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterEach, expect, inject, test } from 'vitest'
import { root } from '../../scripts/lib/root.mjs'
import { launchBrowser } from './driver/browser.ts'
import { EditorWindow } from './driver/editorWindow.ts'
import { eventually } from './driver/eventually.ts'
import { descendants, isRunning } from './driver/processes.ts'

const prepared = inject('prepared')
const scratch = join(root, 'out', 'test', 'start')
const sample = join(root, 'out', 'start', 'sample')

/** `npm start` as it runs in a terminal, with what it prints. */
interface Start {
	readonly process: ChildProcess
	readonly ended: Promise<number | string | null>
	output(): string
}

const started: Start[] = []
let browser: Browser | undefined

afterEach(async () => {
	await browser?.close()
	browser = undefined
	for (const { process, ended } of started.splice(0)) {
		process.kill('SIGINT')
		await ended
	}
})

function start(args: readonly string[], path = process.env.PATH ?? ''): Start {
	const { CI: _, ...env } = process.env
	const child = spawn(process.execPath, [join(root, 'scripts', 'start.mjs'), ...args], { env: { ...env, PATH: path } })
	let output = ''
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text: string) => {
			output += text
		})
	}
	const ended = new Promise<number | string | null>((resolve) => {
		child.once('exit', (code, signal) => resolve(code ?? signal))
	})
	const one = { process: child, ended, output: () => output }
	started.push(one)
	return one
}

/** A folder with a command of that name, which runs a shell script. */
function commandOnPath(name: string, script: string): string {
	const folder = join(scratch, 'bin')
	rmSync(folder, { recursive: true, force: true })
	mkdirSync(folder, { recursive: true })
	writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`)
	chmodSync(join(folder, name), 0o755)
	return `${folder}${delimiter}${process.env.PATH}`
}

const notOnWindows = 'the command on the PATH is a shell script'

test('without a desktop editor: an editor in the browser, with Alcove and its model; Ctrl+C ends all of it', async ({
	skip,
}) => {
	if (!prepared.browser.ok) return skip(prepared.browser.reason)
	const one = start(['--browser', '--no-open'])
	const url = await eventually('the URL', () => /http:\/\/127\.0\.0\.1:\d+/.exec(one.output())?.[0], {
		timeoutMs: 120_000,
		describe: one.output,
	})
	browser = await launchBrowser(prepared.browser.path)
	const artifacts = join(root, 'test', 'artifacts', 'start')
	const file = join(sample, 'src', 'area.js')
	const window = await EditorWindow.open(await browser.newPage(), { url, folder: sample, file, artifacts })
	await window.focusEditor()
	await window.suggestionAtEnd()
	await window.screenshot('npm-start')
	expect(readFileSync(file, 'utf8')).toBe(readFileSync(join(root, 'test/fixtures/sampleProject/src/area.js'), 'utf8'))
	// What asks git can be tried as well.
	expect(existsSync(join(sample, '.git', 'HEAD'))).toBe(true)
	await window.page.locator('.statusbar-item[id^="status.scm"]').first().waitFor()

	const below = process.platform === 'linux' ? descendants(one.process.pid ?? 0) : []
	one.process.kill('SIGINT')
	expect(await one.ended).toBe(0)
	expect(one.output()).toContain('Stopped.')
	await eventually('every process has ended', () => below.every(({ pid }) => !isRunning(pid)))
})

test('with an editor on the PATH: that one is opened on the sample, with the extension of the checkout', async ({
	skip,
}) => {
	if (process.platform === 'win32') return skip(notOnWindows)
	const seen = join(scratch, 'arguments')
	const one = start([], commandOnPath('code', `printf '%s\\n' "$@" > '${seen}'`))
	expect(await one.ended).toBe(0)
	const args = readFileSync(seen, 'utf8').trim().split('\n')
	expect(args).toEqual([`--extensionDevelopmentPath=${root}`, '--new-window', sample, join(sample, 'README.md')])
	expect(one.output()).toContain('Alcove runs in a new window')
})

test('an editor on the PATH that fails: what it said, and what to do', async ({ skip }) => {
	if (process.platform === 'win32') return skip(notOnWindows)
	const one = start([], commandOnPath('code', 'echo "no display" >&2; exit 3'))
	expect(await one.ended).toBe(1)
	expect(one.output()).toMatch(/no display[\s\S]*What to do: .*--browser/)
})

test('a port that is none is refused', async () => {
	const one = start(['--browser', '--port', 'eighty'])
	expect(await one.ended).toBe(1)
	expect(one.output()).toContain('eighty is not a port')
})
