import { join, relative } from 'node:path'
import ts from 'typescript'
import type { TruePlace } from './ctagsOracle.ts'
import type { Repository } from './repository.ts'

/** Resolves the names of TypeScript and JavaScript files with their compiler: what is really meant, but without installed packages. */
export function compilerOracle({ root, files }: Repository) {
	const ours = [...files.values()].filter(({ grammar }) => /^(typescript|tsx|javascript)$/.test(grammar))
	const program = ts.createProgram(
		ours.map(({ path }) => join(root, path)),
		{
			allowJs: true,
			noLib: true,
			types: [],
			target: ts.ScriptTarget.ESNext,
			module: ts.ModuleKind.ESNext,
			moduleResolution: ts.ModuleResolutionKind.Bundler,
			jsx: ts.JsxEmit.Preserve,
			allowImportingTsExtensions: true,
			noEmit: true,
		},
	)
	const checker = program.getTypeChecker()
	return (path: string, index: number): readonly TruePlace[] => {
		const source = program.getSourceFile(join(root, path))
		const node = source && nodeAt(source, index)
		let symbol = node && ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined
		if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol)
		// A table such as `module.exports = { one, two }` only lists what is defined elsewhere.
		const listed = symbol?.valueDeclaration
		if (listed && ts.isShorthandPropertyAssignment(listed))
			symbol = checker.getShorthandAssignmentValueSymbol(listed) ?? symbol
		return (symbol?.declarations ?? []).flatMap((declaration) => {
			const file = declaration.getSourceFile()
			const name = ts.getNameOfDeclaration(declaration)
			// A whole module, or a thing without a name that a default import calls as it likes, has no signature to be shown.
			if (!name || name.getText(file) !== node?.getText()) return []
			const { line } = file.getLineAndCharacterOfPosition(name.getStart(file))
			return [{ path: relative(root, file.fileName).replaceAll('\\', '/'), line }]
		})
	}
}

function nodeAt(source: ts.SourceFile, index: number): ts.Node | undefined {
	let node: ts.Node = source
	for (;;) {
		const inner: ts.Node | undefined = ts.forEachChild(node, (child) =>
			child.getStart(source) <= index && index < child.getEnd() ? child : undefined,
		)
		if (!inner) return node
		node = inner
	}
}
