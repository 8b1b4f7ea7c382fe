import { join } from 'node:path'
import { root } from '../scripts/lib/root.mjs'
import type { DocumentLines } from '../src/core/completion/documentLines.ts'
import type { CodeStructure } from '../src/core/syntax/codeStructure.ts'
import { GrammarLibrary } from '../src/node/syntax/grammarLibrary.ts'
import { ParsedDocuments } from '../src/node/syntax/parsedDocuments.ts'

/** The syntax of one document, parsed in the test's own thread: what the extension does on another one. */
export async function inProcessStructure(document: DocumentLines): Promise<CodeStructure> {
	const documents = new ParsedDocuments(new GrammarLibrary(join(root, 'grammars')))
	const text = Array.from({ length: document.lineCount }, (_, line) => document.lineAt(line)).join('\n')
	const { id: documentId, languageId, version } = document
	await documents.open({ documentId, languageId, version, text })
	return {
		placeOf: async (place) => documents.placeOf(place),
		checkInsertion: async (insertion) => documents.checkInsertion(insertion),
	}
}
