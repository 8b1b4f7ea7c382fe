import type { ModelSummary } from '../../protocol/engine.ts'

/** How keys and values are kept. */
export type KvType = ModelSummary['kvType']

/** How a context is made: what is chosen for a model on this machine, the same for all its contexts. */
export interface ContextSettings {
	/** Tokens. */
	readonly contextSize: number
	/** Most tokens that are evaluated in one call. Buffers are made for as many. */
	readonly batchSize: number
	/** `auto`: llama.cpp decides; for graphics cards, not all of which have a kernel for it. */
	readonly flashAttention: boolean | 'auto'
	/** `q8_0` needs flash attention. */
	readonly kvType: KvType
}

/** Tokens in a call where memory or time is short. */
export const smallestBatch = 64
