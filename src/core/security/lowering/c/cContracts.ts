import { escapePattern } from '../../../../shared/escapePattern.ts'
import type { Expression } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type C, intrinsic, textOf } from './cContext.ts'
import { typeOf } from './cNames.ts'
import { argumentNodes, bare, calledName, callsIn, each, names, nodesOf, plainText, receiverOf } from './cTree.ts'
import type { CType, FileTypes } from './cTypes.ts'

/*
 * What the library and the language ask of a program: room where something is copied to, a class that an object really has, and an exception that
 * somebody catches.
 */

const copying =
	/^(?:copy|copy_if|copy_n|copy_backward|transform|move|replace_copy|replace_copy_if|remove_copy|remove_copy_if|reverse_copy|unique_copy|rotate_copy|merge|set_union|set_intersection|set_difference|set_symmetric_difference|partial_sum|adjacent_difference|exclusive_scan|inclusive_scan|fill_n|generate_n|iota)$/
const sequences = /^(?:std\.)?(?:vector|string|basic_string|deque|list|wstring|u8string)$/

/** `std::copy(…, to.begin())` where `to` was declared here and has nothing in it: `reserve` makes room, but no elements. */
export function copiedIntoEmpty(c: C, call: CodeNode, made: Expression): Expression {
	const body = c.functionBody
	const callee = childOf(call, 'function')
	if (
		!body ||
		callee?.kind !== 'qualified_identifier' ||
		!copying.test(calledName(c, call)) ||
		!/^(?:std|ranges)\b/.test(textOf(c, callee))
	)
		return made
	const given = argumentNodes(call)
	const isFirst = /_n$|^iota$/.test(calledName(c, call)) && calledName(c, call) !== 'copy_n'
	for (const [position, it] of given.entries()) {
		if (isFirst ? position !== 0 : position < 1) continue
		const holder = it.kind === 'call_expression' && calledName(c, it) === 'begin' ? receiverOf(it) : undefined
		if (holder?.kind === 'identifier' && isEmptyAt(c, body, textOf(c, holder), call))
			return intrinsic('intoEmpty', call, made)
	}
	return made
}

/** A variable of the function that was declared without a value, and of which nothing but `reserve` was called. */
function isEmptyAt(c: C, body: CodeNode, name: string, before: CodeNode): boolean {
	let isEmpty = false
	each(body, (it) => {
		if (it.start >= before.start) return false
		if (it.kind === 'declaration') {
			const isDeclared = it.children.some(
				(one) => one.field === 'declarator' && one.kind === 'identifier' && textOf(c, one) === name,
			)
			const type = isDeclared ? typeOfDeclared(c, it) : undefined
			if (type !== undefined) isEmpty = sequences.test(type)
			else if (names(c, it, name)) isEmpty = false
			return type === undefined
		}
		if (it.kind === 'call_expression') {
			const holder = receiverOf(it)
			if (holder && plainText(c, holder) === name && calledName(c, it) === 'reserve') return false
		}
		if (it.kind === 'identifier' && textOf(c, it) === name) isEmpty = false
		return true
	})
	return isEmpty
}

function typeOfDeclared(c: C, declaration: CodeNode): string | undefined {
	const type = childOf(declaration, 'type')
	return (
		type &&
		textOf(c, type)
			.replace(/<[\s\S]*$/, '')
			.replace(/::/g, '.')
			.replace(/\s+/g, '')
	)
}

/** `static_cast<Derived *>(base)` of an object that a function has just given: of which class it is nobody has asked. */
export function takenForOther(c: C, to: CType, value: CodeNode, made: Expression, at: CodeNode): Expression {
	const body = c.functionBody
	const target = to.form === 'pointer' || to.form === 'reference' ? to.to : undefined
	if (!body || target?.form !== 'plain' || (to.form === 'pointer' && to.isOwner)) return made
	const of = bare(value)
	const variable = variableIn(c, of)
	const declared = variable ? initializerOf(c, body, variable, at.start) : undefined
	const call = declared ? bare(declared.value) : undefined
	if (!variable || !declared || !call) return made
	const held = heldIn(c, body, call)
	if (call.kind !== 'call_expression' && held === undefined) return made
	const base = held ?? classOf(typeOf(c, variableNode(of)))
	if (base === undefined || !isBelow(c.types, target.name, base) || !isPolymorphic(c, base)) return made
	// What was asked for by a name that stands in the call is of the class of that name.
	if (argumentNodes(call).some((it) => /literal|qualified/.test(it.kind) || /^[A-Z_]+$/.test(textOf(c, it))))
		return made
	if (/^(?:make_|create|new|clone|alloc)/i.test(calledName(c, call))) return made
	const between = c.text.slice(declared.end, at.start)
	const text = textOf(c, variable)
	const isAsked = new RegExp(
		`\\b${text}\\b\\s*(?:->|\\.)\\s*(?!get\\s*\\()|\\b(?:typeid|dynamic_cast|isa|switch)\\b`,
	).test(between)
	return isAsked ? made : intrinsic('otherClass', at, made)
}

