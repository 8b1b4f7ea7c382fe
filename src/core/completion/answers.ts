import type { CancellationToken } from '../../shared/cancellation.ts'
import type { Clock } from '../../shared/clock.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { Emitter } from '../../shared/event.ts'
import type { LoadedModel } from '../model/modelState.ts'
import type { CompletionModel, PromptContext } from '../model/ports.ts'
import { aheadOf, type ShownText } from './aheadOf.ts'
import { alternativesTo } from './alternatives.ts'
import type { AnswerCache } from './answerCache.ts'
import type { Silence } from './confidence/silenceRule.ts'
import type { ContextAtCursor } from './contextAtCursor.ts'
import { endOf } from './endOf.ts'
import type { Answer, Asking, InlineRequest } from './inlineRequest.ts'
import { isMultiLine } from './multiLineRule.ts'
import { type AnchoredPrompt, PromptAnchor } from './promptAnchor.ts'
import type { Question } from './question.ts'
import { restAfter } from './restAfter.ts'
import { RunningAnswer } from './runningAnswer.ts'
import { shownLines } from './shownLines.ts'
import type { SyntaxAtCursor } from './syntaxAtCursor.ts'
import { TypingRhythm } from './typingRhythm.ts'

/** After the pause, in which context and syntax are still being found and the request is on its way. */
const announcedMs = 50

/** Where answers come from: what is remembered, what is being written, and the model, which is asked only where neither goes on as the user did. */
export class Answers implements Disposable {
	private readonly model: CompletionModel
	private readonly clock: Clock
	private readonly pauses: Clock
	private readonly cache: AnswerCache
	private readonly syntax: SyntaxAtCursor | undefined
	private readonly context: ContextAtCursor | undefined
	private readonly activity = new Emitter<boolean>()
	private readonly anchor = new PromptAnchor()
	private readonly rhythm = new TypingRhythm()
	/** What the model was asked last. */
	private running: RunningAnswer | undefined
	/** What it was shown of other files then. */
	private others: PromptContext | undefined
	/** Milliseconds for a token of the last answer. */
	private tokenMs: number | undefined
	private answering: LoadedModel | undefined
	private asking = 0

	/** Fires with `isThinking`. */
	readonly onDidChangeActivity = this.activity.event

	constructor(deps: {
		readonly model: CompletionModel
		readonly clock: Clock
		readonly pauses: Clock
		readonly cache: AnswerCache
		readonly syntax: SyntaxAtCursor | undefined
		readonly context: ContextAtCursor | undefined
	}) {
		this.model = deps.model
		this.clock = deps.clock
		this.pauses = deps.pauses
		this.cache = deps.cache
		this.syntax = deps.syntax
		this.context = deps.context
	}

	/** Whether the model is at work on an answer. */
	get isThinking(): boolean {
		return this.asking > 0
	}

	/** @returns undefined where the token was cancelled. Rejects as the model does. */
	async find(asking: Asking): Promise<Answer | undefined> {
		// An arrow key in a list says nothing of how somebody types.
		if (!asking.request.restMs) this.rhythm.key(asking.started)
		this.forgetOtherModel()
		return (await this.known(asking)) ?? (await this.ask(asking))
	}

	/** Has the model read what it would be shown at a place. */
	async warmUp(
		{ document, contextTokens = 0 }: Pick<InlineRequest, 'document' | 'contextTokens'>,
		question: Question,
		token: CancellationToken,
	): Promise<void> {
		const context = await this.context?.atRest({ document, question, tokens: contextTokens }, token)
		if (token.isCancellationRequested) return
		this.others = context
		const prompt = this.anchor.place(document.id, question.window, true)
		const shown = shownLines(document, question.line.cursor.line, prompt)
		await this.model.warmUp({ ...withContext(prompt, context), shown }, token)
	}

	/**
	 * Has what follows a suggestion written while it is read, one step ahead of what is shown. The next key that is not in it ends
	 * that at once. Nothing is asked for which the prompt would have to be read anew.
	 */
	goOn(shown: ShownText, { place, request, question }: Asking): void {
		const ahead = aheadOf(shown, place, this.tokenMs)
		const isAsked = this.running?.shownAfter(place)?.startsWith(shown.text)
		if (!ahead || isAsked || this.cache.has(ahead.place)) return
		const prompt = this.anchor.held(place.documentId, ahead.place)
		if (!prompt) return
		const line = question.line.cursor.line + shown.text.split('\n').length - 1
		const terms = { ...ahead.terms, ...howSure(request.silence) }
		this.running?.cancel()
		this.running = new RunningAnswer(
			{ model: this.model, clock: this.clock },
			{
				place: ahead.place,
				prompt: withContext(prompt, this.others),
				shown: shownLines(request.document, line, prompt),
				terms,
				line,
				shownAt: place,
			},
		)
		void this.keep(this.running, true)
	}

	/** Other texts for the same place, where they were asked for. */
	async alternatives(shown: string, { origin }: Answer, { question, request, token }: Asking): Promise<string[]> {
		const { document, maxTokens, othersMs: budgetMs } = request
		if (!budgetMs) return []
		const { line } = question
		const range = { start: line.start, end: line.cursor.character }
		const whole = async (text: string) => {
			const check = await this.syntax?.check(document, line, { text, ...range }, token)
			return check && check.keep < text.length ? text.slice(0, check.keep).trimEnd() : text
		}
		this.setAsking(1)
		const { model, clock } = this
		const deps = {
			model,
			clock,
			document,
			prompt: origin.asked.prompt,
			question,
			maxTokens,
			budgetMs,
			whole,
		}
		return alternativesTo(shown, deps, token).finally(() => this.setAsking(-1))
	}

