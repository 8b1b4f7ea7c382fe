import type { Expression, Statement, SwitchCase, Target } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { assignedOf } from './copies.ts'
import { patternOf, severalOf, typesOf, variablesOf } from './declarations.ts'
import { type Go, spanOf, textOf } from './go.ts'

export function statementsOf(go: Go, nodes: readonly CodeNode[]): Statement[] {
	const made: Statement[] = []
	for (const node of nodes) if (node.isNamed) made.push(...statementOf(go, node))
	return made
}

function statementOf(go: Go, node: CodeNode, label?: string): Statement[] {
	const span = spanOf(node)
	switch (node.kind) {
		case 'statement_list':
			return statementsOf(go, node.children)
		case 'block':
			return [{ kind: 'block', body: statementsOf(go, node.children), label, ...span }]
		case 'function_declaration':
		case 'method_declaration':
			return [{ kind: 'function', function: go.functionOf(node), ...span }]
		case 'type_declaration':
			return typesOf(go, node)
		case 'var_declaration':
		case 'const_declaration':
			return variablesOf(go, node)
		case 'import_declaration':
			return importsOf(go, node)
		case 'expression_statement':
			return expressionStatement(go, namedChildren(node)[0], node)
		case 'short_var_declaration':
			return shortOf(go, node)
		case 'assignment_statement':
			return assignmentOf(go, node)
		case 'inc_statement':
		case 'dec_statement': {
			const operator = node.kind === 'inc_statement' ? '++' : '--'
			return [
				{
					kind: 'expression',
					expression: {
						kind: 'unary',
						operator,
						operand: go.expression(namedChildren(node)[0], node),
						isPostfix: true,
						...span,
					},
					...span,
				},
			]
		}
		case 'send_statement':
			return [
				{
					kind: 'expression',
					expression: {
						kind: 'call',
						callee: { kind: 'field', object: go.expression(childOf(node, 'channel'), node), name: '@send', ...span },
						arguments: [{ value: go.expression(childOf(node, 'value'), node), ...span }],
						isNew: false,
						...span,
					},
					...span,
				},
			]
		case 'go_statement':
			return [{ kind: 'defer', call: go.expression(namedChildren(node)[0], node), isConcurrent: true, ...span }]
		case 'defer_statement':
			return [{ kind: 'defer', call: go.expression(namedChildren(node)[0], node), ...span }]
		case 'return_statement': {
			const [value] = namedChildren(node)
			return [{ kind: 'return', value: value && go.expression(value, node), ...span }]
		}
		case 'if_statement':
			return ifOf(go, node)
		case 'for_statement':
			return forOf(go, node, label)
		case 'expression_switch_statement':
		case 'type_switch_statement':
			return switchOf(go, node, label)
		case 'select_statement':
			return [
				{
					kind: 'switch',
					subject: undefined,
					cases: node.children
						.filter((it) => it.kind === 'communication_case' || it.kind === 'default_case')
						.map((it) => communicationOf(go, it)),
					fallsThrough: false,
					label,
					...span,
				},
			]
		case 'break_statement':
		case 'continue_statement':
		case 'fallthrough_statement': {
			const [to] = namedChildren(node)
			const form =
				node.kind === 'break_statement' ? 'break' : node.kind === 'continue_statement' ? 'continue' : 'fallthrough'
			return [{ kind: 'jump', form, label: to && textOf(go, to), ...span }]
		}
		case 'labeled_statement': {
			const name = childOf(node, 'label')
			const body = namedChildren(node).find((it) => it.field !== 'label')
			return body ? statementOf(go, body, name && textOf(go, name)) : []
		}
		case 'package_clause':
		case 'goto_statement':
		case 'empty_statement':
		case 'comment':
			return []
		case 'ERROR':
			go.gaps.push(span)
			return namedChildren(node).flatMap((it) => statementOf(go, it))
		default:
			return expressionStatement(go, node, node)
	}
}

