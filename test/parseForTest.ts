import { join } from 'node:path'
import { root } from '../scripts/lib/root.mjs'
import type { ParsedCode } from '../src/core/security/tree/codeNode.ts'
import type { GrammarName } from '../src/core/syntax/grammarOf.ts'
import { CodeParser } from '../src/node/security/codeParser.ts'
import { GrammarLibrary } from '../src/node/syntax/grammarLibrary.ts'

/** One for a whole test file: loading a grammar takes longer than parsing. */
export function testParser(): { parse(grammar: GrammarName, text: string): Promise<ParsedCode> } {
	const parser = new CodeParser(new GrammarLibrary(join(root, 'grammars')))
	return {
		async parse(grammar, text) {
			const code = await parser.parse(grammar, text)
			if (!code) throw new Error('parsing took too long')
			return code
		},
	}
}
