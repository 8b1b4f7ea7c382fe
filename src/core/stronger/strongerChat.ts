import type { CancellationToken } from '../../shared/cancellation.ts'
import { CancelledError } from '../../shared/errors.ts'
import type { Logger } from '../../shared/logger.ts'
import { estimatedTokens } from '../model/estimatedTokens.ts'
import type { ModelState } from '../model/modelState.ts'
import type { ChatAnswer, ChatMessage, ChatModel, ChatRequest } from '../model/ports.ts'
import { mostTokens, type StrongerRule } from '../model/strongerRules.ts'
import { redact } from '../privacy/redact.ts'
import type { TokenBudget } from './tokenBudget.ts'

/** What would be sent, for a person to decide upon. */
export interface Payload {
	readonly messages: readonly ChatMessage[]
	/** What was taken out of it, such as `github-token`. */
	readonly redacted: readonly string[]
	/** Of the messages, estimated. */
	readonly tokens: number
	/** The most that the answer may take. */
	readonly answerTokens: number
	/** Left of the month's tokens. */
	readonly budgetLeft: number
	/** The most that the rules allow for this question. */
	readonly mostTokens: number
	/** What of the text looks secret although it was looked through: the person wrote it back. */
	readonly secrets: readonly string[]
}

export type PayloadRefusal = 'tooLarge' | 'overBudget'

export interface CheckedPayload {
	readonly payload: Payload
	readonly refusal?: PayloadRefusal
}

/** Shows a payload and lets a person edit it. */
export interface PayloadReviewer {
	/**
	 * Resolves with what the person lets go; undefined: nothing.
	 *
	 * @param check says of an edited payload what it is now, and why it cannot go
	 */
	review(
		payload: Payload,
		check: (messages: readonly ChatMessage[]) => CheckedPayload,
		token: CancellationToken,
	): Promise<readonly ChatMessage[] | undefined>
}

export interface StrongerChatDeps {
	/** The back end, which sends what it is given as it stands. */
	readonly served: ChatModel
	readonly reviewer: PayloadReviewer
	readonly budget: TokenBudget
	readonly rules: () => readonly StrongerRule[]
	/** What was typed. */
	readonly question: string
	readonly logger: Logger
}

/**
 * A stronger model for one question: what would be sent is shown first, without what looks secret, and only what a person lets go is
 * sent. Rules say what may be asked and how large it may be, and a month has a budget.
 */
export class StrongerChat implements ChatModel {
	private readonly deps: StrongerChatDeps
	readonly onDidChangeState

	constructor(deps: StrongerChatDeps) {
		this.deps = deps
		this.onDidChangeState = deps.served.onDidChangeState
	}

	get state(): ModelState {
		return this.deps.served.state
	}

	prepare(): void {
		this.deps.served.prepare()
	}

	/** Estimates: a server would have to see the texts to count them, and nobody has let them go yet. */
	async countTokens(texts: readonly string[], token: CancellationToken): Promise<readonly number[] | undefined> {
		// Asks what the model can, and shows it nothing.
		const isThere = await this.deps.served.countTokens([], token)
		return isThere && texts.map(estimatedTokens)
	}

	/** @throws CancelledError where the person lets nothing go */
	async chat(request: ChatRequest, onText: (text: string) => void, token: CancellationToken): Promise<ChatAnswer> {
		const { served, reviewer, budget, logger } = this.deps
		const found = request.messages.map(({ role, content }) => ({ role, ...redact(content) }))
		const messages = found.map(({ role, text }) => ({ role, content: text }))
		const redacted = found.flatMap(({ redactions }) => redactions.map(({ rule }) => rule))
		const check = (edited: readonly ChatMessage[]) => this.checked(edited, redacted, request.maxTokens)
		const first = check(messages)
		const sent = await reviewer.review(first.payload, check, token)
		if (!sent || token.isCancellationRequested) throw new CancelledError()
		const last = check(sent)
		if (last.refusal) throw new CancelledError()
		logger.log('info', 'strongerModel.sent', { tokens: last.payload.tokens, redactions: redacted.length })
		// Before the answer: one that is cut off has been paid for as well.
		await budget.spend(last.payload.tokens)
		const answer = await served.chat({ ...request, messages: sent }, onText, token)
		await budget.spend(answer.stats.generatedTokens)
		return answer
	}

	private checked(messages: readonly ChatMessage[], redacted: readonly string[], answerTokens: number): CheckedPayload {
		const { budget, rules, question } = this.deps
		const tokens = messages.reduce((sum, { content }) => sum + estimatedTokens(content), 0)
		const most = mostTokens(rules(), question) ?? 0
		const secrets = messages.flatMap(({ content }) => redact(content).redactions.map(({ rule }) => rule))
		const payload = { messages, redacted, tokens, answerTokens, budgetLeft: budget.left, mostTokens: most, secrets }
		if (tokens > Math.min(most, this.roomFor(answerTokens))) return { payload, refusal: 'tooLarge' }
		return tokens + answerTokens > budget.left ? { payload, refusal: 'overBudget' } : { payload }
	}

	/** What does not fit would be left out on the way, and then what was shown is not what is sent. */
	private roomFor(answerTokens: number): number {
		const { state } = this.deps.served
		return state.kind === 'ready' ? state.model.contextSize - answerTokens : Number.POSITIVE_INFINITY
	}
}
