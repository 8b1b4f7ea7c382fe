import type { Annotation, ClassIr, Expression, FieldIr, FunctionIr, Parameter, Statement } from '../../ir/ir.ts'
import { type CodeNode, type CodeSpan, childOf, namedChildren } from '../../tree/codeNode.ts'
import { newFunction } from './functions.ts'
import { injectedMethods } from './injected.ts'
import { dotted, literalText, nameAt, plainText, type Ruby, spanOf, textOf } from './ruby.ts'

interface Members {
	readonly bases: Expression[]
	readonly methods: FunctionIr[]
	readonly fields: FieldIr[]
	readonly classes: ClassIr[]
	readonly initializers: Statement[]
	readonly annotations: Annotation[]
}

/** `class A::B` is the class B in a module A. */
export function namedClass(ruby: Ruby, node: CodeNode): ClassIr {
	const made = classOf(ruby, node)
	const written = childOf(node, 'name')
	const outer = written ? dotted(textOf(ruby, written)).split('.').slice(0, -1) : []
	return outer.reduceRight((inner: ClassIr, name): ClassIr => ({ ...emptyClass(name, node), classes: [inner] }), made)
}

export function classOf(outer: Ruby, node: CodeNode): ClassIr {
	const written = childOf(node, 'name')
	const name = written ? dotted(textOf(outer, written)).split('.').at(-1) : undefined
	const ruby: Ruby = {
		...outer,
		className: name ?? '',
		outermost: outer.outermost ?? (written && dotted(textOf(outer, written)).split('.')[0]),
		isClassBody: true,
		method: undefined,
		locals: { names: new Set(), outer: undefined },
	}
	const base = childOf(node, 'superclass')
	const members: Members = { bases: [], methods: [], fields: [], classes: [], initializers: [], annotations: [] }
	if (node.kind === 'call') madeMembers(ruby, node, members)
	else if (base) {
		const [named] = namedChildren(base)
		const made = named?.kind === 'call' ? namedClassOf(outer, named, named) : undefined
		if (made?.kind === 'class') members.bases.push({ kind: 'class', class: made.class, ...spanOf(named ?? base) })
		else if (named) members.bases.push(outer.expression(outer, named, base))
	}
	const body = childOf(node, 'body')
	for (const it of body ? namedChildren(body) : []) member(ruby, it, members, false)
	return {
		name,
		form: node.kind === 'module' ? 'module' : 'class',
		...members,
		classes: merged(members.classes),
		head: spanOf(written ?? { start: node.start, end: Math.min(node.end, node.start + 8) }),
		...spanOf(node),
	}
}

/** `Point = Struct.new(:x, :y)`. */
export function namedClassOf(ruby: Ruby, left: CodeNode, right: CodeNode): Statement | undefined {
	const receiver = childOf(right, 'receiver')
	if (right.kind !== 'call' || !receiver || !/^(?:Struct|Data|Class)$/.test(textOf(ruby, receiver))) return undefined
	const method = childOf(right, 'method')
	if (!method || !/^(?:new|define)$/.test(textOf(ruby, method))) return undefined
	const made = ruby.classOf(ruby, right)
	return { kind: 'class', class: { ...made, name: textOf(ruby, left), head: spanOf(left) }, ...spanOf(right) }
}

function emptyClass(name: string, at: CodeSpan): ClassIr {
	return {
		name,
		form: 'module',
		bases: [],
		methods: [],
		fields: [],
		classes: [],
		initializers: [],
		annotations: [],
		head: spanOf(at),
		...spanOf(at),
	}
}

/** `Struct.new(:x, :y) do … end`, `Class.new(Base) do … end`. */
function madeMembers(ruby: Ruby, node: CodeNode, members: Members): void {
	const list = childOf(node, 'arguments')
	for (const it of list ? namedChildren(list) : []) {
		const name = plainText(ruby, it)
		if (it.kind === 'constant' || it.kind === 'scope_resolution') members.bases.push(ruby.expression(ruby, it, it))
		else if (name !== undefined && it.kind === 'simple_symbol')
			members.fields.push({
				name,
				isStatic: false,
				type: undefined,
				initial: undefined,
				annotations: [],
				...spanOf(it),
			})
	}
	const block = childOf(node, 'block')
	const body = block && childOf(block, 'body')
	for (const it of body ? namedChildren(body) : []) member(ruby, it, members, false)
}

