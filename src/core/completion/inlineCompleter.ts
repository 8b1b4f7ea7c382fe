import { CancellationSource, type CancellationToken } from '../../shared/cancellation.ts'
import type { Clock } from '../../shared/clock.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { CancelledError } from '../../shared/errors.ts'
import { Emitter } from '../../shared/event.ts'
import type { Logger } from '../../shared/logger.ts'
import { placeOf } from '../../shared/placeOf.ts'
import type { ContextSource } from '../context/contextSource.ts'
import { ModelUnavailableError } from '../model/modelState.ts'
import type { CompletionModel } from '../model/ports.ts'
import type { CodeStructure } from '../syntax/codeStructure.ts'
import { AnswerCache } from './answerCache.ts'
import { AnswerFitter } from './answerFitter.ts'
import { Answers } from './answers.ts'
import type { Judge } from './confidence/confidence.ts'
import { ContextAtCursor } from './contextAtCursor.ts'
import type { InlineRequest } from './inlineRequest.ts'
import type { InlineOutcome, NoSuggestionReason } from './outcome.ts'
import { type Question, questionOf } from './question.ts'
import { SyntaxAtCursor } from './syntaxAtCursor.ts'

/** Milliseconds: whoever wants nothing in a comment would rather wait than see something there. */
const longestDoubt = 500

/** Keystroke to ghost text. One request at a time: a newer one cancels the older. */
export class InlineCompleter implements Disposable {
	private readonly model: CompletionModel
	private readonly clock: Clock
	private readonly logger: Logger
	private readonly syntax: SyntaxAtCursor | undefined
	private readonly answers: Answers
	private readonly fitter: AnswerFitter
	private readonly outcomes = new Emitter<InlineOutcome>()
	private running: CancellationSource | undefined
	private warming: CancellationSource | undefined
	/** What is done when what is shown is on the screen. */
	private afterwards: Disposable | undefined

	/** Every outcome, cancelled ones too. */
	readonly onDidFinish = this.outcomes.event
	/** Fires with `isThinking`. */
	readonly onDidChangeActivity: Answers['onDidChangeActivity']

	/**
	 * @param deps.structure without it the text around the cursor decides alone
	 * @param deps.context without it the model is shown the document only
	 * @param deps.confidence without it nothing is kept back for being unlikely
	 * @param deps.pauses for what is waited on purpose before the model is asked, so that it can be told from what takes time
	 */
	constructor(deps: {
		model: CompletionModel
		structure?: CodeStructure
		context?: ContextSource
		confidence?: Judge
		clock: Clock
		pauses?: Clock
		logger: Logger
	}) {
		const { model, structure, clock, confidence, pauses = clock } = deps
		const context = deps.context && new ContextAtCursor({ source: deps.context, clock })
		const cache = new AnswerCache()
		this.syntax = structure && new SyntaxAtCursor({ structure, clock })
		this.answers = new Answers({ model, clock, pauses, cache, syntax: this.syntax, context })
		this.onDidChangeActivity = this.answers.onDidChangeActivity
		this.fitter = new AnswerFitter({ syntax: this.syntax, confidence, cache, clock })
		this.model = model
		this.clock = clock
		this.logger = deps.logger
	}

	/** Whether the model is at work on an answer. */
	get isThinking(): boolean {
		return this.answers.isThinking
	}

	/** Never rejects: what goes wrong is the outcome's reason. */
	async complete(request: InlineRequest, token: CancellationToken): Promise<InlineOutcome> {
		this.running?.cancel()
		this.warming?.cancel()
		this.afterwards?.dispose()
		const source = new CancellationSource(token)
		this.running = source
		const started = this.clock.now()
		this.fitter.asked(started)
		const answered = await this.answer(request, source.token, started).catch((error) =>
			this.failed(error, source.token, started),
		)
		const outcome = source.token.isCancellationRequested ? this.none('cancelled', started) : answered
		source.dispose()
		if (this.running === source) this.running = undefined
		if (outcome.kind === 'none' && outcome.reason !== 'cancelled') this.fitter.gone(outcome.reason)
		this.logOutcome(request.document.languageId, outcome)
		this.outcomes.fire(outcome)
		return outcome
	}

	/**
	 * Has the model read what it would be shown at a place, so that the first key that is pressed there finds it read. Does
	 * nothing where the model is not there, and ends when it is asked. Never rejects.
	 *
	 * @returns false where the model has something else to do: to be tried again
	 */
	async warmUp(request: Omit<InlineRequest, 'explicit'>): Promise<boolean> {
		const { state } = this.model
		if (state.kind !== 'ready') return true
		if (this.running || this.isThinking) return false
		this.warming?.cancel()
		const source = new CancellationSource()
		this.warming = source
		try {
			const question = questionOf({ ...request, explicit: true }, state.model.contextSize)
			if (typeof question !== 'string') await this.answers.warmUp(request, question, source.token)
		} catch (error) {
			this.failed(error, source.token, 0)
		} finally {
			if (this.warming === source) this.warming = undefined
			source.dispose()
		}
		return true
	}

