import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { SymbolTable } from '../../src/core/context/symbols/symbolTable.ts'
import { type GrammarName, grammarOfPath } from '../../src/core/syntax/grammarOf.ts'
import { SymbolReader } from '../../src/node/symbols/symbolReader.ts'
import { GrammarLibrary } from '../../src/node/syntax/grammarLibrary.ts'

export interface SourceFile {
	readonly path: string
	readonly grammar: GrammarName
	readonly text: string
}

/** A checked-out repository, read whole. */
export interface Repository {
	readonly name: string
	/** Empty where a file `NAME.commit` beside the folder does not say it. */
	readonly commit: string
	readonly files: readonly SourceFile[]
	readonly table: SymbolTable
	readonly indexMs: number
	readonly lines: number
}

const grammarsWithNames = /^(typescript|tsx|javascript|python|go|rust|java|c|cpp|csharp|php|ruby|kotlin)$/
const skipped = /(^|\/)(node_modules|vendor|third_party|dist|build|out|\.git)(\/|$)|\.min\.|\.d\.ts$/

export async function readRepository(folder: string, name: string, grammarFolder: string): Promise<Repository> {
	const root = join(folder, name)
	const files = (readdirSync(root, { recursive: true }) as string[])
		.map((path) => path.replaceAll('\\', '/'))
		.filter((path) => !skipped.test(path))
		.sort()
		.flatMap((path): SourceFile[] => {
			const grammar = grammarOfPath(path)
			if (!grammar || !grammarsWithNames.test(grammar)) return []
			const stat = statSync(join(root, path))
			return stat.isFile() && stat.size < 500_000
				? [{ path, grammar, text: readFileSync(join(root, path), 'utf8').replace(/\r\n/g, '\n') }]
				: []
		})
	const reader = new SymbolReader(new GrammarLibrary(grammarFolder), grammarFolder)
	const table = new SymbolTable()
	const started = performance.now()
	for (const file of files) {
		const symbols = await reader.read(file)
		if (symbols) table.set(symbols)
	}
	const indexMs = performance.now() - started
	const lines = files.reduce((sum, { text }) => sum + text.split('\n').length, 0)
	return { name, commit: commitOf(`${root}.commit`), files, table, indexMs, lines }
}

function commitOf(file: string): string {
	try {
		return readFileSync(file, 'utf8').trim()
	} catch {
		return ''
	}
}