function member(ruby: Ruby, node: CodeNode, members: Members, isStatic: boolean): void {
	switch (node.kind) {
		case 'method':
		case 'singleton_method': {
			const made = ruby.methodOf(ruby, node)
			members.methods.push(isStatic ? { ...made, isStatic: true } : made)
			return
		}
		case 'singleton_class': {
			const body = childOf(node, 'body')
			for (const it of body ? namedChildren(body) : []) member(ruby, it, members, true)
			return
		}
		case 'class':
		case 'module':
			members.classes.push(namedClass(ruby, node))
			return
		case 'alias':
			aliased(ruby, childOf(node, 'name'), childOf(node, 'alias'), members)
			return
		case 'assignment': {
			const left = childOf(node, 'left')
			const right = childOf(node, 'right')
			const made = left?.kind === 'constant' && right ? namedClassOf(ruby, left, right) : undefined
			if (made?.kind !== 'class') break
			members.classes.push(made.class)
			return
		}
		case 'call':
			if (declared(ruby, node, members, isStatic)) return
			break
		default:
	}
	members.initializers.push(...ruby.statements(ruby, [node]))
}

/** Calls in the body of a class that say what it has. @returns whether it is one, and nothing else */
function declared(ruby: Ruby, node: CodeNode, members: Members, isStatic: boolean): boolean {
	const method = childOf(node, 'method')
	const list = childOf(node, 'arguments')
	const given = list ? namedChildren(list) : []
	if (!method || childOf(node, 'receiver')) return false
	const name = textOf(ruby, method)
	switch (name) {
		case 'include':
		case 'extend':
		case 'prepend':
			for (const it of given) {
				const injected = injectedMethods(ruby, it)
				members.methods.push(...injected)
				if (it.kind !== 'self' && injected.length === 0) members.bases.push(ruby.expression(ruby, it, it))
			}
			return true
		case 'attr_reader':
		case 'attr_writer':
		case 'attr_accessor':
		case 'cattr_accessor':
		case 'mattr_accessor':
			for (const it of given) {
				const named = plainText(ruby, it)
				if (named === undefined) continue
				const isBoth = name.endsWith('accessor')
				if (isBoth || name === 'attr_reader') members.methods.push(reader(named, it, isStatic))
				if (isBoth || name === 'attr_writer') members.methods.push(writer(named, it, isStatic))
			}
			return true
		case 'private':
		case 'public':
		case 'protected':
		case 'module_function':
		case 'private_class_method': {
			const methods = given.filter((it) => it.kind === 'method' || it.kind === 'singleton_method')
			for (const it of methods) member(ruby, it, members, isStatic || name === 'private_class_method')
			return methods.length > 0 || given.length === 0
		}
		case 'alias_method':
			aliased(ruby, given[0], given[1], members)
			return true
		case 'helpers':
		case 'included':
		case 'class_methods':
		case 'prepended': {
			// What stands in the block is the class's own.
			const block = childOf(node, 'block')
			const body = block && childOf(block, 'body')
			for (const it of body ? namedChildren(body) : []) member(ruby, it, members, isStatic || name === 'class_methods')
			return body !== undefined
		}
		case 'scope': {
			const named = plainText(ruby, given[0])
			const written = lambdaIn(ruby, given[1])
			const made = written && named !== undefined ? ruby.closureOf(ruby, written) : undefined
			if (made?.kind !== 'closure') return false
			members.methods.push({ ...made.function, name: named, form: 'method', inheritsSelf: false, isStatic: true })
			return true
		}
		case 'define_method': {
			const named = literalText(ruby, given[0])
			const block = childOf(node, 'block')
			const made = block && named !== undefined ? ruby.closureOf(ruby, block) : undefined
			if (made?.kind !== 'closure') return false
			members.methods.push({ ...made.function, name: named, form: 'method', inheritsSelf: false, isStatic })
			return true
		}
		default:
			if (/^(?:prepend_)?(?:before|around)_(?:action|filter)$/.test(name))
				members.annotations.push({
					name: 'before_action',
					arguments: ruby.argumentsOf(ruby, list),
					expression: undefined,
					...spanOf(node),
				})
			return false
	}
}

