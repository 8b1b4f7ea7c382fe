import { spawn } from 'node:child_process'
import { dirname } from 'node:path'
import type { CancellationToken } from '../shared/cancellation.ts'
import { messageOf } from '../shared/errors.ts'
import { engineEnvironment } from './engine/engineProcess.ts'

export interface CliOutcome {
	/** Null where it was ended, or could not be started. */
	readonly code: number | null
	/** The last line of its error output, or why it could not be started. */
	readonly lastLine: string
}

/** A program that was asked to end gets so many milliseconds to end what it started. */
const graceMs = 3_000

/**
 * Runs `alcove` with this program's own Node, in a process of its own. Never rejects.
 *
 * @param onLine gets what it says of what goes on
 */
export function runCliProcess(
	entryPath: string,
	args: readonly string[],
	onLine: (line: string) => void,
	token: CancellationToken,
): Promise<CliOutcome> {
	return new Promise((resolve) => {
		const child = spawn(process.execPath, [entryPath, ...args], {
			// Not the workspace: on Windows a process locks the folder it runs in.
			cwd: dirname(entryPath),
			env: engineEnvironment(process.env),
			stdio: ['ignore', 'ignore', 'pipe'],
			windowsHide: true,
		})
		let grace: NodeJS.Timeout | undefined
		const subscription = token.onCancellationRequested(() => {
			child.kill('SIGINT')
			grace = setTimeout(() => child.kill('SIGKILL'), graceMs)
		})
		let rest = ''
		let lastLine = ''
		const say = (line: string) => {
			if (line.trim() === '') return
			lastLine = line.trim()
			onLine(lastLine)
		}
		child.stderr.setEncoding('utf8').on('data', (piece: string) => {
			const lines = (rest + piece).split(/\r?\n/)
			rest = lines.pop() ?? ''
			for (const line of lines) say(line)
		})
		const end = (code: number | null) => {
			clearTimeout(grace)
			subscription.dispose()
			say(rest)
			resolve({ code, lastLine })
		}
		child.on('error', (error) => {
			rest = messageOf(error)
			if (child.pid === undefined) end(null)
		})
		child.on('close', end)
	})
}
