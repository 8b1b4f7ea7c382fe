/** What the text before a cursor says about what may come next. */
export interface CursorCode {
	/** The letters of the name that is being written; empty where none is. */
	readonly begun: string
	/** The name before a dot, arrow or `::` that the cursor stands behind: `this`, `user`, `Path`. */
	readonly receiver: string | undefined
	/** The type of the receiver, as far as the text before tells. */
	readonly receiverType: string | undefined
	/** The function whose result the receiver is, or was made from. */
	readonly receiverMaker: string | undefined
	/** Names before the cursor, the nearest first, each once, with how often each stands in the text. */
	readonly names: ReadonlyMap<string, number>
}

/** How much text before the cursor is looked at, in characters. */
const lookedAt = 12_000
const mostNames = 400
const word = /[\p{L}_$][\p{L}\p{N}_$]*/gu

/** @param before all or the end of the text before the cursor */
export function cursorCode(before: string): CursorCode {
	const text = before.slice(-lookedAt)
	const begun = /[\p{L}_$][\p{L}\p{N}_$]*$/u.exec(text)?.[0] ?? ''
	const upTo = text.slice(0, text.length - begun.length)
	const receiver = /([\p{L}_$][\p{L}\p{N}_$]*)(?:\([^()]*\)|\[[^[\]]*\])?(?:\?\.|!\.|\.|->|::)\s*$/u.exec(upTo)?.[1]
	const all = [...upTo.matchAll(word)].map(([name]) => name).reverse()
	const names = new Map<string, number>()
	for (const name of all) {
		if (names.size >= mostNames && !names.has(name)) continue
		names.set(name, (names.get(name) ?? 0) + 1)
	}
	const receiverType = receiver === undefined ? undefined : typeOf(receiver, upTo)
	const receiverMaker = receiver === undefined ? undefined : makerOf(receiver, upTo)
	return { begun, receiver, receiverType, receiverMaker, names }
}

/** `name = make(`, `name, err := pkg.Make(`, `with make() as name`, the last one before the cursor. */
function makerOf(name: string, text: string): string | undefined {
	const escaped = name.replaceAll('$', '\\$')
	const call = '(?:await |&|\\*)*(?:[\\w$]+(?:\\.|->|::))*([\\w$]+)\\s*\\('
	const patterns = [`\\b${escaped}(?:\\s*,\\s*\\w+)*\\s*:?=\\s*${call}`, `\\bwith ${call}[^\\n]*\\) as ${escaped}\\b`]
	const found = patterns.flatMap((pattern) => [...text.matchAll(new RegExp(pattern, 'g'))])
	return found.sort((a, b) => b.index - a.index)[0]?.[1]
}

/** `name: Type`, `name = new Type(`, `Type name`, `Type *name`, `name := pkg.Type{`, the last one before the cursor. */
function typeOf(name: string, text: string): string | undefined {
	if (!/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name)) return undefined
	const escaped = name.replaceAll('$', '\\$')
	const typeName = '(?:[\\w.]+(?:\\.|::))?([A-Z][\\w]*)'
	const patterns = [
		`\\b${escaped}\\s*[?!]?\\s*:\\s*(?:readonly |&(?:mut )?|\\*|Optional\\[|List\\[|list\\[|Promise<|Vec<|Option<|Arc<|Box<|Rc<)*${typeName}`,
		`\\b${escaped}\\s*:?=\\s*(?:await |new |&|\\*)*${typeName}\\s*(?:[({<]|::new|\\.new)`,
		`\\b${typeName}(?:<[^<>]*>)?\\s*[*&]*\\s*\\b${escaped}\\s*[=;,):]`,
		`\\b${escaped}\\s+\\*?\\[?\\]?\\*?${typeName}\\b`,
		`\\b([a-zA-Z_]\\w*)\\s*\\*+\\s*(?:const\\s+)?${escaped}\\s*[=;,)]`,
		`\\b${escaped}\\s+\\*([a-z]\\w*)\\b`,
	]
	let last: { readonly at: number; readonly type: string | undefined } | undefined
	for (const pattern of patterns) {
		for (const found of text.matchAll(new RegExp(pattern, 'g'))) {
			if (!last || found.index > last.at) last = { at: found.index, type: found[1] }
		}
	}
	return last?.type
}
