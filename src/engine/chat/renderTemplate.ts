import { type ChildProcess, fork } from 'node:child_process'
import type { Turn } from '../llama/turn.ts'
import { type RenderOutcome, type RenderTask, readyMessage } from './renderMessages.ts'

/** Milliseconds that a template may take once its process runs, and to begin with. Real ones take a few. */
const timeLimit = 2_000
const startLimit = 10_000
/** Megabytes. */
const memoryLimits = ['--max-old-space-size=64', '--max-semi-space-size=8']
/** Between two looks at whether somebody else should go first. */
const lookMs = 20

/**
 * Renders a chat template in a process of its own, which never touches llama.cpp. A thread would not do: where it asks for much more
 * memory than its limit at once, V8 ends the whole process. It costs 60 ms, where a thread took 26. Others may compute meanwhile.
 *
 * @param workerFile the script `chatTemplateWorker`.
 */
export async function renderTemplate(task: RenderTask, workerFile: string, turn: Turn): Promise<RenderOutcome> {
	const child = fork(workerFile, [], {
		execArgv: memoryLimits,
		// Nothing of the engine's own is for a template to see.
		env: { ELECTRON_RUN_AS_NODE: '1' },
		serialization: 'advanced',
		stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
	})
	const limit = new AbortController()
	const outcome = outcomeOf(child, task, limit)
	let settled: RenderOutcome | undefined
	void outcome.then((value) => {
		settled = value
	})
	try {
		while (!settled) {
			await Promise.race([outcome, new Promise((resolve) => setTimeout(resolve, lookMs))])
			await turn.checkpoint()
			if (turn.isCancelled()) return { failure: 'cancelled' }
		}
		return settled
	} finally {
		limit.abort()
		child.kill('SIGKILL')
	}
}

function outcomeOf(child: ChildProcess, task: RenderTask, end: AbortController): Promise<RenderOutcome> {
	return new Promise((resolve) => {
		const slow = () => resolve({ failure: 'tooSlow' })
		let timer = setTimeout(slow, startLimit)
		child.on('message', (message) => {
			if (message !== readyMessage) return resolve(message as RenderOutcome)
			clearTimeout(timer)
			timer = setTimeout(slow, timeLimit)
			child.send(task, () => {})
		})
		child.once('error', () => resolve({ failure: 'crashed' }))
		child.once('exit', (code, signal) => resolve({ failure: isAbort(code, signal) ? 'tooLarge' : 'crashed' }))
		end.signal.addEventListener('abort', () => clearTimeout(timer))
	})
}

/** How V8 ends a process that has no memory left. */
function isAbort(code: number | null, signal: string | null): boolean {
	return signal === 'SIGABRT' || signal === 'SIGTRAP' || signal === 'SIGILL' || code === 134
}