	dispose(): void {
		this.running?.cancel()
		this.activity.dispose()
	}

	/** What is known without asking: an answer that is remembered, or the one that is being written. */
	private async known({ request: { explicit }, place, token }: Asking): Promise<Answer | undefined> {
		const { running } = this
		// Who asks by hand wants another answer than what is there.
		const typed = explicit ? undefined : running?.typedBefore(place)
		if (typed === undefined && (explicit || !running?.shownAfter(place))) running?.cancel()
		const hit = explicit ? undefined : this.cache.find(place)
		if (hit) {
			const source = hit.isLatest && hit.typedLength > 0 ? 'typedThrough' : 'cache'
			return { text: hit.text, typed: hit.typedLength, origin: { source, asked: hit.asked } }
		}
		if (!running || typed === undefined) return undefined
		const answer = await running.wait(typed, token)
		const text = answer && restAfter(answer.text, typed, running.question.place.prefix)
		if (!answer || !text?.trim()) return undefined
		const origin = { source: 'inFlight', figures: answer.stats, asked: running.asked(answer) } as const
		return { text, typed: typed.length, origin }
	}

	private async ask({ question, request, place, token }: Asking): Promise<Answer | undefined> {
		const { document, explicit, maxTokens, silence, contextTokens = 0, restMs = 0 } = request
		if (restMs > 0) await this.wait(restMs, token)
		if (token.isCancellationRequested) return undefined
		// Found out while waiting, so that it costs no time of its own.
		const syntax = this.syntax?.placeOf(document, question.line, token)
		const found = this.context?.at({ document, question, tokens: contextTokens, isByHand: explicit }, token)
		const debounceMs = question.debounce ? this.rhythm.debounceMs : 0
		this.model.announce(debounceMs + announcedMs)
		await this.wait(debounceMs, token)
		const multiLine = isMultiLine(question, await syntax, explicit)
		const context = await found
		if (token.isCancellationRequested) return undefined
		this.others = context
		const prompt = withContext(this.anchor.place(place.documentId, question.window), context)
		this.running?.cancel()
		const running = new RunningAnswer(
			{ model: this.model, clock: this.clock },
			{
				place,
				prompt,
				shown: shownLines(request.document, question.line.cursor.line, prompt),
				line: question.line.cursor.line,
				terms: { ...endOf({ ...question, multiLine }), maxTokens, ...howSure(silence) },
				draftPlace: question,
			},
		)
		this.running = running
		this.setAsking(1)
		void this.keep(running).finally(() => this.setAsking(-1))
		const answer = await running.wait('', token)
		if (!answer || answer.stopReason === 'cancelled') return undefined
		const origin = { source: 'model', figures: answer.stats, asked: running.asked(answer) } as const
		return { text: answer.text, typed: 0, origin }
	}

	/** What another model said, and what it is at, is of no use. */
	private forgetOtherModel(): void {
		const { state } = this.model
		if (state.kind !== 'ready' || state.model === this.answering) return
		if (this.answering && !isSameModel(this.answering, state.model)) {
			this.running?.cancel()
			this.running = undefined
			this.cache.clear()
		}
		this.answering = state.model
	}

	/** Remembers an answer that came to its end. Never rejects. */
	private async keep(running: RunningAnswer, isAhead = false): Promise<void> {
		const { answering } = this
		// Whoever waits for it tells what went wrong.
		const answer = await running.answer.catch(() => undefined)
		if (!answer || answer.stopReason === 'cancelled' || answer.stopReason === 'deadline') return
		if (answering !== this.answering) return
		const { generatedTokens, totalMs, prefillMs, queueMs } = answer.stats
		if (generatedTokens > 0) this.tokenMs = (totalMs - prefillMs - queueMs) / generatedTokens
		this.cache.add(running.question.place, running.asked(answer), isAhead)
		if (!isAhead) this.rhythm.answered(answer.stats.totalMs)
	}

	private setAsking(change: 1 | -1): void {
		const before = this.isThinking
		this.asking += change
		if (this.isThinking !== before) this.activity.fire(this.isThinking)
	}

	private wait(ms: number, token: CancellationToken): Promise<void> {
		if (ms <= 0) return Promise.resolve()
		return new Promise((resolve) => {
			const timer = this.pauses.after(ms, () => {
				cancellation.dispose()
				resolve()
			})
			const cancellation = token.onCancellationRequested(() => {
				timer.dispose()
				resolve()
			})
		})
	}
}

function withContext(prompt: AnchoredPrompt, context: PromptContext | undefined): AnchoredPrompt {
	return context ? { ...prompt, context } : prompt
}

/** The same file may have been unloaded in between. */
function isSameModel(a: LoadedModel, b: LoadedModel): boolean {
	const isSameFile = a.path === b.path && a.fileBytes === b.fileBytes && a.name === b.name
	return isSameFile && a.fimOrder === b.fimOrder && a.served?.name === b.served?.name
}

function howSure(silence: Silence = 'never'): { readonly logProbs?: 'rough' } {
	return silence === 'never' ? {} : { logProbs: 'rough' }
}
