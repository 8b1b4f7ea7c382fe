import type { ContextChunk } from './contextSource.ts'
import { estimateTokens } from './estimateTokens.ts'

/** Takes chunks as long as there is room. A file's name is paid for once. */
export class ChunkBudget {
	private readonly charactersPerToken: number
	private readonly total: number
	private readonly texts = new Set<string>()
	private readonly paths = new Set<string>()
	private readonly isShown: (text: string) => boolean
	private readonly chosen: ContextChunk[] = []
	private used = 0

	/** @param isShown whether the model is shown a text anyway */
	constructor(budget: number, charactersPerToken: number, isShown: (text: string) => boolean) {
		this.total = budget
		this.charactersPerToken = charactersPerToken
		this.isShown = isShown
	}

	/** False where there is no room for it, or it says what is said already. @param limit of all tokens, for a kind that must leave room */
	take(chunk: ContextChunk, limit = this.total): boolean {
		const { text, path } = chunk
		if (text === '' || this.texts.has(text) || this.isShown(text)) return false
		const cost = this.costOf(chunk)
		if (this.used + cost > Math.min(limit, this.total)) return false
		this.used += cost
		this.texts.add(text)
		this.paths.add(path)
		this.chosen.push(chunk)
		return true
	}

	costOf({ path, text }: Pick<ContextChunk, 'path' | 'text'>): number {
		const head = this.paths.has(path) ? 0 : estimateTokens(headOf(path), this.charactersPerToken)
		return head + estimateTokens(text, this.charactersPerToken)
	}

	get left(): number {
		return this.total - this.used
	}

	/** Those of one kind and file together, in the order in which their first ones were taken. */
	chunks(): ContextChunk[] {
		const groups = new Map<string, ContextChunk[]>()
		for (const chunk of this.chosen) {
			const key = `${chunk.kind === 'definition' ? 'imported' : chunk.kind}\0${chunk.path}`
			const group = groups.get(key)
			if (group) group.push(chunk)
			else groups.set(key, [chunk])
		}
		return [...groups.values()].flat()
	}
}

/** About what it takes to say which file a chunk is from. */
function headOf(path: string): string {
	return `// ${path}`
}
