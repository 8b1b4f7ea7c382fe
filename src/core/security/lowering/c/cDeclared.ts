import { type CodeNode, childOf, childOfKind, childrenOf, namedChildren } from '../../tree/codeNode.ts'
import { copiesPlainly } from './cRuleOfThree.ts'
import {
	type CType,
	constantIn,
	declaredName,
	declaredType,
	type FileTypes,
	fieldsIn,
	functionDeclarator,
	layOut,
	nameOfType,
	numberOf,
	type Structure,
	specifierType,
	structureType,
	unknownType,
	withoutCast,
} from './cTypes.ts'

const deepest = 60

const registered =
	/\b(?:signal|bsd_signal|sigset)\s*\(\s*\w+\s*,\s*&?\s*(\w+)\s*\)|\bsa_(?:handler|sigaction)\s*=\s*&?\s*(\w+)/g

function handlersIn(text: string): ReadonlySet<string> {
	const found = new Set<string>()
	for (const it of text.matchAll(registered)) found.add(it[1] ?? it[2] ?? '')
	return found
}

/**
 * Types, constants and functions that a file declares, before anything of it is lowered.
 * @param headers what those that it includes declare themselves, in the order in which the compiler comes to them
 */
export function typesDeclared(text: string, root: CodeNode, headers: readonly FileTypes[] = [], mark = ''): FileTypes {
	const types: FileTypes = {
		text,
		mark,
		structures: joined(headers.map((it) => it.structures)),
		names: joined(headers.map((it) => it.names)),
		constants: joined(headers.map((it) => it.constants)),
		functions: joined(headers.map((it) => it.functions)),
		namespaces: new Set(headers.flatMap((it) => [...it.namespaces])),
		inMacros: new Set(),
		byValue: new Set(),
		handlers: handlersIn(text),
		isPacked: /\bpacked\b|__packed|\bpragma\s+pack\b/.test(text) || headers.some((it) => it.isPacked),
		defined: new Map(),
		locked: lockedClasses(text, root),
		headers,
	}
	visit(types, root, 0)
	return types
}

function lockedClasses(text: string, root: CodeNode): readonly CodeNode[] {
	const lock = /[mM]utex|CRITICAL_SECTION|SRWLOCK|RWLock|ReadWriteLock|pthread_rwlock_t/
	if (!lock.test(text)) return []
	const found: CodeNode[] = []
	const look = (node: CodeNode, depth: number): void => {
		if (depth > deepest) return
		const isClass = node.kind === 'class_specifier' || node.kind === 'struct_specifier'
		const body = isClass ? childOf(node, 'body') : undefined
		if (body && childOf(node, 'name') && lock.test(text.slice(body.start, body.end))) found.push(node)
		for (const it of node.children) if (it.isNamed) look(it, depth + 1)
	}
	look(root, 0)
	return found
}

/** What a header declares itself: without what it has of those that it includes. */
export function declaredIn(text: string, root: CodeNode, headers: readonly FileTypes[], mark: string): FileTypes {
	const all = typesDeclared(text, root, headers, mark)
	return {
		...all,
		structures: own(
			all.structures,
			headers.map((it) => it.structures),
		),
		names: own(
			all.names,
			headers.map((it) => it.names),
		),
		constants: own(
			all.constants,
			headers.map((it) => it.constants),
		),
		functions: own(
			all.functions,
			headers.map((it) => it.functions),
		),
	}
}

function joined<T>(maps: readonly ReadonlyMap<string, T>[]): Map<string, T> {
	const all = new Map<string, T>()
	for (const map of maps) for (const [name, it] of map) all.set(name, it)
	return all
}

function own<T>(all: ReadonlyMap<string, T>, others: readonly ReadonlyMap<string, T>[]): Map<string, T> {
	return new Map([...all].filter(([name, it]) => others.every((one) => one.get(name) !== it)))
}

