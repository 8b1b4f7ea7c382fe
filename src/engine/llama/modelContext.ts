import type { LlamaContext, LlamaModel } from 'node-llama-cpp'
import { ChunkSize } from './chunkSize.ts'
import type { TokenId } from './fimPrompt.ts'
import type { LlamaLibrary } from './library.ts'
import { batchSize } from './memory.ts'
import { ThreadChoice } from './threadChoice.ts'
import { threadCount } from './threads.ts'
import { TokenState } from './tokenState.ts'

/** A context that has computed something, so that the first request finds the weights in memory. */
export interface ModelContext {
	readonly context: LlamaContext
	readonly state: TokenState
	/** The same for all contexts of a model. */
	readonly threads: ThreadChoice
}

/** With fewer bytes of weights there is less to compute than to wait for: more than one thread never helps. */
const smallModel = 64 << 20
/** With fewer, a token takes one thread no more than about a tenth of a second: trying it is no loss. */
const mediumModel = 512 << 20
/** Tokens that are enough to try one thread and several, and the milliseconds after which to leave it. */
const warmUpTokens = 16
const warmUpMs = 400

export interface ContextOptions {
	readonly library: LlamaLibrary
	readonly model: LlamaModel
	readonly contextSize: number
	readonly tensorBytes: number
	/** Any token of the vocabulary. */
	readonly anyToken: TokenId
	readonly signal: AbortSignal
}

/** Makes a model's first context, and finds out with how many threads it decodes fastest. */
export async function createModelContext(options: ContextOptions): Promise<ModelContext> {
	const { library, model, tensorBytes, anyToken } = options
	const onGpu = model.gpuLayers > 0
	const most = tensorBytes < smallModel && !onGpu ? 1 : threadCount(library.llama.cpuMathCores)
	const threads = new ThreadChoice({ most, fixed: onGpu, isCheap: tensorBytes < mediumModel })
	const opened = await openContext(options, threads)
	await warmUp(opened.state, anyToken, onGpu || most === 1 ? 1 : warmUpTokens)
	return opened
}

/** Makes a context that has computed nothing yet. */
export async function openContext(
	{ model, contextSize, signal }: Pick<ContextOptions, 'model' | 'contextSize' | 'signal'>,
	threads: ThreadChoice,
): Promise<ModelContext> {
	const onGpu = model.gpuLayers > 0
	const context = await model.createContext({
		contextSize,
		sequences: 1,
		batchSize,
		threads: threads.most,
		createSignal: signal,
		failedCreationRemedy: false,
		// On a CPU the flash attention kernel takes 1.3 to 5 times as long for the small batches of decoding and verifying
		// (measured with models of 2, 60 and 500 million parameters), and saves 20 % of a long prompt at best.
		flashAttention: onGpu ? 'auto' : false,
		// Without it, models with sliding windows cannot go back to an earlier token, and nothing is reused.
		swaFullCache: true,
	})
	return { context, threads, state: new TokenState(context, new ChunkSize(batchSize), threads) }
}

/** Brings the weights into memory and lets the threads be chosen. Leaves the state empty. */
async function warmUp(state: TokenState, token: TokenId, tokens: number): Promise<void> {
	const start = performance.now()
	for (let done = 0; done < tokens && performance.now() - start < warmUpMs; done++) await state.next([token], 1)
	await state.truncate(0)
}
