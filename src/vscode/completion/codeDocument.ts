/** Text models of the editor that are no documents: panels, input boxes and results. */
const otherSchemes: ReadonlySet<string> = new Set([
	'output',
	'debug',
	'comment',
	'search-editor',
	'vscode-scm',
	'chatSessionInput',
	'walkThroughSnippet',
])

/** Whether a document is a place where a person writes, whatever file system it is on. */
export function isCodeDocument(scheme: string): boolean {
	return !otherSchemes.has(scheme)
}
