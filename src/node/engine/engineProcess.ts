import { type ChildProcess, fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { IPCMessageReader, IPCMessageWriter, type MessageReader, type MessageWriter } from 'vscode-jsonrpc/node'
import { messageOf } from '../../shared/errors.ts'

/** One engine process and the messages to and from it. */
export interface EngineProcess {
	/** Absent when the process could not be started. */
	readonly pid: number | undefined
	readonly reader: MessageReader
	readonly writer: MessageWriter
	/** Resolves once the process is gone, also when it could not be started. Never rejects. */
	readonly exited: Promise<EngineExit>
	/** Ends the process at once, also one that hangs. */
	kill(): void
}

export interface EngineExit {
	readonly code: number | null
	readonly signal: string | null
	/** The last lines that the process wrote to its error output, or why it could not be started. May be empty. */
	readonly detail: string
}

export type StartEngineProcess = () => EngineProcess

/** A process that has cut the connection is of no use; it gets this long to end by itself. */
const disconnectedGraceMs = 2_000
/** The rest of the error output arrives within a millisecond of the exit, unless a grandchild holds the pipe. */
const outputGraceMs = 250

/** Starts a script as an engine process with this program's own Node. */
export function forkEngine(entryPath: string): EngineProcess {
	const child = fork(entryPath, [], {
		// Not the workspace: on Windows a process locks the folder it runs in.
		cwd: dirname(entryPath),
		env: engineEnvironment(process.env),
		execPath: process.execPath,
		// Otherwise the debugger's port of the extension host would be inherited.
		execArgv: [],
		serialization: 'json',
		stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
	})
	child.stdout?.resume()
	const lastLines = keepLastLines(child)
	return {
		pid: child.pid,
		reader: new IPCMessageReader(child),
		writer: new IPCMessageWriter(child),
		exited: exitOf(child, lastLines),
		kill: () => void child.kill('SIGKILL'),
	}
}

/**
 * llama.cpp computes in one of Node's worker threads, which take turns, and starts its other threads anew for every token.
 * Linux puts these on the same core as a worker that has slept for long, and they wait for each other: with the usual four
 * workers, two threads took 1.5 to 2 times as long a token as with two. The second one reads a model while the first computes.
 *
 * Where there are only two cores two workers are one too many: half of all calls of two threads took 20 ms in place of 4, so that one
 * thread was the better choice and drafts did not pay. With one worker they take 4, and tokens wait about a second, in
 * pauses of up to half of one, while another model of 2 GB is read.
 */
const workerThreads = availableParallelism() > 2 ? '2' : '1'

/**
 * The environment without what steers the editor's own Node processes: NODE_OPTIONS could load code into the engine,
 * and an extension host's variables would make a child that is run as Node behave as another extension host.
 */
export function engineEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	const kept = Object.entries(env).filter(([name]) => !/^(NODE_|VSCODE_|ELECTRON_)/i.test(name))
	return { ...Object.fromEntries(kept), ELECTRON_RUN_AS_NODE: '1', UV_THREADPOOL_SIZE: workerThreads }
}

function exitOf(child: ChildProcess, lastLines: () => string): Promise<EngineExit> {
	return new Promise((resolve) => {
		child.once('error', (error) => {
			// Other errors (a message that could not be sent, a kill that failed) come from a process that runs.
			if (child.pid === undefined) resolve({ code: null, signal: null, detail: messageOf(error) })
		})
		let grace: NodeJS.Timeout | undefined
		child.once('disconnect', () => {
			if (child.exitCode !== null || child.signalCode !== null) return
			grace = setTimeout(() => child.kill('SIGKILL'), disconnectedGraceMs)
		})
		child.once('exit', (code, signal) => {
			clearTimeout(grace)
			const finish = () => {
				clearTimeout(grace)
				resolve({ code, signal, detail: lastLines() })
			}
			grace = setTimeout(finish, outputGraceMs)
			child.once('close', finish)
		})
	})
}

/** Collects the end of the error output: it is the only trace of a native abort. */
function keepLastLines(child: ChildProcess): () => string {
	const lines = new TellingLines()
	child.stderr?.setEncoding('utf8')
	child.stderr?.on('data', (chunk: string) => lines.push(chunk))
	return () => lines.toString()
}

/** Stack frames, addresses and what Node prints around them: a crash prints dozens of these after the line that counts. */
const frame = /^(at |#?\d+:? |-{3,}|Node\.js v|\^|\{|\}|code: |requireStack: )|0x[0-9a-f]{6,}/i

/** The last few lines of an output that tell something, in bounded memory. */
export class TellingLines {
	private lines: string[] = []
	private unfinished = ''

	push(chunk: string): void {
		const parts = (this.unfinished + chunk).split('\n')
		this.unfinished = (parts.pop() ?? '').slice(0, 1_000)
		for (const part of parts) this.add(part)
	}

	toString(): string {
		this.push('\n')
		return this.lines.join(' | ')
	}

	private add(line: string): void {
		const text = line.trim().slice(0, 200)
		if (text === '' || frame.test(text)) return
		this.lines = [...this.lines.slice(-4), text]
	}
}
