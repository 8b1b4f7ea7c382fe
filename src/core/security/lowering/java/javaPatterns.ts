import type { Expression, ObjectPattern, Target } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { declareLocal, type JavaContext, spanOf, textOf } from './javaContext.ts'
import { isType, typeExpression, typeText } from './javaTypes.ts'

/** `x instanceof T t`: the variable is declared before the statement, since it may be used after it, and assigned here. */
export function instanceOf(java: JavaContext, node: CodeNode): Expression {
	const value = java.expression(childOf(node, 'left'), node)
	const pattern = childOf(node, 'pattern')
	const name = childOf(node, 'name')
	const type = pattern ? typeOfPattern(pattern) : childOf(node, 'right')
	const target = pattern ? patternTarget(java, pattern) : name ? variable(java, name, typeText(java, type)) : undefined
	const cast: Expression = { kind: 'cast', ...spanOf(node), type: typeText(java, type) ?? 'java.lang.Object', value }
	const left: Expression = target ? { kind: 'assign', ...spanOf(node), target, value: cast } : value
	return { kind: 'binary', ...spanOf(node), operator: 'instanceof', left, right: typeExpression(java, type, node) }
}

export function typeOfPattern(pattern: CodeNode): CodeNode | undefined {
	if (pattern.kind === 'pattern') {
		const inner = namedChildren(pattern)[0]
		return inner && typeOfPattern(inner)
	}
	return pattern.children.find(
		(child) => isType(child) || (pattern.kind === 'record_pattern' && child.kind === 'identifier'),
	)
}

/** What a pattern binds, with its variables declared. */
export function patternTarget(java: JavaContext, pattern: CodeNode): Target | undefined {
	if (pattern.kind === 'pattern') {
		const inner = namedChildren(pattern)[0]
		return inner && patternTarget(java, inner)
	}
	if (pattern.kind === 'record_pattern') return recordTarget(java, pattern)
	const name = namedChildren(pattern)
		.filter((child) => child.kind === 'identifier')
		.at(-1)
	const type = pattern.children.find(isType)
	return name && variable(java, name, typeText(java, type))
}

/** Components are taken by their names where the record is declared in this file, else by their positions. */
function recordTarget(java: JavaContext, pattern: CodeNode): Target {
	const body = pattern.children.find((child) => child.kind === 'record_pattern_body')
	const parts = body ? namedChildren(body) : []
	const type = typeOfPattern(pattern)
	const components = type ? java.records.get(textOf(java, type)) : undefined
	const targets = parts.map((part) => patternTarget(java, part))
	if (!components) {
		const items = parts.map((part, index) => {
			const target = targets[index]
			return target ? { ...spanOf(part), target } : null
		})
		return { kind: 'listPattern', ...spanOf(pattern), items }
	}
	const entries: ObjectPattern['entries'][number][] = []
	for (const [index, part] of parts.entries()) {
		const target = targets[index]
		const component = components[index]
		if (!target || component === undefined) continue
		entries.push({ ...spanOf(part), target, key: { kind: 'constant', ...spanOf(part), value: component } })
	}
	return { kind: 'objectPattern', ...spanOf(pattern), entries }
}

function variable(java: JavaContext, node: CodeNode, type: string | undefined): Target {
	const name = textOf(java, node)
	const target: Target = { kind: 'name', ...spanOf(node), name }
	declareLocal(java, name)
	java.declared?.push({ kind: 'declare', ...spanOf(node), target, type, initial: undefined, isHoisted: false })
	return target
}
