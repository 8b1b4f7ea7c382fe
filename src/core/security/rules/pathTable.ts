import { escapePattern } from '../../../shared/escapePattern.ts'

/** What is found by the path of a call, field or type; see `RuleFile` for the patterns. */
export class PathTable<T> {
	private readonly exact = new Map<string, T[]>()
	private readonly suffixes = new Map<string, { readonly suffix: string; readonly entry: T }[]>()
	/** By what they begin with, up to the first `*`. */
	private readonly globs = new Map<string, { readonly pattern: RegExp; readonly entry: T }[]>()
	private readonly known = new Map<string, readonly T[]>()

	add(paths: string | readonly string[], entry: T): void {
		for (const path of typeof paths === 'string' ? [paths] : paths) {
			for (const pattern of expandPath(path)) this.addOne(pattern, entry)
		}
	}

	/** Those of exact paths; where there are none, those of any receiver. */
	lookUp(path: string): readonly T[] {
		const known = this.known.get(path)
		if (known) return known
		const found = this.search(path)
		if (this.known.size > mostKnown) this.known.clear()
		this.known.set(path, found)
		return found
	}

	get isEmpty(): boolean {
		return this.exact.size === 0 && this.suffixes.size === 0 && this.globs.size === 0
	}

	paths(): Iterable<string> {
		return this.exact.keys()
	}

	private addOne(pattern: string, entry: T): void {
		if (pattern.startsWith('*.') && !pattern.slice(2).includes('*')) {
			const suffix = pattern.slice(1)
			const last = lastOf(suffix)
			const list = this.suffixes.get(last)
			if (list) list.push({ suffix, entry })
			else this.suffixes.set(last, [{ suffix, entry }])
		} else if (pattern.includes('*')) {
			const source = pattern.split('*').map(escapePattern)
			const glob = { pattern: new RegExp(`^${source.join('[^.]+')}$`), entry }
			const begin = pattern.slice(0, pattern.indexOf('*'))
			const list = this.globs.get(begin)
			if (list) list.push(glob)
			else this.globs.set(begin, [glob])
		} else {
			const list = this.exact.get(pattern)
			if (list) list.push(entry)
			else this.exact.set(pattern, [entry])
		}
	}

	private search(path: string): readonly T[] {
		const found = [...(this.exact.get(path) ?? [])]
		for (const [begin, globs] of this.globs) {
			if (!path.startsWith(begin)) continue
			for (const { pattern, entry } of globs) if (pattern.test(path)) found.push(entry)
		}
		if (found.length > 0) return found
		for (const { suffix, entry } of this.suffixes.get(lastOf(path)) ?? []) if (path.endsWith(suffix)) found.push(entry)
		return found
	}
}

const mostKnown = 20_000

function lastOf(path: string): string {
	return path.slice(path.lastIndexOf('.') + 1)
}

/** `a.{b,c.{d,e}}` → `a.b`, `a.c.d`, `a.c.e`. */
export function expandPath(path: string): readonly string[] {
	const close = path.indexOf('}')
	const open = path.lastIndexOf('{', close)
	if (open < 0 || close < 0) return [path]
	const before = path.slice(0, open)
	const after = path.slice(close + 1)
	// The innermost alternatives come first, so that the ones beside them come once for each.
	return [
		...new Set(
			path
				.slice(open + 1, close)
				.split(',')
				.flatMap((it) => expandPath(`${before}${it.trim()}${after}`)),
		),
	]
}
