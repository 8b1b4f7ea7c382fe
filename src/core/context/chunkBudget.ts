import type { ContextChunk } from './contextSource.ts'
import { estimateTokens } from './estimateTokens.ts'

/** How a chunk belongs to a type of its file. */
export interface TypeOfChunk {
	/** The type that it is in, to be named before it. */
	readonly scope?: string | undefined
	/** The type that it is the head of. */
	readonly declares?: string | undefined
}

interface Taken extends TypeOfChunk {
	readonly chunk: ContextChunk
}

/** Takes chunks as long as there is room. A file's name is paid for once, and so is that of a type in it. */
export class ChunkBudget {
	private readonly charactersPerToken: number
	private readonly total: number
	private readonly said = new Set<string>()
	private readonly isShown: (text: string) => boolean
	private readonly taken: Taken[] = []
	private used = 0

	/** @param isShown whether the model is shown a text anyway */
	constructor(budget: number, charactersPerToken: number, isShown: (text: string) => boolean) {
		this.total = budget
		this.charactersPerToken = charactersPerToken
		this.isShown = isShown
	}

	/**
	 * False where there is no room for it, or it says what is said already.
	 * @param limit of all tokens, for a kind that must leave room
	 */
	take(chunk: ContextChunk, limit = this.total, { scope, declares }: TypeOfChunk = {}): boolean {
		const { text, path } = chunk
		const heads = [headOf(path), ...(scope === undefined ? [] : [scopeHead(path, scope)])]
		const own = textKey(text, scope)
		if (text === '' || this.said.has(own) || this.isShown(text)) return false
		let cost = this.tokens(scope === undefined ? text : indented(text))
		for (const head of heads) if (!this.said.has(head)) cost += this.tokens(head.slice(head.indexOf('\0') + 1))
		if (this.used + cost > Math.min(limit, this.total)) return false
		this.used += cost
		for (const one of [own, ...heads]) this.said.add(one)
		this.taken.push({ chunk, scope, declares })
		return true
	}

	get left(): number {
		return this.total - this.used
	}

	/**
	 * Those of one kind and file together, in the order in which their first ones were taken; members of a type below it, or below
	 * its name.
	 */
	chunks(): ContextChunk[] {
		const files = grouped(
			this.taken,
			({ chunk: { kind, path } }) => `${kind === 'definition' ? 'imported' : kind}\0${path}`,
		)
		return files.flatMap((file) => {
			const scopes = new Set(file.flatMap(({ scope }) => scope ?? []))
			const typeOf = ({ scope, declares }: Taken) => scope ?? (scopes.has(declares ?? '') ? declares : undefined)
			return grouped(file, (one) => typeOf(one) ?? `\0${one.chunk.startLine} ${one.chunk.text}`).flatMap(folded)
		})
	}

	private tokens(text: string): number {
		return estimateTokens(text, this.charactersPerToken)
	}
}

/** A type and its members, each still a chunk of its own. */
function folded(group: readonly Taken[]): ContextChunk[] {
	const heads = group.filter(({ scope }) => scope === undefined).map(({ chunk }) => chunk)
	const members = group.filter(({ scope }) => scope !== undefined)
	const [first] = members
	if (members.length === 1 && first && heads.length === 0 && !first.chunk.text.includes('\n')) {
		return [{ ...first.chunk, text: `${first.scope}: ${first.chunk.text}` }]
	}
	const inside = members.map(({ chunk, scope }, at) => {
		const isFirst = at === 0 && heads.length === 0
		return { ...chunk, text: `${isFirst ? `${scope}:\n` : ''}${indented(chunk.text)}` }
	})
	return [...heads, ...inside]
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
	const groups = new Map<string, T[]>()
	for (const item of items) {
		const key = keyOf(item)
		const group = groups.get(key)
		if (group) group.push(item)
		else groups.set(key, [item])
	}
	return [...groups.values()]
}

/** About what it takes to say which file a chunk is from. */
function headOf(path: string): string {
	return `\0// ${path}`
}

function scopeHead(path: string, scope: string): string {
	return `${path}\0${scope}:\n`
}

function indented(text: string): string {
	return text.replaceAll(/^/gm, '\t')
}

function textKey(text: string, scope: string | undefined): string {
	return `${scope ?? ''}\n${text}`
}
