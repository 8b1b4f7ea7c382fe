import { dirname, join } from 'node:path'
import type { EngineParams, StopReason } from '../../protocol/engine.ts'
import type { Logger } from '../../shared/logger.ts'
import type { TokenId } from '../llama/fimPrompt.ts'
import type { Turn } from '../llama/turn.ts'
import type { Vocabulary } from '../llama/vocabulary.ts'
import { AnswerMemory } from './answerMemory.ts'
import { ChatForm } from './chatForm.ts'
import { type ChatPrompt, chatPrompt } from './chatPrompt.ts'

export interface ChatDeps {
	readonly vocabulary: Vocabulary
	readonly logger: Logger
	/** The script `chatTemplateWorker`. Default: beside the engine's own. */
	readonly workerFile?: string | undefined
}

/** After these the answer's text is all that its tokens say. */
const wholeAnswers: ReadonlySet<StopReason> = new Set(['endOfText', 'maxTokens', 'contextFull'])

/** Conversations with one model. */
export class Chat {
	private readonly vocabulary: Vocabulary
	private readonly form: ChatForm
	private readonly memory = new AnswerMemory()

	constructor({ vocabulary, logger, workerFile }: ChatDeps) {
		this.vocabulary = vocabulary
		const beside = join(dirname(process.argv[1] ?? ''), 'chatTemplateWorker.cjs')
		this.form = new ChatForm({ vocabulary, logger, workerFile: workerFile ?? beside })
	}

	/** @returns undefined where it was cancelled. @throws EngineError. */
	async prompt(messages: EngineParams<'chat'>['messages'], room: number, turn: Turn): Promise<ChatPrompt | undefined> {
		const answerTokens = (text: string) => this.memory.tokensOf(text)
		return chatPrompt(messages, room, { form: this.form, vocabulary: this.vocabulary, answerTokens }, turn)
	}

	/** Keeps an answer's tokens for the next turn. */
	remember(text: string, tokens: readonly TokenId[], reason: StopReason): void {
		if (wholeAnswers.has(reason)) this.memory.remember(text, tokens)
	}
}
