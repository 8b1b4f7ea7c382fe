import * as v from 'valibot'

/**
 * What the extension host and the engine process say to each other, as JSON-RPC over any transport. Whatever arrives is
 * parsed with these schemas on both ends; a message that does not fit is an `invalidRequest`, never a crash.
 */

/** Raised with every incompatible change. The handshake refuses any other number. */
export const protocolVersion = 4

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
		/** The engine may keep there what it measured, and KV states where `configure` allows it. Absent: nothing is kept. */
		cacheDirectory: v.optional(absolutePath),
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

/** What may change while the engine runs. What is left out stays as it was. */
const configure = request(
	'configure',
	v.object({
		/** Models in memory at a time; with one more, the one that was not used for the longest time goes. */
		maxLoaded: v.optional(v.pipe(count, v.minValue(1), v.maxValue(16))),
		/** A model that was not used for so long is unloaded; 0: never. */
		keepAliveMs: v.optional(milliseconds),
		/** Whether KV states of long prompts, which hold source text, may be kept in the cache directory. */
		saveStates: v.optional(v.boolean()),
	}),
	v.object({}),
	v.never(),
)

/** Names a loaded model; never used again for another one while the engine runs. */
const modelId = count

export const FimOrder = v.picklist(['prefixSuffixMiddle', 'suffixPrefixMiddle', 'none'])
/** `none`: the vocabulary has no FIM tokens, the prompt is the prefix alone. */
export type FimOrder = v.InferOutput<typeof FimOrder>

export const ModelSummary = v.object({
	id: modelId,
	path: v.string(),
	/** `general.name` of the GGUF, or else the file's name. */
	name: v.string(),
	architecture: v.string(),
	/** e.g. `Q8_0`, as far as the file says. */
	quantization: v.string(),
	fileBytes: count,
	/** Numbers in all of its tensors. */
	parameters: count,
	/** Tokens. */
	contextSize: count,
	trainContextSize: count,
	fimOrder: FimOrder,
	/** Where the layers are: `cpu`, `metal`, `vulkan` or `cuda`. */
	backend: v.string(),
	gpuLayers: count,
	/** For single tokens, and for as many at a time as a prompt has. */
	threads: count,
	promptThreads: count,
	/** Most tokens in one call of the model. */
	batchSize: count,
	flashAttention: v.boolean(),
	/** How keys and values are kept. */
	kvType: v.picklist(['f16', 'q8_0']),
	/** Weights, KV state and buffers, as estimated before the load. */
	memoryBytes: count,
	/** Whether the file brings a chat template; without one, chat uses a common form. */
	chatTemplate: v.boolean(),
	/** Numbers in each vector that the model makes of a text; absent where it was not loaded for that. */
	embeddingSize: v.optional(count),
	/** What a call of so many tokens takes: measured at load, or on an earlier load on this machine. */
	verifyCurve: v.pipe(v.array(v.object({ tokens: count, ms: milliseconds })), v.readonly()),
	/** The draft model in use, or why there is none. */
	draft: v.union([
		v.object({ path: v.string(), name: v.string() }),
		v.object({ none: v.picklist(['notConfigured', 'differentTokenizer', 'loadFailed']), detail: v.string() }),
	]),
	loadMs: milliseconds,
})
export type ModelSummary = v.InferOutput<typeof ModelSummary>

/**
 * Loads a model beside those that are loaded, as far as memory and the limits allow. A file that is loaded already is not
 * loaded a second time: the answer comes at once where what is loaded suffices.
 */
const loadModel = request(
	'model/load',
	v.object({
		path: absolutePath,
		draftPath: v.optional(absolutePath),
		/** What the model is for: to write text, or to turn texts into vectors. */
		use: v.optional(v.picklist(['text', 'embedding']), 'text'),
		/** Upper limit in tokens; a model trained for less gets less. */
		contextSize: v.pipe(count, v.minValue(128), v.maxValue(1_048_576)),
		/** No less than this is of use; between the two, what there is memory for. Absent: all of it has to fit. */
		leastContextSize: v.optional(v.pipe(count, v.minValue(128), v.maxValue(1_048_576))),
		/** Absent: nothing is streamed. */
		progressToken: v.optional(v.string()),
	}),
	ModelSummary,
	/** Share of the model that is loaded, 0 to 1. */
	v.object({ fraction: v.pipe(v.number(), v.minValue(0), v.maxValue(1)) }),
)

/** Cancels the model's requests and frees its memory. Nothing happens where there is no such model. */
const unloadModel = request('model/unload', v.object({ model: modelId }), v.object({}), v.never())

/**
 * Who asks: a request of an earlier purpose in this list goes before every later one, also before one that runs, which is
 * paused and goes on afterwards. Requests of one purpose begin in the order in which they come; all but inline take turns.
 */
export const purposes = ['inline', 'chat', 'fix', 'triage', 'research', 'index'] as const
export const Purpose = v.picklist(purposes)
export type Purpose = v.InferOutput<typeof Purpose>

/** What one drafter proposed, and what the target agreed to. */
const DraftCount = v.object({ drafted: count, accepted: count })

