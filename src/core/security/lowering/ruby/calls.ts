import type { Argument, Expression } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { methodReference } from './functions.ts'
import {
	argumentAt,
	blockName,
	callAt,
	constantAt,
	isLocal,
	methodCallAt,
	nameAt,
	nameIn,
	opaqueAt,
	type Ruby,
	spanOf,
	textOf,
} from './ruby.ts'

export function callOf(ruby: Ruby, node: CodeNode): Expression {
	const method = childOf(node, 'method')
	const receiver = childOf(node, 'receiver')
	if (method?.kind === 'super') return superOf(ruby, node, childOf(node, 'arguments'))
	const name = method ? textOf(ruby, method) : 'call'
	if (!receiver) {
		const made = languageCall(ruby, node, name)
		if (made) return made
	}
	const isOwn = receiver === undefined || receiver.kind === 'self'
	const object = isOwn ? undefined : ruby.expression(ruby, receiver, receiver)
	const made = memberCall(ruby, node, name, object)
	if (made) return made
	const given = givenTo(ruby, node)
	const end = method?.end ?? node.end
	if (isOwn) {
		// A lambda in a variable is no method, so that `x()` is one even where a variable has the name.
		const callee = nameAt(name, method ?? node)
		return { kind: 'call', callee, arguments: given, isNew: false, ...spanOf(node) }
	}
	return methodCallAt(object as Expression, name, given, node, end)
}

function givenTo(ruby: Ruby, node: CodeNode): Argument[] {
	const given = ruby.argumentsOf(ruby, childOf(node, 'arguments'))
	const block = childOf(node, 'block')
	if (block)
		given.push({ value: routed(ruby, node, ruby.closureOf(ruby, block)), keyword: blockName, ...spanOf(block) })
	return given
}

const routes = /^(?:get|post|put|patch|delete)$/

const branches = /^(?:on|is|get|post|put|patch|delete|root)$/

/** The block of `get "/path" do … end` gives a page (Sinatra), and that of `r.get "path" do … end` (Roda). */
function routed(ruby: Ruby, node: CodeNode, block: Expression): Expression {
	const method = childOf(node, 'method')
	const receiver = childOf(node, 'receiver')
	const name = method ? textOf(ruby, method) : ''
	const isRoute = !receiver && routes.test(name) && written(node)[0]
	const isBranch = receiver && branches.test(name) && /^(?:r|request|routing)$/.test(textOf(ruby, receiver))
	if ((!isRoute && !isBranch) || block.kind !== 'closure') return block
	const annotation = {
		name: isRoute ? 'Sinatra.Route' : 'Roda.Route',
		arguments: [],
		expression: undefined,
		...spanOf(node),
	}
	return { ...block, function: { ...block.function, annotations: [annotation] } }
}

function written(node: CodeNode): readonly CodeNode[] {
	const list = childOf(node, 'arguments')
	return list ? namedChildren(list) : []
}

/** Words that are more than a call. */
function languageCall(ruby: Ruby, node: CodeNode, name: string): Expression | undefined {
	const [first] = written(node)
	const block = childOf(node, 'block')
	if (name === 'render' && ruby.isTemplate) return renderOf(ruby, node)
	switch (name) {
		case 'require':
		case 'require_relative':
		case 'load':
			if (!first) return undefined
			return { kind: 'import', form: 'include', module: modulePath(ruby, first, name), ...spanOf(node) }
		case 'lambda':
		case 'proc':
			return block ? ruby.closureOf(ruby, block) : undefined
		case 'block_given?':
			return opaqueAt([], node)
		case 'method': {
			const named = nameIn(ruby, first)
			return named === undefined ? undefined : methodReference(named, undefined, node)
		}
		default:
			return undefined
	}
}

