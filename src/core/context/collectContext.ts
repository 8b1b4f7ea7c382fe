import type { GrammarName } from '../syntax/grammarOf.ts'
import { candidatesAt } from './candidates.ts'
import type { ContextChunk, ContextRequest } from './contextSource.ts'
import { cursorCode } from './cursorCode.ts'
import { packChunks } from './packChunks.ts'
import type { SymbolTable } from './symbols/symbolTable.ts'

/** The file that is written in, as it is now. */
export interface FileAtCursor {
	readonly path: string
	readonly grammar: GrammarName
	/** All or the end of the text before the cursor. */
	readonly before: string
	/** Names of the definitions around the cursor, outermost first. */
	readonly enclosing: readonly string[]
}

/** What else a model should see there, most worth first. */
export function collectContext(
	table: SymbolTable,
	{ path, grammar, before, enclosing }: FileAtCursor,
	{ shown, budget, charactersPerToken }: Pick<ContextRequest, 'shown' | 'budget' | 'charactersPerToken'>,
): ContextChunk[] {
	const imports = table.get(path)?.imports ?? []
	const candidates = candidatesAt(table, { path, grammar, imports, code: cursorCode(before), enclosing, shown })
	return packChunks(candidates, { budget, charactersPerToken })
}
