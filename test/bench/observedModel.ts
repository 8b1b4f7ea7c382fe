import type { CompletionFigures } from '../../src/core/model/figures.ts'
import type {
	CompletionAnswer,
	CompletionModel,
	CompletionRequest,
	WarmUpAnswer,
	WarmUpRequest,
} from '../../src/core/model/ports.ts'
import type { CancellationToken } from '../../src/shared/cancellation.ts'

export interface Observed {
	readonly requests: readonly ObservedRequest[]
	/** Prompt tokens that were read while nobody typed. */
	readonly readAhead: number
}

/** What a request to the model cost, the cancelled ones too. */
interface ObservedRequest {
	/** Counts the keystrokes from 0: since this one, and before the next. */
	readonly keystroke: number
	readonly figures: CompletionFigures
}

/** A model, and what its completions cost by the keystroke that they were made for. */
export class ObservedModel implements CompletionModel {
	readonly onDidChangeState: CompletionModel['onDidChangeState']
	/** The last one. */
	keystroke = 0
	private readonly model: CompletionModel
	private readonly requests: Promise<ObservedRequest>[] = []
	private readonly warmUps: Promise<WarmUpAnswer>[] = []
	private running = 0

	constructor(model: CompletionModel) {
		this.model = model
		this.onDidChangeState = model.onDidChangeState
	}

	get state() {
		return this.model.state
	}

	/** Whether a completion is being written. */
	get isAnswering(): boolean {
		return this.running > 0
	}

	prepare(): void {
		this.model.prepare()
	}

	warmUp(request: WarmUpRequest, token: CancellationToken): Promise<WarmUpAnswer> {
		const answer = this.model.warmUp(request, token)
		this.warmUps.push(answer)
		return answer
	}

	announce(withinMs: number): void {
		this.model.announce(withinMs)
	}

	countTokens(texts: readonly string[], token: CancellationToken) {
		return this.model.countTokens(texts, token)
	}

	complete(request: CompletionRequest, onText: (text: string) => void, token: CancellationToken) {
		const { keystroke } = this
		this.running++
		const answer = this.model.complete(request, onText, token)
		const over = (): void => {
			this.running--
		}
		this.requests.push(answer.finally(over).then(({ stats: figures }: CompletionAnswer) => ({ keystroke, figures })))
		return answer
	}

	/** Of all that was asked until now. */
	async observed(): Promise<Observed> {
		const warmUps = await Promise.all(this.warmUps)
		return {
			requests: await Promise.all(this.requests),
			readAhead: warmUps.reduce((sum, { evaluatedTokens }) => sum + evaluatedTokens, 0),
		}
	}
}
