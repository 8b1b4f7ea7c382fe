import { dirname, join } from 'node:path'
import type { LlamaModel } from 'node-llama-cpp'
import type { EngineParams, StopReason, Verdict } from '../../protocol/engine.ts'
import type { Logger } from '../../shared/logger.ts'
import type { TokenId } from '../llama/fimPrompt.ts'
import type { Turn } from '../llama/turn.ts'
import type { Vocabulary } from '../llama/vocabulary.ts'
import { AnswerMemory } from './answerMemory.ts'
import { ChatForm } from './chatForm.ts'
import { type ChatPrompt, chatPrompt } from './chatPrompt.ts'
import { type JsonGate, jsonGate } from './jsonGate.ts'
import { verdictValues } from './jsonSchema.ts'
import { type VerdictInput, verdictOf } from './verdict.ts'

export interface ChatDeps {
	readonly model: LlamaModel
	readonly vocabulary: Vocabulary
	readonly logger: Logger
	/** The script `chatTemplateWorker`. Default: beside the engine's own. */
	readonly workerFile?: string | undefined
}

/** An answer that has to be JSON. */
export interface JsonForm {
	readonly gate: JsonGate
	/** Of the verdict; empty where none was asked for. */
	readonly values: readonly string[]
}

type Asked = Omit<VerdictInput, 'vocabulary' | 'span' | 'values'>

/** After these the answer's text is all that its tokens say. */
const wholeAnswers: ReadonlySet<StopReason> = new Set(['endOfText', 'maxTokens', 'contextFull'])

/** Conversations with one model. */
export class Chat {
	private readonly model: LlamaModel
	private readonly vocabulary: Vocabulary
	private readonly form: ChatForm
	private readonly memory = new AnswerMemory()

	constructor({ model, vocabulary, logger, workerFile }: ChatDeps) {
		this.model = model
		this.vocabulary = vocabulary
		const beside = join(dirname(process.argv[1] ?? ''), 'chatTemplateWorker.cjs')
		this.form = new ChatForm({ vocabulary, logger, workerFile: workerFile ?? beside })
	}

	/** @returns undefined where it was cancelled. @throws EngineError. */
	async prompt(messages: EngineParams<'chat'>['messages'], room: number, turn: Turn): Promise<ChatPrompt | undefined> {
		const answerTokens = (text: string) => this.memory.tokensOf(text)
		return chatPrompt(messages, room, { form: this.form, vocabulary: this.vocabulary, answerTokens }, turn)
	}

	/** What an answer may say that has to be JSON. @throws EngineError `invalidRequest`. */
	async jsonForm({ schema, verdict }: NonNullable<EngineParams<'chat'>['json']>): Promise<JsonForm> {
		const { model, vocabulary } = this
		const gate = await jsonGate(schema, verdict, { model, vocabulary })
		return { gate, values: verdict === undefined ? [] : verdictValues(schema, verdict) }
	}

	/** How likely each value of the verdict was; undefined where the answer ended before it. */
	async verdict({ gate, values }: JsonForm, asked: Asked): Promise<Verdict | undefined> {
		const { span } = gate.scanner
		if (!span || values.length === 0 || asked.turn.isCancelled()) return undefined
		return verdictOf({ ...asked, vocabulary: this.vocabulary, span, values })
	}

	/** Keeps an answer's tokens for the next turn. */
	remember(text: string, tokens: readonly TokenId[], reason: StopReason): void {
		if (wholeAnswers.has(reason)) this.memory.remember(text, tokens)
	}
}
