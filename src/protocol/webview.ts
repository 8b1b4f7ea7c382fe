import * as v from 'valibot'

/**
 * What the extension host and the chat view say to each other. The host owns the conversation; the view keeps only what is being
 * typed. Whatever arrives is parsed with these schemas on both ends; what does not fit is dropped and counted.
 */

const id = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/))
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const milliseconds = v.pipe(v.number(), v.minValue(0))
/** A message that is longer is refused by the view already. */
export const longestQuestion = 400_000
const text = v.pipe(v.string(), v.maxLength(4_000_000))
const line = v.pipe(v.string(), v.maxLength(4_000))

// ---------- what is shown

const reference = v.object({
	/** What it came by, such as `@file`. */
	source: line,
	/** How it is shown, such as `src/cart.ts:10-24`. */
	label: line,
	tokens: count,
	shown: v.picklist(['whole', 'cut', 'leftOut']),
	reason: v.optional(line),
	/** Whether a click opens it. */
	canOpen: v.boolean(),
})
export type ViewReference = v.InferOutput<typeof reference>

const receipt = v.object({
	references: v.array(reference),
	...{ promptTokens: count, droppedMessages: count, redactions: v.exactOptional(count) },
})

const figures = v.object({
	firstTokenMs: v.optional(milliseconds),
	totalMs: milliseconds,
	generatedTokens: count,
	tokensPerSecond: v.optional(v.number()),
	evaluatedTokens: count,
})

/** Where a message stands among the others at its place: the first is 0. */
const branches = v.object({ index: count, count })

const question = v.object({
	id,
	role: v.literal('user'),
	text,
	chips: v.array(line),
	branches,
})

const answer = v.object({
	id,
	role: v.literal('assistant'),
	text,
	state: v.picklist(['writing', 'done', 'stopped', 'cut', 'interrupted', 'failed']),
	reason: v.optional(line),
	model: v.optional(line),
	receipt: v.optional(receipt),
	figures: v.optional(figures),
	branches,
	/** While nothing is written yet: what goes on, such as "Reading src/cart.ts". */
	progress: v.optional(line),
})

const node = v.variant('role', [question, answer])
export type ViewNode = v.InferOutput<typeof node>
export type ViewAnswer = v.InferOutput<typeof answer>

/** What goes with the next message. */
const chip = v.object({
	id,
	/** Decides the icon. */
	kind: v.picklist([
		'file',
		'folder',
		'selection',
		'symbol',
		'problems',
		'changes',
		'terminal',
		'workspace',
		'finding',
	]),
	label: line,
	detail: v.optional(line),
	/** Given without being asked for: the current file, the selection. */
	isImplicit: v.boolean(),
})
export type ViewChip = v.InferOutput<typeof chip>

const model = v.object({
	/** Absent while none is chosen. */
	name: v.optional(line),
	/** `loading`: with `progress` from 0 to 1. `unavailable`: `problem` says why, and what to do. */
	state: v.picklist(['idle', 'loading', 'ready', 'unavailable']),
	progress: v.optional(v.number()),
	problem: v.optional(line),
	/** Where it runs: "on this machine", or the name of a host. */
	place: line,
	/** Said once above the first message, such as that the starter model is no help. */
	caution: v.optional(line),
})
export type ViewModel = v.InferOutput<typeof model>

/** State of the index that `@workspace` looks into. */
const index = v.object({
	state: v.picklist(['off', 'building', 'paused', 'ready']),
	done: count,
	total: count,
})

const historyItem = v.object({ id, title: line, changedAt: v.number(), messages: count, snippet: v.optional(line) })
export type ViewHistoryItem = v.InferOutput<typeof historyItem>

const suggestion = v.object({
	/** What is put in the place of the word at the cursor. */
	insert: line,
	label: line,
	detail: v.optional(line),
	kind: v.picklist(['command', 'prompt', 'mention', 'file', 'folder', 'symbol']),
})
export type ViewSuggestion = v.InferOutput<typeof suggestion>

const conversation = v.object({ id, title: line, nodes: v.array(node) })

const state = v.object({
	conversation,
	chips: v.array(chip),
	model,
	index: v.optional(index),
	/** Useful first questions, while there is no message. */
	starters: v.array(v.object({ label: line, text: line })),
	/** Of what is being typed, kept by the host while the view is hidden. */
	draft: v.pipe(v.string(), v.maxLength(longestQuestion)),
	isTrusted: v.boolean(),
})
export type ViewState = v.InferOutput<typeof state>

// ---------- host to view

