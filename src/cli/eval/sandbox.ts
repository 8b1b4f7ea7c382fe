import { spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { codeOf } from '../../shared/errors.ts'
import { CliError } from '../cliError.ts'

export type ProgramOutcome =
	| { readonly kind: 'passed' }
	/** The last line of what it said, an error of Python most often. */
	| { readonly kind: 'failed'; readonly why: string }
	| { readonly kind: 'timeout' }

export interface Sandbox {
	/**
	 * Runs a Python program that a model had a hand in.
	 *
	 * @param programWith makes the program that says the proof at its end
	 */
	run(programWith: (proof: string) => string, signal: AbortSignal): Promise<ProgramOutcome>
}

export interface SandboxOptions {
	/** Name or path. */
	readonly python: string
	readonly timeoutMs: number
	/** `false`: programs may do what the user may. */
	readonly isConfined: boolean
}

/** Of addresses, in KiB, for one program. */
const mostMemory = 2_000_000
/** Blocks of 512 or 1,024 bytes that a file may have. */
const largestFile = 20_000
/** Characters of output that are looked at. */
const mostOutput = 64 * 1_024

/**
 * Programs without a network, without the user's files, in a file system that they cannot write to but for what is gone afterwards, with
 * processes that end with them: by Bubblewrap (`bwrap`), which Linux distributions bring. It needs no rights.
 *
 * @throws CliError where there is none, or no Python
 */
export function makeSandbox(options: SandboxOptions): Sandbox {
	const python = findPython(options.python)
	const [command, ...args] = options.isConfined ? confined(python) : limited(python)
	if (options.isConfined) tryOut(command, args)
	return {
		run: (programWith, signal) => {
			const proof = randomUUID()
			return outcomeOf({ command, args, program: programWith(proof), proof, timeoutMs: options.timeoutMs, signal })
		},
	}
}

interface Python {
	/** Absolute. */
	readonly path: string
	/** Folders that it needs. */
	readonly folders: readonly string[]
}

/** Asked itself: what stands on the PATH may be a script that chooses one. */
function findPython(name: string): Python {
	const script = 'import sys; print(sys.executable); print(sys.prefix); print(sys.base_prefix)'
	const { status, stdout } = spawnSync(name, ['-I', '-c', script], { encoding: 'utf8' })
	const [path = '', ...folders] = (stdout ?? '').trim().split(/\r?\n/)
	if (status === 0 && path !== '') return { path, folders: [...new Set(folders)] }
	throw new CliError(1, `the tests are in Python, and '${name}' is none: install Python 3, or name it with --python`)
}

const hidden = ['/home', '/root', '/run', '/tmp', '/var/tmp', '/mnt', '/media', '/srv']

function confined(python: Python): [string, ...string[]] {
	const empty = hidden.flatMap((folder) => ['--tmpfs', folder])
	const needed = python.folders
		.filter((folder) => hidden.some((one) => folder.startsWith(`${one}/`)))
		.flatMap((folder) => ['--ro-bind', folder, folder])
	const namespaces = ['--unshare-all', '--die-with-parent', '--new-session', '--cap-drop', 'ALL']
	const files = ['--ro-bind', '/', '/', ...empty, ...needed, '--dev', '/dev', '--proc', '/proc', '--chdir', '/tmp']
	return ['bwrap', ...namespaces, '--clearenv', ...files, ...limited(python)]
}

function limited({ path }: Python): [string, ...string[]] {
	const python = [path, '-I', '-']
	if (process.platform === 'win32') return [path, '-I', '-']
	return ['/bin/sh', '-c', `ulimit -v ${mostMemory}; ulimit -f ${largestFile}; ulimit -c 0; exec "$@"`, 'sh', ...python]
}

function tryOut(command: string, args: readonly string[]): void {
	const missing =
		'the programs of a model run in a sandbox, and there is none: install Bubblewrap (bwrap; Linux only), or run this in a virtual machine or container that holds nothing of value, with --no-sandbox'
	if (process.platform !== 'linux') throw new CliError(1, missing)
	const { error, status, stderr } = spawnSync(command, [...args], { input: 'pass\n', encoding: 'utf8' })
	if (codeOf(error) === 'ENOENT') throw new CliError(1, missing, { cause: error })
	// Also where it ended before it was read (EPIPE): then its own words say why.
	if (status !== 0) throw new CliError(1, `Bubblewrap does not work here (${lastLine(stderr)}); ${missing}`)
}

interface Run {
	readonly command: string
	readonly args: readonly string[]
	readonly program: string
	readonly proof: string
	readonly timeoutMs: number
	readonly signal: AbortSignal
}

function outcomeOf({ command, args, program, proof, timeoutMs, signal }: Run): Promise<ProgramOutcome> {
	return new Promise((resolve, reject) => {
		const child = spawn(command, [...args], { stdio: ['pipe', 'pipe', 'pipe'], detached: process.platform !== 'win32' })
		let isOver = false
		const kill = () => killAll(child.pid)
		const timer = setTimeout(() => {
			isOver = true
			kill()
		}, timeoutMs)
		signal.addEventListener('abort', kill, { once: true })
		const output = lastOf(child.stdout)
		const errors = lastOf(child.stderr)
		// A program may end before it was read.
		child.stdin.on('error', () => {})
		child.stdin.end(program)
		child.on('error', reject)
		child.on('close', (code) => {
			clearTimeout(timer)
			signal.removeEventListener('abort', kill)
			if (isOver) resolve({ kind: 'timeout' })
			else if (code === 0 && lastLine(output()) === proof) resolve({ kind: 'passed' })
			else resolve({ kind: 'failed', why: lastLine(errors()) || 'it ended before its test did' })
		})
	})
}

/** With all that it started: they are a group of their own, and in a sandbox they end with its first process. */
function killAll(pid: number | undefined): void {
	if (pid === undefined) return
	try {
		process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL')
	} catch {
		// It has just ended.
	}
}

/** The end of what is said; read to the end whatever its length, so that nobody waits for room. */
function lastOf(stream: NodeJS.ReadableStream): () => string {
	let text = ''
	stream.setEncoding('utf8')
	stream.on('data', (piece: string) => {
		text = (text + piece).slice(-mostOutput)
	})
	return () => text
}

function lastLine(text: string): string {
	return text.trim().split(/\r?\n/).at(-1)?.trim().slice(0, 200) ?? ''
}
