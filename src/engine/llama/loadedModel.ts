import type { EngineParams, ModelSummary, Purpose, Verdict } from '../../protocol/engine.ts'
import type { Chat } from '../chat/chat.ts'
import type { Speculation } from '../speculation/speculation.ts'
import { countTokens } from './countTokens.ts'
import {
	buildPrompt,
	type Prompt,
	type PromptRoom,
	type PromptText,
	type ShownContext,
	type TokenId,
} from './fimPrompt.ts'
import { cancelledGeneration, type Generation, type GenerationRequest, generate, type TakenBack } from './generate.ts'
import { Healing, mostExpected, tokensToHeal } from './healing.ts'
import type { Slot } from './slot.ts'
import type { SlotPool } from './slotPool.ts'
import type { Turn } from './turn.ts'
import type { Vocabulary } from './vocabulary.ts'
import { type WarmUp, warmUp } from './warmUp.ts'

interface Parts {
	readonly summary: ModelSummary
	readonly vocabulary: Vocabulary
	readonly slots: SlotPool<Slot>
	/** Absent where refused tokens cannot be taken back. */
	readonly speculation: Speculation | undefined
	readonly chat: Chat
	readonly dispose: () => Promise<void>
}

export type CompletionRequest = Omit<EngineParams<'complete'>, 'progressToken' | 'model' | 'deadlineMs'> &
	Pick<GenerationRequest, 'arrivedAt' | 'turn' | 'onText'>

export type Completion = Omit<Generation, 'tokens'>

/** @property context what was shown of other files; absent where nothing was to be shown */
export interface FilledGap extends Completion, Pick<Prompt, 'cut'> {
	readonly context?: ShownContext
}

export type ChatRequest = Omit<EngineParams<'chat'>, 'progressToken' | 'model' | 'deadlineMs'> &
	Pick<GenerationRequest, 'arrivedAt' | 'turn' | 'onText'>

export interface ChatAnswer extends Completion {
	readonly droppedMessages: number
	readonly verdict?: Verdict
}

export interface WarmUpRequest extends PromptText {
	readonly purpose: Purpose
	readonly turn: Turn
}

/** Tokens of typed text, at most; those beyond become part of the prefix. */
const mostTyped = 128
/** Tokens that are kept for typed text and answer, where these may not have more: the same for most, so that prompts are alike. */
const leastRoom = 256

/** A model that can complete text. Calls may overlap, but only one of them computes: the one that has the turn. */
export class LoadedModel {
	private readonly parts: Parts

	constructor(parts: Parts) {
		this.parts = parts
	}

	get summary(): ModelSummary {
		return this.parts.summary
	}

	/** Fills the gap; resolves with what there is when cancelled. Rejects where llama.cpp fails, and can be called again. */
	async complete(request: CompletionRequest): Promise<FilledGap> {
		const { prefix, suffix, typed, mode, context, purpose, reference, drafts, ...rest } = request
		const { vocabulary } = this.parts
		const whole = buildPrompt({ prefix, suffix, typed, mode, context }, this.promptRoom(request.maxTokens), vocabulary)
		const { prompt, takenBack } = this.takeBack(whole)
		return this.inSlot(purpose, prompt, request.turn, async ({ target, draft }, turn) => {
			const speculation = drafts ? this.parts.speculation : undefined
			const speculator = speculation?.begin(purpose, reference, draft?.drafter)
			const generator = { target, speculator, isEnd: vocabulary.isEnd, textStream: vocabulary.textStream }
			const { tokens: _, ...answer } = await generate(generator, { ...rest, turn, prompt, takenBack })
			const { cut } = whole
			return { ...answer, ...(cut && { cut }), ...(context && { context: whole.context }) }
		})
	}

