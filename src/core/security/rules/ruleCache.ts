import type { RegexCost } from '../regex/slowRegex.ts'
import { PathTable } from './pathTable.ts'
import { compilePattern } from './patterns.ts'

/** Begins anew when it is full. */
class BoundedMap<T> extends Map<string, T> {
	private readonly most: number

	constructor(most: number) {
		super()
		this.most = most
	}

	override set(key: string, value: T): this {
		if (this.size >= this.most) this.clear()
		return super.set(key, value)
	}
}

const mostExtensions = 50_000

type Pattern = Pick<RegExp, 'test'>

/** No longer than what `compilePattern` looks at, and so much of it again that what a pattern is about is whole in one of them. */
const pieceLength = 2_000
const pieceOverlap = 1_000

/** What rules write as text, made ready once: a function is asked about each of them. */
export class RuleCache {
	private readonly tables = new Map<string | readonly string[], PathTable<true>>()
	private readonly patterns = new Map<string, Pattern | undefined>()
	private readonly wholes = new Map<string, Pattern>()
	/** Of the text that was asked for last. */
	private within: { readonly text: string; readonly results: Map<string, boolean> } = { text: '', results: new Map() }

	/** How long matching takes, by flags and pattern. */
	readonly regexCosts = new BoundedMap<RegexCost>(5_000)
	private readonly extensions = new Map<string, Map<string, readonly string[]>>()
	private extensionCount = 0

	/** A path with something behind it, under the names that rules have for it: made once, so that its text is looked up fast. */
	extended(path: string, by: string, make: (path: string, by: string) => readonly string[]): readonly string[] {
		let extensions = this.extensions.get(path)
		const known = extensions?.get(by)
		if (known) return known
		if (this.extensionCount >= mostExtensions) {
			this.extensions.clear()
			this.extensionCount = 0
			extensions = undefined
		}
		if (!extensions) {
			extensions = new Map()
			this.extensions.set(path, extensions)
		}
		const made = make(path, by)
		extensions.set(by, made)
		this.extensionCount++
		return made
	}

	/** What finds the paths that a rule names. */
	table(paths: string | readonly string[]): PathTable<true> {
		const known = this.tables.get(paths)
		if (known) return known
		const made = new PathTable<true>()
		made.add(paths, true)
		this.tables.set(paths, made)
		return made
	}

	/** See `compilePattern`. */
	pattern(text: string): Pattern | undefined {
		if (this.patterns.has(text)) return this.patterns.get(text)
		const made = compilePattern(text)
		this.patterns.set(text, made)
		return made
	}

	/** Whether a text of any length matches somewhere. Patterns are kept to short texts, so that it is looked at piece by piece; each is asked for once. */
	matchesWithin(text: string, pattern: string): boolean {
		if (this.within.text !== text) this.within = { text, results: new Map() }
		const known = this.within.results.get(pattern)
		if (known !== undefined) return known
		const made = this.pattern(pattern)
		let found = false
		for (let at = 0; made && !found && (at === 0 || at + pieceOverlap < text.length); at += pieceLength - pieceOverlap)
			found = made.test(text.slice(at, at + pieceLength))
		this.within.results.set(pattern, found)
		return found
	}

	/** A pattern that the whole of a name has to match. */
	whole(text: string): Pattern {
		const known = this.wholes.get(text)
		if (known) return known
		const made = new RegExp(`^(?:${text})$`)
		this.wholes.set(text, made)
		return made
	}
}