	/** The user took what was suggested. */
	accepted(): void {
		this.fitter.accepted()
	}

	/** What was suggested is out of sight, and nobody turned it down. */
	hidden(): void {
		this.fitter.hidden()
	}

	dispose(): void {
		this.running?.cancel()
		this.warming?.cancel()
		this.afterwards?.dispose()
		this.answers.dispose()
		this.outcomes.dispose()
	}

	private async answer(request: InlineRequest, token: CancellationToken, started: number): Promise<InlineOutcome> {
		const none = (reason: NoSuggestionReason): InlineOutcome => this.none(reason, started)
		if (token.isCancellationRequested) return none('cancelled')
		if (request.refusal) return none(request.refusal)
		const { state } = this.model
		const question = questionOf(request, state.kind === 'ready' ? state.model.contextSize : 0)
		if (typeof question === 'string') return none(question)
		if (state.kind !== 'ready') return none(this.reasonOfModel())
		const silence = await this.silence(question, request, token)
		if (silence) return none(silence)

		const place = { documentId: request.document.id, ...question.window }
		const asking = { question, request, place, token, started }
		const answer = await this.answers.find(asking)
		if (token.isCancellationRequested || answer === undefined) return none('cancelled')
		const fitted = await this.fitter.fit(answer, asking)
		if (fitted?.kind !== 'suggestion') return fitted ?? none('cancelled')
		const shown = { text: fitted.text, replaced: fitted.replace.end - question.line.cursor.character }
		// Nobody waits for a request to be made that is about what comes after.
		if (request.ahead && !request.explicit && question.line.lead === '')
			this.afterwards = this.clock.after(0, () => this.answers.goOn(shown, asking))
		// What replaces characters behind the cursor has nothing that could stand in its place.
		if (shown.replaced > 0) return fitted
		const alternatives = await this.answers.alternatives(fitted.text, answer, asking)
		return alternatives.length > 0 ? { ...fitted, alternatives, elapsedMs: this.clock.now() - started } : fitted
	}

	private async silence(
		{ line }: Question,
		{ document, explicit, silentIn = [] }: InlineRequest,
		token: CancellationToken,
	): Promise<NoSuggestionReason | undefined> {
		if (explicit || silentIn.length === 0) return undefined
		const scope = (await this.syntax?.placeOf(document, line, token, longestDoubt))?.scope
		if (scope === undefined || !silentIn.includes(scope)) return undefined
		return scope === 'comment' ? 'inComment' : 'inString'
	}

	/** Waiting for a model that loads would hold up the editor's other providers: it is told now, and asks again later. */
	private reasonOfModel(): NoSuggestionReason {
		const { kind } = this.model.state
		if (kind === 'failed') return 'modelFailed'
		if (kind === 'idle') this.model.prepare()
		return 'modelLoading'
	}

	private none(reason: NoSuggestionReason, started: number): InlineOutcome {
		return { kind: 'none', reason, elapsedMs: this.clock.now() - started }
	}

	private failed(error: unknown, token: CancellationToken, started: number): InlineOutcome {
		const isExpected = error instanceof ModelUnavailableError || error instanceof CancelledError
		if (isExpected && token.isCancellationRequested) return this.none('cancelled', started)
		// The engine died under the request: where it comes back by itself, the editor asks again. One that answers wrongly is there.
		if (error instanceof ModelUnavailableError && error.problem.code !== 'internal')
			return this.none(this.reasonOfModel(), started)
		this.logger.log('error', 'completion.failed', { place: placeOf(error) })
		return this.none('internalError', started)
	}

	private logOutcome(language: string, outcome: InlineOutcome): void {
		this.logger.log('info', 'completion.finished', {
			language,
			outcome: outcome.kind === 'none' ? outcome.reason : outcome.kind,
			source: outcome.source,
			characters: outcome.kind === 'suggestion' ? outcome.text.length : undefined,
			elapsedMs: Math.round(outcome.elapsedMs),
			probability: outcome.probability === undefined ? undefined : Number(outcome.probability.toFixed(3)),
			promptTokens: outcome.figures?.promptTokens,
			reusedTokens: outcome.figures?.reusedTokens,
			generatedTokens: outcome.figures?.generatedTokens,
		})
	}
}
