import { EngineError } from '../../protocol/engineErrors.ts'
import type { Logger } from '../../shared/logger.ts'
import type { Turn } from '../llama/turn.ts'
import type { Vocabulary } from '../llama/vocabulary.ts'
import type { RenderOutcome, TemplateMessage } from './renderMessages.ts'
import { renderTemplate } from './renderTemplate.ts'

export interface ChatFormDeps {
	readonly vocabulary: Vocabulary
	readonly logger: Logger
	/** The script `chatTemplateWorker`. */
	readonly workerFile: string
}

export type Conversation = readonly TemplateMessage[]

/** Longest text of a conversation without its contents, in characters. */
const mostCharacters = 1_000_000
const roleNames = { system: 'System', user: 'User', assistant: 'Assistant' } as const

/**
 * The form that a model wants conversations in: its own template's, or else that of ChatML where the vocabulary has its
 * tokens, or else plain text. Contents are to be stand-ins: no template sees what was said.
 */
export class ChatForm {
	private readonly deps: ChatFormDeps
	/** Why the template is not tried again. */
	private refusal: EngineError | undefined
	/** Whether it was found to fail where there is a system's message. */
	private knowsNoSystem = false

	constructor(deps: ChatFormDeps) {
		this.deps = deps
	}

	/**
	 * Writes conversations up to where the next answer begins.
	 *
	 * @returns undefined where it was cancelled.
	 * @throws EngineError `modelUnsupported` where the template went over a limit.
	 */
	async write(conversations: readonly Conversation[], turn: Turn): Promise<readonly string[] | undefined> {
		const { vocabulary, logger } = this.deps
		if (vocabulary.chatTemplate === undefined) return conversations.map((messages) => this.common(messages))
		// Some templates know no system's message, some only one at the beginning.
		const merged = conversations.map(withoutSystem)
		for (const form of this.knowsNoSystem ? [merged] : [conversations, merged]) {
			const outcome = await this.render(form, turn)
			if ('failure' in outcome && outcome.failure === 'cancelled') return undefined
			if ('texts' in outcome && isComplete(outcome.texts, form)) {
				this.knowsNoSystem ||= form === merged
				return outcome.texts
			}
			const detail = 'texts' in outcome ? 'it leaves out messages' : 'it fails'
			logger.log('warn', 'engine.chatTemplate', { detail, messages: form[0]?.length ?? 0 })
		}
		return conversations.map((messages) => this.common(messages))
	}

	private async render(conversations: readonly Conversation[], turn: Turn): Promise<RenderOutcome> {
		if (this.refusal) throw this.refusal
		const { vocabulary, workerFile } = this.deps
		const { chatTemplate: template = '', bosText, eosText } = vocabulary
		const variables = { bos_token: bosText, eos_token: eosText, add_generation_prompt: true }
		const outcome = await renderTemplate({ template, variables, conversations, mostCharacters }, workerFile, turn)
		if ('texts' in outcome || outcome.failure === 'cancelled' || outcome.failure === 'refused') return outcome
		this.refusal = new EngineError({
			code: 'modelUnsupported',
			detail: `the model's chat template was given up: ${outcome.failure}`,
		})
		throw this.refusal
	}

	private common(messages: Conversation): string {
		if (this.deps.vocabulary.hasChatMl) {
			const turns = messages.map(({ role, content }) => `<|im_start|>${role}\n${content}<|im_end|>\n`)
			return `${turns.join('')}<|im_start|>assistant\n`
		}
		const turns = messages.map(({ role, content }) => `${roleNames[role]}: ${content}\n\n`)
		return `${turns.join('')}Assistant:`
	}
}

/** Whether each text has everything that its conversation says. */
function isComplete(texts: readonly string[], conversations: readonly Conversation[]): boolean {
	return conversations.every((messages, i) => messages.every(({ content }) => texts[i]?.includes(content)))
}

/** What the system says becomes the beginning of what the user says first. */
function withoutSystem(messages: Conversation): Conversation {
	const said = messages.filter(({ role }) => role === 'system').map(({ content }) => content)
	const others = messages.filter(({ role }) => role !== 'system')
	const [first, ...rest] = others
	if (said.length === 0) return messages
	if (first?.role !== 'user') return [{ role: 'user', content: said.join('\n\n') }, ...others]
	return [{ role: 'user', content: [...said, first.content].join('\n\n') }, ...rest]
}
