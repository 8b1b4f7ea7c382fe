import type { EngineParams, ModelSummary } from '../../protocol/engine.ts'
import type { Speculation } from '../speculation/speculation.ts'
import { buildPrompt } from './fimPrompt.ts'
import { type Generation, type GenerationRequest, generate } from './generate.ts'
import type { Slot } from './slot.ts'
import type { SlotPool } from './slotPool.ts'
import type { Vocabulary } from './vocabulary.ts'

interface Parts {
	readonly summary: ModelSummary
	readonly vocabulary: Vocabulary
	readonly slots: SlotPool<Slot>
	/** Absent where refused tokens cannot be taken back. */
	readonly speculation: Speculation | undefined
	readonly dispose: () => Promise<void>
}

export type CompletionRequest = Omit<EngineParams<'complete'>, 'progressToken'> &
	Pick<GenerationRequest, 'arrivedAt' | 'turn' | 'onText'>

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
	async complete({ prefix, suffix, purpose, reference, ...request }: CompletionRequest): Promise<Generation> {
		const { vocabulary, slots, speculation } = this.parts
		// At least half of the context is for the prompt, however much output is allowed.
		const room = slots.capacity - Math.min(request.maxTokens, Math.floor(slots.capacity / 2))
		const prompt = buildPrompt({ prefix, suffix }, room, vocabulary)
		const { slot, turn, release } = await slots.lease(purpose, prompt, request.turn)
		const { target, draft } = slot
		const speculator = speculation?.begin(purpose, reference, draft?.drafter)
		const generator = { target, speculator, isEnd: vocabulary.isEnd, textStream: vocabulary.textStream }
		try {
			return await generate(generator, { ...request, turn, prompt })
		} catch (error) {
			await target.reset()
			await draft?.state.reset()
			throw error
		} finally {
			release()
		}
	}

	/** Frees the memory. Must not be called while `complete` runs: llama.cpp would end the process. */
	async dispose(): Promise<void> {
		await this.parts.dispose()
	}
}
