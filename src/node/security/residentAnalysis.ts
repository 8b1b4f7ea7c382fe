import type { AnalyzedFile } from '../../core/security/analyzer.ts'
import type { Finding } from '../../core/security/findings/finding.ts'
import { AnalysisFailed, type ProposedFix, type TextOrder } from '../../core/security/securityPorts.ts'
import type { ParsedCode } from '../../core/security/tree/codeNode.ts'
import type { CancellationToken } from '../../shared/cancellation.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { CancelledError } from '../../shared/errors.ts'
import type { AnalysisMessage, AnalysisReply, AnalysisSetup, BatchExtra } from './analysisMessages.ts'
import type { AnalysisProcess, StartAnalysisProcess } from './analysisProcess.ts'

interface Asked {
	readonly file: string
	readonly resolve: (file: AnalyzedFile) => void
	readonly reject: (error: Error) => void
}

/** What is answered with one message. */
type Answer = Extract<AnalysisReply, { readonly kind: 'proposed' | 'parsed' }>

interface Question {
	readonly resolve: (answer: Answer) => void
	readonly reject: (error: Error) => void
}

/** Milliseconds without an answer, after which the process is ended; and without a question, after which it is not kept. */
const patience = 30_000
const idle = 10 * 60_000
/** Bytes that the process may take before it is replaced. */
const mostMemory = 800_000_000

/** One process that stays, so that an open file is analyzed in milliseconds: rules and grammars are read, and files that it imports known. */
export class ResidentAnalysis implements Disposable {
	private readonly start: StartAnalysisProcess
	private setup: AnalysisSetup | undefined
	private setupText = ''
	private process: AnalysisProcess | undefined
	private readonly asked = new Map<number, Asked>()
	private readonly questions = new Map<number, Question>()
	private latest: AnalyzedFile | undefined
	private nextId = 1
	private timer: NodeJS.Timeout | undefined

	constructor(start: StartAnalysisProcess) {
		this.start = start
	}

	/** @throws CancelledError, AnalysisFailed */
	analyze(setup: AnalysisSetup, file: string, extra: BatchExtra, token: CancellationToken): Promise<AnalyzedFile> {
		if (token.isCancellationRequested) return Promise.reject(new CancelledError())
		this.prepare(setup)
		const id = this.nextId++
		const answer = new Promise<AnalyzedFile>((resolve, reject) => {
			// The process goes on with it: what it learns of other files is of use for the next question.
			const cancellation = token.onCancellationRequested(() => {
				this.asked.delete(id)
				reject(new CancelledError())
			})
			this.asked.set(id, {
				file,
				resolve: (analyzed) => {
					cancellation.dispose()
					resolve(analyzed)
				},
				reject: (error) => {
					cancellation.dispose()
					reject(error)
				},
			})
		})
		this.process?.send({ kind: 'batch', id, files: [file], extra: { ...extra, isFleeting: true } })
		this.watch()
		return answer
	}

	/** @throws CancelledError, AnalysisFailed */
	async propose(
		setup: AnalysisSetup,
		order: TextOrder,
		finding: Finding,
		token: CancellationToken,
	): Promise<readonly ProposedFix[]> {
		const answer = await this.ask(setup, (id) => ({ kind: 'propose', id, order, finding }), token)
		return answer.kind === 'proposed' ? answer.fixes : []
	}

	/** @throws CancelledError, AnalysisFailed */
	async parse(
		setup: AnalysisSetup,
		{ file, languageId, text }: TextOrder,
		token: CancellationToken,
	): Promise<ParsedCode | undefined> {
		const answer = await this.ask(setup, (id) => ({ kind: 'parse', id, order: { file, languageId, text } }), token)
		return answer.kind === 'parsed' ? answer.code : undefined
	}

	/** What is remembered of these files no longer holds. @param files relative to the root of the setup */
	forget(files: readonly string[]): void {
		this.process?.send({ kind: 'forget', files })
	}

	dispose(): void {
		this.end(new CancelledError())
	}

	private ask(
		setup: AnalysisSetup,
		message: (id: number) => AnalysisMessage,
		token: CancellationToken,
	): Promise<Answer> {
		if (token.isCancellationRequested) return Promise.reject(new CancelledError())
		this.prepare(setup)
		const id = this.nextId++
		const answer = new Promise<Answer>((resolve, reject) => {
			const cancellation = token.onCancellationRequested(() => {
				this.questions.delete(id)
				reject(new CancelledError())
			})
			const settled =
				<T>(settle: (value: T) => void) =>
				(value: T) => {
					cancellation.dispose()
					settle(value)
				}
			this.questions.set(id, { resolve: settled(resolve), reject: settled(reject) })
		})
		this.process?.send(message(id))
		this.watch()
		return answer
	}

	private prepare(setup: AnalysisSetup): void {
		if (this.process && setup === this.setup) return
		const text = JSON.stringify(setup)
		this.setup = setup
		if (this.process && text === this.setupText) return
		this.end(new CancelledError())
		this.setupText = text
		const process: AnalysisProcess = this.start({
			reply: (message) => {
				if (this.process === process) this.receive(message)
			},
			ended: ({ isOutOfMemory, detail }) => {
				if (this.process !== process) return
				this.process = undefined
				this.end(new AnalysisFailed(isOutOfMemory ? 'outOfMemory' : 'crashed', detail))
			},
		})
		this.process = process
		process.send({ kind: 'setup', setup })
	}

	private receive(message: AnalysisReply): void {
		if (message.kind === 'broken') this.end(new AnalysisFailed('notStarted', message.reason))
		else if (message.kind === 'proposed' || message.kind === 'parsed') {
			this.questions.get(message.id)?.resolve(message)
			this.questions.delete(message.id)
			this.watch()
		} else if (message.kind === 'file') {
			// It comes before its `batchDone`, and nothing comes between.
			this.latest = message.result.analyzed
		} else if (message.kind === 'batchDone') {
			const done = this.asked.get(message.id)
			this.asked.delete(message.id)
			if (this.latest && this.latest.file === done?.file) done.resolve(this.latest)
			else done?.reject(new AnalysisFailed('crashed', 'it gave no answer'))
			this.watch()
			if (message.memory > mostMemory && this.asked.size + this.questions.size === 0) this.end(new CancelledError())
		}
	}

	private watch(): void {
		clearTimeout(this.timer)
		const isWaiting = this.asked.size + this.questions.size > 0
		this.timer = setTimeout(
			() => this.end(new AnalysisFailed('crashed', 'it takes too long')),
			isWaiting ? patience : idle,
		)
		// It alone keeps no program running.
		this.timer.unref()
	}

	private end(error: Error): void {
		clearTimeout(this.timer)
		this.process?.kill()
		this.process = undefined
		const waiting = [...this.asked.values(), ...this.questions.values()]
		this.asked.clear()
		this.questions.clear()
		for (const { reject } of waiting) reject(error)
	}
}
