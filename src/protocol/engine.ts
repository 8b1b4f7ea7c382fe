import * as v from 'valibot'

/**
 * What the extension host and the engine process say to each other, as JSON-RPC over any transport. Whatever arrives is
 * parsed with these schemas on both ends; a message that does not fit is an `invalidRequest`, never a crash.
 */

/** Raised with every incompatible change. The handshake refuses any other number. */
export const protocolVersion = 2

const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const milliseconds = v.pipe(v.number(), v.minValue(0))
const absolutePath = v.pipe(v.string(), v.minLength(1), v.maxLength(32_768))

/** A request with typed parameters and result; `progress` is the shape of what is streamed before the result. */
export interface RequestDefinition<
	P extends v.GenericSchema = v.GenericSchema,
	R extends v.GenericSchema = v.GenericSchema,
	C extends v.GenericSchema = v.GenericSchema,
> {
	readonly method: string
	readonly params: P
	readonly result: R
	readonly progress: C
}

function request<P extends v.GenericSchema, R extends v.GenericSchema, C extends v.GenericSchema>(
	method: string,
	params: P,
	result: R,
	progress: C,
): RequestDefinition<P, R, C> {
	return { method, params, result, progress }
}

/** First message on a new connection. */
const initialize = request(
	'initialize',
	v.object({
		protocolVersion: count,
		gpu: v.picklist(['auto', 'off']),
	}),
	v.object({
		protocolVersion: count,
		pid: count,
		/** Version of node-llama-cpp. */
		libraryVersion: v.string(),
	}),
	v.never(),
)

/** Heart-beat. Answered at once, also while a model loads or a token is computed. */
const ping = request('ping', v.object({}), v.object({ rssBytes: count }), v.never())

export const FimOrder = v.picklist(['prefixSuffixMiddle', 'suffixPrefixMiddle', 'none'])
/** `none`: the vocabulary has no FIM tokens, the prompt is the prefix alone. */
export type FimOrder = v.InferOutput<typeof FimOrder>

export const ModelSummary = v.object({
	path: v.string(),
	/** `general.name` of the GGUF, or else the file's name. */
	name: v.string(),
	architecture: v.string(),
	/** e.g. `Q8_0`, as far as the file says. */
	quantization: v.string(),
	fileBytes: count,
	/** Tokens. */
	contextSize: count,
	trainContextSize: count,
	fimOrder: FimOrder,
	/** Where the layers are: `cpu`, `metal`, `vulkan` or `cuda`. */
	backend: v.string(),
	gpuLayers: count,
	threads: count,
	/** The draft model in use, or why there is none. */
	draft: v.union([
		v.object({ path: v.string(), name: v.string() }),
		v.object({ none: v.picklist(['notConfigured', 'differentTokenizer', 'loadFailed']), detail: v.string() }),
	]),
	loadMs: milliseconds,
})
export type ModelSummary = v.InferOutput<typeof ModelSummary>

/** Loads the model, in place of the one that was loaded. Loading the same specification again answers at once. */
const loadModel = request(
	'model/load',
	v.object({
		path: absolutePath,
		draftPath: v.optional(absolutePath),
		/** Upper limit in tokens; a model trained for less gets less. */
		contextSize: v.pipe(count, v.minValue(128), v.maxValue(1_048_576)),
		/** Absent: nothing is streamed. */
		progressToken: v.optional(v.string()),
	}),
	ModelSummary,
	/** Share of the model that is loaded, 0 to 1. */
	v.object({ fraction: v.pipe(v.number(), v.minValue(0), v.maxValue(1)) }),
)

/**
 * Who asks: a request of an earlier purpose in this list goes before every later one, also before one that runs, which is
 * paused and goes on afterwards. Requests of one purpose are served in the order in which they come.
 */
export const purposes = ['inline', 'chat', 'fix', 'triage', 'research', 'index'] as const
export const Purpose = v.picklist(purposes)
export type Purpose = v.InferOutput<typeof Purpose>

/** What one drafter proposed, and what the target agreed to. */
const DraftCount = v.object({ drafted: count, accepted: count })

export const StopReason = v.picklist(['endOfText', 'stopText', 'maxTokens', 'contextFull', 'cancelled'])
export type StopReason = v.InferOutput<typeof StopReason>

export const CompletionStats = v.object({
	/** Tokens in the whole prompt. */
	promptTokens: count,
	/** Prompt tokens whose KV state was already there. */
	reusedTokens: count,
	generatedTokens: count,
	/** Tokens that the draft model proposed, and how many of them the target agreed to. */
	draftedTokens: count,
	acceptedTokens: count,
	/** The same by drafter. */
	drafters: v.object({ ngram: DraftCount, model: DraftCount }),
	/** How often the first, second, ... token of a draft was agreed to. */
	acceptedByPosition: v.pipe(v.array(count), v.readonly()),
	/** Calls of the target after the first token. */
	steps: count,
	queueMs: milliseconds,
	/** How long the request was held up by others after it had begun. */
	pausedMs: milliseconds,
	prefillMs: milliseconds,
	/** From the request's arrival in the engine to its first token. */
	firstTokenMs: milliseconds,
	totalMs: milliseconds,
})
export type CompletionStats = v.InferOutput<typeof CompletionStats>

/** Fills the gap between prefix and suffix. */
const complete = request(
	'complete',
	v.object({
		/** Text before the cursor; the engine keeps its end where it is too long for the context. */
		prefix: v.pipe(v.string(), v.maxLength(1_000_000)),
		/** Text after the cursor; the engine keeps its beginning. */
		suffix: v.pipe(v.string(), v.maxLength(1_000_000)),
		maxTokens: v.pipe(count, v.minValue(1), v.maxValue(4_096)),
		/** Generation ends before the first of these texts; it is not part of the answer. */
		stop: v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(100))), v.maxLength(16)),
		purpose: v.optional(Purpose, 'inline'),
		/** 0: always the most likely token. */
		temperature: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(4)), 0),
		/** Text that the answer may repeat, such as the whole open file; looked into for drafts, never shown to the model. */
		reference: v.optional(v.pipe(v.string(), v.maxLength(1_000_000))),
		progressToken: v.optional(v.string()),
	}),
	v.object({ text: v.string(), stopReason: StopReason, stats: CompletionStats }),
	/** The next piece of text: whole characters only, never a special token. */
	v.object({ text: v.string() }),
)

/** Ends running requests, frees the model and exits with 0. */
const shutdown = request('shutdown', v.object({}), v.object({}), v.never())

export const engineRequests = { initialize, ping, loadModel, complete, shutdown } as const

/** What is sent: fields with a default may be left out. */
export type EngineArguments<K extends keyof typeof engineRequests> = v.InferInput<(typeof engineRequests)[K]['params']>
/** What has arrived. */
export type EngineParams<K extends keyof typeof engineRequests> = v.InferOutput<(typeof engineRequests)[K]['params']>
export type EngineResult<K extends keyof typeof engineRequests> = v.InferOutput<(typeof engineRequests)[K]['result']>
export type EngineProgress<K extends keyof typeof engineRequests> = v.InferOutput<
	(typeof engineRequests)[K]['progress']
>

/** Engine to host: one line for the log. */
export const logNotification = {
	method: 'log',
	params: v.object({
		level: v.picklist(['debug', 'info', 'warn', 'error']),
		event: v.pipe(v.string(), v.maxLength(100)),
		fields: v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])),
	}),
} as const