/** `stopRule`: one of the rules that the request brought. `deadline`: the time was over; the text is what there was. */
export const StopReason = v.picklist([
	'endOfText',
	'stopText',
	'stopRule',
	'maxTokens',
	'contextFull',
	'deadline',
	'cancelled',
])
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

const sourceText = v.pipe(v.string(), v.maxLength(1_000_000))

/** What every request to a model brings. */
const asked = {
	/** Absent: the model that was loaded last, when a load that is under way has ended. */
	model: v.optional(modelId),
	/** Milliseconds after which the answer is of no use: it ends with what there is. Absent: it may take any time. */
	deadlineMs: v.optional(milliseconds),
} as const

/**
 * Ends an answer by what is generated, without a message to the host and back for each token. Natural logarithms; the first
 * rule that holds ends the answer.
 */
export const StopRule = v.object({
	/** Ends after so many lines, before the line break. */
	maxLines: v.optional(v.pipe(count, v.minValue(1))),
	/** Ends before the first line that is indented by fewer columns than this and is not blank. Tabs count as `tabWidth`. */
	leastIndent: v.optional(v.pipe(count, v.minValue(1))),
	tabWidth: v.optional(v.pipe(count, v.minValue(1), v.maxValue(16)), 4),
	/** Ends with no text at all where the first token is less likely than this. */
	leastFirstLogProb: v.optional(v.number()),
	/** Ends where the mean of the tokens so far falls below this. */
	leastMeanLogProb: v.optional(v.number()),
})
export type StopRule = v.InferOutput<typeof StopRule>

/** How an answer is written. */
const written = {
	maxTokens: v.pipe(count, v.minValue(1), v.maxValue(32_768)),
	/** Generation ends before the first of these texts; it is not part of the answer. */
	stop: v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(100))), v.maxLength(16)),
	stopRule: v.optional(StopRule),
	/** 0: always the most likely token. */
	temperature: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(4)), 0),
	/** Text that the answer may repeat, such as the whole open file; looked into for drafts, never shown to the model. */
	reference: v.optional(sourceText),
	/** Whether tokens may be drafted: without, a token costs what the model alone takes. For measurements. */
	drafts: v.optional(v.boolean(), true),
	/**
	 * Whether to say how likely the answer was. Costs time with a large vocabulary; less where `rough` will do: then all tokens but
	 * the first are compared with the 40 likeliest ones only, so that the mean is a little too high.
	 */
	logProbs: v.optional(v.union([v.boolean(), v.literal('rough')]), false),
	progressToken: v.optional(v.string()),
} as const

/** How likely an answer was to the model, before the temperature: natural logarithms of probabilities. */
export const LogProbs = v.object({
	first: v.number(),
	mean: v.number(),
	/** By how much the first token was likelier than the best of the others; below 0 where it was not the likeliest. */
	firstMargin: v.number(),
})
export type LogProbs = v.InferOutput<typeof LogProbs>

const answer = {
	text: v.string(),
	stopReason: StopReason,
	/** Absent where they were not asked for, or no token was generated. */
	logProbs: v.optional(LogProbs),
	stats: CompletionStats,
} as const

/** The next piece of text: whole characters only, never a special token. */
const Piece = v.object({ text: v.string() })

/** The place that a completion is for. */
const place = {
	/** Text before the cursor; the engine keeps its end where it is too long for the context. */
	prefix: sourceText,
	/** Text after the cursor; the engine keeps its beginning. */
	suffix: sourceText,
	/**
	 * What was typed between prefix and cursor since the prefix was taken. The model sees it as the beginning of its own
	 * answer, so that a keystroke costs its own tokens only. Not part of the answer.
	 */
	typed: v.optional(v.pipe(v.string(), v.maxLength(20_000)), ''),
	/** `fill`: fills the gap between prefix and suffix. `plain`: goes on after the prefix, the suffix is not shown. */
	mode: v.optional(v.picklist(['fill', 'plain']), 'fill'),
	/**
	 * What the model is shown of other files, before the prefix. What does not fit a third of the context is left out, from the end
	 * of the list.
	 */
	context: v.optional(
		v.object({
			/** Of the file that is completed, relative to its repository. */
			path: v.string(),
			/** The name of the repository, for models that have a token for it; never a path. */
			repository: v.optional(v.pipe(v.string(), v.maxLength(255))),
			pieces: v.pipe(
				v.array(v.object({ path: v.string(), text: v.pipe(v.string(), v.maxLength(100_000)) })),
				v.maxLength(200),
			),
			/** Begins a comment in the file's language: for models that have no tokens for several files. */
			comment: v.pipe(v.string(), v.maxLength(8)),
		}),
	),
} as const

/** Fills the gap between prefix and suffix. */
const complete = request(
	'complete',
	v.object({ ...asked, purpose: v.optional(Purpose, 'inline'), ...place, ...written }),
	v.object({
		...answer,
		/** What was shown of `context`: its tokens, and which of the pieces, from 0. Absent where there was none. */
		context: v.optional(v.object({ tokens: count, pieces: v.pipe(v.array(count), v.readonly()) })),
		/** Of which side not all was shown: the start of the prefix, the end of the suffix. Absent where all was. */
		cut: v.optional(v.object({ prefix: v.boolean(), suffix: v.boolean() })),
	}),
	Piece,
)

