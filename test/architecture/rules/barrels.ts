import ts from 'typescript'
import { type Breach, breach, type Source } from '../sources.ts'

/** Re-exports hide where a thing lives and tie together files that have nothing to do with each other. */
export function barrelBreaches(sources: readonly Source[]): Breach[] {
	return sources.flatMap((source) => {
		const reExports = source.tree.statements.filter((node) => ts.isExportDeclaration(node) && node.moduleSpecifier)
		const isIndex = /(^|\/)index\.[cm]?[jt]sx?$/.test(source.path)
		const onlyReExports = reExports.length > 0 && reExports.length === source.tree.statements.length
		return reExports
			.filter((node) => isIndex || onlyReExports || (ts.isExportDeclaration(node) && !node.exportClause))
			.map((node) => breach(source, node, 're-exports another file: import it from where it is'))
	})
}
