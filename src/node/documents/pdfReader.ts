import { type ChildProcess, fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { DocumentRefusal } from '../../core/chat/readableFiles.ts'
import type { Disposable } from '../../shared/disposable.ts'
import type { PdfMessage, PdfReply, PdfText } from './pdfMessages.ts'

export type PdfResult = PdfText | { readonly refused: DocumentRefusal }

interface PdfLimits {
	/** Bytes of a file. */
	readonly largest: number
	/** Milliseconds for one document. */
	readonly longest: number
	/** Of the heap of the process, and, on Linux, of all its memory: what streams unpack to is in no heap. */
	readonly megabytes: number
}

const usual: PdfLimits = { largest: 40_000_000, longest: 30_000, megabytes: 768 }
const watchMs = 100
/** Milliseconds after which a process without work ends. */
const idleMs = 10_000
/** Characters of the documents that were read last: what is found in one is shown from it a moment later. */
const mostKept = 4_000_000

interface Kept {
	readonly stamp: string
	readonly result: PdfResult
}

/**
 * Reads the text of PDF files, one after the other, in a process of its own that can be ended: a document is data of a stranger, and may
 * be made to take all the time and memory there is. Where a thread asks for much more than its limit, V8 ends all of its process.
 */
export class PdfReader implements Disposable {
	private readonly entryPath: string
	private readonly limits: PdfLimits
	private readonly kept = new Map<string, Kept>()
	private worker: ChildProcess | undefined
	private last: Promise<unknown> = Promise.resolve()
	private idle: NodeJS.Timeout | undefined
	private asked: { readonly id: number; readonly settle: (result: PdfResult) => void } | undefined
	private nextId = 1
	private isDisposed = false

	/** @param entryPath of the bundled program */
	constructor(entryPath: string, limits: Partial<PdfLimits> = {}) {
		this.entryPath = entryPath
		this.limits = { ...usual, ...limits }
	}

	/** Never rejects. @param file absolute */
	read(file: string): Promise<PdfResult> {
		const result = this.last.then(() => this.readInTurn(file))
		this.last = result
		return result
	}

	dispose(): void {
		this.isDisposed = true
		this.end()
		this.asked?.settle({ refused: 'missing' })
	}

	private async readInTurn(file: string): Promise<PdfResult> {
		const facts = await stat(file).catch(() => undefined)
		if (!facts?.isFile() || this.isDisposed) return { refused: 'missing' }
		if (facts.size > this.limits.largest) return { refused: 'tooLarge' }
		const stamp = `${facts.mtimeMs}/${facts.size}`
		const known = this.kept.get(file)
		this.kept.delete(file)
		if (known?.stamp === stamp) {
			this.kept.set(file, known)
			return known.result
		}
		const bytes = await readFile(file).catch(() => undefined)
		if (!bytes) return { refused: 'missing' }
		const result = await this.ask(new Uint8Array(bytes))
		this.keep(file, { stamp, result })
		return result
	}

	private ask(bytes: Uint8Array): Promise<PdfResult> {
		clearTimeout(this.idle)
		const worker = this.worker ?? this.start()
		this.worker = worker
		const id = this.nextId++
		const message: PdfMessage = { id, bytes }
		return new Promise((resolve) => {
			const begun = performance.now()
			const watch = setInterval(() => {
				const grown = residentBytes(worker.pid) > this.limits.megabytes * 1_000_000
				if (grown || performance.now() - begun > this.limits.longest) this.fail(worker, 'tooMuch')
			}, watchMs)
			this.asked = {
				id,
				settle: (result) => {
					clearInterval(watch)
					this.asked = undefined
					this.rest()
					resolve(result)
				},
			}
			// Where it is gone, its exit says so.
			worker.send(message, () => {})
		})
	}

	private start(): ChildProcess {
		const worker = fork(this.entryPath, [], {
			// Not the workspace: on Windows a process locks the folder it runs in.
			cwd: dirname(this.entryPath),
			// Nothing of our own is for a document to see.
			env: { ELECTRON_RUN_AS_NODE: '1' },
			execArgv: [`--max-old-space-size=${this.limits.megabytes}`],
			serialization: 'advanced',
			stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
		})
		worker.unref()
		worker.channel?.unref()
		worker.on('message', ({ id, result }: PdfReply) => {
			if (this.asked?.id === id) this.asked.settle(result)
		})
		worker.on('error', () => this.fail(worker, 'damaged'))
		worker.on('exit', () => this.fail(worker, 'tooMuch'))
		return worker
	}

	/** The next document has a process of its own. */
	private fail(worker: ChildProcess, refused: DocumentRefusal): void {
		if (this.worker !== worker) return
		this.end()
		this.asked?.settle({ refused })
	}

	private rest(): void {
		clearTimeout(this.idle)
		if (this.isDisposed) return
		this.idle = setTimeout(() => this.end(), idleMs)
		this.idle.unref()
	}

	private end(): void {
		clearTimeout(this.idle)
		const { worker } = this
		this.worker = undefined
		worker?.kill('SIGKILL')
	}

	/** Those that were asked for last stay. */
	private keep(file: string, kept: Kept): void {
		this.kept.set(file, kept)
		let size = 0
		for (const [name, { result }] of [...this.kept].reverse()) {
			size += 'refused' in result ? 100 : result.lines.reduce((sum, line) => sum + line.length, 0)
			if (size > mostKept && name !== file) this.kept.delete(name)
		}
	}
}

const pageBytes = 4_096

/** Of all its memory; 0 where the system does not say it in a file. */
function residentBytes(pid: number | undefined): number {
	if (process.platform !== 'linux' || pid === undefined) return 0
	try {
		return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * pageBytes
	} catch {
		// It has just ended.
		return 0
	}
}
