import type { InsertionCheck } from '../../syntax/codeStructure.ts'

/** A check that counts the names of a text as known: the syntax of a notebook's cell is that of the cell alone. */
export function withNamesOf(text: string, check: InsertionCheck): InsertionCheck {
	const { unknownNames } = check
	if (!unknownNames || unknownNames.length === 0) return check
	const names = new Set(text.match(/[\p{L}\p{N}_$]+/gu))
	return { ...check, unknownNames: unknownNames.filter((name) => !names.has(name)) }
}
