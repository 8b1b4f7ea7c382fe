import { CancellationSource, type CancellationToken } from '../../shared/cancellation.ts'
import type { Clock } from '../../shared/clock.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { CancelledError } from '../../shared/errors.ts'
import { Emitter } from '../../shared/event.ts'
import type { Logger } from '../../shared/logger.ts'
import { placeOf } from '../../shared/placeOf.ts'
import type { ContextSource } from '../context/contextSource.ts'
import { ModelUnavailableError } from '../model/modelState.ts'
import type { CompletionModel, PromptContext } from '../model/ports.ts'
import type { CodePlace, CodeStructure, InsertionCheck } from '../syntax/codeStructure.ts'
import { aheadOf } from './aheadOf.ts'
import { alternativesTo } from './alternatives.ts'
import { AnswerCache } from './answerCache.ts'
import { type AnswerPlace, restAfter } from './answerPlace.ts'
import type { Judge, Verdict } from './confidence/confidence.ts'
import type { Silence } from './confidence/silenceRule.ts'
import { withNamesOf } from './confidence/withNamesOf.ts'
import { ContextAtCursor } from './contextAtCursor.ts'
import type { SelectedItem } from './cursorLine.ts'
import type { DocumentLines, Position } from './documentLines.ts'
import { endOf } from './endOf.ts'
import { isMultiLine } from './multiLineRule.ts'
import type { AnswerOrigin, Asked, InlineOutcome, NoSuggestionReason } from './outcome.ts'
import type { FilterName } from './postprocess/filterName.ts'
import { postprocess } from './postprocess/postprocess.ts'
import { type AnchoredPrompt, PromptAnchor } from './promptAnchor.ts'
import { type Question, questionOf } from './question.ts'
import { RunningAnswer } from './runningAnswer.ts'
import { SyntaxAtCursor } from './syntaxAtCursor.ts'
import { TypingRhythm } from './typingRhythm.ts'

/** An answer of the model, wherever it comes from. */
interface Answer {
	readonly text: string
	readonly origin: Omit<AnswerOrigin, 'acted'>
	/** Characters of it that were typed since it was made. */
	readonly typed: number
}

/** A keystroke on its way to an outcome. */
interface Asking {
	readonly question: Question
	readonly request: InlineRequest
	readonly place: AnswerPlace
	readonly token: CancellationToken
	readonly started: number
}

/** One question of the editor: what could stand at the cursor? */
export interface InlineRequest {
	/** Read before the first wait only: a request is about the document as it is when it is asked. */
	readonly document: DocumentLines
	readonly position: Position
	/** Asked with a command rather than by typing. */
	readonly explicit: boolean
	/** Milliseconds for other texts beside the first, all of which are waited for. Default: there are no others. */
	readonly othersMs?: number
	readonly selectedItem?: SelectedItem | undefined
	/** Known without looking at the text: the setting, the kind of document. */
	readonly refusal?: NoSuggestionReason | undefined
	/** Scopes in which nothing is suggested unless it is asked for by hand. Default: none. */
	readonly silentIn?: readonly CodePlace['scope'][]
	/** What is kept back of what the model is not sure of. Default: nothing. */
	readonly silence?: Silence
	readonly maxTokens: number
	/** Whether what follows a suggestion is written while it is read. Default: no. */
	readonly ahead?: boolean
	/** How much of other files the model is shown. Default: nothing. */
	readonly contextTokens?: number
}

/**
 * Keystroke to ghost text. One request at a time: a newer one cancels the older. The model is asked only where no earlier
 * answer, and none that is being written, goes on as the user did.
 */
export class InlineCompleter implements Disposable {
	private readonly model: CompletionModel
	private readonly clock: Clock
	private readonly logger: Logger
	private readonly syntax: SyntaxAtCursor | undefined
	private readonly context: ContextAtCursor | undefined
	private readonly confidence: Judge | undefined
	private readonly outcomes = new Emitter<InlineOutcome>()
	private readonly activity = new Emitter<boolean>()
	private readonly cache = new AnswerCache()
	private readonly anchor = new PromptAnchor()
	private readonly rhythm = new TypingRhythm()
	private running: CancellationSource | undefined
	private warming: CancellationSource | undefined
	/** What the model was asked last. */
	private answering: RunningAnswer | undefined
	/** Of which something is on the screen. */
	private shown: Asked | undefined
	private asking = 0

