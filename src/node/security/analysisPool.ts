import type { AnalysisStatistics, AnalyzedFile } from '../../core/security/analyzer.ts'
import type { AnalysisGap } from '../../core/security/findings/finding.ts'
import { AnalysisFailed } from '../../core/security/securityPorts.ts'
import type { CancellationToken } from '../../shared/cancellation.ts'
import { CancelledError } from '../../shared/errors.ts'
import type { AnalysisReply, AnalysisSetup, BatchExtra, KeptResult } from './analysisMessages.ts'
import type { AnalysisProcess, StartAnalysisProcess } from './analysisProcess.ts'

export interface PoolOptions {
	/** How many processes there are at most. */
	readonly jobs: number
	readonly setup: AnalysisSetup
	readonly start: StartAnalysisProcess
	/** Milliseconds without a file being done after which a process is ended. */
	readonly patience?: number
	/** Bytes that a process may take before it is replaced after a batch. */
	readonly mostMemory?: number
	/** Told when a process is ended for a file, for the log. */
	onCrash?(detail: string): void
}

export interface PoolListener {
	analyzed(result: KeptResult): void
	statistics?(statistics: AnalysisStatistics): void
}

/** Files that one process gets at once: neighbours import the same files. */
const batchSize = 12
const defaultPatience = 60_000
const defaultMemory = 650_000_000
/** Processes that end before they are ready, one after the other, are not tried again. */
const mostFailedStarts = 3

/**
 * Analyzes files in several processes. A file whose process ends is reported as a gap, and the rest goes on in another process.
 *
 * @throws CancelledError; AnalysisFailed where no process can be started
 */
export function analyzeInPool(
	files: readonly string[],
	options: PoolOptions,
	listener: PoolListener,
	token: CancellationToken,
	extra?: BatchExtra,
): Promise<void> {
	if (token.isCancellationRequested) return Promise.reject(new CancelledError())
	return new Promise((resolve, reject) => {
		const run = new PoolRun(files, options, listener, extra, (error) => {
			cancellation.dispose()
			if (error) reject(error)
			else resolve()
		})
		const cancellation = token.onCancellationRequested(() => run.end(new CancelledError()))
		run.begin()
	})
}

interface Member {
	process: AnalysisProcess
	isReady: boolean
	/** Of the batch at hand, what is not done. */
	left: string[]
	current: string | undefined
	timer: NodeJS.Timeout | undefined
}

class PoolRun {
	private readonly options: PoolOptions
	private readonly listener: PoolListener
	private readonly extra: BatchExtra | undefined
	private readonly settle: (error?: Error) => void
	private readonly members = new Set<Member>()
	private readonly waiting: string[]
	private readonly retried = new Set<string>()
	private nextId = 1
	private failedStarts = 0
	private isOver = false

	constructor(
		files: readonly string[],
		options: PoolOptions,
		listener: PoolListener,
		extra: BatchExtra | undefined,
		settle: (error?: Error) => void,
	) {
		this.waiting = [...new Set(files)]
		this.options = options
		this.listener = listener
		this.extra = extra
		this.settle = settle
	}

	begin(): void {
		const useful = Math.ceil(this.waiting.length / batchSize)
		for (let count = 0; count < Math.min(this.options.jobs, useful); count++) this.add()
		this.endIfDone()
	}

	end(error?: Error): void {
		if (this.isOver) return
		this.isOver = true
		for (const member of this.members) this.remove(member)
		this.settle(error)
	}

	private add(): void {
		const member: Member = { process: noProcess, isReady: false, left: [], current: undefined, timer: undefined }
		this.members.add(member)
		member.process = this.options.start({
			reply: (message) => this.receive(member, message),
			ended: (end) => this.ended(member, end),
		})
		member.process.send({ kind: 'setup', setup: this.options.setup })
		this.watch(member)
	}

