import * as threads from 'node:worker_threads'
import type { Turn } from '../llama/turn.ts'

export interface TemplateMessage {
	readonly role: 'system' | 'user' | 'assistant'
	readonly content: string
}

export interface RenderTask {
	readonly template: string
	readonly variables: Readonly<Record<string, unknown>>
	/** Rendered one after the other. */
	readonly conversations: readonly (readonly TemplateMessage[])[]
	/** Of each text. */
	readonly mostCharacters: number
}

/** `refused`: the template itself failed, as some do for an order of messages that they do not know. */
export type RenderOutcome =
	| { readonly texts: readonly string[] }
	| { readonly failure: 'refused'; readonly detail: string }
	/** It went over a limit: it may be hostile, and should not be tried again. */
	| { readonly failure: 'tooLong' | 'tooSlow' | 'tooLarge' | 'crashed' }
	| { readonly failure: 'cancelled' }

/** Milliseconds that a template may take once its thread runs, and to begin with. Real ones take a few. */
const timeLimit = 2_000
const startLimit = 10_000
/** Megabytes. Code of the engine takes about 10 of them. */
const memoryLimits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16, stackSizeMb: 2 }
/** Between two looks at whether somebody else should go first. */
const lookMs = 20

/**
 * Renders a chat template in a thread of its own, which never touches llama.cpp. Others may compute meanwhile.
 *
 * @param workerFile the script `chatTemplateWorker`.
 */
export async function renderTemplate(task: RenderTask, workerFile: string, turn: Turn): Promise<RenderOutcome> {
	const worker = new threads.Worker(workerFile, {
		workerData: task,
		resourceLimits: memoryLimits,
		// Nothing of the engine's own is for a template to see.
		env: {},
		argv: [],
		execArgv: [],
	})
	const limit = new AbortController()
	const outcome = outcomeOf(worker, limit)
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
		await worker.terminate()
	}
}

function outcomeOf(worker: threads.Worker, end: AbortController): Promise<RenderOutcome> {
	return new Promise((resolve) => {
		const slow = () => resolve({ failure: 'tooSlow' })
		let timer = setTimeout(slow, startLimit)
		worker.once('online', () => {
			clearTimeout(timer)
			timer = setTimeout(slow, timeLimit)
		})
		worker.once('message', resolve)
		worker.once('error', (error) => {
			const isMemory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
			resolve({ failure: isMemory ? 'tooLarge' : 'crashed' })
		})
		worker.once('exit', () => resolve({ failure: 'crashed' }))
		end.signal.addEventListener('abort', () => clearTimeout(timer))
	})
}