	/** Every outcome, cancelled ones too. */
	readonly onDidFinish = this.outcomes.event
	/** Fires with `isThinking`. */
	readonly onDidChangeActivity = this.activity.event

	/**
	 * @param deps.structure without it the text around the cursor decides alone
	 * @param deps.context without it the model is shown the document only
	 * @param deps.confidence without it nothing is kept back for being unlikely
	 */
	constructor(deps: {
		model: CompletionModel
		structure?: CodeStructure
		context?: ContextSource
		confidence?: Judge
		clock: Clock
		logger: Logger
	}) {
		const { structure, context, clock } = deps
		this.syntax = structure && new SyntaxAtCursor({ structure, clock })
		this.context = context && new ContextAtCursor(context)
		this.confidence = deps.confidence
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
		this.warming?.cancel()
		const source = new CancellationSource(token)
		this.running = source
		const started = this.clock.now()
		const answered = await this.answer(request, source.token, started).catch((error) =>
			this.failed(error, source.token, started),
		)
		const outcome = source.token.isCancellationRequested ? this.none('cancelled', started) : answered
		source.dispose()
		if (this.running === source) this.running = undefined
		if (outcome.kind === 'none' && outcome.reason !== 'cancelled') this.gone()
		this.logOutcome(request.document.languageId, outcome)
		this.outcomes.fire(outcome)
		return outcome
	}

	/**
	 * Has the model read what it would be shown at a place, so that the first key that is pressed there finds it read. Does
	 * nothing where the model is not there or has something else to do, and ends when it is asked. Never rejects.
	 */
	async warmUp({ document, position, maxTokens, contextTokens = 0 }: Omit<InlineRequest, 'explicit'>): Promise<void> {
		const { state } = this.model
		if (state.kind !== 'ready' || this.running || this.isThinking) return
		this.warming?.cancel()
		const source = new CancellationSource()
		this.warming = source
		try {
			const question = questionOf({ document, position, maxTokens, explicit: true }, state.model.contextSize)
			if (typeof question === 'string') return
			const context = await this.context?.atRest({ document, question, tokens: contextTokens }, source.token)
			if (source.token.isCancellationRequested) return
			const prompt = this.anchor.place(document.id, question.window, true)
			await this.model.warmUp(withContext(prompt, context), source.token)
		} catch (error) {
			this.failed(error, source.token, 0)
		} finally {
			if (this.warming === source) this.warming = undefined
			source.dispose()
		}
	}

	/** The user took what was suggested. */
	accepted(): void {
		this.confidence?.accepted()
	}

	dispose(): void {
		this.running?.cancel()
		this.warming?.cancel()
		this.answering?.cancel()
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

		const place = { documentId: request.document.id, ...question.window }
		this.rhythm.key(started)
		const silence = await this.silence(question, request, token)
		if (silence) return none(silence)
		const answer = (await this.known(request, place, token)) ?? (await this.ask(question, request, place, token))
		if (token.isCancellationRequested || answer === undefined) return none('cancelled')
		return this.fitted(answer, { question, request, place, token, started })
	}

	private async silence(
		{ line }: Question,
		{ document, explicit, silentIn = [] }: InlineRequest,
		token: CancellationToken,
	): Promise<NoSuggestionReason | undefined> {
		if (explicit || silentIn.length === 0) return undefined
		const scope = (await this.syntax?.placeOf(document, line, token))?.scope
		if (scope === undefined || !silentIn.includes(scope)) return undefined
		return scope === 'comment' ? 'inComment' : 'inString'
	}

