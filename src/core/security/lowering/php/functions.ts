import type { Annotation, Argument, ClassIr, FieldIr, FunctionIr, Parameter, Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf, childOfKind, namedChildren } from '../../tree/codeNode.ts'
import { callAt, constantAt, dotted, nameAt, type Php, scopeOf, spanOf, textOf, typeName } from './php.ts'
import { variablesIn } from './targets.ts'

export function functionOf(outer: Php, node: CodeNode): FunctionIr {
	const isArrow = node.kind === 'arrow_function'
	const isMethod = node.kind === 'method_declaration'
	const php: Php = isArrow ? outer : { ...outer, scope: scopeOf(outer.text, node, false) }
	const name = childOf(node, 'name')
	const text = name && textOf(php, name)
	const isConstructor = isMethod && text?.toLowerCase() === '__construct'
	const body = childOf(node, 'body')
	const isLambda = isArrow || node.kind.startsWith('anonymous_function')
	const written = childOf(node, 'parameters')
	const isStatic = childOfKind(node, 'static_modifier') !== undefined
	return {
		name: text,
		form: isLambda ? 'lambda' : isConstructor ? 'constructor' : isMethod ? 'method' : 'function',
		parameters: parametersOf(php, written),
		selfParameter: false,
		isStatic: isStatic && isMethod,
		isAsync: false,
		isGenerator: body !== undefined && yields(body),
		inheritsSelf: isLambda,
		captures: isArrow ? 'all' : variablesIn(php, childOfKind(node, 'anonymous_function_use_clause')),
		annotations: annotationsOf(php, node),
		returnType: typeName(php, childOf(node, 'return_type')),
		receiverType: undefined,
		visibility: visibilityOf(php, node),
		...(isMethod && !body ? { isAbstract: true } : {}),
		body: bodyOf(php, node, body, isArrow, written),
		head: spanOf(name ?? { start: node.start, end: Math.min(node.end, node.start + 8) }),
		...spanOf(node),
	}
}

function bodyOf(
	php: Php,
	node: CodeNode,
	body: CodeNode | undefined,
	isArrow: boolean,
	parameters: CodeNode | undefined,
): readonly Statement[] {
	if (!body) return []
	if (isArrow) return [{ kind: 'return', value: php.expression(php, body, body), ...spanOf(body) }]
	const statements = php.statements(php, body.children)
	const names = [...php.scope.globals]
	const scope: Statement[] = names.length > 0 ? [{ kind: 'scope', names, level: 'global', ...spanOf(node) }] : []
	return [...scope, ...(parameters ? namedChildren(parameters).flatMap((it) => begunWith(php, it)) : []), ...statements]
}

const converting: Readonly<Record<string, string>> = { int: 'intval', float: 'floatval', bool: 'boolval' }

/** What a parameter's type makes of its value, and the field that it is promoted to. */
function begunWith(php: Php, node: CodeNode): readonly Statement[] {
	const name = childOf(node, 'name')
	if (!name) return []
	const made: Statement[] = []
	const assign = (target: Extract<Statement, { kind: 'expression' }>['expression']): void => {
		made.push({ kind: 'expression', expression: target, ...spanOf(node) })
	}
	const variable = nameAt(textOf(php, name), name)
	const convert = converting[childOf(node, 'type') ? (typeName(php, childOf(node, 'type')) ?? '') : '']
	if (convert !== undefined && node.kind !== 'variadic_parameter')
		assign({ kind: 'assign', target: variable, value: callAt(convert, [variable], name), ...spanOf(name) })
	if (node.kind === 'property_promotion_parameter')
		assign({
			kind: 'assign',
			target: {
				kind: 'field',
				object: { kind: 'self', ...spanOf(name) },
				name: variable.name.slice(1),
				...spanOf(name),
			},
			value: variable,
			...spanOf(name),
		})
	return made
}

/** Whether a function gives values one by one; functions in it are their own affair. */
function yields(node: CodeNode): boolean {
	if (node.kind === 'yield_expression') return true
	if (/^(?:function_definition|arrow_function|anonymous_function.*|class_declaration|anonymous_class)$/.test(node.kind))
		return false
	return node.children.some(yields)
}

function parametersOf(php: Php, node: CodeNode | undefined): Parameter[] {
	return (node ? namedChildren(node) : []).flatMap((it): Parameter[] => {
		const name = childOf(it, 'name')
		if (!name) return []
		const initial = childOf(it, 'default_value')
		return [
			{
				target: nameAt(textOf(php, name).replace(/^&/, ''), name),
				type: typeName(php, childOf(it, 'type')),
				initial: initial && php.expression(php, initial, initial),
				rest: it.kind === 'variadic_parameter' ? 'list' : undefined,
				byReference: childOfKind(it, 'reference_modifier') !== undefined,
				annotations: annotationsOf(php, it),
				...spanOf(it),
			},
		]
	})
}

