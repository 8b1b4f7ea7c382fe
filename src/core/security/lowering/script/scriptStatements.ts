import type { ExportStatement, Expression, Statement, SwitchCase, Try } from '../../ir/ir.ts'
import { type CodeNode, childOf, childrenOf, namedChildren } from '../../tree/codeNode.ts'
import { lowerClass, lowerEnum } from './scriptClasses.ts'
import { type ScriptContext, spanOf, textOf } from './scriptContext.ts'
import { lowerFunction } from './scriptFunctions.ts'
import { lowerFor, lowerForIn } from './scriptLoops.ts'
import { lowerExport, lowerImport, lowerImportAlias } from './scriptModules.ts'
import { namesIn } from './scriptNames.ts'
import { namedShape, parameterTypes, typeText } from './scriptTypes.ts'

export function lowerStatements(script: ScriptContext, nodes: readonly CodeNode[]): Statement[] {
	const found: Statement[] = []
	let decorators: CodeNode[] = []
	for (const node of nodes) {
		if (node.kind === 'decorator') {
			decorators.push(node)
			continue
		}
		found.push(...lowerStatement(script, node, decorators))
		decorators = []
	}
	return found
}

/** A block's statements, or the one that stands where a block could. */
export function lowerBody(script: ScriptContext, node: CodeNode | undefined): Statement[] {
	if (!node) return []
	if (node.kind === 'statement_block') return lowerStatements(script, namedChildren(node))
	if (node.kind === 'else_clause') return namedChildren(node).flatMap((child) => lowerBody(script, child))
	return lowerStatements(script, [node])
}

function lowerStatement(
	script: ScriptContext,
	node: CodeNode,
	decorators: readonly CodeNode[],
	label?: string,
): readonly Statement[] {
	switch (node.kind) {
		case 'expression_statement':
			return expressionStatement(script, node)
		case 'lexical_declaration':
		case 'variable_declaration':
			return lowerDeclarations(script, node)
		case 'function_declaration':
		case 'generator_function_declaration':
			return [{ kind: 'function', ...spanOf(node), function: lowerFunction(script, node) }]
		case 'class_declaration':
		case 'abstract_class_declaration':
			return [{ kind: 'class', ...spanOf(node), class: lowerClass(script, node, decorators) }]
		case 'interface_declaration':
			return lowerInterface(script, node)
		case 'type_alias_declaration':
			return lowerAlias(script, node)
		case 'enum_declaration':
			return [lowerEnum(script, node)]
		case 'internal_module':
		case 'module':
			return lowerNamespace(script, node)
		case 'import_statement':
			return lowerImport(script, node)
		case 'import_alias':
			return lowerImportAlias(script, node)
		case 'export_statement':
			return lowerExport(script, node)
		case 'statement_block':
			return [{ kind: 'block', ...spanOf(node), body: lowerBody(script, node), label }]
		case 'if_statement':
			return [
				{
					kind: 'if',
					...spanOf(node),
					test: script.expression(childOf(node, 'condition'), node),
					then: lowerBody(script, childOf(node, 'consequence')),
					otherwise: lowerBody(script, childOf(node, 'alternative')),
				},
			]
		case 'for_statement':
			return lowerFor(script, node, label)
		case 'for_in_statement':
			return lowerForIn(script, node, label)
		case 'while_statement':
		case 'do_statement':
			return [
				{
					kind: 'loop',
					...spanOf(node),
					test: script.expression(childOf(node, 'condition'), node),
					body: lowerBody(script, childOf(node, 'body')),
					update: [],
					testsLast: node.kind === 'do_statement',
					label,
					otherwise: [],
				},
			]
		case 'switch_statement':
			return [lowerSwitch(script, node, label)]
		case 'try_statement':
			return [lowerTry(script, node)]
		case 'return_statement':
		case 'throw_statement': {
			const [value] = namedChildren(node)
			const kind = node.kind === 'return_statement' ? 'return' : 'throw'
			return [{ kind, ...spanOf(node), value: value && script.expression(value, value) }]
		}
		case 'break_statement':
		case 'continue_statement': {
			const to = childOf(node, 'label')
			const form = node.kind === 'break_statement' ? 'break' : 'continue'
			return [{ kind: 'jump', ...spanOf(node), form, label: to && textOf(script, to) }]
		}
		case 'labeled_statement':
			return labelled(script, node)
		case 'with_statement':
			return lowerBody(script, childOf(node, 'body'))
		case 'empty_statement':
		case 'debugger_statement':
		case 'function_signature':
		case 'hash_bang_line':
		case 'comment':
		case 'statement_identifier':
			return []
		case 'ambient_declaration':
			return lowerAmbient(script, node)
		case 'ERROR':
			script.gaps.push(spanOf(node))
			return lowerStatements(script, namedChildren(node))
		default:
			return [{ kind: 'expression', ...spanOf(node), expression: script.expression(node, node) }]
	}
}

