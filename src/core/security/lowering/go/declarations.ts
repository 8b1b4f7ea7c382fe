import type {
	ClassIr,
	Expression,
	FieldIr,
	FunctionIr,
	ListPattern,
	Parameter,
	Statement,
	Target,
} from '../../ir/ir.ts'
import { type CodeNode, childOf, childrenOf, namedChildren } from '../../tree/codeNode.ts'
import { copiedVariables } from './copies.ts'
import { listOf, ownCall } from './expressions.ts'
import { type Go, panicName, plainTypes, spanOf, textOf, typeName, zeroOf } from './go.ts'

// ---------- functions

export function functionOf(go: Go, node: CodeNode): FunctionIr {
	const name = childOf(node, 'name')
	const body = childOf(node, 'body')
	const receiver = childOf(node, 'receiver')
	const owner = receiver && namedChildren(receiver)[0]
	const result = childOf(node, 'result')
	const text = name && textOf(go, name)
	const own = receiver ? parametersOf(go, receiver) : []
	const receiverType = owner && typeName(go, childOf(owner, 'type'))
	return {
		name: text,
		form: receiver ? 'method' : 'function',
		parameters: [
			...(receiver && own.length === 0 ? [unnamed(receiver)] : own),
			...parametersOf(go, childOf(node, 'parameters')),
		],
		selfParameter: receiver !== undefined,
		isStatic: false,
		isAsync: false,
		isGenerator: false,
		inheritsSelf: node.kind === 'func_literal',
		captures: 'all',
		annotations: [],
		returnType: result && result.kind !== 'parameter_list' ? typeName(go, result) : undefined,
		receiverType,
		visibility: text !== undefined && /^[A-Z]/.test(text) ? 'public' : 'package',
		body: [...namedResults(go, result), ...withNamedReturns(go, result, body ? bodyOf(go, body, result) : [])],
		head: spanOf(name ?? { start: node.start, end: Math.min(node.end, node.start + 4) }),
		...(body ? {} : { isAbstract: true }),
		...spanOf(node),
	}
}

/** Where a deferred function recovers, a panic ends the body, and the function goes on with what is deferred. */
function bodyOf(go: Go, body: CodeNode, result: CodeNode | undefined): Statement[] {
	const { recovers, copied } = go
	const own = copiedVariables(go, body)
	go.copied = copied.size === 0 ? own : new Set([...copied, ...own])
	go.recovers = body.children.some((it) => isRecovering(go, it))
	if (!go.recovers) {
		go.recovers = recovers
		const plain = go.statements(body.children)
		go.copied = copied
		return plain
	}
	const span = spanOf(body)
	const panic: Target & Expression = { kind: 'name', name: panicName, ...span }
	const statements = go.statements(body.children)
	go.recovers = recovers
	go.copied = copied
	const thrown: Target & Expression = { kind: 'name', name: '@thrown', ...span }
	const keep: Expression = { kind: 'assign', target: panic, value: thrown, ...span }
	const handler = {
		binding: thrown,
		types: [],
		body: [{ kind: 'expression' as const, expression: keep, ...span }],
	}
	const ending: Statement[] = resultNames(go, result).length > 0 ? [{ kind: 'return', value: undefined, ...span }] : []
	return [
		declaration(panic, undefined, { kind: 'constant', value: null, ...span }, body),
		{ kind: 'try', body: statements, handlers: [handler], otherwise: [], finally: [], ...span },
		...ending,
	]
}

function isRecovering(go: Go, node: CodeNode): boolean {
	if (node.kind === 'statement_list') return node.children.some((it) => isRecovering(go, it))
	return node.kind === 'defer_statement' && /^defer\s+func\b[\s\S]*\brecover\(\)/.test(textOf(go, node))
}

function unnamed(at: CodeNode): Parameter {
	const target: Target = { kind: 'name', name: '_', ...spanOf(at) }
	return {
		target,
		type: undefined,
		initial: undefined,
		rest: undefined,
		byReference: false,
		annotations: [],
		...spanOf(at),
	}
}

function parametersOf(go: Go, node: CodeNode | undefined): Parameter[] {
	return (node ? namedChildren(node) : []).flatMap((it): Parameter[] => {
		const type = childOf(it, 'type')
		const written = typeName(go, type) ?? receivedType(go, type)
		const isRest = it.kind === 'variadic_parameter_declaration'
		const names = childrenOf(it, 'name')
		const make = (target: Target): Parameter => ({
			target,
			type: isRest ? undefined : written,
			initial: undefined,
			rest: isRest ? 'list' : undefined,
			byReference: false,
			...(type?.kind === 'type_identifier' && !plainTypes.has(written ?? '') ? { isCopied: true } : {}),
			annotations: [],
			...spanOf(it),
		})
		if (names.length === 0) return [make({ kind: 'name', name: '_', ...spanOf(it) })]
		return names.map((name) => make({ kind: 'name', name: textOf(go, name), ...spanOf(name) }))
	})
}