export function annotationsOf(php: Php, node: CodeNode): Annotation[] {
	const list = childOf(node, 'attributes')
	if (!list) return []
	return namedChildren(list)
		.flatMap((it) => (it.kind === 'attribute_group' ? namedChildren(it) : [it]))
		.flatMap((it): Annotation[] => {
			const [name] = namedChildren(it)
			if (!name) return []
			return [
				{
					name: dotted(textOf(php, name)),
					arguments: php.argumentsOf(php, childOf(it, 'parameters')),
					expression: undefined,
					...spanOf(it),
				},
			]
		})
}

function visibilityOf(php: Php, node: CodeNode): FunctionIr['visibility'] {
	const modifier = childOfKind(node, 'visibility_modifier')
	const text = modifier ? textOf(php, modifier) : ''
	return text === 'private' ? 'private' : text === 'protected' ? 'protected' : 'public'
}

const forms: Readonly<Record<string, ClassIr['form']>> = {
	interface_declaration: 'interface',
	trait_declaration: 'module',
	enum_declaration: 'enum',
}

export function classOf(outer: Php, node: CodeNode): ClassIr {
	const name = childOf(node, 'name')
	const text = name && textOf(outer, name)
	const php: Php = { ...outer, className: node.kind === 'trait_declaration' ? undefined : text }
	const members = (childOf(node, 'body') ?? childOfKind(node, 'declaration_list'))?.children ?? []
	const methods = members.filter((it) => it.kind === 'method_declaration')
	const named = (kind: string): CodeNode[] => node.children.filter((it) => it.kind === kind).flatMap(namedChildren)
	// What a trait has counts before what the base class has.
	const traits = members
		.filter((it) => it.kind === 'use_declaration')
		.flatMap(namedChildren)
		.filter((it) => it.kind === 'name' || it.kind === 'qualified_name')
	const bases = [...traits, ...named('base_clause'), ...named('class_interface_clause')]
	return {
		name: text,
		form: forms[node.kind] ?? 'class',
		bases: bases.map((it) => php.expression(php, it, it)),
		methods: methods.map((it) => php.functionOf(php, it)),
		fields: [...members.flatMap((it) => fieldsOf(php, it)), ...methods.flatMap((it) => promoted(php, it))],
		classes: [],
		initializers: [],
		annotations: annotationsOf(php, node),
		head: spanOf(name ?? { start: node.start, end: Math.min(node.end, node.start + 5) }),
		...spanOf(node),
	}
}

function fieldsOf(php: Php, node: CodeNode): FieldIr[] {
	const field = (it: CodeNode, name: string, isStatic: boolean, value: CodeNode | undefined): FieldIr => ({
		name,
		isStatic,
		type: typeName(php, childOf(node, 'type')),
		initial: value && php.expression(php, value, value),
		annotations: annotationsOf(php, node),
		...spanOf(it),
	})
	switch (node.kind) {
		case 'property_declaration': {
			const isStatic = childOfKind(node, 'static_modifier') !== undefined
			return node.children.flatMap((it) => {
				const name = childOf(it, 'name')
				if (it.kind !== 'property_element' || !name) return []
				return [field(it, textOf(php, name).slice(1), isStatic, childOf(it, 'default_value'))]
			})
		}
		case 'const_declaration':
			return node.children.flatMap((it) => {
				const [name, value] = namedChildren(it)
				return it.kind === 'const_element' && name ? [field(it, textOf(php, name), true, value)] : []
			})
		case 'enum_case': {
			const name = childOf(node, 'name')
			if (!name) return []
			const value = childOf(node, 'value')
			const at = spanOf(node)
			const given = (keyword: string, from: CodeNode | undefined, text: string): Argument => ({
				keyword,
				value: from ? php.expression(php, from, from) : constantAt(text, node),
				...at,
			})
			const label = textOf(php, name)
			const callee = nameAt(php.className ?? '', name)
			const values = [given('name', undefined, label), ...(value ? [given('value', value, '')] : [])]
			// Each case is an object of its class.
			const initial = { kind: 'call', callee, arguments: values, isNew: true, ...at } as const
			return [{ ...field(node, label, true, undefined), initial }]
		}
		default:
			return []
	}
}

/** Fields that parameters of the constructor declare. */
function promoted(php: Php, method: CodeNode): FieldIr[] {
	const parameters = childOf(method, 'parameters')
	return (parameters ? namedChildren(parameters) : []).flatMap((it): FieldIr[] => {
		const name = childOf(it, 'name')
		if (it.kind !== 'property_promotion_parameter' || !name) return []
		return [
			{
				name: textOf(php, name).replace(/^&?\$/, ''),
				isStatic: false,
				type: typeName(php, childOf(it, 'type')),
				initial: undefined,
				annotations: [],
				...spanOf(it),
			},
		]
	})
}