/** `panic` does not return. */
function expressionStatement(go: Go, node: CodeNode | undefined, at: CodeNode): Statement[] {
	if (!node) return []
	const expression = go.expression(node, at)
	const made: Statement = { kind: 'expression', expression, ...spanOf(node) }
	if (expression.kind !== 'call' || expression.callee.kind !== 'name' || expression.callee.name !== 'panic')
		return [made]
	return [made, { kind: 'throw', value: expression.arguments[0]?.value, ...spanOf(node) }]
}

function targetsOf(go: Go, node: CodeNode | undefined): readonly Target[] {
	return (node ? namedChildren(node) : []).map((it) => go.target(it))
}

/** What a block has not declared yet is declared; what it has is assigned, which comes to the same here. */
function shortOf(go: Go, node: CodeNode): Statement[] {
	const targets = targetsOf(go, childOf(node, 'left'))
	const right = childOf(node, 'right')
	const [first, ...more] = targets
	if (!first || !right) return []
	const target = more.length === 0 ? first : patternOf(targets, node)
	const initial = assignedOf(go, severalOf(go, right, targets.length))
	return [{ kind: 'declare', target, type: undefined, initial, isHoisted: false, ...spanOf(node) }]
}

function assignmentOf(go: Go, node: CodeNode): Statement[] {
	const targets = targetsOf(go, childOf(node, 'left'))
	const right = childOf(node, 'right')
	const operator = childOf(node, 'operator')
	const [first, ...more] = targets
	if (!first || !right) return []
	const written = operator ? textOf(go, operator).slice(0, -1) : ''
	const span = spanOf(node)
	const target = more.length === 0 ? first : patternOf(targets, node)
	const value = assignedOf(go, severalOf(go, right, targets.length))
	return [
		{
			kind: 'expression',
			expression: {
				kind: 'assign',
				target,
				value,
				...(written === '' ? {} : { operator: written === '&^' ? '&' : written }),
				...span,
			},
			...span,
		},
	]
}

function inBlock(go: Go, initializer: CodeNode | undefined, statement: Statement, at: CodeNode): Statement[] {
	if (!initializer) return [statement]
	return [{ kind: 'block', body: [...statementOf(go, initializer), statement], label: undefined, ...spanOf(at) }]
}

function ifOf(go: Go, node: CodeNode): Statement[] {
	const alternative = childOf(node, 'alternative')
	const consequence = childOf(node, 'consequence')
	const made: Statement = {
		kind: 'if',
		test: go.expression(childOf(node, 'condition'), node),
		then: consequence ? statementsOf(go, consequence.children) : [],
		otherwise: !alternative
			? []
			: alternative.kind === 'block'
				? statementsOf(go, alternative.children)
				: statementOf(go, alternative),
		...spanOf(node),
	}
	return inBlock(go, childOf(node, 'initializer'), made, node)
}

function forOf(go: Go, node: CodeNode, label: string | undefined): Statement[] {
	const block = childOf(node, 'body')
	const body = block ? statementsOf(go, block.children) : []
	const span = spanOf(node)
	const range = node.children.find((it) => it.kind === 'range_clause')
	if (range) {
		const [key, value] = targetsOf(go, childOf(range, 'left'))
		const used = (target: Target | undefined): Target | undefined =>
			target?.kind === 'name' && target.name === '_' ? undefined : target
		return [
			{
				kind: 'forEach',
				key: used(key),
				target: used(value),
				declares: range.children.some((it) => it.kind === ':='),
				iterable: go.expression(childOf(range, 'right'), range),
				body,
				label,
				otherwise: [],
				...span,
			},
		]
	}
	const clause = node.children.find((it) => it.kind === 'for_clause')
	const condition = clause
		? childOf(clause, 'condition')
		: node.children.find((it) => it.isNamed && it.field !== 'body')
	const update = clause && childOf(clause, 'update')
	const made: Statement = {
		kind: 'loop',
		test: condition && go.expression(condition, node),
		body,
		update: update
			? statementOf(go, update).flatMap((it): Expression[] => (it.kind === 'expression' ? [it.expression] : []))
			: [],
		testsLast: false,
		label,
		otherwise: [],
		...span,
	}
	return inBlock(go, clause && childOf(clause, 'initializer'), made, node)
}