/** `render 'name'` and `render partial: 'name'` in a template lead to another template. */
function renderOf(ruby: Ruby, node: CodeNode): Expression | undefined {
	const given = givenTo(ruby, node)
	const partial =
		given.find((it) => it.keyword === 'partial') ?? (given[0]?.keyword === undefined ? given[0] : undefined)
	if (partial?.value.kind !== 'constant' || typeof partial.value.value !== 'string') return undefined
	const module = constantAt(`@partial:${partial.value.value}`, partial)
	const call = callAt('render', given, node)
	return {
		kind: 'sequence',
		items: [{ kind: 'import', form: 'include', module, ...spanOf(node) }, call],
		...spanOf(node),
	}
}

/** `require_relative` looks beside the file, and `require` in the folders of libraries, of which `lib` may be one. */
function modulePath(ruby: Ruby, node: CodeNode, name: string): Expression {
	const value = ruby.expression(ruby, node, node)
	if (value.kind !== 'constant' || typeof value.value !== 'string') return value
	const path = value.value
	if (name === 'require_relative') return { ...value, value: /^[./]/.test(path) ? path : `./${path}` }
	return value
}

const sending = new Set(['send', 'public_send', '__send__'])

function memberCall(ruby: Ruby, node: CodeNode, name: string, object: Expression | undefined): Expression | undefined {
	const [first] = written(node)
	const span = spanOf(node)
	if (name === 'new') {
		const callee: Expression = object ?? { kind: 'self', ...span }
		if (!object && !written(node).length && isLocal(ruby, 'new')) return undefined
		return { kind: 'call', callee, arguments: givenTo(ruby, node), isNew: true, ...span }
	}
	if (sending.has(name)) {
		const named = nameIn(ruby, first)
		if (named === undefined) return undefined
		const given = givenTo(ruby, node).slice(1)
		return object ? methodCallAt(object, named, given, node) : callAt(named, given, node)
	}
	if (name === 'instance_variable_get' || name === 'instance_variable_set') {
		const named = nameIn(ruby, first)
		if (named === undefined) return undefined
		const target = { kind: 'field', object: object ?? { kind: 'self', ...span }, name: named, ...span } as const
		const value = givenTo(ruby, node)[1]
		return name === 'instance_variable_get' || !value ? target : { kind: 'assign', target, value: value.value, ...span }
	}
	if (name === 'class' && !object && ruby.className !== undefined) return nameAt(ruby.className, node)
	if (name === 'in?' && object && first) {
		return { kind: 'binary', operator: 'in', left: object, right: ruby.expression(ruby, first, first), ...span }
	}
	if (name === 'method' && object) {
		const named = nameIn(ruby, first)
		return named === undefined ? undefined : methodReference(named, object, node)
	}
	return undefined
}

/** `super` with brackets or arguments gives these, and without what the method was given. */
export function superOf(ruby: Ruby, node: CodeNode, list: CodeNode | undefined): Expression {
	const span = spanOf(node)
	const block = childOf(node, 'block')
	const given = list ? ruby.argumentsOf(ruby, list) : [...(ruby.method?.arguments ?? [])]
	if (block) given.push({ value: ruby.closureOf(ruby, block), keyword: blockName, ...spanOf(block) })
	const base: Expression = { kind: 'super', ...span }
	const name = ruby.method?.name
	if (name === undefined || name === 'initialize')
		return { kind: 'call', callee: base, arguments: given, isNew: false, ...span }
	return methodCallAt(base, name, given, node)
}

/** The block that the method was given is called. */
export function yieldOf(ruby: Ruby, node: CodeNode): Expression {
	const list = node.children.find((it) => it.kind === 'argument_list')
	const given = list
		? ruby.argumentsOf(ruby, list)
		: namedChildren(node).map((it) => argumentAt(ruby.expression(ruby, it, it)))
	return methodCallAt(nameAt(blockName, node), 'call', given, node)
}

export function exitOf(ruby: Ruby, node: CodeNode): Expression {
	const values = givenTo(ruby, node).map((it) => it.value)
	const [only] = values
	if (!only) return constantAt(null, node)
	return values.length === 1 ? only : opaqueAt(values, node)
}