	/** The answer as it is shown, or why it is not. */
	private async fitted(answer: Answer, { question, request, place, token, started }: Asking): Promise<InlineOutcome> {
		const { line } = question
		const processed = postprocess(answer.text, { ...question, isCut: isCut(answer.origin.asked) })
		const { result } = processed
		const origin = () => ({ ...answer.origin, acted: processed.acted, elapsedMs: this.clock.now() - started })
		if (typeof result === 'string') return { kind: 'none', reason: result, ...origin() }
		const text = line.lead + result.text
		const { start, cursor } = line
		const end = cursor.character + result.replaceAfter
		// What was shown before was looked at then, and does not change under the eyes of its reader.
		const isShown = answer.origin.source === 'typedThrough' && this.shown === answer.origin.asked
		const check = isShown ? undefined : await this.syntax?.check(request.document, line, { text, start, end }, token)
		if (token.isCancellationRequested)
			return { kind: 'none', reason: 'cancelled', elapsedMs: this.clock.now() - started }
		const isWhole = !check || check.keep >= text.length
		const shown = isWhole ? text : text.slice(0, check.keep).trimEnd()
		const written = shown.slice(line.lead.length)
		// What is typed of it next is what was shown, not what the model said.
		const isSame = isWhole && answer.text.startsWith(written)
		const asked = isSame ? answer.origin.asked : { ...answer.origin.asked, answer: written }
		if (!isSame) this.cache.add(place, asked)
		const verdict = this.judge(answer, { asked, text: shown, check, isShown, request, question })
		if (verdict?.isSilent) {
			return { kind: 'none', reason: 'unsure', ...origin(), probability: verdict.probability }
		}
		this.shown = asked
		if (request.ahead && !request.explicit && end === cursor.character && line.lead === '')
			this.goOn(shown, answer, place, request.silence)
		const alternatives =
			request.othersMs && end === cursor.character
				? await this.alternatives(shown, answer, { question, request, token })
				: []
		const acted: readonly FilterName[] = isWhole ? processed.acted : [...processed.acted, 'dropWhatBreaks']
		return {
			kind: 'suggestion',
			text: shown,
			replace: { line: cursor.line, start, end },
			...origin(),
			acted,
			...(verdict && { probability: verdict.probability }),
			...(alternatives.length > 0 && { alternatives }),
		}
	}

	private judge(
		{ typed }: Answer,
		judged: {
			readonly asked: Asked
			readonly text: string
			readonly check: InsertionCheck | undefined
			readonly isShown: boolean
			readonly request: InlineRequest
			readonly question: Question
		},
	): Verdict | undefined {
		const { asked, text, isShown, request, question } = judged
		const { logProbs } = asked
		if (!this.confidence || !logProbs) return undefined
		const silence = request.explicit ? 'never' : (request.silence ?? 'never')
		const { before, window } = question
		const check = request.document.above ? judged.check && withNamesOf(window.prefix, judged.check) : judged.check
		const features = { text, logProbs, isCut: isCut(asked), before, typedAlong: typed, check }
		return this.confidence.judge(asked, features, { silence, isShown, now: this.clock.now() })
	}

	private gone(): void {
		this.shown = undefined
		this.confidence?.gone(this.clock.now())
	}

	/** Has what follows the suggestion written while it is read. The next key that is not in it ends that at once. */
	private goOn(shown: string, { origin }: Answer, place: AnswerPlace, silence: Silence | undefined): void {
		const isOver = origin.source === 'model' || origin.source === 'inFlight'
		const ahead = isOver ? aheadOf(shown, place, origin.asked, origin.figures) : undefined
		if (!ahead) return
		const deps = { model: this.model, clock: this.clock }
		const terms = { ...ahead.terms, ...howSure(silence) }
		const running = new RunningAnswer(deps, { ...ahead, terms, line: origin.asked.line + lineBreaks(shown) })
		this.answering = running
		void this.keep(running, true)
	}

	private async alternatives(
		shown: string,
		{ origin }: Answer,
		{ question, request, token }: Pick<Asking, 'question' | 'request' | 'token'>,
	): Promise<string[]> {
		const { document, maxTokens, othersMs: budgetMs = 0 } = request
		const { line } = question
		const range = { start: line.start, end: line.cursor.character }
		const whole = async (text: string) => {
			const check = await this.syntax?.check(document, line, { text, ...range }, token)
			return check && check.keep < text.length ? text.slice(0, check.keep).trimEnd() : text
		}
		this.setAsking(1)
		const { model, clock } = this
		const deps = { model, clock, prompt: origin.asked.prompt, question, maxTokens, budgetMs, whole }
		return alternativesTo(shown, deps, token).finally(() => this.setAsking(-1))
	}