function switchOf(go: Go, node: CodeNode, label: string | undefined): Statement[] {
	const subject = childOf(node, 'value')
	const alias = childOf(node, 'alias')
	const binding = alias && targetsOf(go, alias)[0]
	const cases = node.children.filter((it) => it.kind.endsWith('_case'))
	const made: Statement = {
		kind: 'switch',
		subject: subject && go.expression(subject, node),
		cases: cases.map((it) => caseOf(go, it, binding)),
		fallsThrough: false,
		label,
		...spanOf(node),
	}
	return inBlock(go, childOf(node, 'initializer'), made, node)
}

function caseOf(go: Go, node: CodeNode, binding: Target | undefined): SwitchCase {
	const list = childOf(node, 'value')
	const isTyped = node.kind === 'type_case'
	const unknown: Expression = { kind: 'opaque', parts: [], ...spanOf(node) }
	const values = list ? namedChildren(list).map((it) => go.expression(it, it)) : isTyped ? [unknown] : []
	const body = node.children.filter((it) => it.isNamed && it.field !== 'value' && it.field !== 'type')
	// Each case has a variable of its own.
	const own: Target | undefined = binding?.kind === 'name' ? { ...binding } : undefined
	return { values, binding: own, guard: undefined, body: statementsOf(go, body), ...spanOf(node) }
}

/** Which one is ready is not known. */
function communicationOf(go: Go, node: CodeNode): SwitchCase {
	const communication = childOf(node, 'communication')
	const body = node.children.filter((it) => it.isNamed && it.field !== 'communication')
	const unknown: Expression = { kind: 'opaque', parts: [], ...spanOf(node) }
	const first = communication ? communicated(go, communication) : []
	return {
		values: [unknown],
		binding: undefined,
		guard: undefined,
		body: [...first, ...statementsOf(go, body)],
		...spanOf(node),
	}
}

function communicated(go: Go, node: CodeNode): Statement[] {
	if (node.kind !== 'receive_statement') return statementOf(go, node)
	const targets = targetsOf(go, childOf(node, 'left'))
	const right = childOf(node, 'right')
	const [first, ...more] = targets
	if (!right) return []
	if (!first) return [{ kind: 'expression', expression: go.expression(right, node), ...spanOf(node) }]
	const target = more.length === 0 ? first : patternOf(targets, node)
	return [
		{
			kind: 'declare',
			target,
			type: undefined,
			initial: severalOf(go, right, targets.length),
			isHoisted: false,
			...spanOf(node),
		},
	]
}

function importsOf(go: Go, node: CodeNode): Statement[] {
	const specs = node.children.flatMap((it) =>
		it.kind === 'import_spec_list' ? namedChildren(it) : it.kind === 'import_spec' ? [it] : [],
	)
	return specs.flatMap((it): Statement[] => {
		const path = childOf(it, 'path')
		const name = childOf(it, 'name')
		if (!path) return []
		const module = textOf(go, path).slice(1, -1)
		const written = name && textOf(go, name)
		const local = written === '.' ? '*' : written === '_' ? '' : (written ?? localName(module))
		return [{ kind: 'import', module, names: local === '' ? [] : [{ imported: '*', local }], ...spanOf(it) }]
	})
}

/** The name of a package is the end of its path, without a version. */
function localName(module: string): string {
	const parts = module.split('/')
	const last = parts.at(-1) ?? ''
	// In Kubernetes a version is the package itself.
	const isVersion = /^v\d+$/.test(last) && parts.length > 1 && !/(?:^|\.)k8s\.io$/.test(parts[0] ?? '')
	const name = isVersion ? (parts.at(-2) as string) : last
	return name.replace(/\.v\d+$/, '').replace(/^go-|-go$|\.go$/g, '')
}
