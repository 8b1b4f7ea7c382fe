import { CancellationSource, type CancellationToken } from '../../shared/cancellation.ts'
import type { Clock } from '../../shared/clock.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { CancelledError } from '../../shared/errors.ts'
import { Emitter } from '../../shared/event.ts'
import type { Logger } from '../../shared/logger.ts'
import { placeOf } from '../../shared/placeOf.ts'
import { ModelUnavailableError } from '../model/modelState.ts'
import type { CompletionAnswer, CompletionModel } from '../model/ports.ts'
import type { SelectedItem } from './cursorLine.ts'
import type { DocumentLines, Position } from './documentLines.ts'
import type { InlineOutcome, NoSuggestionReason } from './outcome.ts'
import { postprocess } from './postprocess/postprocess.ts'
import { type Question, questionOf } from './question.ts'

/** One question of the editor: what could stand at the cursor? */
export interface InlineRequest {
	/** Read before the first wait only: a request is about the document as it is when it is asked. */
	readonly document: DocumentLines
	readonly position: Position
	/** Asked with a command rather than by typing. */
	readonly explicit: boolean
	readonly selectedItem?: SelectedItem | undefined
	/** Known without looking at the text: the setting, the kind of document. */
	readonly refusal?: NoSuggestionReason | undefined
	readonly maxTokens: number
}

/** Keystroke to ghost text. One request at a time: a newer one cancels the older. */
export class InlineCompleter implements Disposable {
	private readonly model: CompletionModel
	private readonly clock: Clock
	private readonly logger: Logger
	private readonly outcomes = new Emitter<InlineOutcome>()
	private readonly activity = new Emitter<boolean>()
	private running: CancellationSource | undefined
	private asking = 0

	/** Every outcome, cancelled ones too. */
	readonly onDidFinish = this.outcomes.event
	/** Fires with `isThinking`. */
	readonly onDidChangeActivity = this.activity.event

	constructor(deps: { model: CompletionModel; clock: Clock; logger: Logger }) {
		this.model = deps.model
		this.clock = deps.clock
		this.logger = deps.logger
	}

	/** Whether the model is at work on an answer. */
	get isThinking(): boolean {
		return this.asking > 0
	}

	/** Never rejects: what goes wrong is the outcome's reason. */
	async complete(request: InlineRequest, token: CancellationToken): Promise<InlineOutcome> {
		this.running?.cancel()
		const source = new CancellationSource(token)
		this.running = source
		const started = this.clock.now()
		const outcome = await this.answer(request, source.token, started).catch((error) =>
			this.failed(error, source.token, started),
		)
		source.dispose()
		if (this.running === source) this.running = undefined
		this.logOutcome(request.document.languageId, outcome)
		this.outcomes.fire(outcome)
		return outcome
	}

	dispose(): void {
		this.running?.cancel()
		this.outcomes.dispose()
		this.activity.dispose()
	}

	private async answer(request: InlineRequest, token: CancellationToken, started: number): Promise<InlineOutcome> {
		const none = (reason: NoSuggestionReason): InlineOutcome => this.none(reason, started)
		if (token.isCancellationRequested) return none('cancelled')
		if (request.refusal) return none(request.refusal)
		const { state } = this.model
		const question = questionOf(request, state.kind === 'ready' ? state.model.contextSize : 0)
		if (typeof question === 'string') return none(question)
		if (state.kind !== 'ready') return none(this.reasonOfModel())

		await this.wait(question.debounceMs, token)
		if (token.isCancellationRequested) return none('cancelled')
		const answer = await this.ask(question, request.maxTokens, token)
		if (token.isCancellationRequested || answer.stopReason === 'cancelled') return none('cancelled')
		const { line } = question
		const draft = postprocess(answer.text, question)
		const elapsedMs = this.clock.now() - started
		if (typeof draft === 'string') return { kind: 'none', reason: draft, figures: answer.stats, elapsedMs }
		return {
			kind: 'suggestion',
			text: line.lead + draft.text,
			replace: { line: line.cursor.line, start: line.start, end: line.cursor.character + draft.replaceAfter },
			figures: answer.stats,
			elapsedMs,
		}
	}

	/** Waiting for a model that loads would hold up the editor's other providers: it is told now, and asks again later. */
	private reasonOfModel(): NoSuggestionReason {
		const { kind } = this.model.state
		if (kind === 'failed') return 'modelFailed'
		if (kind === 'idle') this.model.prepare()
		return 'modelLoading'
	}

	private async ask(question: Question, maxTokens: number, token: CancellationToken): Promise<CompletionAnswer> {
		const { prefix, suffix } = question.window
		const stop = question.multiLine ? ['\n\n'] : ['\n']
		this.setAsking(1)
		try {
			return await this.model.complete({ prefix, suffix, maxTokens, stop }, () => {}, token)
		} finally {
			this.setAsking(-1)
		}
	}

	private setAsking(change: 1 | -1): void {
		const before = this.isThinking
		this.asking += change
		if (this.isThinking !== before) this.activity.fire(this.isThinking)
	}

	private wait(ms: number, token: CancellationToken): Promise<void> {
		if (ms <= 0) return Promise.resolve()
		return new Promise((resolve) => {
			const timer = this.clock.after(ms, () => {
				cancellation.dispose()
				resolve()
			})
			const cancellation = token.onCancellationRequested(() => {
				timer.dispose()
				resolve()
			})
		})
	}

	private none(reason: NoSuggestionReason, started: number): InlineOutcome {
		return { kind: 'none', reason, elapsedMs: this.clock.now() - started }
	}

	private failed(error: unknown, token: CancellationToken, started: number): InlineOutcome {
		const isExpected = error instanceof ModelUnavailableError || error instanceof CancelledError
		if (isExpected && token.isCancellationRequested) return this.none('cancelled', started)
		// The engine died under the request: where it comes back by itself, the editor asks again.
		if (error instanceof ModelUnavailableError) return this.none(this.reasonOfModel(), started)
		this.logger.log('error', 'completion.failed', { place: placeOf(error) })
		return this.none('internalError', started)
	}

	private logOutcome(language: string, outcome: InlineOutcome): void {
		this.logger.log('debug', 'completion.finished', {
			language,
			outcome: outcome.kind === 'none' ? outcome.reason : outcome.kind,
			characters: outcome.kind === 'suggestion' ? outcome.text.length : undefined,
			elapsedMs: Math.round(outcome.elapsedMs),
			promptTokens: outcome.figures?.promptTokens,
			reusedTokens: outcome.figures?.reusedTokens,
			generatedTokens: outcome.figures?.generatedTokens,
		})
	}
}
