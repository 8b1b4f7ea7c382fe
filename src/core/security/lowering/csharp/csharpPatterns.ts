import type { Expression, ObjectPattern, Target } from '../../ir/ir.ts'
import { type CodeNode, childOf } from '../../tree/codeNode.ts'
import { type CsharpContext, declaredVariable, namedChildren, opaque, spanOf, textOf } from './csharpContext.ts'
import { typeExpression, typeText } from './csharpTypes.ts'

/** `x is pattern` as a condition; variables of the pattern are declared before the statement and assigned here. */
export function isPattern(cs: CsharpContext, node: CodeNode): Expression {
	const value = cs.expression(childOf(node, 'expression'), node)
	const pattern = childOf(node, 'pattern')
	if (!pattern) return opaque(node, [value])
	const test = patternTest(cs, value, pattern)
	const taken = takenIn(pattern)
	return taken ? withTaken(cs, test, taken) : test
}

/** The grammar reads `x is not null && y` as `x is not (null && y)`: the expression that has what stands behind the pattern. */
function takenIn(pattern: CodeNode): CodeNode | undefined {
	const inner = namedChildren(pattern)
	switch (pattern.kind) {
		case 'negated_pattern':
		case 'and_pattern':
		case 'or_pattern': {
			const last = inner.at(-1)
			return last && takenIn(last)
		}
		case 'constant_pattern':
		case 'relational_pattern':
			return inner[0] && beginning(inner[0]) ? inner[0] : undefined
		default:
			return undefined
	}
}

/** What such an expression begins with; undefined where it is another one. */
function beginning(node: CodeNode): CodeNode | undefined {
	if (node.kind === 'conditional_expression') return childOf(node, 'condition')
	const operator = node.kind === 'binary_expression' ? childOf(node, 'operator')?.kind : undefined
	return operator === '&&' || operator === '||' ? childOf(node, 'left') : undefined
}

function withTaken(cs: CsharpContext, test: Expression, node: CodeNode): Expression {
	const first = beginning(node)
	if (!first) return test
	const whole = withTaken(cs, test, first)
	const span = { start: test.start, end: node.end }
	const part = (field: string): Expression => cs.expression(childOf(node, field), node)
	if (node.kind === 'conditional_expression')
		return { kind: 'conditional', ...span, test: whole, then: part('consequence'), otherwise: part('alternative') }
	const operator = childOf(node, 'operator')?.kind === '||' ? '||' : '&&'
	return { kind: 'logical', ...span, operator, left: whole, right: part('right') }
}

/** The constant of a pattern, without what stands behind the pattern. */
function leafOf(node: CodeNode | undefined): CodeNode | undefined {
	let leaf = node
	for (let first = leaf && beginning(leaf); first; first = beginning(first)) leaf = first
	return leaf
}

export function patternTest(cs: CsharpContext, value: Expression, pattern: CodeNode): Expression {
	const span = spanOf(pattern)
	switch (pattern.kind) {
		case 'constant_pattern':
			return { kind: 'binary', ...span, operator: '==', left: value, right: constantOf(cs, pattern) }
		case 'or_pattern':
		case 'and_pattern': {
			const [left, right] = namedChildren(pattern)
			if (!left || !right) return opaque(pattern, [value])
			return {
				kind: 'logical',
				...span,
				operator: pattern.kind === 'or_pattern' ? '||' : '&&',
				left: patternTest(cs, value, left),
				right: patternTest(cs, value, right),
			}
		}
		case 'negated_pattern': {
			const [inner] = namedChildren(pattern)
			const operand = inner ? patternTest(cs, value, inner) : opaque(pattern, [value])
			return { kind: 'unary', ...span, operator: '!', operand }
		}
		case 'parenthesized_pattern': {
			const [inner] = namedChildren(pattern)
			return inner ? patternTest(cs, value, inner) : opaque(pattern, [value])
		}
		case 'relational_pattern': {
			const right = cs.expression(leafOf(namedChildren(pattern)[0]), pattern)
			return { kind: 'binary', ...span, operator: pattern.children[0]?.kind ?? '<', left: value, right }
		}
		case 'discard':
			return { kind: 'constant', ...span, value: true }
		default:
			return typeTest(cs, value, pattern)
	}
}