/** `namespace N {}` is an expression to the parser. */
function expressionStatement(script: ScriptContext, node: CodeNode): readonly Statement[] {
	const [inner] = namedChildren(node)
	if (!inner) return []
	if (inner.kind === 'internal_module') return lowerNamespace(script, inner)
	const expression = script.expression(inner, inner)
	if (expression.kind !== 'sequence') return [{ kind: 'expression', ...spanOf(node), expression }]
	return expression.items.map((item) => ({ kind: 'expression', ...spanOf(item), expression: item }))
}

/** What is only declared says what type a name is of. */
function lowerAmbient(script: ScriptContext, node: CodeNode): readonly Statement[] {
	return namedChildren(node)
		.filter((child) => child.kind === 'interface_declaration' || child.kind === 'enum_declaration')
		.flatMap((child) => lowerStatement(script, child, []))
}

function lowerInterface(script: ScriptContext, node: CodeNode): readonly Statement[] {
	const name = childOf(node, 'name')
	if (!name || script.values.has(textOf(script, name))) return []
	return [{ kind: 'class', ...spanOf(node), class: lowerClass(script, node) }]
}

function lowerAlias(script: ScriptContext, node: CodeNode): readonly Statement[] {
	const name = childOf(node, 'name')
	const value = childOf(node, 'value')
	if (!name || value?.kind !== 'object_type' || script.values.has(textOf(script, name))) return []
	const shape = namedShape(script, value, textOf(script, name))
	return shape ? [{ kind: 'class', ...spanOf(shape), class: shape }] : []
}

export function lowerDeclarations(script: ScriptContext, node: CodeNode): readonly Statement[] {
	const isHoisted = node.kind === 'variable_declaration'
	return node.children
		.filter((child) => child.kind === 'variable_declarator')
		.flatMap((child): readonly Statement[] => {
			const name = childOf(child, 'name')
			if (!name) return []
			const value = childOf(child, 'value')
			const typed = value && functions.has(value.kind) ? parameterTypes(script, childOf(child, 'type')) : undefined
			if (value && typed) script.typedBy.set(value, typed)
			// Without a value, `var` leaves the variable as it is.
			return [
				{
					kind: 'declare',
					...spanOf(child),
					target: script.target(name),
					type: typeText(script, childOf(child, 'type')),
					initial: value && script.expression(value, value),
					isHoisted,
				},
			]
		})
}

const functions: ReadonlySet<string> = new Set(['arrow_function', 'function_expression'])

