import type { CancellationToken } from '../../shared/cancellation.ts'
import type { Clock } from '../../shared/clock.ts'
import type { Disposable } from '../../shared/disposable.ts'
import type { Event } from '../../shared/event.ts'
import type { ModelChoice, ModelSpec } from '../model/engineControl.ts'
import type { CompletionFigures } from '../model/figures.ts'
import { type ModelState, ModelUnavailableError } from '../model/modelState.ts'
import type {
	ChatAnswer,
	ChatModel,
	ChatRequest,
	CompletionAnswer,
	CompletionModel,
	CompletionRequest,
	EmbeddingAnswer,
	EmbeddingModel,
	EmbeddingRequest,
	Model,
	Purpose,
	ShownFile,
	TokenCounter,
	WarmUpAnswer,
	WarmUpRequest,
	WrittenAnswer,
} from '../model/ports.ts'
import { type Destination, isThisMachine } from './egressPolicy.ts'
import { type Ledger, thisMachine, type WritingFigures } from './ledger/ledgerEntry.ts'

export interface RecordingDeps {
	readonly ledger: Ledger
	readonly clock: Clock
	/** ISO 8601. */
	readonly time: () => string
	/** How a document that a request names is named on record: by its path in the workspace. Default: as the request does. */
	readonly nameOf?: (path: string) => string
	/** Where the model is now. Default: in a process of ours. */
	readonly destination?: () => Destination | undefined
}

type Whole = Model & TokenCounter & Partial<ModelChoice> & Disposable

interface AnswerCost {
	readonly prompt: number
	readonly generated: number
	readonly outcome: string
	readonly figures?: WritingFigures
	readonly redactions?: number | undefined
}

interface Asked<A> {
	readonly what: string
	readonly purpose?: Purpose
	readonly shown?: readonly ShownFile[] | undefined
	/** What the answer cost, and how it ended. */
	readonly read: (answer: A) => AnswerCost
}

/** A model of which every request is put on record, however it ends. It stands next to the model, so that nobody gets past it. */
abstract class RecordedModel<M extends Whole> implements Model, TokenCounter, ModelChoice, Disposable {
	protected readonly inner: M
	private readonly deps: RecordingDeps

	constructor(inner: M, deps: RecordingDeps) {
		this.inner = inner
		this.deps = deps
	}

	get state(): ModelState {
		return this.inner.state
	}

	get onDidChangeState(): Event<ModelState> {
		return this.inner.onDidChangeState
	}

	prepare(): void {
		this.inner.prepare()
	}

	setSpec(spec: ModelSpec): void {
		this.inner.setSpec?.(spec)
	}

	countTokens(texts: readonly string[], token: CancellationToken): Promise<readonly number[] | undefined> {
		const read = (counts: readonly number[] | undefined) => ({
			prompt: counts?.reduce((sum, count) => sum + count, 0) ?? 0,
			generated: 0,
			outcome: counts ? 'done' : 'cancelled',
		})
		return this.recorded({ what: 'countTokens', read }, () => this.inner.countTokens(texts, token))
	}

	dispose(): void {
		this.inner.dispose()
	}

	protected async recorded<A>(asked: Asked<A>, ask: () => Promise<A>): Promise<A> {
		const time = this.deps.time()
		const begun = this.deps.clock.now()
		let end: AnswerCost = { prompt: 0, generated: 0, outcome: 'failed' }
		try {
			const answer = await ask()
			end = asked.read(answer)
			return answer
		} catch (error) {
			if (error instanceof ModelUnavailableError) end = { ...end, outcome: `failed: ${error.problem.code}` }
			throw error
		} finally {
			this.add(asked, { time, durationMs: this.deps.clock.now() - begun, end })
		}
	}