/** Evaluates a prompt that is expected soon, when nobody else computes, and gives up as soon as somebody does. */
const warmUp = request(
	'warmUp',
	v.object({ ...asked, purpose: v.optional(Purpose, 'inline'), ...place }),
	v.object({ promptTokens: count, evaluatedTokens: count, stopReason: v.picklist(['done', 'cancelled', 'deadline']) }),
	v.never(),
)

/**
 * A completion for inline is likely to be asked for soon, when the user pauses for a moment: requests of other purposes pause at their
 * next step, and go on when it has been answered, or after this time.
 */
const announce = request(
	'announce',
	v.object({ withinMs: v.pipe(v.number(), v.minValue(0), v.maxValue(1_000)) }),
	v.object({}),
	v.never(),
)

export const ChatMessage = v.object({
	role: v.picklist(['system', 'user', 'assistant']),
	content: sourceText,
})
export type ChatMessage = v.InferOutput<typeof ChatMessage>

/** An answer that has to be JSON of this schema. */
const JsonForm = v.object({
	/**
	 * A JSON schema: objects, arrays, strings, numbers, booleans, null, enum, const, oneOf. Every property is written, in the order
	 * in which the schema names them.
	 */
	schema: v.record(v.string(), v.unknown()),
	/** A property of the outermost object with an `enum` of texts: the answer says how likely each of them was. */
	verdict: v.optional(v.string()),
})

/** How likely each value of the verdict was, adding up to 1. */
export const Verdict = v.object({
	value: v.string(),
	probabilities: v.pipe(v.array(v.object({ value: v.string(), probability: v.number() })), v.readonly()),
})
export type Verdict = v.InferOutput<typeof Verdict>

/**
 * Answers a conversation, in the form that the model's own template gives it. Text in a message never becomes a special
 * token. The first messages that do not fit the context are left out, but never the system's and the last one.
 */
const chat = request(
	'chat',
	v.object({
		...asked,
		purpose: v.optional(Purpose, 'chat'),
		messages: v.pipe(v.array(ChatMessage), v.minLength(1), v.maxLength(2_000)),
		json: v.optional(JsonForm),
		...written,
	}),
	v.object({
		...answer,
		/** Messages that did not fit. */
		droppedMessages: count,
		/** Absent where none was asked for, or the answer ended before it. */
		verdict: v.optional(Verdict),
	}),
	Piece,
)

/** One vector for each text, of length 1. A text that is longer than the context is cut at its end. */
const embed = request(
	'embed',
	v.object({
		...asked,
		purpose: v.optional(Purpose, 'index'),
		texts: v.pipe(v.array(sourceText), v.maxLength(1_000)),
	}),
	v.object({
		/** Fewer than texts where it was cancelled or the time was over. */
		vectors: v.pipe(v.array(v.pipe(v.array(v.number()), v.readonly())), v.readonly()),
		stopReason: v.picklist(['done', 'cancelled', 'deadline']),
		promptTokens: count,
		queueMs: milliseconds,
		totalMs: milliseconds,
	}),
	v.never(),
)

/** Tokens of each text, without those that a prompt puts around it. Waits for nobody. */
const countTokens = request(
	'countTokens',
	v.object({ model: asked.model, texts: v.pipe(v.array(sourceText), v.maxLength(10_000)) }),
	v.object({ counts: v.pipe(v.array(count), v.readonly()) }),
	v.never(),
)

/** What this machine computes with; opens the library where nothing has yet. */
const machine = request(
	'machine',
	v.object({}),
	v.object({
		/** Bytes of main memory; `availableBytes` counts what the system gives way with. */
		memory: v.object({ totalBytes: count, availableBytes: count }),
		/** Absent where the processor computes. */
		gpu: v.optional(
			v.object({
				/** `metal`, `vulkan` or `cuda`. */
				backend: v.string(),
				totalBytes: count,
				freeBytes: count,
				/** Its memory is part of the main memory. */
				isUnified: v.boolean(),
			}),
		),
	}),
	v.never(),
)

/** Ends running requests, frees the model and exits with 0. */
const shutdown = request('shutdown', v.object({}), v.object({}), v.never())

export const engineRequests = {
	initialize,
	ping,
	configure,
	loadModel,
	unloadModel,
	complete,
	warmUp,
	announce,
	chat,
	embed,
	countTokens,
	machine,
	shutdown,
} as const

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

/** Engine to host: a model is gone, and why. Its number means nothing any more; loading it again gives another one. */
export const unloadedNotification = {
	method: 'model/unloaded',
	params: v.object({
		model: modelId,
		/** `keepAlive`: not used for long. `limit`: another one took its place. `memory`: the machine ran short of it. */
		reason: v.picklist(['keepAlive', 'limit', 'memory', 'asked']),
	}),
} as const
