import type { InsertionCheck } from './codeStructure.ts'
import type { GrammarName } from './grammarOf.ts'

/** A workspace of fewer files does not say which packages it uses, and what these have. */
const tellingFiles = 20
/** Too short to mean anything by itself; the lists have none. */
const shortest = 3

/** Where the names of a document may come from. */
export interface NameSources {
	readonly grammar: GrammarName
	/** Of the document. */
	readonly text: string
	/** How many files of the workspace were read; undefined as long as not all of them were. */
	readonly filesRead: number | undefined
	inWorkspace(name: string): boolean
	/** Absent where there is no list of the language's own names. */
	readonly inLibrary: ((name: string) => boolean) | undefined
}

/**
 * Which names of a text come from nowhere; undefined where too little is known to tell. A workspace of many files mentions what it
 * uses of packages. In others only names that stand by themselves are judged, and only where a file says itself where each of those is
 * from: what an object has may be from a package that nobody reads.
 */
export function unknownNames(check: InsertionCheck, sources: NameSources): readonly string[] | undefined {
	const { filesRead, inWorkspace, inLibrary } = sources
	const isKnown = (name: string) => name.length < shortest || inLibrary?.(name) || inWorkspace(name)
	if (filesRead !== undefined && filesRead >= tellingFiles) return check.newNames.filter((name) => !isKnown(name))
	if (!inLibrary || !check.freeNames || !saysWhereFrom(sources)) return undefined
	return check.freeNames.filter((name) => !isKnown(name))
}

/** Whether every name that stands by itself is declared in the file, named by an import, of the library, or of a file that was read. */
function saysWhereFrom({ grammar, text, filesRead }: NameSources): boolean {
	switch (grammar) {
		case 'typescript':
		case 'tsx':
		case 'javascript':
			// A script that is no module shares its names with other scripts of a page.
			return /^\s*(?:import|export)\b|\brequire\s*\(/m.test(text)
		case 'python':
			return !/^\s*from\s.*\bimport\s+\*/m.test(text)
		case 'go':
			return filesRead !== undefined && !/^\s*(?:import\s+)?\.\s+"/m.test(text)
		case 'rust':
			return filesRead !== undefined && !/\buse\s+(?!super\b|self\b|crate\b)[\w:]+::(?:\{[^}]*)?\*/.test(text)
		default:
			// Packages and headers share their names with whoever includes them, and classes with those below them.
			return false
	}
}
