import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { grammarOfPath } from '../../../src/core/syntax/grammarOf.ts'
import { CodeParser } from '../../../src/node/security/codeParser.ts'
import { NativeParsers } from '../../../src/node/security/nativeParsers.ts'
import { GrammarLibrary } from '../../../src/node/syntax/grammarLibrary.ts'

export interface ParserRow {
	readonly name: string
	readonly lines: number
	/** Milliseconds of processor time for all, with the tree copied; the best of the rounds. */
	readonly web: number
	readonly native: number
}

export interface ParserResult {
	/** Why there are no rows. */
	readonly problem: string | undefined
	readonly rows: readonly ParserRow[]
}

const rounds = 5
const mostFiles = 300
const mostCharacters = 300_000

/** Both parsers on the same files, one after the other in each round. @param folders absolute paths, with the files of each */
export async function measureParsers(
	folders: readonly { readonly root: string; readonly files: readonly string[] }[],
	grammarFolder: string,
): Promise<ParserResult> {
	const natives = new NativeParsers()
	const problem = await natives.problem()
	if (problem !== undefined) return { problem, rows: [] }
	const grammars = new GrammarLibrary(grammarFolder)
	const parsers = { web: new CodeParser(grammars), native: new CodeParser(grammars, natives) }
	const rows: ParserRow[] = []
	for (const { root, files } of folders) {
		const codes: { readonly grammar: NonNullable<ReturnType<typeof grammarOfPath>>; readonly text: string }[] = []
		const every = Math.ceil(files.length / mostFiles)
		for (const file of files.filter((_, at) => at % every === 0)) {
			const grammar = grammarOfPath(file)
			const text = readFileSync(join(root, file), 'utf8')
			if (grammar && text.length <= mostCharacters && (await natives.parser(grammar))) codes.push({ grammar, text })
		}
		const best = { web: Number.POSITIVE_INFINITY, native: Number.POSITIVE_INFINITY }
		for (let round = 0; round < rounds; round++) {
			for (const which of ['web', 'native'] as const) {
				const begun = process.cpuUsage()
				for (const { grammar, text } of codes) await parsers[which].parse(grammar, text)
				const { user, system } = process.cpuUsage(begun)
				best[which] = Math.min(best[which], (user + system) / 1_000)
			}
		}
		const lines = codes.reduce((sum, { text }) => sum + text.split('\n').length, 0)
		rows.push({ name: basename(root), lines, ...best })
	}
	return { problem, rows }
}