/** `-> {}`, or the block of `lambda {}`, `proc {}` and `Proc.new {}`. */
function lambdaIn(ruby: Ruby, node: CodeNode | undefined): CodeNode | undefined {
	if (node?.kind !== 'call') return node?.kind === 'lambda' ? node : undefined
	const method = childOf(node, 'method')
	const receiver = childOf(node, 'receiver')
	const name = `${receiver ? `${textOf(ruby, receiver)}.` : ''}${method ? textOf(ruby, method) : ''}`
	return /^(?:lambda|proc|Proc\.new)$/.test(name) ? childOf(node, 'block') : undefined
}

function aliased(ruby: Ruby, name: CodeNode | undefined, old: CodeNode | undefined, members: Members): void {
	const known = members.methods.find((it) => it.name === plainText(ruby, old))
	const named = plainText(ruby, name)
	if (known && named !== undefined) members.methods.push({ ...known, name: named })
}

function variable(name: string, at: CodeSpan): Extract<Expression, { kind: 'field' }> {
	return { kind: 'field', object: { kind: 'self', ...spanOf(at) }, name: `@${name}`, ...spanOf(at) }
}

function reader(name: string, at: CodeSpan, isStatic: boolean): FunctionIr {
	const body: Statement = { kind: 'return', value: variable(name, at), ...spanOf(at) }
	return { ...newFunction([body], [], at), name, form: 'method', inheritsSelf: false, isStatic, head: spanOf(at) }
}

function writer(name: string, at: CodeSpan, isStatic: boolean): FunctionIr {
	const value = nameAt('value', at)
	const parameter: Parameter = {
		target: value,
		type: undefined,
		initial: undefined,
		rest: undefined,
		byReference: false,
		annotations: [],
		...spanOf(at),
	}
	const assign: Expression = { kind: 'assign', target: variable(name, at), value, ...spanOf(at) }
	const body: Statement = { kind: 'return', value: assign, ...spanOf(at) }
	return {
		...newFunction([body], [parameter], at),
		name,
		form: 'setter',
		inheritsSelf: false,
		isStatic,
		head: spanOf(at),
	}
}

// ---------- what is opened again

/** A class that is opened again has what both places say. */
export function mergedClasses(statements: Statement[]): Statement[] {
	const classes = statements.filter((it) => it.kind === 'class')
	if (classes.length < 2) return statements
	const all = merged(classes.map((it) => it.class))
	const seen = new Set<string>()
	return statements.flatMap((it): Statement[] => {
		if (it.kind !== 'class') return [it]
		const { name } = it.class
		if (name === undefined) return [it]
		if (seen.has(name)) return []
		seen.add(name)
		return [{ ...it, class: all.find((one) => one.name === name) ?? it.class }]
	})
}

function merged(classes: readonly ClassIr[]): ClassIr[] {
	const made: ClassIr[] = []
	for (const it of classes) {
		const at = it.name === undefined ? -1 : made.findIndex((one) => one.name === it.name)
		const known = made[at]
		if (!known) made.push(it)
		else
			made[at] = {
				...known,
				bases: [...known.bases, ...it.bases],
				methods: [...known.methods, ...it.methods],
				fields: [...known.fields, ...it.fields],
				classes: merged([...known.classes, ...it.classes]),
				initializers: [...known.initializers, ...it.initializers],
				annotations: [...known.annotations, ...it.annotations],
			}
	}
	return made
}
