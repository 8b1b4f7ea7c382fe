const kinds = ['file', 'folder', 'symbol', 'problems', 'changes', 'terminal', 'workspace'] as const
export type MentionKind = (typeof kinds)[number]

/** `@file:src/cart.ts` in what was typed. */
export interface Mention {
	readonly kind: MentionKind
	/** What stands behind the colon, without quotes; empty where there is none. */
	readonly argument: string
	/** Where it stands in the text, the end exclusive. */
	readonly start: number
	readonly end: number
}

export const mentionKinds: readonly MentionKind[] = kinds

/** Of no meaning without what stands behind the colon. */
const needsArgument: ReadonlySet<MentionKind> = new Set(['symbol'])

/** Behind a letter it is an e-mail address or a name of a package, behind a slash a path. */
const mention =
	/(?<![\w@/.\\-])@(file|folder|symbol|problems|changes|terminal|workspace)(?![\w@/-])(?::("[^"\n]*"|[^\s"]+))?/g
/** What ends a sentence rather than a path. */
const trailing: ReadonlySet<string> = new Set(".,;:!?)]}>'’”")

/** All that is mentioned, in its order. Nothing in code between backticks is a mention, and no e-mail address. */
export function parseMentions(text: string): readonly Mention[] {
	const code = codeIn(text)
	const found: Mention[] = []
	for (const match of text.matchAll(mention)) {
		const start = match.index
		if (code.some((span) => start >= span.start && start < span.end)) continue
		const kind = match[1] as MentionKind
		const raw = match[2] ?? ''
		const isQuoted = raw.startsWith('"')
		const argument = isQuoted ? raw.slice(1, -1).trim() : withoutTrailing(raw)
		if (argument === '' && needsArgument.has(kind)) continue
		const end = isQuoted || raw === '' ? start + match[0].length : start + `@${kind}:`.length + argument.length
		found.push({ kind, argument, start, end: argument === '' && !isQuoted ? start + kind.length + 1 : end })
	}
	return found
}

/** As it has to be typed so that it is read as one. */
export function mentionText(kind: MentionKind, argument: string): string {
	const isPlain = !/[\s"]/.test(argument) && withoutTrailing(argument) === argument
	return `@${kind}:${isPlain ? argument : `"${argument.replaceAll('"', '')}"`}`
}

/** The text with something else in place of each mention. Where that is nothing, no gap stays behind. */
export function replaceMentions(
	text: string,
	mentions: readonly Mention[],
	replacement: (mention: Mention) => string,
): string {
	let result = ''
	let at = 0
	for (const one of mentions) {
		const other = replacement(one)
		const before = text.slice(at, one.start)
		result += other === '' ? withoutSpaceAtEnd(before) : before + other
		at = one.end
		if (other === '' && (result === '' || result.endsWith('\n'))) {
			while (text[at] === ' ') at++
		}
	}
	return (result + text.slice(at)).trim()
}

function withoutSpaceAtEnd(text: string): string {
	let end = text.length
	while (end > 0 && /[ \t]/.test(text.charAt(end - 1))) end--
	return text.slice(0, end)
}

/** A closing bracket belongs to the path where the path opens one. */
function withoutTrailing(raw: string): string {
	let end = raw.length
	while (end > 0 && trailing.has(raw.charAt(end - 1))) end--
	const head = raw.slice(0, end)
	const closing = Math.max(
		head.includes('(') ? raw.lastIndexOf(')') : -1,
		head.includes('[') ? raw.lastIndexOf(']') : -1,
	)
	return closing >= end ? raw.slice(0, closing + 1) : head
}

interface Span {
	readonly start: number
	/** Exclusive. */
	readonly end: number
}

/** Where fenced blocks and spans of code are. A fence that nothing closes goes on to the end. */
function codeIn(text: string): readonly Span[] {
	const fences = /^[ \t]*(`{3,}|~{3,})[^\n]*(?:\n[\s\S]*?^[ \t]*\1[`~]*[ \t]*$|[\s\S]*$)/gm
	const blocks = [...text.matchAll(fences)].map(({ index, 0: all }) => ({ start: index, end: index + all.length }))
	const spans: Span[] = [...blocks]
	let at = 0
	for (const block of [...blocks, { start: text.length, end: text.length }]) {
		for (const paragraph of paragraphsIn(text, at, block.start)) spans.push(...inlineCode(text, paragraph))
		at = block.end
	}
	return spans
}

function paragraphsIn(text: string, start: number, end: number): readonly Span[] {
	const ends = [...text.slice(start, end).matchAll(/\n[ \t]*\n/g)].map(({ index }) => start + index)
	return [...ends, end].map((at, index) => ({ start: ends[index - 1] ?? start, end: at }))
}

/** A run of backticks is closed by the next one of the same length. */
function inlineCode(text: string, { start, end }: Span): readonly Span[] {
	const runs = [...text.slice(start, end).matchAll(/`+/g)]
	const next = new Map<number, number>()
	const closing = runs.map(() => -1)
	for (let at = runs.length - 1; at >= 0; at--) {
		const length = runs[at]?.[0].length ?? 0
		closing[at] = next.get(length) ?? -1
		next.set(length, at)
	}
	const found: Span[] = []
	for (let at = 0; at < runs.length; at++) {
		const close = runs[closing[at] ?? -1]
		const open = runs[at]
		if (!open || !close) continue
		found.push({ start: start + open.index, end: start + close.index + close[0].length })
		at = closing[at] ?? at
	}
	return found
}
