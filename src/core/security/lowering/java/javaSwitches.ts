import type { Expression, Statement, SwitchCase, Target } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { inBlock, type JavaContext, spanOf, textOf } from './javaContext.ts'
import { closure, inFunction } from './javaLambdas.ts'
import { patternTarget } from './javaPatterns.ts'

/** A switch as a statement. */
export function switchStatement(java: JavaContext, node: CodeNode, label: string | undefined): Statement {
	const subject = java.expression(childOf(node, 'condition'), node)
	return inBlock(java, () => switchOf(java, node, subject, label, false))
}

/**
 * A switch as a value: a statement in front that assigns a variable; where none can stand in front, a function that is called at once.
 */
export function switchValue(java: JavaContext, node: CodeNode): Expression {
	const subject = java.expression(childOf(node, 'condition'), node)
	const { before, yields } = java
	if (!before) {
		const body = inFunction(java, () => {
			java.yields = { kind: 'return' }
			return [inBlock(java, () => switchOf(java, node, subject, undefined, true))]
		})
		return { kind: 'call', ...spanOf(node), callee: closure(node, [], body), arguments: [], isNew: false }
	}
	java.temporaries++
	const variable = `$switch${java.temporaries}`
	const target: Target = { kind: 'name', ...spanOf(node), name: variable }
	before.push({ kind: 'declare', ...spanOf(node), target, type: undefined, initial: undefined, isHoisted: false })
	java.yields = { kind: 'assign', variable, label: variable }
	try {
		before.push(inBlock(java, () => switchOf(java, node, subject, variable, true)))
	} finally {
		java.yields = yields
		java.before = before
	}
	return target
}

function switchOf(
	java: JavaContext,
	node: CodeNode,
	subject: Expression,
	label: string | undefined,
	isValue: boolean,
): Statement {
	const body = childOf(node, 'body')
	const cases: SwitchCase[] = []
	let fallsThrough = true
	for (const child of body?.children ?? []) {
		if (child.kind === 'switch_rule') {
			fallsThrough = false
			cases.push(inBlock(java, () => ruleCase(java, child, isValue)))
		} else if (child.kind === 'switch_block_statement_group') cases.push(...groupCases(java, child))
	}
	return { kind: 'switch', ...spanOf(node), subject, cases, fallsThrough, label }
}

/** `case 1: case 2: …`: all labels but the last one go on into the next. */
function groupCases(java: JavaContext, node: CodeNode): SwitchCase[] {
	const labels = node.children.filter((child) => child.kind === 'switch_label')
	const heads = labels.map((label) => caseHead(java, label))
	const body = java.statements(node.children.filter((child) => child.kind !== 'switch_label'))
	return heads.map((head, index) => {
		const isLast = index === heads.length - 1
		return { ...spanOf(isLast ? node : (labels[index] ?? node)), ...head, body: isLast ? body : [] }
	})
}

function ruleCase(java: JavaContext, node: CodeNode, isValue: boolean): SwitchCase {
	const label = node.children.find((child) => child.kind === 'switch_label')
	const head = label ? caseHead(java, label) : { values: [], binding: undefined, guard: undefined }
	const result = node.children.find((child) => child.isNamed && child !== label)
	let body: Statement[] = []
	if (result?.kind === 'expression_statement' && isValue) {
		body = yieldStatements(java, namedChildren(result)[0], result)
	} else if (result) body = java.statements(result.kind === 'block' ? result.children : [result])
	return { ...spanOf(node), ...head, body }
}

function caseHead(java: JavaContext, label: CodeNode): Pick<SwitchCase, 'values' | 'binding' | 'guard'> {
	const values: Expression[] = []
	let binding: Target | undefined
	let guard: Expression | undefined
	// Values of labels are constants, and the variables of patterns belong to the case.
	const { before, declared } = java
	java.before = undefined
	java.declared = undefined
	for (const child of label.children) {
		if (child.kind === 'guard') guard = java.expression(namedChildren(child)[0], child)
		else if (child.kind === 'pattern') {
			binding = patternTarget(java, child)
			// A type says nothing that is known about the value, other than `default`, which has no values.
			values.push({ kind: 'opaque', ...spanOf(child), parts: [] })
		} else if (child.kind === 'identifier') values.push(constantLabel(java, child))
		else if (child.isNamed) values.push(java.expression(child, child))
	}
	java.before = before
	java.declared = declared
	// `case null, default`: the grammar takes the word for a name.
	const isDefault = label.children.some((child) => textOf(java, child) === 'default')
	return { values: isDefault ? [] : values, binding, guard }
}

/** A constant of this class, or one of the enum that the switch is about. */
function constantLabel(java: JavaContext, node: CodeNode): Expression {
	const known = java.expression(node, node)
	const isEnumConstant = known.kind === 'field' && known.object.kind === 'self' && !java.fields.has(known.name)
	return isEnumConstant ? { kind: 'name', ...spanOf(node), name: textOf(java, node) } : known
}

/** Hands a value to the switch around it. */
export function yieldStatements(java: JavaContext, value: CodeNode | undefined, node: CodeNode): Statement[] {
	const target = java.yields
	const statements: Statement[] = []
	const { before, declared } = java
	java.before = statements
	java.declared = statements
	const lowered = java.expression(value, node)
	java.before = before
	java.declared = declared
	if (!target) return [...statements, { kind: 'expression', ...spanOf(node), expression: lowered }]
	if (target.kind === 'return') return [...statements, { kind: 'return', ...spanOf(node), value: lowered }]
	const name = { kind: 'name' as const, ...spanOf(node), name: target.variable }
	return [
		...statements,
		{
			kind: 'expression',
			...spanOf(node),
			expression: { kind: 'assign', ...spanOf(node), target: name, value: lowered },
		},
		{ kind: 'jump', ...spanOf(node), form: 'break', label: target.label },
	]
}
