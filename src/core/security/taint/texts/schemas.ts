const declared = /\btype\s{1,20}(\w{1,80})\b([^{}="'`;()]{0,200})\{([^{}]*)\}/g
const handedOver = /\([^()]*\)/g
const ofField = /:[\s[]{0,20}(\w{1,80})/g

/**
 * Whether types of a GraphQL schema in a text lead back to themselves, `type Author { books: [Book!]! }` and `type Book { author: Author! }`: then a query can be
 * as deep as its sender likes. What TypeScript calls a type has a `=`.
 */
export function hasCyclicSchema(text: string): boolean {
	const leads = new Map<string, Set<string>>()
	for (const [, name = '', , fields = ''] of text.matchAll(declared)) {
		const to = leads.get(name) ?? new Set()
		for (const [, of = ''] of fields.replace(handedOver, '').matchAll(ofField)) to.add(of)
		leads.set(name, to)
	}
	const isDone = new Set<string>()
	const isOpen = new Set<string>()
	const returns = (name: string): boolean => {
		if (isOpen.has(name)) return true
		if (isDone.has(name) || isOpen.size > deepest) return false
		isOpen.add(name)
		const found = [...(leads.get(name) ?? [])].some((it) => returns(it))
		isOpen.delete(name)
		isDone.add(name)
		return found
	}
	return [...leads.keys()].some((it) => returns(it))
}

const deepest = 200
