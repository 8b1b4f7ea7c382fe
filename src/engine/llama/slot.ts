import type { LlamaModel } from 'node-llama-cpp'
import { contextBytes } from '../../gguf/memoryNeed.ts'
import { messageOf } from '../../shared/errors.ts'
import type { Logger } from '../../shared/logger.ts'
import type { Drafter } from '../speculation/drafter.ts'
import type { CheckedModelFile } from './checkModelFile.ts'
import type { LlamaLibrary } from './library.ts'
import { freeMemory } from './memory.ts'
import { type ModelContext, openContext } from './modelContext.ts'
import type { TokenState } from './tokenState.ts'

/** Room for one request: what the model has evaluated for it, and what the draft model has. */
export interface Slot {
	readonly target: TokenState
	readonly draft: { readonly state: TokenState; readonly drafter: Drafter } | undefined
	/** Frees the memory. Must not be called while anything computes in it. */
	dispose(): Promise<void>
}

/** A model in memory with a context that was measured. */
export interface OpenModel extends ModelContext {
	readonly file: CheckedModelFile
	readonly model: LlamaModel
}

export interface SlotModels {
	readonly target: OpenModel
	readonly draft: { readonly open: OpenModel; readonly drafter: (state: TokenState) => Drafter } | undefined
}

interface SlotDeps {
	readonly library: LlamaLibrary
	readonly logger: Logger
	/** Aborted when the engine is to end. */
	readonly signal: AbortSignal
}

/** The slot of the contexts that the models were measured with. */
export function firstSlot({ target, draft }: SlotModels): Slot {
	return slotOf(target, draft && { context: draft.open, drafter: draft.drafter })
}

/** One more slot, or undefined where the memory is short. */
export async function openSlot(models: SlotModels, { library, logger, signal }: SlotDeps): Promise<Slot | undefined> {
	const { target, draft } = models
	const opened: ModelContext[] = []
	const contextLike = async ({ model, settings, threads }: OpenModel): Promise<ModelContext> => {
		const made = await openContext({ model, ...settings, signal }, threads)
		opened.push(made)
		return made
	}
	const bytesOf = ({ file, settings }: OpenModel) => contextBytes(file, settings)
	const neededBytes = bytesOf(target) + (draft ? bytesOf(draft.open) : 0)
	const availableBytes = Math.floor(await freeMemory(library))
	if (neededBytes > availableBytes) {
		logger.log('info', 'engine.slotRefused', { neededBytes, availableBytes })
		return undefined
	}
	const outcome = await library.collectErrors(async () => {
		const context = await contextLike(target)
		return slotOf(context, draft && { context: await contextLike(draft.open), drafter: draft.drafter })
	})
	if ('value' in outcome) {
		logger.log('info', 'engine.slotOpened', { neededBytes, availableBytes })
		return outcome.value
	}
	for (const { context } of opened) await context.dispose()
	logger.log('warn', 'engine.slotFailed', { detail: messageOf(outcome.error), log: outcome.log })
	return undefined
}

function slotOf(
	target: ModelContext,
	draft: { readonly context: ModelContext; readonly drafter: (state: TokenState) => Drafter } | undefined,
): Slot {
	return {
		target: target.state,
		draft: draft && { state: draft.context.state, drafter: draft.drafter(draft.context.state) },
		async dispose() {
			await draft?.context.context.dispose()
			await target.context.dispose()
		},
	}
}
