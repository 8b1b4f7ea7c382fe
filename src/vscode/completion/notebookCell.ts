import * as vscode from 'vscode'

const cellScheme = 'vscode-notebook-cell'

/** The notebook's cell that a document is the text of. */
export function notebookCellOf({ scheme, path, fragment }: vscode.Uri): vscode.NotebookCell | undefined {
	if (scheme !== cellScheme) return undefined
	for (const notebook of vscode.workspace.notebookDocuments) {
		if (notebook.uri.path !== path) continue
		const cell = notebook.getCells().find(({ document: { uri } }) => uri.path === path && uri.fragment === fragment)
		if (cell) return cell
	}
	return undefined
}

/** What was written in the same language in the cells above, in their order; Markdown does not count as code. */
export function cellsAbove(document: vscode.TextDocument): readonly vscode.TextDocument[] {
	const cell = notebookCellOf(document.uri)
	if (cell?.kind !== vscode.NotebookCellKind.Code) return []
	return cell.notebook
		.getCells()
		.slice(0, cell.index)
		.filter(({ kind, document: other }) => kind === cell.kind && other.languageId === document.languageId)
		.map(({ document: other }) => other)
}
