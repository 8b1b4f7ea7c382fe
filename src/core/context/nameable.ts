import type { CursorText, WritingPlace } from './cursorText.ts'
import type { Definition, FileSymbols } from './symbols/fileSymbols.ts'
import type { SymbolTable } from './symbols/symbolTable.ts'

/** Whether what a file defines can be named at the cursor of another one. */
export type Nameable = (path: string, definition: Definition) => boolean

/** Between a mark and the name behind it. */
const longestGap = 200
const source = /\.(c|cc|cpp|cxx)$/i

/**
 * What the rules of a language say of it. In C and C++ other files see of a source file what is linked, and of C's fields nothing but
 * behind a `.` or `->`: large projects have more of what cannot be named than of all else.
 */
export function nameableAt(
	cursor: CursorText,
	{ own, table, place }: { readonly own: FileSymbols; readonly table: SymbolTable; readonly place: WritingPlace },
): Nameable {
	if (own.grammar !== 'c' && own.grammar !== 'cpp') return () => true
	const included = new Set(own.imports.flatMap((imported) => table.resolve(own.path, imported)))
	const isClosed = new Map<string, boolean>()
	const isSeen = (path: string, definition: Definition) => {
		let closed = isClosed.get(path)
		if (closed === undefined) {
			closed = source.test(path) && !included.has(path)
			isClosed.set(path, closed)
		}
		return !closed || isLinked(definition)
	}
	const end = Math.max(0, cursor.character - place.typed.length)
	const before = (cursor.lines[cursor.line] ?? '').slice(Math.max(0, end - longestGap), end)
	// A header may be C++ without saying so.
	if (own.grammar === 'cpp' || /::\s*$/.test(before)) return isSeen
	return (path, definition) => isInStruct(definition) === place.isMember && isSeen(path, definition)
}

/** A struct is named by others also where only its source file knows what is in it. */
function isLinked({ kind, exported, signature }: Definition): boolean {
	if (!exported || signature.startsWith('#')) return false
	return kind === 'function' || kind === 'method' || kind === 'constant' || kind === 'class'
}

/** The constants of an enumeration begin with their name, what a struct has with its type. */
function isInStruct({ kind, name, signature }: Definition): boolean {
	return kind === 'method' || (kind === 'field' && !signature.startsWith(name))
}
