import ts from 'typescript'
import { type Breach, breach, nodesOf, type Source } from '../sources.ts'

/** The only place that writes settings, each time because the user ran a command that says so. */
const home = /^src\/vscode\/settings\//
const editorLayer = /^src\/(vscode\/|compose\w*\.ts$|extension\.ts$)/

/**
 * A user's settings are the user's. In the layer of the editor something else may have an `update`, too: what is remembered from window
 * to window, which is known by its key.
 */
export function settingWriteBreaches(sources: readonly Source[]): Breach[] {
	return sources
		.filter(({ path }) => editorLayer.test(path) && !home.test(path))
		.flatMap((source) =>
			[...nodesOf(source.tree)]
				.filter((node) => namesUpdate(node) && !isStateWrite(node.parent.parent))
				.map((node) => breach(source, node, 'writes a setting, which only src/vscode/settings does')),
		)
}

/** `x.update`, `x['update']` and `{ update }` of something. */
function namesUpdate(node: ts.Node): boolean {
	const { parent } = node
	if (ts.isStringLiteralLike(node)) return node.text === 'update' && ts.isElementAccessExpression(parent)
	if (!ts.isIdentifier(node) || node.text !== 'update') return false
	if (ts.isPropertyAccessExpression(parent)) return parent.name === node
	return ts.isBindingElement(parent) && (parent.propertyName ?? parent.name) === node
}

/** `state.update(stateKeys.name, ...)` */
function isStateWrite(node: ts.Node): boolean {
	const [key] = ts.isCallExpression(node) ? node.arguments : []
	return (
		key !== undefined &&
		ts.isPropertyAccessExpression(key) &&
		ts.isIdentifier(key.expression) &&
		key.expression.text === 'stateKeys'
	)
}