function typeTest(cs: CsharpContext, value: Expression, pattern: CodeNode): Expression {
	const type = childOf(pattern, 'type') ?? (pattern.kind === 'type_pattern' ? namedChildren(pattern)[0] : undefined)
	const target = patternTarget(cs, pattern)
	const written = typeText(cs, type)
	const span = spanOf(pattern)
	const typed: Expression = written === undefined ? value : { kind: 'cast', ...span, type: written, value }
	const left: Expression = target ? { kind: 'assign', ...span, target, value: typed } : value
	const right: Expression = type ? typeExpression(cs, type, pattern) : opaque(pattern)
	return { kind: 'binary', ...span, operator: 'instanceof', left, right }
}

/** The constant, or the name of a type, that a pattern without variables is. */
export function constantOf(cs: CsharpContext, pattern: CodeNode): Expression {
	return cs.expression(leafOf(namedChildren(pattern)[0]), pattern)
}

/** What a pattern binds, with its variables declared. */
export function patternTarget(cs: CsharpContext, pattern: CodeNode): Target | undefined {
	const name = childOf(pattern, 'name')
	const type = typeText(cs, childOf(pattern, 'type'))
	const whole = name ? declaredVariable(cs, name, type) : undefined
	const parts = placedIn(pattern)
	if (parts && !whole) {
		const items = parts.map((part) => {
			const target = patternTarget(cs, part)
			return target ? { ...spanOf(part), target } : null
		})
		return items.some(Boolean) ? { kind: 'listPattern', ...spanOf(pattern), items } : undefined
	}
	const entries: ObjectPattern['entries'][number][] = []
	for (const clause of pattern.children) {
		if (clause.kind !== 'property_pattern_clause' && clause.kind !== 'positional_pattern_clause') continue
		for (const part of clause.children) {
			const [property, inner] = namedChildren(part)
			const target = inner && patternTarget(cs, inner)
			if (!property || !target) continue
			const key: Expression = { kind: 'constant', ...spanOf(property), value: textOf(cs, property) }
			entries.push({ ...spanOf(part), target, key })
		}
	}
	if (entries.length === 0) return whole
	if (whole) entries.push({ ...spanOf(pattern), target: whole, key: undefined, isRest: true })
	return { kind: 'objectPattern', ...spanOf(pattern), entries }
}

/** The patterns of `[var first, ..]` in front of the dots, and of `(var one, var other)`. */
function placedIn(pattern: CodeNode): readonly CodeNode[] | undefined {
	if (pattern.kind === 'list_pattern') {
		const dots = pattern.children.findIndex((it) => it.kind === '..' || it.kind === 'ERROR')
		return namedChildren({ ...pattern, children: dots < 0 ? pattern.children : pattern.children.slice(0, dots) })
	}
	const clause = pattern.children.find((it) => it.kind === 'positional_pattern_clause')
	return clause && namedChildren(clause).flatMap((it) => namedChildren(it).at(-1) ?? it)
}

/** `(a, b)` that takes a tuple apart. */
export function tupleTarget(cs: CsharpContext, node: CodeNode, declare: (name: CodeNode) => void): Target {
	const items = namedChildren(node).map((child) => {
		if (child.kind === 'identifier') {
			declare(child)
			return { ...spanOf(child), target: { kind: 'name' as const, ...spanOf(child), name: textOf(cs, child) } }
		}
		return child.kind === 'tuple_pattern' ? { ...spanOf(child), target: tupleTarget(cs, child, declare) } : null
	})
	return { kind: 'listPattern', ...spanOf(node), items }
}