	private receive(member: Member, message: AnalysisReply): void {
		if (this.isOver || !this.members.has(member)) return
		switch (message.kind) {
			case 'ready':
				member.isReady = true
				this.failedStarts = 0
				this.feed(member)
				break
			case 'broken':
				member.process.kill()
				this.ended(member, { isOutOfMemory: false, detail: message.reason })
				break
			case 'begin':
				member.current = message.file
				break
			case 'file':
				member.left = member.left.filter((file) => file !== message.result.analyzed.file)
				member.current = undefined
				this.watch(member)
				this.listener.analyzed(message.result)
				break
			case 'batchDone':
				this.listener.statistics?.(message.statistics)
				// A parser's memory only grows.
				if (message.memory > (this.options.mostMemory ?? defaultMemory)) this.replace(member)
				else this.feed(member)
		}
	}

	private feed(member: Member): void {
		// What it did not tell of, it will not.
		for (const file of member.left) this.giveUp(file, { reason: 'crashed', detail: 'The analysis gave no result.' })
		member.left = this.waiting.splice(0, batchSize)
		if (member.left.length === 0) {
			this.remove(member)
			this.endIfDone()
			return
		}
		const { left: files } = member
		const { extra } = this
		member.process.send({ kind: 'batch', id: this.nextId++, files, ...(extra && { extra }) })
		this.watch(member)
	}

	private replace(member: Member): void {
		this.remove(member)
		if (this.waiting.length > 0) this.add()
		this.endIfDone()
	}

	private ended(
		member: Member,
		{ isOutOfMemory, detail }: { readonly isOutOfMemory: boolean; readonly detail: string },
	): void {
		if (this.isOver || !this.members.has(member)) return
		this.options.onCrash?.(detail)
		const gap: AnalysisGap = isOutOfMemory
			? { reason: 'outOfBudget', detail: 'The analysis takes more memory than it may.' }
			: { reason: 'crashed', detail: 'The process that analyzed the file ended.' }
		const { current } = member
		if (isOutOfMemory && current !== undefined && !this.retried.has(current)) {
			// What filled it may have been the files before: this one gets a process that knows nothing yet.
			this.retried.add(current)
			this.remove(member)
			this.waiting.unshift(current, ...member.left.filter((file) => file !== current))
		} else this.lose(member, gap)
		if (!member.isReady && ++this.failedStarts >= mostFailedStarts) {
			this.end(new AnalysisFailed('notStarted', detail))
			return
		}
		if (this.waiting.length > 0) this.add()
		this.endIfDone()
	}

	/** The file at hand is given up; the others of its batch come next. */
	private lose(member: Member, gap: AnalysisGap): void {
		this.remove(member)
		// One that ends between two files would be started again and again for the same ones.
		const current = member.current ?? member.left[0]
		if (current !== undefined) this.giveUp(current, gap)
		this.waiting.unshift(...member.left.filter((file) => file !== current))
	}

	private giveUp(file: string, gap: AnalysisGap): void {
		const analyzed: AnalyzedFile = { file, findings: [], gaps: [gap], dependsOn: [], lines: 0 }
		this.listener.analyzed({ analyzed, states: [] })
	}

	private watch(member: Member): void {
		clearTimeout(member.timer)
		member.timer = setTimeout(() => {
			if (!this.members.has(member)) return
			member.process.kill()
			if (!member.isReady) return this.ended(member, { isOutOfMemory: false, detail: 'it does not start' })
			this.options.onCrash?.('it takes too long')
			this.lose(member, { reason: 'outOfBudget', detail: 'The analysis takes longer than is spent on a file.' })
			if (this.waiting.length > 0) this.add()
			this.endIfDone()
		}, this.options.patience ?? defaultPatience)
	}

	private remove(member: Member): void {
		clearTimeout(member.timer)
		this.members.delete(member)
		member.process.kill()
	}

	private endIfDone(): void {
		if (this.members.size === 0 && this.waiting.length === 0) this.end()
	}
}

/** Until it is started. */
const noProcess: AnalysisProcess = { send: () => {}, kill: () => {} }