	/**
	 * Evaluates the prompt that `complete` would have, generates nothing, and ends as soon as somebody else had the turn.
	 * Rejects where llama.cpp fails, and can be called again.
	 */
	async warmUp({ purpose, turn, ...text }: WarmUpRequest): Promise<WarmUp> {
		const { tokens } = buildPrompt(text, this.promptRoom(0), this.parts.vocabulary)
		// With its own turn, not the slot's: what somebody else took meanwhile is not to be evaluated again.
		return this.inSlot(purpose, tokens, turn, ({ target }) => warmUp(target, tokens, turn))
	}

	/** Answers a conversation; otherwise as `complete`. @throws EngineError where the messages do not fit, or their form fails. */
	async chat(request: ChatRequest): Promise<ChatAnswer> {
		const { messages, purpose, reference, drafts, json, ...rest } = request
		const { vocabulary, slots, chat } = this.parts
		const room = slots.capacity - Math.min(request.maxTokens, Math.floor(slots.capacity / 2))
		const form = json && (await chat.jsonForm(json))
		const written = await chat.prompt(messages, room, request.turn)
		if (!written) return { ...cancelledGeneration(request), droppedMessages: 0 }
		const { tokens: prompt, end, droppedMessages } = written
		const stop = end === undefined ? rest.stop : [...rest.stop, end]
		return this.inSlot(purpose, prompt, request.turn, async ({ target, draft }, turn) => {
			const speculation = drafts ? this.parts.speculation : undefined
			const speculator = speculation?.begin(purpose, reference, draft?.drafter)
			const generator = { target, speculator, isEnd: vocabulary.isEnd, textStream: vocabulary.textStream }
			const { tokens, ...answer } = await generate(generator, { ...rest, stop, turn, prompt, gate: form?.gate })
			const said = tokens.slice(prompt.length)
			chat.remember(answer.text, said, answer.stopReason)
			const { text } = answer
			const verdict = form && (await chat.verdict(form, { target, turn, prompt, answer: said, text }))
			return { ...answer, droppedMessages, ...(verdict && { verdict }) }
		})
	}

	/** Tokens of each text, without those that a prompt puts around it. Needs no turn, and lets others go between. */
	async countTokens(texts: readonly string[]): Promise<number[]> {
		return countTokens(texts, this.parts.vocabulary)
	}

	/** Frees the memory. Must not be called while `complete` runs: llama.cpp would end the process. */
	async dispose(): Promise<void> {
		await this.parts.dispose()
	}

	/** At least half of the context is for the prompt, however much output is allowed. */
	private promptRoom(maxTokens: number): PromptRoom {
		const { capacity } = this.parts.slots
		const rest = Math.min(Math.max(maxTokens + mostTyped, leastRoom), Math.floor(capacity / 2))
		return { text: capacity - rest, typed: Math.min(mostTyped, Math.floor(rest / 2)) }
	}

	private takeBack({ tokens, typedTokens }: Prompt): { prompt: readonly TokenId[]; takenBack?: TakenBack } {
		const { vocabulary, speculation } = this.parts
		const count = tokensToHeal(tokens.slice(tokens.length - typedTokens), vocabulary.pieceOf)
		// Without drafts nothing can be taken back either.
		if (!speculation || count === 0 || count === tokens.length) return { prompt: tokens }
		const typed = tokens.slice(tokens.length - count)
		const text = typed.map((token) => vocabulary.pieceOf(token) ?? '').join('')
		const gate = new Healing(text, vocabulary.pieceOf)
		return { prompt: tokens.slice(0, -count), takenBack: { expected: typed.slice(0, mostExpected), text, gate } }
	}

	private async inSlot<T>(
		purpose: Purpose,
		prompt: readonly TokenId[],
		asked: Turn,
		work: (slot: Slot, turn: Turn) => Promise<T>,
	): Promise<T> {
		const { slot, turn, release } = await this.parts.slots.lease(purpose, prompt, asked)
		try {
			return await work(slot, turn)
		} catch (error) {
			await slot.target.reset()
			await slot.draft?.state.reset()
			throw error
		} finally {
			release()
		}
	}
}
