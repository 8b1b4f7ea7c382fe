import ts from 'typescript'
import { type Breach, breach, nodesOf, type Source } from '../sources.ts'

const mutators = new Set('add clear copyWithin delete fill pop push reverse set shift sort splice unshift'.split(' '))

/** What a module may make when it is loaded, because it is only read from then on (ProgressType is a name with a type). */
const constants = new Set(
	'Array Error Map ProgressType RegExp Set TextDecoder TextEncoder Uint8Array URL Intl.Collator Intl.NumberFormat Intl.Segmenter'.split(
		' ',
	),
)

/** State that lives as long as the module: shared by all users of the file, and by all tests. */
export function moduleStateBreaches(sources: readonly Source[]): Breach[] {
	return sources.flatMap((source) => [...topLevelState(source), ...mutableStatics(source)])
}

function topLevelState(source: Source): Breach[] {
	return source.tree.statements.filter(ts.isVariableStatement).flatMap(({ declarationList }) => {
		const isConst = (declarationList.flags & ts.NodeFlags.Const) !== 0
		return declarationList.declarations.flatMap((declaration) => {
			const why = isConst ? constantRefusal(source, declaration) : 'is a variable of the module'
			return why === undefined ? [] : [breach(source, declaration, `${declaration.name.getText()} ${why}`)]
		})
	})
}

function constantRefusal(source: Source, { name, initializer }: ts.VariableDeclaration): string | undefined {
	if (!initializer || !ts.isIdentifier(name)) return undefined
	const value = withoutAssertions(initializer)
	if (ts.isNewExpression(value) && !constants.has(value.expression.getText())) {
		return `is an object of the module (new ${value.expression.getText()}): make it where it is needed`
	}
	if (ts.isRegularExpressionLiteral(value) && /[gy][a-z]*$/.test(value.text) && remembers(source, name.text)) {
		return 'is a pattern that remembers where it stopped'
	}
	if (!ts.isNewExpression(value) && !ts.isArrayLiteralExpression(value) && !ts.isObjectLiteralExpression(value)) {
		return undefined
	}
	return isMutated(source, name.text) ? 'is changed after the module has been loaded' : undefined
}

function withoutAssertions(node: ts.Expression): ts.Expression {
	if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node)) {
		return withoutAssertions(node.expression)
	}
	return node
}

/** `test` and `exec` of a pattern with the flag g or y go on where the last call ended. */
function remembers(source: Source, name: string): boolean {
	return calledOn(source, name, (method) => method === 'test' || method === 'exec')
}

function isMutated(source: Source, name: string): boolean {
	if (calledOn(source, name, (method) => mutators.has(method))) return true
	for (const node of nodesOf(source.tree)) {
		if (ts.isBinaryExpression(node) && isAssignment(node) && isPartOf(node.left, name)) return true
		if (ts.isDeleteExpression(node) && isPartOf(node.expression, name)) return true
		if ((ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) && isStep(node)) {
			if (isPartOf(node.operand, name)) return true
		}
	}
	return false
}

function calledOn(source: Source, name: string, matches: (method: string) => boolean): boolean {
	for (const node of nodesOf(source.tree)) {
		if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) continue
		const { expression, name: method } = node.expression
		if (ts.isIdentifier(expression) && expression.text === name && matches(method.text)) return true
	}
	return false
}

function isAssignment(node: ts.BinaryExpression): boolean {
	const { kind } = node.operatorToken
	return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment
}

function isStep(node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression): boolean {
	return node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken
}

/** `name.x`, `name[i]` or deeper. */
function isPartOf(node: ts.Expression, name: string): boolean {
	if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return false
	return (ts.isIdentifier(node.expression) && node.expression.text === name) || isPartOf(node.expression, name)
}

function mutableStatics(source: Source): Breach[] {
	return [...nodesOf(source.tree)].filter(ts.isPropertyDeclaration).flatMap((property) => {
		const has = (kind: ts.SyntaxKind) => property.modifiers?.some((modifier) => modifier.kind === kind)
		if (!has(ts.SyntaxKind.StaticKeyword) || has(ts.SyntaxKind.ReadonlyKeyword)) return []
		return [breach(source, property, `${property.name.getText()} is static and not readonly`)]
	})
}
