import type { LlamaContext, LlamaModel } from 'node-llama-cpp'
import { usualBatchSize } from '../../gguf/memoryNeed.ts'
import { ChunkSize } from './chunkSize.ts'
import type { ContextSettings } from './contextSettings.ts'
import type { LlamaLibrary } from './library.ts'
import { ModelThreads, type ThreadCounts } from './modelThreads.ts'
import type { CallKind } from './threadChoice.ts'
import { threadCount } from './threads.ts'
import { TokenState } from './tokenState.ts'

/** A context, and how it was made. */
export interface ModelContext {
	readonly context: LlamaContext
	readonly state: TokenState
	readonly settings: ContextSettings
	/** The same for all contexts of a model. */
	readonly threads: ModelThreads
}

/** With fewer bytes of weights there is less to compute than to wait for: more than one thread never helps. */
const smallModel: ThreadCounts = { single: 64 << 20, several: 64 << 20, prompts: 32 << 20 }
/** With fewer, a token takes one thread no more than about a tenth of a second: trying it is no loss. */
const mediumModel = 512 << 20

/**
 * The threads of a model that is to be loaded.
 *
 * @param start the counts that were the better ones the last time.
 */
export function threadsFor(
	library: LlamaLibrary,
	onGpu: boolean,
	tensorBytes: number,
	start?: ThreadCounts,
): ModelThreads {
	const cores = threadCount(library.llama.cpuMathCores)
	const mostFor = (calls: CallKind) => (tensorBytes < smallModel[calls] && !onGpu ? 1 : cores)
	const most = { single: mostFor('single'), several: mostFor('several'), prompts: mostFor('prompts') }
	return new ModelThreads({ most, fixed: onGpu, isCheap: tensorBytes < mediumModel, start })
}

export interface ContextOptions extends Partial<ContextSettings> {
	readonly model: LlamaModel
	readonly contextSize: number
	readonly signal: AbortSignal
}

/** Makes a context that has computed nothing yet. */
export async function openContext(options: ContextOptions, threads: ModelThreads): Promise<ModelContext> {
	const { model, contextSize, signal, batchSize = usualBatchSize, kvType = 'f16' } = options
	const flashAttention = options.flashAttention ?? (model.gpuLayers > 0 ? 'auto' : false)
	const context = await model.createContext({
		contextSize,
		sequences: 1,
		batchSize,
		threads: threads.most,
		createSignal: signal,
		failedCreationRemedy: false,
		flashAttention,
		...(kvType === 'q8_0' && { experimentalKvCacheKeyType: 'Q8_0', experimentalKvCacheValueType: 'Q8_0' }),
		// Without it, models with sliding windows cannot go back to an earlier token, and nothing is reused.
		swaFullCache: true,
	})
	const state = new TokenState(context, new ChunkSize(batchSize), threads)
	return { context, threads, state, settings: { contextSize: context.contextSize, batchSize, flashAttention, kvType } }
}
