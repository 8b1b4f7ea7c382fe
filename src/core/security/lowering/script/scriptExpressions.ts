import type { Assignment, Binary, Call, Expression, Logical, Unary } from '../../ir/ir.ts'
import { type CodeNode, type CodeSpan, childOf, namedChildren } from '../../tree/codeNode.ts'
import { hasToken, type ScriptContext, spanOf, textOf } from './scriptContext.ts'
import { lowerElement } from './scriptElements.ts'
import {
	constantAt,
	lowerArguments,
	lowerArray,
	lowerObject,
	lowerRegex,
	lowerTemplate,
	numberValue,
	stringValue,
} from './scriptLiterals.ts'
import { typeText } from './scriptTypes.ts'

/** @param at what stands in where the code is missing */
export function lowerExpression(script: ScriptContext, node: CodeNode | undefined, at: CodeSpan): Expression {
	if (!node) return { kind: 'opaque', ...spanOf(at), parts: [] }
	const lower = byKind[node.kind]
	return lower ? lower(script, node) : opaque(script, node)
}

type Lower = (script: ScriptContext, node: CodeNode) => Expression

function field(script: ScriptContext, node: CodeNode, name: string): Expression {
	return lowerExpression(script, childOf(node, name), node)
}

function first(script: ScriptContext, node: CodeNode): Expression {
	return lowerExpression(script, namedChildren(node)[0], node)
}

/** What is not understood: any of its parts may be in the value. */
function opaque(script: ScriptContext, node: CodeNode): Expression {
	if (node.kind === 'ERROR') script.gaps.push(spanOf(node))
	const parts = namedChildren(node).filter((child) => !/type|statement|declaration/.test(child.kind))
	return { kind: 'opaque', ...spanOf(node), parts: parts.map((child) => lowerExpression(script, child, child)) }
}

const name: Lower = (script, node) => ({ kind: 'name', ...spanOf(node), name: textOf(script, node) })
const closure: Lower = (script, node) => ({ kind: 'closure', ...spanOf(node), function: script.functionOf(node) })
const nothing: Lower = (_, node) => constantAt(node, null)

const byKind: Readonly<Record<string, Lower>> = {
	identifier: name,
	undefined: nothing,
	null: nothing,
	true: (_, node) => constantAt(node, true),
	false: (_, node) => constantAt(node, false),
	this: (_, node) => ({ kind: 'self', ...spanOf(node) }),
	super: (_, node) => ({ kind: 'super', ...spanOf(node) }),
	number: (script, node) => constantAt(node, numberValue(textOf(script, node))),
	string: (script, node) => constantAt(node, stringValue(script, node)),
	template_string: lowerTemplateNode,
	regex: lowerRegex,
	array: lowerArray,
	object: lowerObject,
	property_identifier: (script, node) => constantAt(node, textOf(script, node)),
	private_property_identifier: (script, node) => constantAt(node, textOf(script, node)),
	parenthesized_expression: first,
	member_expression: (script, node) => ({
		kind: 'field',
		...spanOf(node),
		object: field(script, node, 'object'),
		name: textOf(script, childOf(node, 'property') ?? { start: node.end, end: node.end }),
	}),
	nested_identifier: (script, node) => ({
		kind: 'field',
		...spanOf(node),
		object: field(script, node, 'object'),
		name: textOf(script, childOf(node, 'property') ?? { start: node.end, end: node.end }),
	}),
	subscript_expression: (script, node) => ({
		kind: 'index',
		...spanOf(node),
		object: field(script, node, 'object'),
		index: field(script, node, 'index'),
	}),
	call_expression: lowerCall,
	new_expression: (script, node) => ({
		kind: 'call',
		...spanOf(node),
		callee: field(script, node, 'constructor'),
		arguments: lowerArguments(script, childOf(node, 'arguments')),
		isNew: true,
	}),
	function_expression: closure,
	function: closure,
	generator_function: closure,
	arrow_function: closure,
	class: (script, node) => ({ kind: 'class', ...spanOf(node), class: script.classOf(node) }),
	unary_expression: (script, node) => unary(script, node, textOf(script, childOf(node, 'operator') ?? node)),
	update_expression: (script, node) => {
		const operator = childOf(node, 'operator')
		const argument = childOf(node, 'argument')
		const isPostfix = operator !== undefined && argument !== undefined && argument.start < operator.start
		return { ...unary(script, node, operator ? textOf(script, operator) : '++'), isPostfix }
	},
	binary_expression: binary,
	ternary_expression: (script, node) => ({
		kind: 'conditional',
		...spanOf(node),
		test: field(script, node, 'condition'),
		then: field(script, node, 'consequence'),
		otherwise: field(script, node, 'alternative'),
	}),
	assignment_expression: (script, node) => assignment(script, node),
	augmented_assignment_expression: (script, node) => {
		const operator = childOf(node, 'operator')
		return assignment(script, node, operator ? textOf(script, operator).replace(/=$/, '') : '+')
	},
	await_expression: (script, node) => ({ kind: 'await', ...spanOf(node), value: first(script, node) }),
	yield_expression: (script, node) => ({
		kind: 'yield',
		...spanOf(node),
		value: namedChildren(node)[0] && first(script, node),
		isDelegated: hasToken(node, '*'),
	}),
	sequence_expression: (script, node) => ({
		kind: 'sequence',
		...spanOf(node),
		items: namedChildren(node).map((child) => lowerExpression(script, child, child)),
	}),
	as_expression: lowerCast,
	type_assertion: lowerCast,
	satisfies_expression: first,
	non_null_expression: first,
	instantiation_expression: first,
	spread_element: first,
	meta_property: (script, node) => name(script, node),
	jsx_element: lowerElement,
	jsx_self_closing_element: lowerElement,
	jsx_fragment: lowerElement,
	jsx_expression: first,
}

