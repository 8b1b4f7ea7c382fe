import { anyChar, type CharSet, complementOf, unionOf } from './charSet.ts'
import { parseRegex, type RegexNode } from './regexSyntax.ts'

/** What a text can hold that a regular expression was asked about. */
export interface AdmittedText {
	/** The characters of a text that matches; all where the expression looks at a part of the text only. */
	readonly matching: CharSet
	/** The characters of a text in which nothing matches; all where the expression looks for more than single characters. */
	readonly other: CharSet
}

const nothingKnown: AdmittedText = { matching: anyChar, other: anyChar }

/** @param flags `i` and `s` count, and `m` has `^` and `$` stand for the ends of a line */
export function admittedText(pattern: string, flags: string): AdmittedText {
	const root = pattern.length > 1_000 ? undefined : parseRegex(pattern, flags)
	if (!root) return nothingKnown
	const isWhole = !(flags.includes('m') && /[$^]/.test(pattern.replace(/\[\^/g, ''))) && isAnchored(root)
	return {
		matching: isWhole ? unionOf(setsOf(root)) : anyChar,
		other: complementOf(singleOf(root) ?? []),
	}
}

/** Each way through it begins with the beginning of the text and ends with its end. */
function isAnchored(node: RegexNode): boolean {
	if (node.kind === 'choice') return node.options.every(isAnchored)
	if (node.kind !== 'sequence') return false
	const [first] = node.items
	const last = node.items.at(-1)
	if (node.items.length === 1 && first) return isAnchored(first)
	return first?.kind === 'anchor' && first.at === 'start' && last?.kind === 'anchor' && last.at === 'end'
}

function setsOf(node: RegexNode): CharSet[] {
	switch (node.kind) {
		case 'char':
			return [node.set]
		case 'sequence':
			return node.items.flatMap(setsOf)
		case 'choice':
			return node.options.flatMap(setsOf)
		case 'repeat':
		case 'atomic':
			return setsOf(node.of)
		case 'reference':
			return [anyChar]
		// What it looks at takes nothing.
		case 'anchor':
		case 'look':
			return []
	}
}

/** The characters one of which is enough for it to match; undefined where it asks for more than one. */
function singleOf(node: RegexNode): CharSet | undefined {
	switch (node.kind) {
		case 'char':
			return node.set
		case 'sequence': {
			const [only] = node.items
			return node.items.length === 1 && only ? singleOf(only) : undefined
		}
		case 'choice':
			return unionOf(node.options.map((it) => singleOf(it) ?? []))
		case 'repeat':
			return node.least <= 1 ? singleOf(node.of) : undefined
		case 'atomic':
			return singleOf(node.of)
		default:
			return undefined
	}
}
