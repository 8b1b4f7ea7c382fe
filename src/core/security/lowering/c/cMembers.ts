import { escapePattern } from '../../../../shared/escapePattern.ts'
import type { Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf, childOfKind, childrenOf, namedChildren } from '../../tree/codeNode.ts'
import { type C, intrinsic, spanOf, textOf } from './cContext.ts'
import { lockedOtherwise } from './cLockOrder.ts'
import { holdsNoLock, type SharedClass, sharedByHandlers } from './cShared.ts'
import { calledName, callsIn, each, names, namesIn, nodesOf, plainText, receiverOf } from './cTree.ts'
import { type CType, declaredName, declaredType, functionDeclarator, nameOfType, specifierType } from './cTypes.ts'

/*
 * What is wrong with a class as a whole: a destructor that a base keeps to itself, members that begin with nothing, and members that one method
 * protects with a lock and another one does not.
 */

interface Method {
	readonly name: string
	/** The file that it stands in. */
	readonly of: C
	readonly node: CodeNode
	readonly body: CodeNode
	readonly isPublic: boolean
}

interface Field {
	readonly name: string
	readonly at: CodeNode
	readonly type: CType
	readonly hasValue: boolean
}

interface ClassParts {
	readonly name: string
	readonly node: CodeNode
	readonly fields: readonly Field[]
	readonly methods: readonly Method[]
	/** Methods that are declared here and defined in another file. */
	readonly missing: ReadonlySet<string>
}

const classKinds: ReadonlySet<string> = new Set(['class_specifier', 'struct_specifier'])

/** Statements for the classes of a file, where these are wrong. */
export function classFaults(c: C, root: CodeNode): Statement[] {
	const found: CodeNode[] = []
	each(root, (it) => {
		if (classKinds.has(it.kind) && childOf(it, 'body') && childOf(it, 'name')) found.push(it)
		return true
	})
	const made: Statement[] = []
	for (const node of found) {
		const parts = partsOf(c, node)
		if (!parts) continue
		const destructor = plainDestructor(c, parts, root)
		if (destructor) made.push(note('plainDestructor', destructor))
		for (const it of unsetMembers(c, parts)) made.push(note('unsetMember', it.at))
		for (const it of unguardedUses(c, c, parts)) made.push(note('unguarded', it))
	}
	// Of a class of a header this file has methods.
	for (const types of c.types.headers) {
		for (const node of types.locked) {
			const of = { ...c, text: types.text, types: { ...c.types, text: types.text } }
			const parts = partsOf(of, node, c)
			for (const it of parts ? unguardedUses(c, of, parts) : []) made.push(note('unguarded', it))
		}
	}
	const shared = found.flatMap((node) => {
		const parts = partsOf(c, node)
		return parts ? [changesOf(c, parts)] : []
	})
	return [...made, ...lockedOtherwise(c, root), ...sharedByHandlers(c, root, shared)]
}

/** What the public methods of a class change without a lock. */
function changesOf(c: C, { name, fields, methods }: ClassParts): SharedClass {
	const changes = new Map<string, CodeNode>()
	const shared = fields.filter(
		({ type }) =>
			type.form === 'plain' && !unshared.test(type.name) && (containers.test(type.name) || isPlainValue(type)),
	)
	for (const it of methods) {
		if (it.of !== c || it.name === name || it.name.startsWith('~') || !holdsNoLock(c, it.body)) continue
		for (const field of shared) {
			const change = writeOf(c, it.body, field.name)
			if (change && !changes.has(it.name)) changes.set(it.name, change)
		}
	}
	return { name, changes }
}

function note(name: string, at: CodeNode): Statement {
	return { kind: 'expression', expression: intrinsic(name, at), ...spanOf(at) }
}

/** @param main the file that may define methods of the class, where that is another one */
function partsOf(c: C, node: CodeNode, main = c): ClassParts | undefined {
	const named = childOf(node, 'name')
	const body = childOf(node, 'body')
	if (!named || !body || named.kind === 'template_type') return undefined
	const name = nameOfType(c.text, named).split('.').at(-1) ?? ''
	const fields: Field[] = []
	const methods: Method[] = []
	const missing = new Set<string>()
	let isPublic = node.kind === 'struct_specifier'
	for (const it of body.children) {
		if (it.kind === 'access_specifier') isPublic = textOf(c, it).startsWith('public')
		else if (it.kind === 'field_declaration') {
			addFields(c, it, fields)
			for (const declarator of childrenOf(it, 'declarator'))
				addDeclared(c, main, declarator, name, isPublic, methods, missing)
		} else if (it.kind === 'declaration') {
			for (const declarator of childrenOf(it, 'declarator'))
				addDeclared(c, main, declarator, name, isPublic, methods, missing)
		} else if (it.kind === 'function_definition') {
			const method = declaredName(childOf(it, 'declarator'))
			const inner = childOf(it, 'body')
			if (method && inner) methods.push({ name: textOf(c, method), of: c, node: it, body: inner, isPublic })
		}
	}
	return { name, node, fields, methods, missing }
}