	/** What is known without asking: an answer that is remembered, or the one that is being written. */
	private async known(
		{ explicit }: InlineRequest,
		place: AnswerPlace,
		token: CancellationToken,
	): Promise<Answer | undefined> {
		const running = this.answering
		// Who asks by hand wants another answer than what is there.
		const typed = explicit ? undefined : running?.typedBefore(place)
		if (typed === undefined) running?.cancel()
		const hit = explicit ? undefined : this.cache.find(place)
		if (hit) {
			const source = hit.isLatest && hit.typedLength > 0 ? 'typedThrough' : 'cache'
			return { text: hit.text, typed: hit.typedLength, origin: { source, asked: hit.asked } }
		}
		if (!running || typed === undefined) return undefined
		const answer = await running.wait(typed, token)
		const text = answer && restAfter(answer.text, typed)
		if (!answer || !text?.trim()) return undefined
		const origin = { source: 'inFlight', figures: answer.stats, asked: running.asked(answer) } as const
		return { text, typed: typed.length, origin }
	}

	/** Waiting for a model that loads would hold up the editor's other providers: it is told now, and asks again later. */
	private reasonOfModel(): NoSuggestionReason {
		const { kind } = this.model.state
		if (kind === 'failed') return 'modelFailed'
		if (kind === 'idle') this.model.prepare()
		return 'modelLoading'
	}

	private async ask(
		question: Question,
		{ document, explicit, maxTokens, silence, contextTokens = 0 }: InlineRequest,
		place: AnswerPlace,
		token: CancellationToken,
	): Promise<Answer | undefined> {
		// Found out while waiting, so that it costs no time of its own.
		const syntax = this.syntax?.placeOf(document, question.line, token)
		const found = this.context?.at({ document, question, tokens: contextTokens }, token)
		await this.wait(question.debounce ? this.rhythm.debounceMs : 0, token)
		const multiLine = isMultiLine(question, await syntax, explicit)
		const context = await found
		if (token.isCancellationRequested) return undefined
		const prompt = withContext(this.anchor.place(place.documentId, question.window), context)
		this.answering?.cancel()
		const running = new RunningAnswer(
			{ model: this.model, clock: this.clock },
			{
				place,
				prompt,
				line: question.line.cursor.line,
				terms: { ...endOf({ ...question, multiLine }), maxTokens, ...howSure(silence) },
				draftPlace: question,
			},
		)
		this.answering = running
		this.setAsking(1)
		void this.keep(running).finally(() => this.setAsking(-1))
		const answer = await running.wait('', token)
		if (!answer || answer.stopReason === 'cancelled') return undefined
		const origin = { source: 'model', figures: answer.stats, asked: running.asked(answer) } as const
		return { text: answer.text, typed: 0, origin }
	}

	/** Remembers an answer that came to its end. Never rejects. */
	private async keep(running: RunningAnswer, isAhead = false): Promise<void> {
		// Whoever waits for it tells what went wrong.
		const answer = await running.answer.catch(() => undefined)
		if (!answer || answer.stopReason === 'cancelled' || answer.stopReason === 'deadline') return
		this.cache.add(running.question.place, running.asked(answer), isAhead)
		if (isAhead) return
		this.rhythm.answered(answer.stats.totalMs)
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

function withContext(prompt: AnchoredPrompt, context: PromptContext | undefined): AnchoredPrompt {
	return context ? { ...prompt, context } : prompt
}

function howSure(silence: Silence = 'never'): { readonly logProbs?: 'rough' } {
	return silence === 'never' ? {} : { logProbs: 'rough' }
}

function lineBreaks(text: string): number {
	return text.split('\n').length - 1
}

function isCut({ stopReason }: Asked): boolean {
	return (
		stopReason === 'lost' || stopReason === 'maxTokens' || stopReason === 'contextFull' || stopReason === 'deadline'
	)
}
