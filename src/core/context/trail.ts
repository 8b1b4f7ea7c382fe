import type { CursorText } from './cursorText.ts'
import { identifiersIn } from './identifiers.ts'
import { keyOf } from './nameKeys.ts'
import type { Definition, FileSymbols } from './symbols/fileSymbols.ts'
import { familyOf } from './symbols/languageFamily.ts'
import type { SymbolTable } from './symbols/symbolTable.ts'

const linesAbove = 6
/** A name that more files define tells little about where the text is. */
const mostFiles = 3
/** Lines behind a definition in which the next one of a series begins. */
const nextLines = 12

/**
 * Where the names on the lines above are defined. Series go on: tables, lists of exports, cases and calls of one kind name what
 * is defined one behind the other, or in the same type.
 */
export class Trail {
	private readonly lines = new Map<string, number[]>()
	private readonly containers = new Set<string>()

	constructor({ lines, line, character }: CursorText, own: FileSymbols, table: SymbolTable) {
		const text = [...lines.slice(Math.max(0, line - linesAbove), line), (lines[line] ?? '').slice(0, character)]
		for (const name of new Set(text.flatMap(identifiersIn))) {
			if (table.definedIn(keyOf(name)) > mostFiles) continue
			for (const { path, definition } of table.named(name)) {
				const grammar = table.get(path)?.grammar ?? own.grammar
				if (path === own.path || familyOf(grammar) !== familyOf(own.grammar)) continue
				const known = this.lines.get(path)
				if (known) known.push(definition.startLine)
				else this.lines.set(path, [definition.startLine])
				if (definition.container !== undefined) this.containers.add(`${path} ${definition.container}`)
			}
		}
	}

	/** 0: nothing in its file was named; 1: something was; 2: in its type; 3: what is defined just above it. */
	stepOf(path: string, { startLine, container }: Definition): 0 | 1 | 2 | 3 {
		const lines = this.lines.get(path)
		if (!lines) return 0
		if (lines.some((line) => startLine > line && startLine <= line + nextLines)) return 3
		return container !== undefined && this.containers.has(`${path} ${container}`) ? 2 : 1
	}
}
