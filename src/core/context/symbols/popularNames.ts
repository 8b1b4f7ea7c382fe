import type { NameKey } from '../nameKeys.ts'

const mostNames = 600
/** A name that fewer files mention is no more likely in this file than any other. */
const leastMentions = 3
/** Counting again pays when this share of all files is new. */
const renewedShare = 0.05

/** Keeps the names that most files mention; counted again only after many changes, because it looks at every name. */
export class PopularNames {
	private names: readonly NameKey[] = []
	private changes = 0
	private isCounted = false

	changed(): void {
		this.changes++
	}

	of(names: Iterable<NameKey>, mentionsOf: (name: NameKey) => number, fileCount: number): readonly NameKey[] {
		if (this.isCounted && this.changes <= Math.max(20, fileCount * renewedShare)) return this.names
		this.changes = 0
		this.isCounted = true
		const all: { readonly name: NameKey; readonly count: number }[] = []
		for (const name of names) {
			const count = mentionsOf(name)
			if (count >= leastMentions) all.push({ name, count })
		}
		all.sort((a, b) => b.count - a.count || a.name - b.name)
		this.names = all.slice(0, mostNames).map(({ name }) => name)
		return this.names
	}
}
