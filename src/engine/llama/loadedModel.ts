import type { EngineParams, ModelSummary } from '../../protocol/engine.ts'
import type { Drafter } from '../speculation/drafter.ts'
import type { Speculation } from '../speculation/speculation.ts'
import { buildPrompt } from './fimPrompt.ts'
import { type Generation, type GenerationRequest, generate } from './generate.ts'
import type { TokenState } from './tokenState.ts'
import type { Vocabulary } from './vocabulary.ts'

interface Parts {
	readonly summary: ModelSummary
	readonly vocabulary: Vocabulary
	readonly target: TokenState
	/** Absent where refused tokens cannot be taken back. */
	readonly speculation: Speculation | undefined
	/** The draft model, where there is one. */
	readonly drafting: { readonly drafter: Drafter; readonly state: TokenState } | undefined
	readonly dispose: () => Promise<void>
}

export type CompletionRequest = Omit<EngineParams<'complete'>, 'progressToken'> &
	Pick<GenerationRequest, 'arrivedAt' | 'turn' | 'onText'>

/** A model that can complete text. Calls must not overlap: one context, one sequence of tokens. */
export class LoadedModel {
	private readonly parts: Parts

	constructor(parts: Parts) {
		this.parts = parts
	}

	get summary(): ModelSummary {
		return this.parts.summary
	}

	/** Fills the gap; resolves with what there is when cancelled. Rejects where llama.cpp fails, and can be called again. */
	async complete({ prefix, suffix, purpose, reference, ...request }: CompletionRequest): Promise<Generation> {
		const { vocabulary, target, speculation, drafting } = this.parts
		// At least half of the context is for the prompt, however much output is allowed.
		const room = target.capacity - Math.min(request.maxTokens, Math.floor(target.capacity / 2))
		const prompt = buildPrompt({ prefix, suffix }, room, vocabulary)
		const speculator = speculation?.begin(purpose, reference, drafting?.drafter)
		const generator = { target, speculator, isEnd: vocabulary.isEnd, textStream: vocabulary.textStream }
		try {
			return await generate(generator, { ...request, prompt })
		} catch (error) {
			await target.reset()
			await drafting?.state.reset()
			throw error
		}
	}

	/** Frees the memory. Must not be called while `complete` runs: llama.cpp would end the process. */
	async dispose(): Promise<void> {
		await this.parts.dispose()
	}
}