function addFields(c: C, node: CodeNode, fields: Field[]): void {
	if (node.children.some((it) => it.kind === 'storage_class_specifier')) return
	const base = specifierType(c.types, childOf(node, 'type'))
	for (const declarator of childrenOf(node, 'declarator')) {
		const name = declaredName(declarator)
		if (!name || functionDeclarator(declarator)) continue
		const type = declaredType(c.types, base, declarator)
		const hasValue =
			childOf(node, 'default_value') !== undefined || /[={]/.test(c.text.slice(declarator.start, node.end))
		fields.push({ name: textOf(c, name), at: name, type, hasValue })
	}
}

function addDeclared(
	c: C,
	main: C,
	declarator: CodeNode,
	owner: string,
	isPublic: boolean,
	methods: Method[],
	missing: Set<string>,
): void {
	const named = functionDeclarator(declarator) && declaredName(declarator)
	if (!named) return
	const name = textOf(c, named)
	let isDefined = false
	for (const it of main.types.defined.get(name) ?? []) {
		const whole = declaredName(childOf(it, 'declarator'))
		const body = childOf(it, 'body')
		if (!whole || !body || !textOf(main, whole).includes(`${owner}::`)) continue
		isDefined = true
		methods.push({ name, of: main, node: it, body, isPublic })
	}
	if (
		!isDefined &&
		!/=\s*(?:0|default|delete)\s*$/.test(c.text.slice(declarator.start, declarator.end + 12).split(';')[0] ?? '')
	)
		missing.add(name)
}

// ---------- destructors

/** A class with virtual functions that is deleted by way of itself, while its destructor is that of the class alone. */
function plainDestructor(c: C, { name, node }: ClassParts, root: CodeNode): CodeNode | undefined {
	const named = childOf(node, 'name')
	const body = childOf(node, 'body')
	const structure = c.types.structures.get(name)
	if (!named || !body || !structure || structure.bases.length > 0) return undefined
	const text = textOf(c, body)
	if (!/\bvirtual\b/.test(text) || /\bvirtual\s+~|~\w+\s*\([^)]*\)\s*override/.test(text)) return undefined
	const own = body.children.findIndex(
		(it) => /^(?:function_definition|field_declaration|declaration)$/.test(it.kind) && /^[^({;]*~/.test(textOf(c, it)),
	)
	if (own >= 0) {
		// Who cannot reach the destructor cannot delete by way of the base.
		const access = body.children.slice(0, own).findLast((it) => it.kind === 'access_specifier')
		const isPublic = access ? textOf(c, access).startsWith('public') : node.kind === 'struct_specifier'
		if (!isPublic) return undefined
	}
	const derived = [...c.types.structures.values()].filter((it) =>
		it.bases.some((base) => base === name || base.endsWith(`.${name}`)),
	)
	if (derived.length === 0) return undefined
	const deleted = deletedAs(c, name, root)
	if (deleted === false) return undefined
	if (deleted !== true) return deleted
	return own >= 0 ? body.children[own] : named
}

/** Where a pointer to it is deleted, or true where something owns it that deletes it. A `std::shared_ptr` knows what it was made of. */
function deletedAs(c: C, name: string, root: CodeNode): CodeNode | boolean {
	const variables = new Set(
		[...c.text.matchAll(new RegExp(`\\b${escapePattern(name)}\\s*\\*\\s*(?:const\\s+)?(\\w+)\\s*[;=,){]`, 'g'))].map(
			(it) => it[1],
		),
	)
	const deleted =
		variables.size === 0
			? undefined
			: nodesOf(root, new Set(['delete_expression'])).find((it) => {
					const value = namedChildren(it).at(-1)
					return value !== undefined && variables.has(plainText(c, value).replace(/^this->/, ''))
				})
	if (deleted) return deleted
	// Elements of a container of such pointers.
	const isOwned = new RegExp(
		`\\b(?:unique_ptr|scoped_ptr|auto_ptr|QScopedPointer)\\s*<\\s*(?:const\\s+)?(?:\\w+::){0,4}${escapePattern(name)}\\s*>`,
	)
	return isOwned.test(c.text)
}

// ---------- members without a value

/** Members that no constructor gives a value and that a method reads, while nothing but what reads them first writes them. */
function unsetMembers(c: C, { name, node, fields, methods, missing }: ClassParts): Field[] {
	const constructors = methods.filter((it) => it.name === name)
	const body = childOf(node, 'body')
	if (constructors.length === 0 || missing.has(name) || !body) return []
	const others = methods.filter((it) => it.name !== name && !it.name.startsWith('~') && !it.name.startsWith('operator'))
	if (missing.size > 0) return []
	return fields.filter((field) => {
		if (field.hasValue || !isPlainValue(field.type)) return false
		const isSet = constructors.some((it) => givesValue(c, it, field.name))
		if (isSet) return false
		const uses = others.map((it) => firstUse(c, it, field.name)).filter((it) => it !== undefined)
		return uses.includes('read') && !uses.includes('write')
	})
}

function isPlainValue(type: CType): boolean {
	if (type.form === 'pointer') return type.isOwner !== true && type.to.form !== 'function'
	return type.form === 'plain' && !type.isClass && type.size !== undefined
}

/** A constructor that names it, has another one do its work, or calls what may. */
function givesValue(c: C, { node, body, name }: Method, field: string): boolean {
	const list = childOfKind(node, 'field_initializer_list')
	for (const it of list ? namedChildren(list) : []) {
		const first = namedChildren(it)[0]
		const target = first ? nameOfType(c.text, first) : ''
		if (target === field || target === name) return true
	}
	if (names(c, body, field)) return true
	return callsIn(body).some((it) => {
		const receiver = receiverOf(it)
		const called = calledName(c, it)
		const given = childOf(it, 'arguments')
		return (!receiver && c.types.defined.has(called)) || (given !== undefined && /\bthis\b/.test(textOf(c, given)))
	})
}

/** Whether a method reads or writes a member first; undefined where it does neither. */
function firstUse(c: C, { body }: Method, field: string): 'read' | 'write' | undefined {
	let use: 'read' | 'write' | undefined
	const look = (node: CodeNode, parent: CodeNode | undefined, depth: number): void => {
		if (use || depth > 200) return
		if (/^(?:field_)?identifier$/.test(node.kind) && textOf(c, node) === field) {
			use = isWritten(c, node, parent) ? 'write' : 'read'
			return
		}
		// What is assigned is read before it is written.
		const parts =
			node.kind === 'assignment_expression' ? [childOf(node, 'right'), childOf(node, 'left')] : node.children
		for (const it of parts) if (it?.isNamed) look(it, node, depth + 1)
	}
	look(body, undefined, 0)
	return use
}

function isWritten(c: C, node: CodeNode, parent: CodeNode | undefined): boolean {
	if (parent?.kind === 'field_expression') return !/^this->/.test(plainText(c, parent))
	if (parent?.kind === 'assignment_expression') {
		const operator = childOf(parent, 'operator')
		return node.field === 'left' && operator !== undefined && textOf(c, operator) === '='
	}
	// Its address is handed over, or it is captured.
	return (
		(parent?.kind === 'pointer_expression' && textOf(c, parent).startsWith('&')) ||
		parent?.kind === 'argument_list' ||
		parent?.kind === 'lambda_capture_specifier' ||
		(parent?.kind === 'binary_expression' && /^(?:>>|&)$/.test(textOf(c, childOf(parent, 'operator') ?? parent)))
	)
}

// ---------- locks

const mutexes =
	/^(?:(?:std|boost|absl|port|folly|QT)\.)?(?:(?:recursive_|shared_|timed_|recursive_timed_|shared_timed_)?mutex|Mutex|SharedMutex|QMutex|QReadWriteLock|QRecursiveMutex|CRITICAL_SECTION|SRWLOCK|pthread_mutex_t|pthread_rwlock_t|RWLock)$/
const unshared =
	/^(?:(?:std|boost)\.)?(?:atomic\w*|condition_variable\w*|j?thread|once_flag|stop_source|counting_semaphore|binary_semaphore|latch)$|^(?:atomic_|Atomic|QAtomic|port\.CondVar|CondVar)/
const changing =
	/^(?:push_back|emplace_back|push_front|emplace_front|pop_back|pop_front|push|pop|insert|emplace|try_emplace|insert_or_assign|erase|clear|resize|assign|append|reset|swap|enqueue|dequeue|remove|add)$/
/** Before others run, or while somebody else holds the lock. */
const alone =
	/(?:^|_)(?:init|setup|open|start|configure|load|restore|no_?lock|un_?locked|locked|un_?safe|internal|impl)|(?:Un)?[lL]ocked$|NoLock$|Internal$|Impl$|^(?:Init|Open|Start|Setup|[sS]et_?[A-Z]?\w*$)/

const containers =
	/^(?:(?:std|boost|absl)\.)?(?:vector|deque|list|map|multimap|set|multiset|unordered_(?:multi)?(?:map|set)|flat_(?:hash_)?(?:map|set)|node_hash_(?:map|set)|queue|priority_queue|stack|string|basic_string)$|^Q(?:Map|Hash|List|Vector|Set|Queue|StringList)$/
const looking = /^(?:find|at|begin|cbegin|front|back|top|lower_bound|upper_bound|equal_range|value|constFind)$/

/** Where a public method changes a member, or looks into a container, without the lock that other methods of the class hold for it. @param of the file of the class */
function unguardedUses(c: C, of: C, { name, node, fields, methods }: ClassParts): CodeNode[] {
	const locks = fields.filter((it) => it.type.form === 'plain' && mutexes.test(it.type.name))
	if (locks.length === 0) return []
	const shared = fields.filter((it) => !locks.includes(it) && it.type.form === 'plain' && !unshared.test(it.type.name))
	const isAboutLock = (it: Method): boolean => locks.some((lock) => textOf(it.of, it.node).includes(lock.name))
	const plain = methods.filter((it) => it.name !== name && it.name !== `~${name}`)
	const locked = plain.filter(isAboutLock)
	if (locked.length === 0) return []
	const others = plain.filter((it) => !isAboutLock(it))
	const declared = textOf(of, node)
	// Asked for once: a class may have hundreds of methods and members.
	const calledLocked = new Set(locked.flatMap((it) => callsIn(it.body).map((call) => calledName(it.of, call))))
	const uses = new Map(plain.map((it) => [it, namesIn(it.of, it.body)]))
	const guarded = shared.flatMap((field) => {
		const guards = locked.filter((it) => uses.get(it)?.has(field.name))
		const leaving = others.filter((it) => uses.get(it)?.has(field.name)).length
		if (guards.length === 0 || leaving > guards.length) return []
		const isContainer = field.type.form === 'plain' && containers.test(field.type.name)
		// Who only looks is in danger where others change it.
		const isChanged = isContainer && guards.length > 1 && guards.some((it) => writeOf(it.of, it.body, field.name))
		return [{ field: field.name, isChanged }]
	})
	if (guarded.length === 0) return []
	const found: CodeNode[] = []
	for (const it of others) {
		// One that holds the lock may call it.
		if (it.of !== c || !it.isPublic || alone.test(it.name) || calledLocked.has(it.name)) continue
		const used = guarded.filter(({ field }) => uses.get(it)?.has(field))
		if (used.length === 0 || isAnnotated(declared, it.name)) continue
		for (const { field, isChanged } of used) {
			const use = writeOf(c, it.body, field) ?? (isChanged ? lookOf(c, it.body, field) : undefined)
			if (use) {
				found.push(use)
				break
			}
		}
	}
	return found
}

/** Whether its declaration says that who calls it holds the lock. */
function isAnnotated(declared: string, method: string): boolean {
	return new RegExp(
		`\\b${escapePattern(method)}\\s*\\([^;{}]{0,400}\\)[^;{}]{0,200}\\b(?:REQUIRES|EXCLUSIVE_LOCKS_REQUIRED|ABSL_\\w+|GUARDED_BY)`,
	).test(declared)
}

/** Where a method goes over a container, or looks something up in it. */
function lookOf(c: C, body: CodeNode, field: string): CodeNode | undefined {
	let found: CodeNode | undefined
	each(body, (it) => {
		if (found || it.kind === 'lambda_expression') return false
		const holder =
			it.kind === 'for_range_loop'
				? childOf(it, 'right')
				: it.kind === 'subscript_expression'
					? childOf(it, 'argument')
					: it.kind === 'call_expression' && looking.test(calledName(c, it))
						? receiverOf(it)
						: undefined
		if (holder && rootOf(c, holder) === field) found = it
		return true
	})
	return found
}

function writeOf(c: C, body: CodeNode, field: string): CodeNode | undefined {
	let found: CodeNode | undefined
	each(body, (it) => {
		if (found) return false
		if (it.kind === 'lambda_expression') return false
		const target =
			it.kind === 'assignment_expression'
				? childOf(it, 'left')
				: it.kind === 'update_expression'
					? childOf(it, 'argument')
					: undefined
		if (target && rootOf(c, target) === field) found = it
		const holder = it.kind === 'call_expression' && changing.test(calledName(c, it)) ? receiverOf(it) : undefined
		if (holder && rootOf(c, holder) === field) found = it
		return true
	})
	return found
}

/** The member in `hits_[path]`, `this->hits_` and `hits_`. */
function rootOf(c: C, node: CodeNode): string | undefined {
	let at: CodeNode | undefined = node
	for (let depth = 0; at?.kind === 'subscript_expression' && depth < 4; depth++) at = childOf(at, 'argument')
	if (at?.kind === 'field_expression' && childOf(at, 'argument')?.kind === 'this') at = childOf(at, 'field')
	return at && /^(?:field_)?identifier$/.test(at.kind) ? textOf(c, at) : undefined
}
