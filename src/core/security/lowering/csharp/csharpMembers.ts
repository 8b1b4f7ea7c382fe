import type { FieldIr, FunctionIr, Parameter, Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf } from '../../tree/codeNode.ts'
import { blockFrame } from '../selfScope.ts'
import { argumentsOf } from './csharpArguments.ts'
import {
	type CsharpContext,
	declareLocal,
	inFunction,
	namedChildren,
	spanOf,
	textOf,
	typedValue,
	withPlaces,
} from './csharpContext.ts'
import { attributesOf, functionBody, functionShape, hasModifier, parametersOf } from './csharpFunctions.ts'
import { declaratorValue } from './csharpStatements.ts'
import { awaitedType, typeParametersOf, typeText } from './csharpTypes.ts'

/** A method, constructor, operator or local function. */
export function lowerFunction(cs: CsharpContext, node: CodeNode, isInterface = false): FunctionIr {
	const outer = cs.frame
	cs.frame = blockFrame(outer, typeParametersOf(cs, node))
	try {
		const isConstructor = node.kind === 'constructor_declaration'
		const name = childOf(node, 'name')
		const parameters = parametersOf(cs, childOf(node, 'parameters'))
		const body = childOf(node, 'body')
		const returns = childOf(node, 'returns') ?? childOf(node, 'type')
		const type = isConstructor ? undefined : awaitedType(cs, returns)
		const statements = inFunction(cs, type, () => functionBody(cs, body, !isConstructor && type !== 'void'))
		const operator = node.children.find((child) => child.kind === 'operator')
		const isLocal = node.kind === 'local_function_statement'
		return {
			...functionShape(node, name ?? operator ?? node),
			name: name
				? textOf(cs, name)
				: `operator ${textOf(cs, childOf(node, 'operator') ?? operator ?? { start: 0, end: 0 })}`,
			form: isConstructor ? 'constructor' : isLocal ? 'function' : 'method',
			parameters,
			isStatic: hasModifier(cs, node, 'static') && !isLocal,
			isAsync: hasModifier(cs, node, 'async'),
			isGenerator: body !== undefined && yields(body),
			inheritsSelf: isLocal,
			annotations: attributesOf(cs, node),
			returnType: type,
			visibility: visibilityOf(cs, node, isInterface),
			body: [...constructorCall(cs, node), ...statements],
			...(body ? {} : { isAbstract: true }),
			...(isExtension(cs, node) ? { isExtension: true } : {}),
		}
	} finally {
		cs.frame = outer
	}
}

function isExtension(cs: CsharpContext, node: CodeNode): boolean {
	const first = childOf(node, 'parameters')?.children.find((child) => child.kind === 'parameter')
	return first !== undefined && hasModifier(cs, first, 'this')
}

function yields(node: CodeNode): boolean {
	const open = [node]
	for (let it = open.pop(); it; it = open.pop()) {
		if (it.kind === 'yield_statement') return true
		if (it.kind === 'lambda_expression' || it.kind === 'local_function_statement') continue
		for (const child of it.children) open.push(child)
	}
	return false
}

/** `: base(…)` and `: this(…)`. */
function constructorCall(cs: CsharpContext, node: CodeNode): Statement[] {
	const initializer = node.children.find((child) => child.kind === 'constructor_initializer')
	if (!initializer) return []
	const isBase = initializer.children.some((child) => child.kind === 'base')
	const list = initializer.children.find((child) => child.kind === 'argument_list')
	const span = spanOf(initializer)
	const statements: Statement[] = []
	const values = withPlaces(cs, statements, () => argumentsOf(cs, list))
	const callee = { kind: isBase ? ('super' as const) : ('self' as const), ...span }
	const expression = { kind: 'call' as const, ...span, callee, arguments: values, isNew: false }
	return [...statements, { kind: 'expression', ...span, expression }]
}

function visibilityOf(cs: CsharpContext, node: CodeNode, isInterface: boolean): FunctionIr['visibility'] {
	if (hasModifier(cs, node, 'public')) return 'public'
	if (hasModifier(cs, node, 'protected')) return 'protected'
	if (hasModifier(cs, node, 'internal')) return 'package'
	return isInterface ? 'public' : 'private'
}

export function fieldsOf(cs: CsharpContext, node: CodeNode): FieldIr[] {
	const list = node.children.find((child) => child.kind === 'variable_declaration')
	const type = list && typeText(cs, childOf(list, 'type'))
	const annotations = attributesOf(cs, node)
	const isStatic = hasModifier(cs, node, 'static') || hasModifier(cs, node, 'const')
	return (list?.children ?? []).flatMap((declarator) => {
		if (declarator.kind !== 'variable_declarator') return []
		const value = declaratorValue(declarator)
		const initial = value && withPlaces(cs, undefined, () => typedValue(cs, value, type))
		const name = textOf(cs, childOf(declarator, 'name') ?? declarator)
		return [{ ...spanOf(declarator), name, isStatic, type, initial, annotations }]
	})
}

