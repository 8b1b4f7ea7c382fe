import { type ChildProcess, fork } from 'node:child_process'
import { dirname } from 'node:path'
import { engineEnvironment } from '../engine/engineProcess.ts'
import { deniedDoor } from '../restartedThread.ts'
import type { AnalysisMessage, AnalysisReply } from './analysisMessages.ts'
import { ResultReceiver, type SentReply } from './sentResults.ts'

/** One process that analyzes. */
export interface AnalysisProcess {
	send(message: AnalysisMessage): void
	/** Ends it at once. */
	kill(): void
}

export interface ProcessListener {
	reply(message: AnalysisReply): void
	/** Once, also where it could not be started; not after `kill`. */
	ended(end: { readonly isOutOfMemory: boolean; readonly detail: string }): void
}

export type StartAnalysisProcess = (listener: ProcessListener) => AnalysisProcess

const lastOutput = 4_000

/**
 * Starts a process with this program's own Node: what a text makes a parser or the analysis do, at worst its process ends.
 *
 * @param entryPath absolute path of the bundled script
 * @param mostMegabytes of its heap
 * @param onDenied its code tried to open a connection, or the like
 */
export function forkAnalysis(
	entryPath: string,
	mostMegabytes: number,
	onDenied: (door: string) => void = () => {},
): StartAnalysisProcess {
	return (listener) => {
		const child = fork(entryPath, [], {
			// Not the workspace: on Windows a process locks the folder it runs in.
			cwd: dirname(entryPath),
			env: engineEnvironment(process.env),
			execPath: process.execPath,
			execArgv: [`--max-old-space-size=${mostMegabytes}`],
			serialization: 'json',
			stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
		})
		return listenTo(child, listener, onDenied)
	}
}

function listenTo(child: ChildProcess, listener: ProcessListener, onDenied: (door: string) => void): AnalysisProcess {
	let isOver = false
	let output = ''
	const receiver = new ResultReceiver()
	child.stderr?.setEncoding('utf8')
	child.stderr?.on('data', (text: string) => {
		output = (output + text).slice(-lastOutput)
	})
	const end = (detail: string) => {
		if (isOver) return
		isOver = true
		const isOutOfMemory = /heap out of memory|allocation fail|out of memory/i.test(output)
		listener.ended({ isOutOfMemory, detail })
	}
	child.on('message', (message) => {
		const door = deniedDoor(message)
		if (door !== undefined) onDenied(door)
		else if (!isOver) listener.reply(receiver.received(message as SentReply))
	})
	child.on('error', (error) => end(error.message))
	// Its last output comes before `close`, after `exit`.
	child.on('close', (code, signal) => end(`it ended with ${signal ?? code}`))
	return {
		send: (message) => {
			// One that has just died says so by its end.
			if (child.connected) child.send(message, () => {})
		},
		kill: () => {
			isOver = true
			child.kill('SIGKILL')
		},
	}
}
