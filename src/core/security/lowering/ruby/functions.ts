import type { Annotation, Argument, Expression, FunctionIr, Parameter, Statement } from '../../ir/ir.ts'
import { type CodeNode, type CodeSpan, childOf, namedChildren } from '../../tree/codeNode.ts'
import {
	argumentAt,
	blockName,
	callAt,
	constantAt,
	expressionStatementAt,
	forwardedOptions,
	isLocal,
	methodCallAt,
	nameAt,
	type Ruby,
	type RubyLocals,
	spanOf,
	textOf,
} from './ruby.ts'
import { returning } from './tails.ts'
import { targetOf } from './targets.ts'

export function newFunction(body: readonly Statement[], parameters: readonly Parameter[], at: CodeSpan): FunctionIr {
	return {
		name: undefined,
		form: 'lambda',
		parameters,
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
		body,
		head: { start: at.start, end: Math.min(at.end, at.start + 8) },
		...spanOf(at),
	}
}

export function methodOf(outer: Ruby, node: CodeNode): FunctionIr {
	const written = childOf(node, 'name')
	const isSetter = written?.kind === 'setter'
	const name = written ? textOf(outer, written).replace(/\s+/g, '') : ''
	const ruby: Ruby = {
		...outer,
		locals: { names: new Set(), outer: undefined },
		globals: new Set(),
		isClassBody: false,
		inside: 'block',
	}
	const nodes = childOf(node, 'parameters')
	const body = childOf(node, 'body')
	const { parameters, before } = parametersOf(ruby, nodes)
	if (body && !parameters.some((it) => isBlockParameter(it)) && asksForBlock(body))
		parameters.push(blockParameter(node))
	const inner: Ruby = { ...ruby, method: { name, arguments: handedOn(parameters) } }
	const statements = returning(inner.body(inner, body, node))
	const names = [...ruby.globals]
	const scope: Statement[] = names.length > 0 ? [{ kind: 'scope', names, level: 'global', ...spanOf(node) }] : []
	const isMember = outer.className !== undefined
	return {
		...newFunction([...scope, ...before, ...statements], parameters, node),
		name: isSetter ? name.slice(0, -1) : name,
		form: isSetter ? 'setter' : name === 'initialize' && isMember ? 'constructor' : isMember ? 'method' : 'function',
		isStatic: node.kind === 'singleton_method' && isMember,
		inheritsSelf: false,
		annotations: name === 'call' && isMember ? ofServer(parameters, node) : [],
		head: spanOf(written ?? node),
	}
}

/** A block, `-> {}`, `lambda {}` as a function that sees the variables around it. */
export function closureOf(outer: Ruby, node: CodeNode): Expression {
	const locals: RubyLocals = { names: new Set(), outer: outer.locals }
	const ruby: Ruby = { ...outer, locals, inside: 'block', isClassBody: false }
	const isLambda = node.kind === 'lambda'
	const block = isLambda ? childOf(node, 'body') : node
	const body = block && (childOf(block, 'body') ?? (isLambda ? block : undefined))
	const { parameters, before } = parametersOf(ruby, childOf(node, 'parameters'))
	if (parameters.length === 0 && body) parameters.push(...unnamed(ruby, body))
	const statements = returning(ruby.body(ruby, body, node))
	const annotations = isLambda ? ofServer(parameters, node) : []
	const made: FunctionIr = { ...newFunction([...before, ...statements], parameters, node), annotations }
	return { kind: 'closure', function: made, ...spanOf(node) }
}

/** `_1`, `_2` and `it`. */
function unnamed(ruby: Ruby, body: CodeNode): Parameter[] {
	const used = new Set<string>()
	const visit = (node: CodeNode): void => {
		if (node.kind === 'identifier') used.add(textOf(ruby, node))
		for (const child of node.children) visit(child)
	}
	visit(body)
	const names = used.has('_1') || used.has('_2') ? ['_1', '_2'].slice(0, used.has('_2') ? 2 : 1) : ['it']
	if (names[0] === 'it' && (!used.has('it') || isLocal(ruby, 'it'))) return []
	for (const name of names) ruby.locals.names.add(name)
	return names.map((name) => parameterAt(name, body))
}

/** `&:name`: a function that calls the method on what it gets. */
export function symbolBlock(name: string, at: CodeSpan): Expression {
	const item = nameAt('it', at)
	const body: Statement = { kind: 'return', value: methodCallAt(item, name, [], at), ...spanOf(at) }
	return { kind: 'closure', function: newFunction([body], [parameterAt('it', at)], at), ...spanOf(at) }
}

