import { noFigures } from '../../src/core/model/figures.ts'
import {
	type LoadedModel,
	type ModelProblem,
	type ModelState,
	ModelUnavailableError,
} from '../../src/core/model/modelState.ts'
import type {
	CompletionAnswer,
	CompletionModel,
	CompletionRequest,
	WarmUpAnswer,
	WarmUpRequest,
} from '../../src/core/model/ports.ts'
import type { CancellationToken } from '../../src/shared/cancellation.ts'
import { Emitter } from '../../src/shared/event.ts'
import { cutAnswer, fakeLogProbs, fakeTokenCount } from './fakeAnswers.ts'

export interface FakeCompletionScript {
	/** The pieces of text that the model "generates", before stop texts are looked for. Default: one line of code. */
	answer?(request: CompletionRequest): readonly string[]
	/** Awaited before each piece, the first included: lets a test hold the answer back. */
	beforePiece?(index: number): Promise<void>
	/** Awaited between `loading` and what follows: lets a test hold the load back. */
	beforeReady?(): Promise<void>
	/** The load ends with this. */
	readonly loadProblem?: ModelProblem
}

export const fakeLoadedModel: LoadedModel = {
	path: '/models/fake.gguf',
	name: 'fake',
	architecture: 'fake',
	quantization: 'Q8_0',
	fileBytes: 1024,
	parameters: 1000,
	contextSize: 1024,
	fimOrder: 'prefixSuffixMiddle',
	backend: 'cpu',
	gpuLayers: 0,
	threads: 1,
	promptThreads: 1,
	batchSize: 512,
	flashAttention: false,
	kvType: 'f16',
	memoryBytes: 4096,
	chatTemplate: false,
	draft: { none: 'notConfigured', detail: 'no draft' },
	loadMs: 1,
}

/** A model behind the port that says what the test wants; everything it was asked is in `requests`. */
export class FakeCompletionModel implements CompletionModel {
	readonly requests: CompletionRequest[] = []
	/** Those that came with the requests. */
	readonly tokens: CancellationToken[] = []
	readonly warmUps: WarmUpRequest[] = []
	readonly announced: number[] = []
	private readonly script: FakeCompletionScript
	private readonly changed = new Emitter<ModelState>()
	private current: ModelState = { kind: 'idle' }
	/** Requests that run or wait for the load. */
	private readonly endEarly = new Set<(problem: ModelProblem) => void>()
	readonly onDidChangeState = this.changed.event

	constructor(script: FakeCompletionScript = {}) {
		this.script = script
	}

	get state(): ModelState {
		return this.current
	}

	setState(state: ModelState): void {
		this.current = state
		this.changed.fire(state)
	}

	prepare(): void {
		if (this.current.kind !== 'idle') return
		this.setState({ kind: 'loading', name: fakeLoadedModel.name })
		void this.load()
	}

	/** What a dying engine looks like from outside: running requests reject, the state becomes `restarting`. */
	crash(): void {
		const problem: ModelProblem = { code: 'engineCrashed', detail: 'killed by the test' }
		this.setState({ kind: 'restarting', attempt: 1, delayMs: 500 })
		for (const end of [...this.endEarly]) end(problem)
	}

	async complete(
		request: CompletionRequest,
		onText: (text: string) => void,
		token: CancellationToken,
	): Promise<CompletionAnswer> {
		this.requests.push(request)
		this.tokens.push(token)
		if (token.isCancellationRequested) return answerOf('', 'cancelled')
		let text = ''
		let settled = false
		return new Promise<CompletionAnswer>((resolve, reject) => {
			const end = (problem: ModelProblem) => reject(new ModelUnavailableError(problem))
			this.endEarly.add(end)
			const cancellation = token.onCancellationRequested(() => resolve(answerOf(text, 'cancelled')))
			const { deadlineMs } = request
			const deadline =
				deadlineMs === undefined ? undefined : setTimeout(() => resolve(answerOf(text, 'deadline')), deadlineMs)
			const stream = (piece: string) => {
				text += piece
				onText(piece)
			}
			this.generate(request, stream, () => settled || token.isCancellationRequested)
				.then((stopReason) => {
					const isTold = request.logProbs && text !== ''
					const pieces = request.context && [...request.context.pieces.keys()]
					resolve({
						...answerOf(text, stopReason),
						...(isTold && { logProbs: fakeLogProbs }),
						...(pieces && { context: { tokens: pieces.length, pieces } }),
					})
				}, reject)
				.finally(() => {
					this.endEarly.delete(end)
					cancellation.dispose()
					clearTimeout(deadline)
				})
		}).finally(() => {
			settled = true
		})
	}

	async warmUp(request: WarmUpRequest, token: CancellationToken): Promise<WarmUpAnswer> {
		const isOver = token.isCancellationRequested || this.current.kind !== 'ready'
		if (!isOver) this.warmUps.push(request)
		const promptTokens = isOver ? 0 : 10
		return { promptTokens, evaluatedTokens: promptTokens, stopReason: isOver ? 'cancelled' : 'done' }
	}

	announce(withinMs: number): void {
		this.announced.push(withinMs)
	}

	async countTokens(texts: readonly string[], token: CancellationToken): Promise<readonly number[] | undefined> {
		if (token.isCancellationRequested) return undefined
		await this.whenReady()
		return texts.map(fakeTokenCount)
	}

	private async generate(
		request: CompletionRequest,
		stream: (piece: string) => void,
		isOver: () => boolean,
	): Promise<CompletionAnswer['stopReason']> {
		await this.whenReady()
		const all = this.script.answer?.(request) ?? ['return', ' value']
		const { maxTokens, stop, stopRule } = request
		const rule = stopRule && { tabWidth: 4, ...stopRule }
		const { pieces, stopReason } = cutAnswer(all, { maxTokens, stop: [...stop], stopRule: rule })
		for (const [index, piece] of pieces.entries()) {
			await this.script.beforePiece?.(index)
			// Other requests, and the test, get their turn between two pieces.
			await new Promise((resolve) => setImmediate(resolve))
			if (isOver()) return 'cancelled'
			stream(piece)
		}
		return stopReason
	}

	private async load(): Promise<void> {
		await this.script.beforeReady?.()
		await new Promise((resolve) => setImmediate(resolve))
		if (this.current.kind !== 'loading') return
		const { loadProblem } = this.script
		this.setState(
			loadProblem === undefined ? { kind: 'ready', model: fakeLoadedModel } : { kind: 'failed', problem: loadProblem },
		)
	}

	private async whenReady(): Promise<void> {
		this.prepare()
		for (;;) {
			if (this.current.kind === 'ready') return
			if (this.current.kind === 'failed') throw new ModelUnavailableError(this.current.problem)
			await new Promise<void>((resolve) => {
				const subscription = this.onDidChangeState(() => {
					subscription.dispose()
					resolve()
				})
			})
		}
	}
}

function answerOf(text: string, stopReason: CompletionAnswer['stopReason']): CompletionAnswer {
	return {
		text,
		stopReason,
		stats: {
			...noFigures,
			promptTokens: 10,
			generatedTokens: text === '' ? 0 : 1,
			prefillMs: 1,
			firstTokenMs: 1,
			totalMs: 2,
		},
	}
}