/** A property is a field where it keeps its value itself, else the functions that are run for it. */
export function property(cs: CsharpContext, node: CodeNode): { field?: FieldIr; functions: readonly FunctionIr[] } {
	const nameNode = childOf(node, 'name')
	const name = nameNode ? textOf(cs, nameNode) : 'Item'
	const type = typeText(cs, childOf(node, 'type'))
	const isStatic = hasModifier(cs, node, 'static')
	const annotations = attributesOf(cs, node)
	const indexes = childOf(node, 'parameters')
	const functions: FunctionIr[] = []
	const add = (form: 'getter' | 'setter', at: CodeNode, body: CodeNode): void => {
		const outer = cs.frame
		cs.frame = blockFrame(outer)
		const parameters: Parameter[] = parametersOf(cs, indexes)
		if (form === 'setter') parameters.push(valueParameter(at, type))
		declareLocal(cs, 'value')
		const statements = inFunction(cs, type, () => functionBody(cs, body, form === 'getter'))
		cs.frame = outer
		functions.push({
			...functionShape(at, nameNode ?? node),
			name: indexes ? `${form} of items` : name,
			form: indexes ? 'method' : form,
			parameters,
			isStatic,
			annotations,
			returnType: form === 'getter' ? type : undefined,
			visibility: visibilityOf(cs, node, false),
			body: statements,
		})
	}
	const value = childOf(node, 'value')
	if (value?.kind === 'arrow_expression_clause') add('getter', node, value)
	for (const accessor of childOf(node, 'accessors')?.children ?? []) {
		const body = childOf(accessor, 'body')
		if (body) add(childOf(accessor, 'name')?.kind === 'get' ? 'getter' : 'setter', accessor, body)
	}
	if (functions.length > 0 || indexes) return { functions }
	const initial = value && withPlaces(cs, undefined, () => typedValue(cs, value, type))
	return { field: { ...spanOf(node), name, isStatic, type, initial, annotations }, functions }
}

function valueParameter(at: CodeNode, type: string | undefined): Parameter {
	const span = spanOf(at)
	const target = { kind: 'name' as const, ...span, name: 'value' }
	return { ...span, target, type, initial: undefined, rest: undefined, byReference: false, annotations: [] }
}

/** What a class with parameters of its own does with them: they are fields that its constructor sets. */
export function primaryConstructor(cs: CsharpContext, node: CodeNode): { fields: FieldIr[]; made?: FunctionIr } {
	const list = node.children.find((child) => child.kind === 'parameter_list')
	if (!list) return { fields: [] }
	const outer = cs.frame
	cs.frame = blockFrame(outer)
	const parameters = parametersOf(cs, list)
	const body: Statement[] = baseCall(cs, node)
	cs.frame = outer
	const fields: FieldIr[] = []
	for (const parameter of parameters) {
		if (parameter.target.kind !== 'name') continue
		const span = spanOf(parameter)
		const { name } = parameter.target
		fields.push({
			...span,
			name,
			isStatic: false,
			type: parameter.type,
			initial: undefined,
			annotations: parameter.annotations,
		})
		const target = { kind: 'field' as const, ...span, object: { kind: 'self' as const, ...span }, name }
		const expression = { kind: 'assign' as const, ...span, target, value: parameter.target }
		body.push({ kind: 'expression', ...span, expression })
	}
	const name = childOf(node, 'name') ?? node
	const shape = functionShape(list, name)
	return {
		fields,
		made: { ...shape, name: textOf(cs, name), form: 'constructor', parameters, visibility: 'public', body },
	}
}

function baseCall(cs: CsharpContext, node: CodeNode): Statement[] {
	const bases = node.children.find((child) => child.kind === 'base_list')
	const written = bases && namedChildren(bases).find((child) => child.kind === 'primary_constructor_base_type')
	const list = (written ?? bases)?.children.find((child) => child.kind === 'argument_list')
	if (!list) return []
	const span = spanOf(list)
	const values = withPlaces(cs, undefined, () => argumentsOf(cs, list))
	const callee = { kind: 'super' as const, ...span }
	return [
		{ kind: 'expression', ...span, expression: { kind: 'call', ...span, callee, arguments: values, isNew: false } },
	]
}