/** A channel of a library's type is a source where the type is one: `<-chan amqp.Delivery`. */
function receivedType(go: Go, type: CodeNode | undefined): string | undefined {
	const held = type?.kind === 'channel_type' ? childOf(type, 'value') : undefined
	const name = typeName(go, held)
	return name?.includes('.') ? name : undefined
}

function resultNames(
	go: Go,
	result: CodeNode | undefined,
): readonly { name: string; at: CodeNode; type: CodeNode | undefined }[] {
	if (result?.kind !== 'parameter_list') return []
	return namedChildren(result).flatMap((it) =>
		childrenOf(it, 'name').map((name) => ({ name: textOf(go, name), at: name, type: childOf(it, 'type') })),
	)
}

/** Named results are variables. */
function namedResults(go: Go, result: CodeNode | undefined): Statement[] {
	return resultNames(go, result).map(({ name, at, type }) => ({
		kind: 'declare',
		target: { kind: 'name', name, ...spanOf(at) },
		type: typeName(go, type),
		initial: zeroOf(go, type, at),
		isHoisted: false,
		...spanOf(at),
	}))
}

/** A bare `return` gives them. */
function withNamedReturns(go: Go, result: CodeNode | undefined, body: Statement[]): readonly Statement[] {
	const names = resultNames(go, result)
	if (names.length === 0) return body
	const values = names.map(({ name, at }) => ({
		value: { kind: 'name' as const, name, ...spanOf(at) },
		isSpread: false,
		...spanOf(at),
	}))
	const [first] = values
	if (!first) return body
	const value: Expression =
		values.length === 1
			? first.value
			: { kind: 'list', form: 'tuple', items: values, start: first.start, end: first.end }
	return body.map((it) => returning(it, value))
}

function returning<T>(node: T, value: Expression): T {
	if (Array.isArray(node)) return node.map((it) => returning(it, value)) as T
	if (typeof node !== 'object' || node === null) return node
	const it = node as Record<string, unknown>
	if (it.kind === 'return') return (it.value === undefined ? { ...it, value } : it) as T
	// Expressions hold no return of this function.
	if (it.kind === 'closure' || it.kind === 'function' || it.kind === 'expression' || it.kind === 'declare') return node
	if (!('body' in it) && !('then' in it) && !('cases' in it)) return node
	const copy: Record<string, unknown> = { ...it }
	for (const key of ['body', 'then', 'otherwise', 'cases', 'finally'])
		if (key in copy) copy[key] = returning(copy[key], value)
	return copy as T
}

// ---------- types

export function typesOf(go: Go, node: CodeNode): Statement[] {
	return namedChildren(node).flatMap((it): Statement[] => {
		const name = childOf(it, 'name')
		const type = childOf(it, 'type')
		if (!name || !type || (it.kind !== 'type_spec' && it.kind !== 'type_alias')) return []
		if (type.kind === 'interface_type') return [interfaceOf(go, name, type, it)]
		const isStruct = type.kind === 'struct_type'
		const base = isStruct ? undefined : typeName(go, type)
		if (!isStruct && it.kind === 'type_alias') return []
		const ir: ClassIr = {
			name: textOf(go, name),
			form: 'struct',
			bases: isStruct ? embedded(go, type) : base === undefined || /^[a-z]\w*$/.test(base) ? [] : [pathOf(base, type)],
			methods: [],
			fields: isStruct ? fieldsOf(go, type) : [],
			classes: [],
			initializers: [],
			annotations: [],
			head: spanOf(name),
			...spanOf(it),
		}
		return [{ kind: 'class', class: ir, ...spanOf(it) }]
	})
}

/** Which methods it has: what is called on it may be those of any type that has them all. */
function interfaceOf(go: Go, name: CodeNode, type: CodeNode, at: CodeNode): Statement {
	const methods = type.children.flatMap((it): FunctionIr[] => {
		const named = it.kind === 'method_elem' || it.kind === 'method_spec' ? childOf(it, 'name') : undefined
		if (!named) return []
		const head = spanOf(named)
		const ir: FunctionIr = {
			...spanOf(it),
			name: textOf(go, named),
			form: 'method',
			parameters: [],
			selfParameter: false,
			isStatic: false,
			isAsync: false,
			isGenerator: false,
			inheritsSelf: false,
			captures: 'all',
			annotations: [],
			returnType: undefined,
			receiverType: undefined,
			visibility: 'public',
			isAbstract: true,
			body: [],
			head,
		}
		return [ir]
	})
	const ir: ClassIr = {
		name: textOf(go, name),
		form: 'interface',
		bases: [],
		methods,
		fields: [],
		classes: [],
		initializers: [],
		annotations: [],
		head: spanOf(name),
		...spanOf(at),
	}
	return { kind: 'class', class: ir, ...spanOf(at) }
}

/** The structs of a file, known before anything is lowered. */
export function structNames(text: string, root: CodeNode): ReadonlySet<string> {
	const names = new Set<string>()
	const visit = (node: CodeNode, depth: number): void => {
		if (node.kind === 'type_spec' && childOf(node, 'type')?.kind === 'struct_type') {
			const name = childOf(node, 'name')
			if (name) names.add(text.slice(name.start, name.end))
		}
		if (depth < 12) for (const it of node.children) visit(it, depth + 1)
	}
	visit(root, 0)
	return names
}

