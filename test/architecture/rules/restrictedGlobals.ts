import ts from 'typescript'
import { specifierOf } from '../imports.ts'
import { type Breach, breach, nodesOf, type Source } from '../sources.ts'

const network = 'opens a connection, which only the guarded network does'
const hidden = 'runs code that no rule has seen'

/** Names that exist without an import, and why they may not be used. */
const restricted: ReadonlyMap<string, string> = new Map([
	['fetch', network],
	['WebSocket', network],
	['WebSocketStream', network],
	['WebTransport', network],
	['XMLHttpRequest', network],
	['EventSource', network],
	['RTCPeerConnection', network],
	['sendBeacon', network],
	['console', 'is not the log: pass a Logger'],
	['eval', hidden],
	['Function', hidden],
	['SharedWorker', hidden],
	['Worker', hidden],
])

/** Objects through which a global can be named as a property. */
const globalObjects = new Set(['globalThis', 'window', 'self', 'global', 'navigator'])

export function restrictedGlobalBreaches(sources: readonly Source[]): Breach[] {
	return sources.flatMap((source) =>
		[...nodesOf(source.tree)].flatMap((node) => {
			const why = refusal(node)
			return why === undefined ? [] : [breach(source, node, why)]
		}),
	)
}

function refusal(node: ts.Node): string | undefined {
	const specifier = specifierOf(node)
	if (specifier && !ts.isStringLiteralLike(specifier)) return 'imports a module whose name is computed'
	if (ts.isElementAccessExpression(node) && ts.isIdentifier(node.expression)) {
		if (globalObjects.has(node.expression.text))
			return `${node.expression.text}[...] names a global that no rule can see`
	}
	if (!ts.isIdentifier(node)) return undefined
	const why = restricted.get(node.text)
	if (why !== undefined && namesGlobal(node)) return `${node.text} ${why}`
	if (node.text === 'binding' && isPropertyOf(node, new Set(['process']))) return `process.binding ${hidden}`
	return undefined
}

/** Whether an identifier stands for the global of that name: not for a property, a member, a type or a declaration. */
function namesGlobal(node: ts.Identifier): boolean {
	const { parent } = node
	if (ts.isPropertyAccessExpression(parent) && parent.name === node) return isPropertyOf(node, globalObjects)
	// `{ fetch } = globalThis` and `{ fetch }` as a value both read the global.
	if (ts.isBindingElement(parent)) return (parent.propertyName ?? parent.name) === node && readsGlobalObject(parent)
	if (ts.isTypeReferenceNode(parent) || ts.isQualifiedName(parent)) return false
	const isDeclared = 'name' in parent && parent.name === node && !ts.isShorthandPropertyAssignment(parent)
	return !isDeclared
}

function isPropertyOf(node: ts.Identifier, objects: ReadonlySet<string>): boolean {
	const { parent } = node
	if (!ts.isPropertyAccessExpression(parent) || parent.name !== node) return false
	return ts.isIdentifier(parent.expression) && objects.has(parent.expression.text)
}

function readsGlobalObject(element: ts.BindingElement): boolean {
	const declaration = element.parent.parent
	if (!ts.isVariableDeclaration(declaration) || !declaration.initializer) return false
	return ts.isIdentifier(declaration.initializer) && globalObjects.has(declaration.initializer.text)
}
