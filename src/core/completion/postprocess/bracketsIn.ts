const closerOf: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

export interface Bracket {
	readonly at: number
	readonly character: string
	/** Brackets that are open behind it; below 0 where more were closed than opened. */
	readonly depth: number
	/** It closes what the text did not open. */
	readonly isUnopened: boolean
}

/** The brackets of a text in which strings and comments are blank; those that do not fit the one that is open are left out. */
export function bracketsIn(code: string): Bracket[] {
	const found: Bracket[] = []
	const open: string[] = []
	let unopened = 0
	for (let at = 0; at < code.length; at++) {
		const character = code[at] ?? ''
		const closer = closerOf[character]
		if (closer === undefined && !')]}'.includes(character)) continue
		const isUnopened = closer === undefined && open.length === 0
		if (closer !== undefined) open.push(closer)
		else if (isUnopened) unopened++
		else if (open.at(-1) === character) open.pop()
		else continue
		found.push({ at, character, depth: open.length - unopened, isUnopened })
	}
	return found
}