/** `method(:name)`: the method as a function. */
export function methodReference(name: string, object: Expression | undefined, at: CodeSpan): Expression {
	const given: Argument = { value: nameAt('given', at), spread: 'list', ...spanOf(at) }
	const value = object ? methodCallAt(object, name, [given], at) : callAt(name, [given], at)
	const parameter: Parameter = { ...parameterAt('given', at), rest: 'list' }
	const body: Statement = { kind: 'return', value, ...spanOf(at) }
	return { kind: 'closure', function: newFunction([body], [parameter], at), ...spanOf(at) }
}

/** What servers call by Rack's convention: `call(env)`, `->(env) { … }`. */
function ofServer(parameters: readonly Parameter[], at: CodeSpan): Annotation[] {
	const [only] = parameters
	const isOne = parameters.length === 1 && only?.target.kind === 'name' && only.target.name === 'env' && !only.rest
	return isOne ? [{ name: 'Rack.Application', arguments: [], expression: undefined, ...spanOf(at) }] : []
}

// ---------- parameters

function parameterAt(name: string, at: CodeSpan): Parameter {
	return {
		target: nameAt(name, at),
		type: undefined,
		initial: undefined,
		rest: undefined,
		byReference: false,
		annotations: [],
		...spanOf(at),
	}
}

function blockParameter(at: CodeSpan): Parameter {
	return { ...parameterAt(blockName, at), initial: constantAt(null, at) }
}

function isBlockParameter({ target }: Parameter): boolean {
	return target.kind === 'name' && target.name === blockName
}

/** @returns with `before`, which gives the block the name that it is written with */
function parametersOf(ruby: Ruby, node: CodeNode | undefined): { parameters: Parameter[]; before: Statement[] } {
	const before: Statement[] = []
	const parameters: Parameter[] = []
	for (const it of node ? namedChildren(node) : []) {
		if (it.field === 'locals') {
			ruby.locals.names.add(textOf(ruby, it))
			continue
		}
		if (it.kind === 'block_parameter') {
			parameters.push(blockParameter(it))
			const name = childOf(it, 'name')
			if (name) {
				const target = targetIn(ruby, name)
				before.push(
					expressionStatementAt({ kind: 'assign', target, value: nameAt(blockName, name), ...spanOf(name) }, name),
				)
			}
			continue
		}
		if (it.kind === 'forward_parameter') {
			parameters.push({ ...parameterAt('...', it), rest: 'list' })
			parameters.push({ ...parameterAt(forwardedOptions, it), rest: 'map' }, blockParameter(it))
			continue
		}
		const made = parameterOf(ruby, it)
		if (made) parameters.push(made)
	}
	return { parameters, before }
}

/** A parameter hides a variable of the same name around it. */
function targetIn(ruby: Ruby, node: CodeNode): Parameter['target'] {
	if (node.kind === 'identifier') ruby.locals.names.add(textOf(ruby, node))
	return targetOf(ruby, node, node)
}

function parameterOf(ruby: Ruby, node: CodeNode): Parameter | undefined {
	const name = childOf(node, 'name')
	const plain = parameterAt('', node)
	switch (node.kind) {
		case 'identifier':
		case 'destructured_parameter':
			return { ...plain, target: targetIn(ruby, node) }
		case 'optional_parameter':
		case 'keyword_parameter': {
			if (!name) return undefined
			const value = childOf(node, 'value')
			const initial = value && ruby.expression(ruby, value, value)
			return { ...plain, target: targetIn(ruby, name), initial }
		}
		case 'splat_parameter':
			return { ...plain, target: name ? targetIn(ruby, name) : nameAt('*', node), rest: 'list' }
		case 'hash_splat_parameter':
			return { ...plain, target: name ? targetIn(ruby, name) : nameAt('**', node), rest: 'map' }
		default:
			return undefined
	}
}

/** A bare `super` hands on what the method was given. */
function handedOn(parameters: readonly Parameter[]): Argument[] {
	return parameters.flatMap((it): Argument[] => {
		if (it.target.kind !== 'name') return []
		const argument = argumentAt(it.target)
		if (it.rest) return [{ ...argument, spread: it.rest }]
		return isBlockParameter(it) ? [{ ...argument, keyword: blockName }] : [argument]
	})
}

/** Whether a method calls the block that it is given; methods in it are their own affair. */
function asksForBlock(node: CodeNode): boolean {
	if (node.kind === 'yield') return true
	if (node.kind === 'block_argument' && namedChildren(node).length === 0) return true
	if (node.kind === 'method' || node.kind === 'singleton_method' || node.kind === 'class') return false
	return node.children.some(asksForBlock)
}
