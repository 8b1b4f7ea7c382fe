import * as threads from 'node:worker_threads'
import type { Disposable } from '../shared/disposable.ts'

/** A thread that ends this often is not started again. */
const mostCrashes = 3

interface ThreadDeps<Reply> {
	/** Of the bundled thread. */
	readonly entryPath: string
	readonly data: unknown
	/** Of its heap. */
	readonly megabytes: number
	/** @param run counts the threads: an answer to another one than this is of no use */
	readonly onReply: (reply: Reply, run: number) => void
	readonly onFailed: (error: Error) => void
	/** Its code tried to open a connection, or the like. */
	readonly onDenied?: (door: string) => void
	/** It ended by itself; the next message starts another one, as long as it may. */
	readonly onEnded: () => void
}

/** A thread that starts with the first message for it, and again after it died, at most three times. It alone keeps no program running. */
export class RestartedThread<Message, Reply> implements Disposable {
	private readonly deps: ThreadDeps<Reply>
	private worker: threads.Worker | undefined
	private crashes = 0
	private isDisposed = false
	/** Counts up with every thread. */
	run = 0

	constructor(deps: ThreadDeps<Reply>) {
		this.deps = deps
	}

	get isRunning(): boolean {
		return this.worker !== undefined
	}

	/** @returns false where it is started no more */
	post(message: Message): boolean {
		if (this.isDisposed || this.crashes >= mostCrashes) return false
		this.worker ??= this.start()
		this.worker.postMessage(message)
		return true
	}

	dispose(): void {
		this.isDisposed = true
		void this.worker?.terminate()
		this.worker = undefined
	}

	private start(): threads.Worker {
		const { entryPath, data, megabytes, onReply, onFailed, onDenied } = this.deps
		const run = ++this.run
		const worker = new threads.Worker(entryPath, {
			workerData: data,
			resourceLimits: { maxOldGenerationSizeMb: megabytes },
		})
		worker.unref()
		worker.on('message', (reply: Reply) => {
			const door = deniedDoor(reply)
			if (door === undefined) onReply(reply, run)
			else onDenied?.(door)
		})
		worker.on('error', onFailed)
		worker.on('exit', () => this.ended(worker))
		return worker
	}

	private ended(worker: threads.Worker): void {
		if (this.worker !== worker) return
		this.worker = undefined
		this.crashes++
		this.deps.onEnded()
	}
}

/** What the lock of a thread or process says. */
export function deniedDoor(message: unknown): string | undefined {
	if (typeof message !== 'object' || message === null || !('kind' in message) || message.kind !== 'denied')
		return undefined
	return 'door' in message ? String(message.door) : ''
}
