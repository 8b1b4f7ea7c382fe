// Runs a command and passes its output on while it lives. A grandchild that outlives it and keeps the pipe open can
// neither hold us up nor print after we have moved on.
import { spawn } from 'node:child_process'

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, limitMs?: number, print?: (chunk: Buffer) => void }} [options]
 *   `limitMs`: the command is killed after this time
 * @returns {Promise<{ code: number | undefined, reason: string }>} `code`: undefined where the command did not end by
 *   itself; `reason`: how it ended, in words
 */
export function relay(command, args, { cwd, env, limitMs, print = (chunk) => process.stdout.write(chunk) } = {}) {
	return new Promise((resolve) => {
		const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
		let timedOut = false
		const timer = limitMs
			? setTimeout(() => {
					timedOut = true
					child.kill('SIGKILL')
				}, limitMs)
			: undefined
		/** @param {number | undefined} code @param {string} reason */
		const settle = (code, reason) => {
			clearTimeout(timer)
			for (const stream of [child.stdout, child.stderr]) stream.destroy()
			resolve({ code, reason })
		}
		for (const stream of [child.stdout, child.stderr]) stream.on('data', print)
		child.once('error', (error) => settle(undefined, `could not be started: ${error.message}`))
		child.once('exit', (code, signal) => {
			const reason = timedOut
				? `was stopped after ${Math.round((limitMs ?? 0) / 60_000)} minutes`
				: code === null
					? `was ended by ${signal}`
					: `ended with exit code ${code}`
			const ending = () => settle(timedOut ? undefined : (code ?? undefined), reason)
			// What the command has written may still be on its way.
			const grace = setTimeout(ending, 2_000)
			child.once('close', () => {
				clearTimeout(grace)
				ending()
			})
		})
	})
}