function visit(types: FileTypes, node: CodeNode, depth: number): void {
	if (depth > deepest) return
	// A field's type has to be known before the structure that holds it.
	for (const it of node.children) visit(types, it, depth + 1)
	switch (node.kind) {
		case 'struct_specifier':
		case 'union_specifier':
		case 'class_specifier':
			addStructure(types, node)
			return
		case 'enumerator_list':
			addEnumerators(types, node)
			return
		case 'type_definition':
		case 'alias_declaration':
			addNames(types, node)
			return
		case 'preproc_function_def': {
			const value = childOf(node, 'value')
			const words = value ? types.text.slice(value.start, value.end).match(/[A-Za-z_]\w*/g) : undefined
			for (const it of words ?? []) types.inMacros.add(it)
			return
		}
		case 'preproc_def':
			addDefine(types, node)
			return
		case 'type_parameter_declaration': {
			// What it is depends on who uses it: it is taken for any value.
			const name = namedChildren(node).at(-1)
			if (name) types.names.set(types.text.slice(name.start, name.end), unknownType)
			return
		}
		case 'namespace_definition': {
			const name = childOf(node, 'name')
			if (name) for (const it of nameOfType(types.text, name).split(/::|\./)) types.namespaces.add(it)
			return
		}
		case 'declaration':
			addConstant(types, node)
			addFunction(types, node)
			return
		case 'field_declaration':
			addMemberConstant(types, node)
			return
		case 'function_definition':
			addFunction(types, node)
			addDefinition(types, node)
			return
		default:
	}
}

function addStructure(types: FileTypes, node: CodeNode): void {
	const body = childOf(node, 'body')
	if (!body) return
	const written = childOf(node, 'name')
	const name = written ? nameOfType(types.text, written) : `@${types.mark}${node.start}`
	const clause = childOfKind(node, 'base_class_clause')
	const bases = clause
		? namedChildren(clause)
				.filter((it) => it.kind !== 'access_specifier')
				.map((it) => nameOfType(types.text, it))
		: []
	const structure: Structure = {
		name,
		fields: new Map(),
		offsets: new Map(),
		methods: new Set(),
		bases,
		size: undefined,
	}
	types.structures.set(name, structure)
	const fields: (readonly [string, CType])[] = []
	for (const it of members(body)) {
		if (it.kind === 'field_declaration') {
			const isStatic = it.children.some((one) => one.kind === 'storage_class_specifier')
			const own = fieldsIn(types, it)
			if (own.length > 0 && !isStatic) fields.push(...own)
			else if (own.length > 0) for (const [field, type] of own) structure.fields.set(field, type)
			else addMethod(types, structure, it)
			// What stands in an unnamed union belongs to the structure around it.
			if (own.length === 0 && childrenOf(it, 'declarator').length === 0) fields.push(...unnamed(types, it))
		} else if (it.kind === 'function_definition' || it.kind === 'declaration') addMethod(types, structure, it)
		else if (it.kind === 'template_declaration') for (const one of it.children) addMethod(types, structure, one)
	}
	structure.copiesPlainly = copiesPlainly(
		name,
		types.text.slice(body.start, body.end),
		bases,
		fields.map(([, type]) => type),
	)
	layOut(types, structure, fields, node.kind === 'union_specifier')
	for (const [name] of fields) if (name.startsWith('@')) addInner(types, structure, name)
}

function unnamed(types: FileTypes, field: CodeNode): readonly (readonly [string, CType])[] {
	const type = childOf(field, 'type')
	const inner = type && types.structures.get(`@${types.mark}${type.start}`)
	return inner ? [[inner.name, structureType(types, inner.name)]] : []
}

/** What stands in an unnamed union or structure is found by its own name, where the union lies. */
function addInner(types: FileTypes, structure: Structure, name: string): void {
	const inner = types.structures.get(name)
	const from = structure.offsets.get(name)
	structure.fields.delete(name)
	for (const [member, type] of inner?.fields ?? []) {
		structure.fields.set(member, type)
		const at = inner?.offsets.get(member)
		if (from !== undefined && at !== undefined) structure.offsets.set(member, from + at)
	}
}

function members(body: CodeNode): readonly CodeNode[] {
	return body.children.flatMap((it) =>
		it.kind.startsWith('preproc_if') || it.kind === 'preproc_else' ? members(it) : [it],
	)
}

function addMethod(types: FileTypes, structure: Structure, node: CodeNode): void {
	for (const declarator of childrenOf(node, 'declarator')) {
		const name = functionDeclarator(declarator) && declaredName(declarator)
		if (name) structure.methods.add(types.text.slice(name.start, name.end))
	}
}