export const hostMessage = v.variant('type', [
	/** All of it: after `ready`, and when another conversation or branch is shown. */
	v.object({ type: v.literal('state'), state }),
	/** Nodes from `from` (a place in the list) on are these. */
	v.object({ type: v.literal('nodes'), conversation: id, from: count, nodes: v.array(node) }),
	/** More of an answer; at most one for each frame. */
	v.object({ type: v.literal('text'), conversation: id, node: id, text }),
	/** An answer without its text, which stays as it is: it ended, or `progress` changed. */
	v.object({ type: v.literal('answer'), conversation: id, answer: v.omit(answer, ['text']) }),
	v.object({ type: v.literal('title'), conversation: id, title: line }),
	v.object({ type: v.literal('chips'), chips: v.array(chip) }),
	v.object({ type: v.literal('model'), model }),
	v.object({ type: v.literal('index'), index }),
	v.object({ type: v.literal('history'), query: line, items: v.array(historyItem) }),
	v.object({ type: v.literal('suggestions'), request: count, items: v.array(suggestion) }),
	/** Puts text into the composer, as commands of the editor do; the cursor goes behind it. */
	v.object({
		type: v.literal('compose'),
		text: v.pipe(v.string(), v.maxLength(longestQuestion)),
		replace: v.boolean(),
	}),
	/** Sets the focus on the composer. */
	v.object({ type: v.literal('focus') }),
	/** A short word on what was done or did not work, read out by screen readers. */
	v.object({ type: v.literal('notice'), severity: v.picklist(['info', 'warning', 'error']), text: line }),
])
export type HostMessage = v.InferOutput<typeof hostMessage>

// ---------- view to host

/** A block of code in an answer, counted from 0. The host reads it from its own copy of the answer. */
const block = { node: id, block: count }

export const viewMessage = v.variant('type', [
	/** The view was made, or made again. */
	v.object({ type: v.literal('ready') }),
	v.object({ type: v.literal('send'), text: v.pipe(v.string(), v.maxLength(longestQuestion)) }),
	v.object({ type: v.literal('stop') }),
	/** Answers the question before this answer again, on a branch. */
	v.object({ type: v.literal('retry'), node: id }),
	/** Asks differently, on a branch. */
	v.object({ type: v.literal('edit'), node: id, text: v.pipe(v.string(), v.maxLength(longestQuestion)) }),
	v.object({ type: v.literal('branch'), node: id, index: count }),
	v.object({ type: v.literal('new') }),
	v.object({ type: v.literal('open'), conversation: id }),
	v.object({ type: v.literal('rename'), conversation: id, title: line }),
	v.object({ type: v.literal('delete'), conversation: id }),
	v.object({ type: v.literal('searchHistory'), query: line }),
	v.object({ type: v.literal('export') }),
	v.object({ type: v.literal('copyAnswer'), node: id }),
	v.object({ type: v.literal('copyBlock'), ...block }),
	v.object({ type: v.literal('insertBlock'), ...block }),
	v.object({ type: v.literal('newFile'), ...block }),
	v.object({ type: v.literal('applyBlock'), ...block }),
	/** What may stand at the cursor: after `@`, or after `/` at the beginning. */
	v.object({
		type: v.literal('suggest'),
		request: count,
		text: v.pipe(v.string(), v.maxLength(longestQuestion)),
		cursor: count,
	}),
	v.object({ type: v.literal('removeChip'), chip: id }),
	/** Files that were dropped or picked. */
	v.object({ type: v.literal('addFiles'), uris: v.pipe(v.array(line), v.maxLength(200)) }),
	v.object({ type: v.literal('openReference'), node: id, reference: count }),
	/** Of the conversation that it was typed in: another one may be open by now. */
	v.object({ type: v.literal('draft'), conversation: id, text: v.pipe(v.string(), v.maxLength(longestQuestion)) }),
	v.object({ type: v.literal('chooseModel') }),
	v.object({ type: v.literal('pauseIndex'), paused: v.boolean() }),
	/** What went wrong in the view: no text of a conversation in it. */
	v.object({ type: v.literal('viewError'), message: line }),
])
export type ViewMessage = v.InferOutput<typeof viewMessage>

/** @returns undefined where it does not fit */
export function parseHostMessage(message: unknown): HostMessage | undefined {
	const result = v.safeParse(hostMessage, message)
	return result.success ? result.output : undefined
}

/** @returns undefined where it does not fit */
export function parseViewMessage(message: unknown): ViewMessage | undefined {
	const result = v.safeParse(viewMessage, message)
	return result.success ? result.output : undefined
}