function lowerTemplateNode(script: ScriptContext, node: CodeNode): Expression {
	return lowerTemplate(script, node)
}

function lowerCast(script: ScriptContext, node: CodeNode): Expression {
	const isBefore = node.kind === 'type_assertion'
	const children = namedChildren(node)
	const value = isBefore ? children.at(-1) : children[0]
	const written = isBefore ? children[0] : children[1]
	const type = typeText(script, written?.kind === 'type_arguments' ? namedChildren(written)[0] : written)
	const lowered = lowerExpression(script, value, node)
	return type === undefined ? lowered : { kind: 'cast', ...spanOf(node), type, value: lowered }
}

function lowerCall(script: ScriptContext, node: CodeNode): Expression {
	const callee = childOf(node, 'function')
	const given = childOf(node, 'arguments')
	if (given?.kind === 'template_string') return lowerTemplate(script, given, lowerExpression(script, callee, node))
	const isImport = callee?.kind === 'import' || (callee?.kind === 'identifier' && textOf(script, callee) === 'require')
	const [module, ...others] = given ? namedChildren(given) : []
	if (isImport && module && (others.length === 0 || callee.kind === 'import') && module.kind !== 'spread_element') {
		return { kind: 'import', ...spanOf(node), module: lowerExpression(script, module, module), form: 'module' }
	}
	const call: Call = {
		kind: 'call',
		...spanOf(node),
		callee: lowerExpression(script, callee, node),
		arguments: lowerArguments(script, given),
		isNew: false,
	}
	const asked = containerCall.test(callee ? textOf(script, callee).slice(-longestCallee) : '')
		? childOf(node, 'type_arguments')
		: undefined
	const type = asked && typeText(script, namedChildren(asked)[0])
	return type === undefined ? call : { kind: 'cast', ...spanOf(node), type, value: call }
}

/** A container of services, which is told the class of what it is to give: `container.get<Mailer>('mailer')`. */
const containerCall =
	/(?:^|[.\s])(?:inject|resolve|resolveAsync)$|(?:container|injector|moduleRef|services|kernel)\??\.(?:get|getAsync|getNamed|getTagged)$/i
/** What is looked for stands at its end. */
const longestCallee = 60

function unary(script: ScriptContext, node: CodeNode, operator: string): Unary {
	return { kind: 'unary', ...spanOf(node), operator, operand: field(script, node, 'argument') }
}

function binary(script: ScriptContext, node: CodeNode): Binary | Logical {
	const operatorNode = childOf(node, 'operator')
	const operator = operatorNode ? textOf(script, operatorNode) : '+'
	const left = field(script, node, 'left')
	const right = field(script, node, 'right')
	if (operator === '&&' || operator === '||' || operator === '??')
		return { kind: 'logical', ...spanOf(node), operator, left, right }
	return { kind: 'binary', ...spanOf(node), operator, left, right }
}

function assignment(script: ScriptContext, node: CodeNode, operator?: string): Expression {
	const left = childOf(node, 'left')
	const value = field(script, node, 'right')
	if (!left) return value
	const made: Assignment = { kind: 'assign', ...spanOf(node), target: script.target(left), value }
	return operator === undefined ? made : { ...made, operator }
}