function addEnumerators(types: FileTypes, node: CodeNode): void {
	let next: number | undefined = 0
	for (const it of namedChildren(node)) {
		const name = childOf(it, 'name')
		if (it.kind !== 'enumerator' || !name) continue
		const value = childOf(it, 'value')
		if (value) next = constantIn(types, value)
		if (next === undefined) continue
		types.constants.set(types.text.slice(name.start, name.end), next)
		next++
	}
}

function addNames(types: FileTypes, node: CodeNode): void {
	const base = specifierType(types, childOf(node, 'type'))
	if (node.kind === 'alias_declaration') {
		const name = childOf(node, 'name')
		if (name) types.names.set(types.text.slice(name.start, name.end), base)
		return
	}
	for (const declarator of childrenOf(node, 'declarator')) {
		const name = declaredName(declarator)
		if (!name) continue
		const written = types.text.slice(name.start, name.end)
		const type = declaredType(types, base, declarator)
		types.names.set(written, type)
		// `typedef struct { … } Name;`: the structure is known by that name.
		const structure = type.form === 'plain' && type.name.startsWith('@') ? types.structures.get(type.name) : undefined
		if (structure) {
			types.structures.set(written, { ...structure, name: written })
			types.names.set(written, { form: 'plain', name: written, size: structure.size, isClass: true })
		}
	}
}

function addDefine(types: FileTypes, node: CodeNode): void {
	const name = childOf(node, 'name')
	const value = childOf(node, 'value')
	if (!name || !value) return
	const written = types.text
		.slice(value.start, value.end)
		.trim()
		.replace(/^\((.*)\)$/, '$1')
	const number = numberOf(withoutCast(written.replace(/\s*(?:\/\*.*|\/\/.*)$/, ''))) ?? types.constants.get(written)
	if (number !== undefined) types.constants.set(types.text.slice(name.start, name.end), number)
}

/** `const int size = 10;` */
function addConstant(types: FileTypes, node: CodeNode): void {
	const isConstant = node.children.some(
		(it) => it.kind === 'type_qualifier' && /^const(?:expr)?$/.test(types.text.slice(it.start, it.end)),
	)
	if (!isConstant) return
	for (const declarator of childrenOf(node, 'declarator')) {
		if (declarator.kind !== 'init_declarator') continue
		const name = childOf(declarator, 'declarator')
		const value = childOf(declarator, 'value')
		const number = value && constantIn(types, value)
		if (name?.kind === 'identifier' && number !== undefined)
			types.constants.set(types.text.slice(name.start, name.end), number)
	}
}

/** `static constexpr int size = 10;` of a class, which the arrays in it have for their lengths. */
function addMemberConstant(types: FileTypes, node: CodeNode): void {
	const written = types.text.slice(node.start, node.end)
	if (!/^(?:inline\s+)?static\s+(?:inline\s+)?const(?:expr)?\b/.test(written)) return
	const [name, ...more] = childrenOf(node, 'declarator')
	const value = childOf(node, 'default_value')
	const number = value && constantIn(types, value)
	if (name?.kind === 'field_identifier' && more.length === 0 && number !== undefined)
		types.constants.set(types.text.slice(name.start, name.end), number)
}

function addFunction(types: FileTypes, node: CodeNode): void {
	const base = specifierType(types, childOf(node, 'type'))
	for (const declarator of childrenOf(node, 'declarator')) {
		const name = functionDeclarator(declarator) && declaredName(declarator)
		if (name?.kind !== 'identifier') continue
		if (!/&\s*\w*\s*[,)]/.test(types.text.slice(declarator.start, declarator.end)))
			types.byValue.add(types.text.slice(name.start, name.end))
		const type = declaredType(types, base, declarator)
		if (type.form === 'function') types.functions.set(types.text.slice(name.start, name.end), type.gives)
		else types.functions.set(types.text.slice(name.start, name.end), givenBy(type))
	}
}

function addDefinition(types: FileTypes, node: CodeNode): void {
	const name = declaredName(childOf(node, 'declarator'))
	const last = name && nameOfType(types.text, name).split(/\.|::/).at(-1)
	if (!last) return
	const known = types.defined.get(last)
	if (known) known.push(node)
	else types.defined.set(last, [node])
}

/** `char *f()` is a pointer to char around a function. */
function givenBy(type: CType): CType {
	return type.form === 'function' ? type.gives : type
}