	private add<A>(
		{ what, purpose, shown }: Asked<A>,
		{ time, durationMs, end }: { time: string; durationMs: number; end: AnswerCost },
	): void {
		const { state } = this.inner
		const { nameOf = (path) => path } = this.deps
		const where = this.deps.destination?.()
		this.deps.ledger.add({
			time,
			kind: 'request',
			what,
			...(purpose && { purpose }),
			...(state.kind === 'ready' && { model: { name: state.model.name, file: state.model.path } }),
			destination: where ? `${where.host}:${where.port}` : thisMachine,
			isElsewhere: where !== undefined && !isThisMachine(where.host),
			...(shown && shown.length > 0 && { shown: shown.map((file) => ({ ...file, path: nameOf(file.path) })) }),
			tokens: { prompt: end.prompt, generated: end.generated },
			durationMs: Math.round(durationMs * 10) / 10,
			...(end.figures && { figures: end.figures }),
			...(end.redactions !== undefined && { redactions: end.redactions }),
			outcome: end.outcome,
		})
	}
}

export class RecordedCompletion extends RecordedModel<CompletionModel & Whole> implements CompletionModel {
	complete(
		request: CompletionRequest,
		onText: (text: string) => void,
		token: CancellationToken,
	): Promise<CompletionAnswer> {
		const { purpose = 'inline' } = request
		const asked = { what: 'complete', purpose, shown: shownBy(request), read: readWritten }
		return this.recorded(asked, () => this.inner.complete(request, onText, token))
	}

	warmUp(request: WarmUpRequest, token: CancellationToken): Promise<WarmUpAnswer> {
		const { purpose = 'inline' } = request
		const read = ({ promptTokens, stopReason, redactions }: WarmUpAnswer) => ({
			redactions,
			prompt: promptTokens,
			generated: 0,
			outcome: stopReason,
		})
		const asked = { what: 'warmUp', purpose, shown: shownBy(request), read }
		return this.recorded(asked, () => this.inner.warmUp(request, token))
	}

	announce(withinMs: number): void {
		this.inner.announce(withinMs)
	}
}

export class RecordedChat extends RecordedModel<ChatModel & Whole> implements ChatModel {
	chat(request: ChatRequest, onText: (text: string) => void, token: CancellationToken): Promise<ChatAnswer> {
		const { purpose = 'chat', shown } = request
		const asked = { what: 'chat', purpose, shown, read: readWritten }
		return this.recorded(asked, () => this.inner.chat(request, onText, token))
	}
}

export class RecordedEmbedding extends RecordedModel<EmbeddingModel & Whole> implements EmbeddingModel {
	embed(request: EmbeddingRequest, token: CancellationToken): Promise<EmbeddingAnswer> {
		const { purpose = 'index', shown } = request
		const read = ({ promptTokens, stopReason, redactions }: EmbeddingAnswer) => ({
			redactions,
			prompt: promptTokens,
			generated: 0,
			outcome: stopReason,
		})
		return this.recorded({ what: 'embed', purpose, shown, read }, () => this.inner.embed(request, token))
	}
}

function readWritten({ stats, stopReason, redactions }: WrittenAnswer): AnswerCost {
	const { promptTokens: prompt, generatedTokens: generated } = stats
	return {
		prompt,
		generated,
		redactions,
		outcome: stopReason,
		...(generated > 0 && { figures: writingFigures(stats) }),
	}
}

function writingFigures(stats: CompletionFigures): WritingFigures {
	const { reusedTokens, firstTokenMs, totalMs, pausedMs, draftedTokens, acceptedTokens } = stats
	return {
		reused: reusedTokens,
		firstTokenMs: Math.round(firstTokenMs * 10) / 10,
		// The pause may have been before the first token.
		writingMs: Math.round(Math.max(0, totalMs - firstTokenMs - pausedMs) * 10) / 10,
		drafted: draftedTokens,
		accepted: acceptedTokens,
	}
}

/** The document itself, and the pieces of other files that it was asked with. */
function shownBy({ shown = [], context }: CompletionRequest | WarmUpRequest): readonly ShownFile[] {
	const pieces = context?.pieces.map(({ path, lines }) => ({ path, ...(lines && { lines }) })) ?? []
	return [...shown, ...pieces]
}
