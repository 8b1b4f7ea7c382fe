import type { DefinitionServer } from '../../src/core/context/servedContext.ts'
import type { BenchDocument } from './recording.ts'

/** Milliseconds; a language server that has its program at hand answers in about that time. */
const answerMs = 15
const definition = (name: string) =>
	new RegExp(`\\b(?:func|fn|def|class|function|interface|type|struct|enum|const)\\s+${name}\\b`)

/**
 * A language server in place of the editor's: it finds by their words what the open documents define, and so has the completer do
 * all that it does with a real one.
 *
 * @param fileOf absolute path of a document
 */
export function textServer(
	documents: ReadonlyMap<string, BenchDocument>,
	fileOf: (documentId: string) => string,
): DefinitionServer {
	return {
		mayAsk: () => true,
		lineOf(documentId, line) {
			const document = documents.get(documentId)
			return document && line < document.lineCount ? document.lineAt(line) : undefined
		},
		async definitionsAt(documentId, { line, character }) {
			await new Promise((resolve) => setTimeout(resolve, answerMs))
			const text = documents.get(documentId)?.lineAt(line).slice(character) ?? ''
			const name = /^\w+/.exec(text)?.[0]
			if (name === undefined) return []
			for (const { id, text } of documents.values()) {
				const at = text.split('\n').findIndex((one) => definition(name).test(one))
				if (at >= 0) return [{ file: fileOf(id), line: at }]
			}
			return []
		},
	}
}
