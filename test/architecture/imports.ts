import { posix } from 'node:path'
import ts from 'typescript'
import { nodesOf, type Source } from './sources.ts'

/** One place where a file names another module: `import`, `export from`, `import()`, `require()` or a type import. */
export interface Import {
	readonly specifier: string
	readonly node: ts.Node
}

export function importsOf({ tree }: Source): Import[] {
	const imports: Import[] = []
	for (const node of nodesOf(tree)) {
		const specifier = specifierOf(node)
		if (specifier && ts.isStringLiteralLike(specifier)) imports.push({ specifier: specifier.text, node })
	}
	for (const { fileName } of tree.typeReferenceDirectives) imports.push({ specifier: fileName, node: tree })
	for (const { fileName } of tree.referencedFiles) imports.push({ specifier: fileName, node: tree })
	return imports
}

/** The expression that names a module, where the node is an import of any kind. */
export function specifierOf(node: ts.Node): ts.Node | undefined {
	if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier
	if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
		return node.moduleReference.expression
	}
	if (ts.isImportTypeNode(node)) return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : node.argument
	if (ts.isModuleDeclaration(node) && ts.isStringLiteral(node.name)) return node.name
	if (ts.isCallExpression(node)) {
		const { expression } = node
		const isImport = expression.kind === ts.SyntaxKind.ImportKeyword
		const isRequire =
			(ts.isIdentifier(expression) && expression.text === 'require') ||
			(ts.isPropertyAccessExpression(expression) &&
				ts.isIdentifier(expression.expression) &&
				expression.expression.text === 'require' &&
				expression.name.text === 'resolve')
		if (isImport || isRequire) return node.arguments[0]
	}
	return undefined
}

/** The file that a relative import names, relative to the repository; undefined for a package. */
export function resolveImport(from: Source, specifier: string): string | undefined {
	if (!/^\.{1,2}(\/|$)/.test(specifier)) return undefined
	return posix.join(posix.dirname(from.path), specifier)
}

/** `node:fs` for `fs/promises`; `@scope/name` or `name` for anything else. */
export function packageOf(specifier: string): string {
	const parts = specifier.split('/')
	return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '')
}