/** A namespace is an object of what it exports, made by a function that runs at once. */
function lowerNamespace(script: ScriptContext, node: CodeNode): readonly Statement[] {
	const name = childOf(node, 'name')
	const body = childOf(node, 'body')
	if (!name || !body || name.kind === 'string') return []
	const statements = lowerStatements(script, namedChildren(body))
	const exports = statements.filter((it): it is ExportStatement => it.kind === 'export')
	const own = statements.filter((it) => it.kind !== 'export')
	// Exports of functions were put at the start of the file.
	const functions = namesIn(own.filter((it) => it.kind === 'function'))
	for (let at = script.exportsAtStart.length - 1; at >= 0; at--) {
		const one = script.exportsAtStart[at]
		if (one?.kind !== 'export' || !functions.includes(one.name) || one.start < body.start || one.end > body.end)
			continue
		exports.push(one)
		script.exportsAtStart.splice(at, 1)
	}
	const [first = '', ...inner] = textOf(script, name).replace(/\s+/g, '').split('.')
	let value: Expression = calledAtOnce(node, own, exports)
	for (const part of inner.reverse()) {
		const key: Expression = { kind: 'constant', ...spanOf(name), value: part }
		value = { kind: 'object', ...spanOf(node), entries: [{ ...spanOf(node), key, value }] }
	}
	const target = { kind: 'name', ...spanOf(name), name: first } as const
	return [{ kind: 'declare', ...spanOf(node), target, type: undefined, initial: value, isHoisted: false }]
}

function calledAtOnce(
	node: CodeNode,
	statements: readonly Statement[],
	exports: readonly ExportStatement[],
): Expression {
	const at = spanOf(node)
	const entries = exports.map(({ name, value, ...it }) => ({
		...spanOf(it),
		key: { kind: 'constant', ...spanOf(it), value: name } as const,
		value,
	}))
	const callee: Expression = {
		kind: 'closure',
		...at,
		function: {
			...at,
			name: undefined,
			form: 'lambda',
			parameters: [],
			selfParameter: false,
			isStatic: false,
			isAsync: false,
			isGenerator: false,
			inheritsSelf: true,
			captures: 'all',
			annotations: [],
			returnType: undefined,
			receiverType: undefined,
			visibility: 'public',
			body: [...statements, { kind: 'return', ...at, value: { kind: 'object', ...at, entries } }],
			head: at,
		},
	}
	return { kind: 'call', ...at, callee, arguments: [], isNew: false }
}

function labelled(script: ScriptContext, node: CodeNode): readonly Statement[] {
	const label = childOf(node, 'label')
	const body = childOf(node, 'body')
	if (!body) return []
	const name = label && textOf(script, label)
	if (/^(?:for|for_in|while|do|switch)_statement$|^statement_block$/.test(body.kind))
		return lowerStatement(script, body, [], name)
	return [{ kind: 'block', ...spanOf(node), body: lowerBody(script, body), label: name }]
}

function lowerSwitch(script: ScriptContext, node: CodeNode, label: string | undefined): Statement {
	const body = childOf(node, 'body')
	const cases = (body ? namedChildren(body) : []).map((it): SwitchCase => {
		const value = it.kind === 'switch_case' ? childOf(it, 'value') : undefined
		return {
			...spanOf(it),
			values: value ? [script.expression(value, value)] : [],
			binding: undefined,
			guard: undefined,
			body: lowerStatements(script, childrenOf(it, 'body')),
		}
	})
	return {
		kind: 'switch',
		...spanOf(node),
		subject: script.expression(childOf(node, 'value'), node),
		cases,
		fallsThrough: true,
		label,
	}
}

function lowerTry(script: ScriptContext, node: CodeNode): Try {
	const handler = childOf(node, 'handler')
	const finalizer = childOf(node, 'finalizer')
	const parameter = handler && childOf(handler, 'parameter')
	return {
		kind: 'try',
		...spanOf(node),
		body: lowerBody(script, childOf(node, 'body')),
		handlers: handler
			? [
					{
						binding: parameter && script.target(parameter),
						types: [],
						body: lowerBody(script, childOf(handler, 'body')),
					},
				]
			: [],
		otherwise: [],
		finally: finalizer ? lowerBody(script, childOf(finalizer, 'body')) : [],
	}
}
