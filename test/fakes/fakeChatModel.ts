import { noFigures } from '../../src/core/model/figures.ts'
import { type LoadedModel, type ModelState, ModelUnavailableError } from '../../src/core/model/modelState.ts'
import type { ChatAnswer, ChatModel, ChatRequest } from '../../src/core/model/ports.ts'
import type { CancellationToken } from '../../src/shared/cancellation.ts'
import { Emitter } from '../../src/shared/event.ts'
import { cutAnswer, fakeJson, fakeLogProbs, fakeTokenCount, fakeVerdict } from './fakeAnswers.ts'

/** What a script says to a request: the text, and for JSON how likely each verdict was. Undefined: what comes to mind. */
export interface ScriptedAnswer {
	readonly text: string
	readonly verdict?: Readonly<Record<string, number>>
}

export interface FakeChatOptions {
	/** Throws where the model is to fail. */
	readonly say?: (request: ChatRequest, at: number) => ScriptedAnswer | undefined
	readonly model?: Partial<LoadedModel>
	/** Cannot be loaded. */
	readonly isBroken?: boolean
	/** Milliseconds before each piece of text. */
	readonly pieceMs?: number
	/** Called before each answer, such as to move a clock. */
	readonly before?: () => void
}

const pieceCount = 600

/** A chat model that says what a test wants it to. */
export class FakeChatModel implements ChatModel {
	readonly requests: ChatRequest[] = []
	private readonly options: FakeChatOptions
	private readonly emitter = new Emitter<ModelState>()
	private current: ModelState = { kind: 'idle' }
	private loading: Promise<void> | undefined

	constructor(options: FakeChatOptions = {}) {
		this.options = options
	}

	get state(): ModelState {
		return this.current
	}

	get onDidChangeState() {
		return this.emitter.event
	}

	prepare(): void {
		if (this.current.kind === 'idle') void this.load().catch(() => {})
	}

	async countTokens(texts: readonly string[], token: CancellationToken): Promise<readonly number[] | undefined> {
		if (token.isCancellationRequested) return undefined
		await this.load()
		return texts.map(fakeTokenCount)
	}

	async chat(request: ChatRequest, onText: (text: string) => void, token: CancellationToken): Promise<ChatAnswer> {
		const begun = performance.now()
		const isLate = () => request.deadlineMs !== undefined && performance.now() - begun >= request.deadlineMs
		const ended = await this.waitForLoad(request.deadlineMs, token)
		if (ended) return answerOf('', ended)
		this.options.before?.()
		const said = this.options.say?.(request, this.requests.length)
		this.requests.push(request)
		const whole = said?.text ?? (request.json ? JSON.stringify(fakeJson(request.json.schema)) : undefined)
		const all = whole?.match(/[\s\S]{1,8}/g) ?? Array.from({ length: pieceCount }, (_, at) => `word${at} `)
		// JSON is never too long for a script.
		const maxTokens = request.json ? all.length : request.maxTokens
		const { pieces, stopReason } = cutAnswer(all, { maxTokens, stop: [...request.stop] })
		let text = ''
		for (const piece of pieces) {
			const { pieceMs } = this.options
			await new Promise((resolve) => (pieceMs ? setTimeout(resolve, pieceMs) : setImmediate(resolve)))
			if (token.isCancellationRequested) return answerOf(text, 'cancelled')
			if (isLate()) return answerOf(text, 'deadline')
			text += piece
			onText(piece)
		}
		const verdict = verdictOf(request, said)
		return { ...answerOf(text, stopReason), ...(verdict && { verdict }) }
	}

	private async waitForLoad(deadlineMs: number | undefined, token: CancellationToken) {
		if (token.isCancellationRequested) return 'cancelled'
		const load = this.load()
		const cancelled = new Promise<'cancelled'>((resolve) => {
			token.onCancellationRequested(() => resolve('cancelled'))
		})
		const late = new Promise<'deadline'>((resolve) => {
			if (deadlineMs !== undefined && deadlineMs < 1_000) setTimeout(() => resolve('deadline'), deadlineMs)
		})
		return Promise.race([load.then(() => undefined), cancelled, late])
	}

	private load(): Promise<void> {
		if (this.current.kind === 'failed') return Promise.reject(new ModelUnavailableError(this.current.problem))
		this.loading ??= this.loadNow()
		return this.loading
	}

	private async loadNow(): Promise<void> {
		this.become({ kind: 'loading', name: 'fake.gguf' })
		await new Promise((resolve) => setTimeout(resolve, 5))
		if (this.options.isBroken) {
			const problem = { code: 'modelMissing', detail: 'no such file' } as const
			this.become({ kind: 'failed', problem })
			throw new ModelUnavailableError(problem)
		}
		this.become({ kind: 'ready', model: { ...fakeLoaded, ...this.options.model } })
	}

	private become(state: ModelState): void {
		this.current = state
		this.emitter.fire(state)
	}
}

function verdictOf({ json }: ChatRequest, said: ScriptedAnswer | undefined): ChatAnswer['verdict'] {
	if (!json?.verdict) return undefined
	if (!said?.verdict) return said ? undefined : fakeVerdict(json.schema, json.verdict)
	const entries = Object.entries(said.verdict)
	const [value = ''] = entries.toSorted((a, b) => b[1] - a[1])[0] ?? []
	return { value, probabilities: entries.map(([name, probability]) => ({ value: name, probability })) }
}

function answerOf(text: string, stopReason: ChatAnswer['stopReason']): ChatAnswer {
	return { text, stopReason, droppedMessages: 0, logProbs: fakeLogProbs, stats: noFigures }
}

const fakeLoaded: LoadedModel = {
	path: 'fake.gguf',
	name: 'fake',
	architecture: 'fake',
	quantization: 'Q8_0',
	fileBytes: 2_000_000_000,
	parameters: 3_000_000_000,
	contextSize: 8192,
	fimOrder: 'none',
	backend: 'cpu',
	gpuLayers: 0,
	threads: 1,
	promptThreads: 1,
	batchSize: 512,
	flashAttention: false,
	kvType: 'f16',
	memoryBytes: 4096,
	chatTemplate: true,
	draft: { none: 'notConfigured', detail: 'no draft' },
	loadMs: 1,
}
