import * as v from 'valibot'
import type { Conversation } from '../../core/chat/conversation.ts'

const id = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/))
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const optionalCount = v.exactOptional(count)
const optionalText = v.exactOptional(v.string())

const isImplicit = v.exactOptional(v.boolean())

const attachment = v.variant('kind', [
	v.object({ kind: v.literal('file'), path: v.string(), isImplicit }),
	v.object({ kind: v.literal('folder'), path: v.string() }),
	v.object({
		...{ kind: v.literal('selection'), path: v.string(), startLine: count, endLine: count },
		...{ text: v.string(), isImplicit },
	}),
	v.object({ kind: v.literal('symbol'), name: v.string(), path: v.string(), startLine: count, endLine: count }),
	v.object({ kind: v.literal('problems'), path: optionalText, startLine: optionalCount, endLine: optionalCount }),
	v.object({ kind: v.literal('changes'), staged: v.exactOptional(v.boolean()) }),
	v.object({ kind: v.literal('terminal'), text: v.string() }),
	v.object({ kind: v.literal('workspace') }),
	v.object({ kind: v.literal('finding'), fingerprint: v.string(), title: v.string(), text: v.string() }),
])

const piece = v.object({
	source: v.string(),
	path: optionalText,
	startLine: optionalCount,
	endLine: optionalCount,
	page: v.exactOptional(v.object({ number: count, startLine: count })),
	tokens: count,
	shown: v.picklist(['whole', 'cut', 'leftOut']),
	reason: optionalText,
})

const base = { id, parent: v.exactOptional(id), at: v.number() }

const node = v.variant('role', [
	v.object({ ...base, role: v.literal('user'), text: v.string(), attachments: v.array(attachment) }),
	v.object({
		...base,
		role: v.literal('assistant'),
		text: v.string(),
		state: v.picklist(['writing', 'done', 'stopped', 'cut', 'interrupted', 'failed']),
		reason: optionalText,
		model: optionalText,
		prompt: optionalText,
		receipt: v.exactOptional(
			v.object({
				pieces: v.array(piece),
				...{ promptTokens: count, droppedMessages: count, redactions: v.exactOptional(count) },
			}),
		),
		figures: v.exactOptional(
			v.object({
				firstTokenMs: v.exactOptional(v.number()),
				totalMs: v.number(),
				generatedTokens: count,
				tokensPerSecond: v.exactOptional(v.number()),
				evaluatedTokens: count,
			}),
		),
	}),
])

const conversation = v.object({
	id,
	title: v.string(),
	titledAt: v.exactOptional(v.number()),
	createdAt: v.number(),
	changedAt: v.number(),
	nodes: v.array(node),
	leaf: v.exactOptional(id),
})

/** @returns undefined where it is none */
export function parseConversation(value: unknown): Conversation | undefined {
	const result = v.safeParse(conversation, value)
	return result.success ? result.output : undefined
}

const more = v.object({ node: id, at: count, text: v.string() })
export type More = v.InferOutput<typeof more>

/** @returns undefined where it is none, such as a line that was not written to its end */
export function parseMore(line: string): More | undefined {
	try {
		const result = v.safeParse(more, JSON.parse(line))
		return result.success ? result.output : undefined
	} catch {
		return undefined
	}
}