function declarationsIn(type: CodeNode): readonly CodeNode[] {
	return (
		type.children
			.find((it) => it.kind === 'field_declaration_list')
			?.children.filter((it) => it.kind === 'field_declaration') ?? []
	)
}

function embedded(go: Go, type: CodeNode): Expression[] {
	return declarationsIn(type).flatMap((it) => {
		if (childOf(it, 'name')) return []
		const name = typeName(go, childOf(it, 'type'))
		return name === undefined ? [] : [pathOf(name, it)]
	})
}

function fieldsOf(go: Go, type: CodeNode): FieldIr[] {
	return declarationsIn(type).flatMap((it): FieldIr[] => {
		const written = childOf(it, 'type')
		const make = (name: string, at: CodeNode): FieldIr => ({
			name,
			isStatic: false,
			type: typeName(go, written),
			initial: zeroOf(go, written, it),
			annotations: [],
			...spanOf(at),
		})
		const names = childrenOf(it, 'name')
		if (names.length > 0) return names.map((name) => make(textOf(go, name), name))
		const own = typeName(go, written)
		return own === undefined ? [] : [make(own.slice(own.lastIndexOf('.') + 1), it)]
	})
}

function pathOf(name: string, at: CodeNode): Expression {
	const [first = '', ...rest] = name.split('.')
	let made: Expression = { kind: 'name', name: first, ...spanOf(at) }
	for (const it of rest) made = { kind: 'field', object: made, name: it, ...spanOf(at) }
	return made
}

// ---------- variables

export function variablesOf(go: Go, node: CodeNode): Statement[] {
	const specs = node.children.flatMap((it) =>
		it.kind === 'var_spec_list' || it.kind === 'const_spec_list' ? it.children : [it],
	)
	let iota = -1
	let isCounted = false
	return specs
		.filter((it) => it.kind === 'var_spec' || it.kind === 'const_spec')
		.flatMap((it): Statement[] => {
			iota++
			const names = childrenOf(it, 'name').filter((one) => one.isNamed)
			const type = childOf(it, 'type')
			const value = childOf(it, 'value')
			if (value) isCounted = it.kind === 'const_spec' && /\biota\b/.test(textOf(go, value))
			const targets = names.map((name): Target => ({ kind: 'name', name: textOf(go, name), ...spanOf(name) }))
			const [first, ...more] = targets
			if (!first) return []
			const counted: Expression = { kind: 'constant', value: iota, ...spanOf(it) }
			if (isCounted && more.length === 0) return [declaration(first, undefined, counted, it)]
			if (!value)
				return targets.map((target) =>
					declaration(target, typeName(go, type), bytesOf(go, type, it) ?? zeroOf(go, type, it), it),
				)
			if (more.length === 0) return [declaration(first, typeName(go, type), listOf(go, value), it)]
			return [declaration(patternOf(targets, it), undefined, severalOf(go, value, targets.length), it)]
		})
}

/** `var key [32]byte` is so many zeros. */
function bytesOf(go: Go, type: CodeNode | undefined, at: CodeNode): Expression | undefined {
	const length = type?.kind === 'array_type' ? childOf(type, 'length') : undefined
	const element = type && childOf(type, 'element')
	if (!length || !element || !/^(?:byte|uint8)$/.test(textOf(go, element))) return undefined
	return ownCall('$array', [{ value: go.expression(length, length), ...spanOf(length) }], at)
}

function declaration(
	target: Target,
	type: string | undefined,
	initial: Expression | undefined,
	at: CodeNode,
): Statement {
	return { kind: 'declare', target, type, initial, isHoisted: false, ...spanOf(at) }
}

export function patternOf(targets: readonly Target[], at: CodeNode): ListPattern {
	const items = targets.map((target) =>
		target.kind === 'name' && target.name === '_' ? null : { target, start: target.start, end: target.end },
	)
	return { kind: 'listPattern', items, ...spanOf(at) }
}

/** `v, ok = m[k]`, `x.(T)` and `<-ch` give the value, and whether there was one. */
export function severalOf(go: Go, node: CodeNode, count: number): Expression {
	const [only, ...more] = node.kind === 'expression_list' ? namedChildren(node) : [node]
	const value = listOf(go, node)
	if (more.length > 0 || count !== 2 || !only) return value
	const isChecked =
		only.kind === 'index_expression' ||
		only.kind === 'type_assertion_expression' ||
		(only.kind === 'unary_expression' && textOf(go, only).startsWith('<-'))
	if (!isChecked) return value
	const span = spanOf(only)
	// Whether a key is there says something about the key.
	const found: Expression =
		value.kind === 'index' && value.index
			? { kind: 'binary', operator: 'in', left: value.index, right: value.object, ...span }
			: { kind: 'opaque', parts: [], ...span }
	return {
		kind: 'list',
		form: 'tuple',
		items: [
			{ value, isSpread: false, ...span },
			{ value: found, isSpread: false, ...span },
		],
		...span,
	}
}
