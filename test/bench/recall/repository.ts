import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isProjectFile, readProjectFile } from '../../../src/core/context/imports/projectFile.ts'
import type { FileSymbols } from '../../../src/core/context/symbols/fileSymbols.ts'
import { SymbolTable } from '../../../src/core/context/symbols/symbolTable.ts'
import { type GrammarName, grammarOfPath } from '../../../src/core/syntax/grammarOf.ts'
import type { SymbolReader } from '../../../src/node/symbols/symbolReader.ts'

/** A checkout of a repository: read whole, and indexed as the extension does it. */
export interface Repository {
	readonly name: string
	readonly commit: string
	readonly root: string
	readonly files: ReadonlyMap<string, SourceFile>
	readonly table: SymbolTable
}

export interface SourceFile {
	readonly path: string
	readonly grammar: GrammarName
	readonly text: string
	readonly lines: readonly string[]
}

const largestFile = 1_000_000
const mostFiles = 3_000
const measured = /^(typescript|tsx|javascript|python|go|rust|java|c|cpp|csharp|php|ruby)$/

/** Reads the files that git tracks. */
export async function readRepository(root: string, reader: SymbolReader): Promise<Repository> {
	const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 })
	const files = new Map<string, SourceFile>()
	const table = new SymbolTable()
	for (const path of git('ls-files').split('\n').sort()) {
		if (isProjectFile(path)) table.setProject(path, readProjectFile(path, readOr(join(root, path)) ?? ''))
		const grammar = grammarOfPath(path)
		if (
			!grammar ||
			!measured.test(grammar) ||
			files.size >= mostFiles ||
			/(^|\/)(vendor|node_modules|deps|dist)\//.test(path)
		)
			continue
		const text = readOr(join(root, path))
		if (text === undefined || text.length > largestFile) continue
		files.set(path, { path, grammar, text, lines: text.split('\n') })
		const symbols = await reader.read({ path, grammar, text })
		if (symbols) table.set(symbols)
	}
	return { name: basename(root), commit: git('rev-parse', '--short=12', 'HEAD').trim(), root, files, table }
}

/** What the index says of a text that is not in the repository as it is. */
export async function symbolsOf(file: SourceFile, text: string, reader: SymbolReader): Promise<FileSymbols> {
	const { path, grammar } = file
	const empty = { path, grammar, packageName: '', definitions: [], imports: [], mentions: '' }
	return (await reader.read({ path, grammar, text })) ?? empty
}

function readOr(path: string): string | undefined {
	try {
		return readFileSync(path, 'utf8').replaceAll('\r\n', '\n')
	} catch {
		return undefined
	}
}
