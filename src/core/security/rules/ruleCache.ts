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

/** What rules write as text, made ready once: a function is asked about each of them. */
export class RuleCache {
	private readonly tables = new Map<string | readonly string[], PathTable<true>>()
	private readonly patterns = new Map<string, Pattern | undefined>()
	private readonly wholes = new Map<string, Pattern>()
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

	/** A pattern that the whole of a name has to match. */
	whole(text: string): Pattern {
		const known = this.wholes.get(text)
		if (known) return known
		const ignoresCase = text.startsWith('(?i)')
		const made = compilePattern(`${ignoresCase ? '(?i)' : ''}^(?:${ignoresCase ? text.slice(4) : text})$`) ?? nothing
		this.wholes.set(text, made)
		return made
	}
}

/** What is no pattern fits nothing: the rule files were checked, and a fault in one costs no analysis. */
const nothing: Pattern = { test: () => false }