/** The class of the pointers that a container holds, where an element of it is looked up: `store[key]`, `store.at(key)`. */
function heldIn(c: C, body: CodeNode, value: CodeNode): string | undefined {
	const isFound = value.kind === 'call_expression' && /^(?:at|find|front|back|top)$/.test(calledName(c, value))
	const holder =
		value.kind === 'subscript_expression' ? childOf(value, 'argument') : isFound ? receiverOf(value) : undefined
	if (!holder || !/^(?:this->)?\w+$/.test(plainText(c, holder))) return undefined
	// What lies under a name that stands here is of the class that belongs to it.
	const indices = childOf(value, 'indices')
	const key = childOf(value, 'index') ?? (indices ? namedChildren(indices)[0] : argumentNodes(value)[0])
	if (key && /literal|qualified/.test(key.kind)) return undefined
	const name = escapePattern(plainText(c, holder).replace(/^this->/, ''))
	const declared = new RegExp(
		`\\b(?:map|unordered_map|multimap|vector|deque|list|array|stack|queue|flat_map|flat_hash_map)\\s*<[^;{}()]*?(?:(?:unique_ptr|shared_ptr)\\s*<\\s*(?:\\w+::)*(\\w+)\\s*>|\\b(\\w+)\\s*\\*)[^;{}()]*>\\s*&?\\s*${name}\\s*[;={,)]`,
	)
	const [, owned, plain] = declared.exec(textOf(c, body)) ?? declared.exec(c.text) ?? []
	return owned ?? plain
}

function variableNode(of: CodeNode | undefined): CodeNode | undefined {
	if (of?.kind === 'call_expression' && calledNameIsGet(of)) return receiverOf(of)
	if (of?.kind === 'pointer_expression') return bare(childOf(of, 'argument'))
	return of
}

function calledNameIsGet(call: CodeNode): boolean {
	const written = childOf(call, 'arguments')
	return receiverOf(call) !== undefined && (!written || namedChildren(written).length === 0)
}

function variableIn(_: C, of: CodeNode | undefined): CodeNode | undefined {
	const node = variableNode(of)
	return node?.kind === 'identifier' ? node : undefined
}

function initializerOf(
	c: C,
	body: CodeNode,
	variable: CodeNode,
	before: number,
): { readonly value: CodeNode; readonly end: number } | undefined {
	let found: { readonly value: CodeNode; readonly end: number } | undefined
	for (const it of nodesOf(body, new Set(['init_declarator']))) {
		if (it.end > before) break
		const value = childOf(it, 'value')
		const declarator = childOf(it, 'declarator')
		if (value && declarator && names(c, declarator, textOf(c, variable))) found = { value, end: it.end }
	}
	return found
}

function classOf(type: CType | undefined): string | undefined {
	const inner = type?.form === 'pointer' || type?.form === 'reference' ? type.to : type
	return inner?.form === 'plain' ? inner.name : undefined
}

function isBelow(types: FileTypes, name: string, base: string, depth = 0): boolean {
	if (depth > 8) return false
	const bases = types.structures.get(name)?.bases ?? []
	return bases.some((it) => it === base || it.endsWith(`.${base}`) || isBelow(types, it, base, depth + 1))
}

function isPolymorphic(c: C, name: string): boolean {
	const declared = new RegExp(`\\b(?:class|struct)\\s+${escapePattern(name)}\\b[^;{]*\\{[^}]*\\bvirtual\\b`)
	return [c.text, ...c.types.headers.map((it) => it.text)].some((text) => declared.test(text))
}

const throwing = /^(?:parse|sto(?:i|l|ll|ul|ull|f|d|ld)|lexical_cast|from_(?:bson|cbor|msgpack|ubjson))$/

/** Of a lambda that a thread runs, and of what may throw nothing: statements of what throws in it with nobody to catch it. */
export function uncaughtIn(c: C, call: CodeNode, made: Expression): Expression {
	const isLast = !c.uncaught && c.catchesNothing
	if ((!c.uncaught && !isLast) || !throwing.test(calledName(c, call))) return made
	const given = argumentNodes(call)
	const name = calledName(c, call)
	const callee = childOf(call, 'function')
	const text = callee ? plainText(c, callee) : ''
	if (name === 'parse' && !/json/i.test(text)) return made
	if (
		given.length > 2 &&
		/^(?:false|nullptr,false)$/.test(
			given
				.slice(-1)
				.map((it) => plainText(c, it))
				.join(','),
		)
	)
		return made
	return intrinsic(isLast ? 'uncaughtInMain' : 'uncaught', call, made)
}

/** Whether a lambda is what a thread runs. */
export function isRunByThread(c: C, around: CodeNode | undefined): boolean {
	if (!around) return false
	const type = childOf(around, 'function') ?? childOf(around, 'type')
	return type !== undefined && /^(?:(?:std|boost)::)?j?thread$/.test(textOf(c, type).replace(/\s+/g, ''))
}

/** Calls that begin a thread with a lambda, in the text of which they stand. */
export function threadLambdas(c: C, body: CodeNode): Set<number> {
	const found = new Set<number>()
	const add = (list: CodeNode | undefined): void => {
		for (const it of list ? namedChildren(list) : []) if (it.kind === 'lambda_expression') found.add(it.start)
	}
	for (const it of callsIn(body)) {
		if (isRunByThread(c, it)) add(childOf(it, 'arguments'))
		const holder = receiverOf(it)
		if (holder && /^(?:emplace_back|push_back)$/.test(calledName(c, it)) && /thread|worker/i.test(textOf(c, holder)))
			add(childOf(it, 'arguments'))
	}
	each(body, (it) => {
		if (it.kind === 'declaration' && isRunByThread(c, it))
			for (const one of it.children) if (one.kind === 'init_declarator') add(childOf(one, 'value'))
		if (it.kind === 'compound_literal_expression' && isRunByThread(c, it)) add(childOf(it, 'value'))
		return true
	})
	return found
}
