import type { LlamaContext, LlamaModel } from 'node-llama-cpp'
import { ChunkSize } from './chunkSize.ts'
import type { TokenId } from './fimPrompt.ts'
import type { LlamaLibrary } from './library.ts'
import { batchSize } from './memory.ts'
import { threadCount } from './threads.ts'
import { TokenState } from './tokenState.ts'

/** A context that has computed something, so that the first request finds the weights in memory. */
export interface ModelContext {
	readonly context: LlamaContext
	readonly state: TokenState
	readonly threads: number
}

/** Below this many bytes of weights, waiting for a second thread may cost more than it computes. Measured, not guessed. */
const smallModel = 64 << 20
/** Tokens of which the median is taken. */
const samples = 8

export interface ContextOptions {
	readonly library: LlamaLibrary
	readonly model: LlamaModel
	readonly contextSize: number
	readonly tensorBytes: number
	/** Any token of the vocabulary. */
	readonly anyToken: TokenId
	readonly signal: AbortSignal
}

/** Makes a context with the number of threads that decodes fastest. */
export async function createModelContext(options: ContextOptions): Promise<ModelContext> {
	const most = threadCount(options.library.llama.cpuMathCores)
	if (most === 1 || options.tensorBytes > smallModel || options.model.gpuLayers > 0) {
		const only = await openContext(options, most)
		await decodeMs(only.state, options.anyToken, 1)
		return only
	}
	const single = await openContext(options, 1)
	const withOne = await decodeMs(single.state, options.anyToken, samples)
	const several = await openContext(options, most)
	const withMost = await decodeMs(several.state, options.anyToken, samples, withOne * samples)
	const [chosen, other] = withMost < withOne ? [several, single] : [single, several]
	await other.context.dispose()
	return chosen
}

/** Makes a context that has computed nothing yet. */
export async function openContext(
	{ model, contextSize, signal }: Pick<ContextOptions, 'model' | 'contextSize' | 'signal'>,
	threads: number,
): Promise<ModelContext> {
	const onGpu = model.gpuLayers > 0
	const context = await model.createContext({
		contextSize,
		sequences: 1,
		batchSize,
		threads,
		createSignal: signal,
		failedCreationRemedy: false,
		// On a CPU the flash attention kernel takes 1.3 to 5 times as long for the small batches of decoding and verifying
		// (measured with models of 2, 60 and 500 million parameters), and saves 20 % of a long prompt at best.
		flashAttention: onGpu ? 'auto' : false,
		// Without it, models with sliding windows cannot go back to an earlier token, and nothing is reused.
		swaFullCache: true,
	})
	return { context, threads, state: new TokenState(context, new ChunkSize(batchSize)) }
}

/**
 * Milliseconds of one token, the median of `count` or of as many as fit into `limitMs`: where threads wait for each other
 * one token can take as long as a hundred. Leaves the state empty.
 */
async function decodeMs(state: TokenState, token: TokenId, count: number, limitMs = Infinity): Promise<number> {
	await state.next([token], 1)
	const times: number[] = []
	let total = 0
	while (times.length < count && total < limitMs) {
		const start = performance.now()
		await state.next([token], 1)
		times.push(performance.now() - start)
		total += times.at(-1) ?? 0
	}
	await state.truncate(0)
	return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
}
