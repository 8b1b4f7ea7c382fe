import { type CodeNode, childOf, childrenOf, namedChildren } from '../../tree/codeNode.ts'

/** What is known of a type: enough for sizes, and for which class an object is of. Sizes are those of 64-bit Linux. */
export type CType =
	| {
			readonly form: 'plain'
			/** With `.` between its parts and without template arguments. */
			readonly name: string
			readonly size: number | undefined
			readonly isClass: boolean
			readonly isUnsigned?: boolean
	  }
	/** An owner, such as `std::unique_ptr`, deletes what it leads to. */
	| {
			readonly form: 'pointer'
			readonly to: CType
			readonly isOwner?: true
			/** How it deletes: `delete[]` where it owns an array; undefined where the program says how. */
			readonly deletes?: 'one' | 'many'
	  }
	| { readonly form: 'reference'; readonly to: CType }
	| { readonly form: 'array'; readonly of: CType; readonly count: number | undefined }
	| { readonly form: 'function'; readonly gives: CType }

export interface Structure {
	readonly name: string
	readonly fields: Map<string, CType>
	readonly offsets: Map<string, number>
	readonly methods: Set<string>
	readonly bases: readonly string[]
	size: number | undefined
	/** Whether its copies are left to the compiler, which copies a pointer and not what it leads to. */
	copiesPlainly?: boolean
}

/** What a file declares of types and constants. */
export interface FileTypes {
	readonly text: string
	/** Begins the names of structures without a name of their own, which are told apart by where they stand: those of a header are other ones. */
	readonly mark: string
	readonly structures: Map<string, Structure>
	readonly names: Map<string, CType>
	readonly constants: Map<string, number>
	readonly functions: Map<string, CType>
	readonly namespaces: Set<string>
	/** Words in the bodies of macros that take arguments: what they do to variables is not seen. */
	readonly inMacros: Set<string>
	/** Functions that are declared and get all they are given as values. */
	readonly byValue: Set<string>
	/** Functions that handle signals. */
	readonly handlers: ReadonlySet<string>
	/** Whether something in the file says that structures have no gaps. */
	readonly isPacked: boolean
	/** Functions and methods that are defined, by the last word of their names. */
	readonly defined: Map<string, CodeNode[]>
	/** Classes that have a lock: methods that other files define are looked at there. */
	readonly locked: readonly CodeNode[]
	/** Headers that the file includes, itself or by way of others, each after those that it includes. */
	readonly headers: readonly FileTypes[]
}

export const unknownType: CType = { form: 'plain', name: '', size: undefined, isClass: false }

/** As Linux calls them: `u32`, `__s16`, `__le64`. */
const ofKernel: Readonly<Record<string, number>> = Object.fromEntries(
	[8, 16, 32, 64].flatMap((bits) =>
		['u', 's', '__u', '__s', '__le', '__be', 'u_int'].map((it) => [
			it === 'u_int' ? `u_int${bits}_t` : `${it}${bits}`,
			bits / 8,
		]),
	),
)

const sizes: Readonly<Record<string, number>> = {
	char: 1,
	bool: 1,
	_Bool: 1,
	short: 2,
	int: 4,
	long: 8,
	float: 4,
	double: 8,
	'long double': 16,
	'long long': 8,
	int8_t: 1,
	uint8_t: 1,
	int16_t: 2,
	uint16_t: 2,
	int32_t: 4,
	uint32_t: 4,
	int64_t: 8,
	uint64_t: 8,
	size_t: 8,
	ssize_t: 8,
	ptrdiff_t: 8,
	intptr_t: 8,
	uintptr_t: 8,
	wchar_t: 4,
	char16_t: 2,
	char32_t: 4,
	char8_t: 1,
	off_t: 8,
	time_t: 8,
	BYTE: 1,
	WORD: 2,
	DWORD: 4,
	BOOL: 4,
	CHAR: 1,
	UCHAR: 1,
	WCHAR: 2,
	INT: 4,
	UINT: 4,
	LONG: 4,
	ULONG: 4,
	ULONGLONG: 8,
	...ofKernel,
}

export function plainType(name: string): CType {
	const words = name.split(/\s+/).filter((it) => !/^(?:unsigned|signed|const|volatile|static|extern)$/.test(it))
	const long = words.filter((it) => it === 'long').length
	let plain = words.join(' ')
	if (long > 0) plain = words.includes('double') ? 'long double' : 'long'
	else if (words.includes('short')) plain = 'short'
	else if (words.length === 0) plain = 'int'
	const size = Object.hasOwn(sizes, plain) ? sizes[plain] : undefined
	const isUnsigned = /\bunsigned\b/.test(name) || /^(?:_*u|__[bl]e\d|size_t|U|D?WORD|BYTE)/.test(plain)
	return { form: 'plain', name: plain, size, isClass: false, ...(isUnsigned ? { isUnsigned } : {}) }
}

export function sizeOf(type: CType): number | undefined {
	switch (type.form) {
		case 'plain':
			return type.size
		case 'pointer':
			return 8
		case 'reference':
			return sizeOf(type.to)
		case 'array': {
			const one = sizeOf(type.of)
			return one === undefined || type.count === undefined ? undefined : one * type.count
		}
		case 'function':
			return undefined
	}
}

export function alignmentOf(type: CType, types: FileTypes): number {
	if (type.form === 'array') return alignmentOf(type.of, types)
	const structure = type.form === 'plain' && type.isClass ? types.structures.get(type.name) : undefined
	if (structure) return Math.max(1, ...[...structure.fields.values()].map((it) => (it === type ? 1 : alignmentIn(it))))
	return Math.min(16, sizeOf(type) ?? 8)
}

function alignmentIn(type: CType): number {
	const inner = type.form === 'array' ? type.of : type
	return Math.min(8, sizeOf(inner) ?? 8)
}

/** What follows `*`, and what an array holds. */
export function elementOf(type: CType | undefined): CType | undefined {
	if (type?.form === 'pointer') return type.to
	if (type?.form === 'array') return type.of
	return type?.form === 'reference' ? elementOf(type.to) : undefined
}

/** The class that a variable, pointer or reference leads to. */
export function classIn(type: CType | undefined): string | undefined {
	switch (type?.form) {
		case 'plain':
			return type.name === '' || type.size !== undefined ? (type.isClass ? type.name : undefined) : type.name
		case 'pointer':
		case 'reference':
			return classIn(type.to)
		default:
			return undefined
	}
}

// ---------- from the tree

/** The type that is written in the field `type` of a declaration. */
export function specifierType(types: FileTypes, node: CodeNode | undefined): CType {
	if (!node) return unknownType
	switch (node.kind) {
		case 'primitive_type':
		case 'sized_type_specifier': {
			const text = types.text.slice(node.start, node.end)
			const named = types.names.get(text)
			return named ?? plainType(text)
		}
		case 'type_descriptor':
			return declaredType(types, specifierType(types, childOf(node, 'type')), childOf(node, 'declarator'))
		case 'struct_specifier':
		case 'union_specifier':
		case 'class_specifier': {
			const name = childOf(node, 'name')
			return structureType(types, name ? nameOfType(types.text, name) : `@${types.mark}${node.start}`)
		}
		case 'enum_specifier':
			return { form: 'plain', name: 'int', size: 4, isClass: false }
		case 'type_identifier':
		case 'qualified_identifier':
		case 'template_type':
		case 'template_function': {
			const name = nameOfType(types.text, node)
			// Windows has these as whole numbers, and what they say is more.
			if (/^(?:HRESULT|BOOL|BOOLEAN)$/.test(name)) return { form: 'plain', name, size: 4, isClass: false }
			const held = smartPointer(types, node, name)
			if (held) return held
			const last = name.slice(name.lastIndexOf('.') + 1)
			const known = types.names.get(name) ?? (types.structures.has(last) ? structureType(types, last) : undefined)
			if (known) return known
			const plain = plainType(name.replace(/^std\./, ''))
			if (plain.form === 'plain' && plain.size !== undefined) return plain
			return { form: 'plain', name, size: undefined, isClass: true }
		}
		default:
			return unknownType
	}
}

const owners = /^(?:(?:std|boost)\.)?(?:unique_ptr|shared_ptr|scoped_ptr|auto_ptr)$|^Q(?:Scoped|Shared)Pointer$/
const borrowers =
	/^(?:(?:std|boost)\.)?(?:weak_ptr|observer_ptr|reference_wrapper)$|^(?:gsl\.not_null|QPointer|QWeakPointer)$/

/** A class of the library that stands for a pointer is one here. */
function smartPointer(types: FileTypes, node: CodeNode, name: string): CType | undefined {
	const isOwner = owners.test(name)
	if (!isOwner && !borrowers.test(name)) return undefined
	let inner: CodeNode | undefined = node
	while (inner?.kind === 'qualified_identifier') inner = childOf(inner, 'name')
	const [first, ...more] = namedChildren((inner && childOf(inner, 'arguments')) ?? node)
	if (first?.kind !== 'type_descriptor') return undefined
	const held = specifierType(types, first)
	const to = held.form === 'array' ? held.of : held
	if (!isOwner) return { form: 'pointer', to }
	const deletes = /^Q/.test(name) || more.length > 0 ? undefined : held.form === 'array' ? 'many' : 'one'
	return { form: 'pointer', to, isOwner, ...(deletes ? { deletes } : {}) }
}

export function structureType(types: FileTypes, name: string): CType {
	return { form: 'plain', name, size: types.structures.get(name)?.size, isClass: true }
}

/** `std::vector<int>` → `std.vector`. */
export function nameOfType(text: string, node: CodeNode): string {
	if (node.kind === 'template_type' || node.kind === 'template_function') {
		const name = childOf(node, 'name')
		return name ? nameOfType(text, name) : ''
	}
	if (node.kind === 'qualified_identifier') {
		const scope = childOf(node, 'scope')
		const name = childOf(node, 'name')
		return [scope ? nameOfType(text, scope) : '', name ? nameOfType(text, name) : '']
			.filter((it) => it !== '')
			.join('.')
	}
	return text.slice(node.start, node.end).replace(/\s+/g, '')
}

/** The type of what a declarator declares, from the type before it. */
export function declaredType(types: FileTypes, base: CType, declarator: CodeNode | undefined): CType {
	if (!declarator) return base
	const inner =
		childOf(declarator, 'declarator') ?? namedChildren(declarator).find((it) => it.kind.endsWith('_declarator'))
	switch (declarator.kind) {
		case 'pointer_declarator':
		case 'abstract_pointer_declarator':
			return declaredType(types, { form: 'pointer', to: base }, inner)
		case 'reference_declarator':
		case 'abstract_reference_declarator':
			return declaredType(types, { form: 'reference', to: base }, inner ?? namedChildren(declarator)[0])
		case 'array_declarator':
		case 'abstract_array_declarator': {
			const size = childOf(declarator, 'size')
			return declaredType(types, { form: 'array', of: base, count: size && constantIn(types, size) }, inner)
		}
		case 'function_declarator':
		case 'abstract_function_declarator':
			return declaredType(types, { form: 'function', gives: base }, inner)
		case 'init_declarator':
		case 'parenthesized_declarator':
		case 'abstract_parenthesized_declarator':
		case 'attributed_declarator':
			return declaredType(types, base, inner)
		default:
			return base
	}
}

/** The name that a declarator declares. */
export function declaredName(declarator: CodeNode | undefined): CodeNode | undefined {
	for (let at = declarator, depth = 0; at && depth < 40; depth++) {
		if (
			/^(?:identifier|field_identifier|type_identifier|qualified_identifier|destructor_name|operator_name|operator_cast|template_function)$/.test(
				at.kind,
			)
		)
			return at
		at =
			childOf(at, 'declarator') ??
			namedChildren(at).find((it) => /declarator$|identifier$|^destructor_name$|^operator_name$/.test(it.kind))
	}
	return undefined
}

/** The part of a declarator that takes parameters, where it declares a function rather than a pointer to one. */
export function functionDeclarator(declarator: CodeNode | undefined): CodeNode | undefined {
	for (let at = declarator, depth = 0; at && depth < 40; depth++) {
		if (at.kind === 'function_declarator') {
			const inner = childOf(at, 'declarator')
			return inner?.kind === 'parenthesized_declarator' && holdsPointer(inner) ? undefined : at
		}
		at = childOf(at, 'declarator') ?? namedChildren(at).find((it) => it.kind.endsWith('_declarator'))
	}
	return undefined
}

function holdsPointer(node: CodeNode): boolean {
	return node.children.some(
		(it) => it.kind === 'pointer_declarator' || (it.kind === 'parenthesized_declarator' && holdsPointer(it)),
	)
}

/** What headers of the system define that arrays are made by, as Linux has it. */
const systemConstants: ReadonlyMap<string, number> = new Map([
	['PATH_MAX', 4096],
	['MAXPATHLEN', 4096],
	['FILENAME_MAX', 4096],
	['NAME_MAX', 255],
	['BUFSIZ', 8192],
	['LINE_MAX', 2048],
	['HOST_NAME_MAX', 64],
	['LOGIN_NAME_MAX', 256],
	['NI_MAXHOST', 1025],
	['NI_MAXSERV', 32],
	['INET_ADDRSTRLEN', 16],
	['INET6_ADDRSTRLEN', 46],
	['IFNAMSIZ', 16],
	['MAX_PATH', 260],
	['L_tmpnam', 20],
])

export function systemConstant(name: string): number | undefined {
	return systemConstants.get(name)
}

/** The number that an expression is for sure, from literals and constants of the file. */
export function constantIn(types: FileTypes, node: CodeNode, depth = 0): number | undefined {
	if (depth > 20) return undefined
	const text = types.text.slice(node.start, node.end)
	switch (node.kind) {
		case 'number_literal':
			return numberOf(text)
		case 'identifier':
			return types.constants.get(text) ?? systemConstant(text)
		case 'parenthesized_expression': {
			const [inner] = namedChildren(node)
			return inner && constantIn(types, inner, depth + 1)
		}
		case 'sizeof_expression': {
			const type = childOf(node, 'type')
			return type && sizeOf(specifierType(types, type))
		}
		case 'binary_expression': {
			const [left, operator, right] = ['left', 'operator', 'right'].map((it) => childOf(node, it))
			if (!left || !right || !operator) return undefined
			const a = constantIn(types, left, depth + 1)
			const b = constantIn(types, right, depth + 1)
			return a === undefined || b === undefined
				? undefined
				: calculated(types.text.slice(operator.start, operator.end), a, b)
		}
		default:
			return undefined
	}
}

function calculated(operator: string, a: number, b: number): number | undefined {
	switch (operator) {
		case '+':
			return a + b
		case '-':
			return a - b
		case '*':
			return a * b
		case '/':
			return b === 0 ? undefined : Math.trunc(a / b)
		case '<<':
			return a * 2 ** b
		default:
			return undefined
	}
}

/** A number as C writes it, without its suffix; undefined where it is none. */
export function numberOf(text: string): number | undefined {
	const plain = text.replaceAll("'", '').replace(/(?<=^0[xX][0-9a-fA-F]+)[uUlLzZ]+$|(?<!^0[xX].*)[uUlLfFzZ]+$/, '')
	const value = Number(/^0[0-7]+$/.test(plain) ? `0o${plain.slice(1)}` : plain)
	return plain === '' || Number.isNaN(value) ? undefined : value
}

/** `(mode_t)0640`, as macros have it: the number is what it is. */
export function withoutCast(text: string): string {
	return text.replace(/^\(\s*[A-Za-z_][\w ]*\)\s*(?=\d)/, '')
}

/** A whole number of at least 32 bits that may be below 0. */
export function isSigned(type: CType | undefined): boolean {
	if (type?.form !== 'plain' || type.isClass || type.isUnsigned === true) return false
	return /^(?:int|long|int(?:32|64)_t|ssize_t|ptrdiff_t|off_t|loff_t|INT|LONG|(?:__)?s(?:32|64))$/.test(type.name)
}

/** Fields, and where they lie: each at a multiple of its own size, all of a union at 0. */
export function layOut(
	types: FileTypes,
	structure: Structure,
	fields: readonly (readonly [string, CType])[],
	isUnion: boolean,
): void {
	let end = 0
	let widest = 1
	let isKnown = true
	for (const base of structure.bases) {
		const size = types.structures.get(base)?.size
		if (size === undefined) isKnown = false
		else end += size
	}
	let largest = 0
	for (const [name, type] of fields) {
		const size = sizeOf(type)
		if (size === undefined) {
			isKnown = false
			structure.fields.set(name, type)
			continue
		}
		const align = alignmentOf(type, types)
		widest = Math.max(widest, align)
		const at = isUnion ? 0 : Math.ceil(end / align) * align
		if (isKnown) structure.offsets.set(name, at)
		structure.fields.set(name, type)
		end = Math.max(end, at + size)
		largest = Math.max(largest, size)
	}
	if (isKnown && end > 0) structure.size = Math.ceil(end / widest) * widest
}

/** Whether bytes lie between its members or behind them that belong to none. */
export function hasGaps({ isPacked }: FileTypes, structure: Structure | undefined): boolean {
	if (structure?.size === undefined || structure.bases.length > 0) return false
	// Packed structures have none, and how they lie is not followed.
	if (isPacked) return false
	let end = 0
	for (const [name, type] of structure.fields) {
		const at = structure.offsets.get(name)
		const size = sizeOf(type)
		if (at === undefined || size === undefined) return false
		if (at > end) return true
		end = Math.max(end, at + size)
	}
	return structure.size > end
}

export function fieldsIn(types: FileTypes, node: CodeNode): readonly (readonly [string, CType])[] {
	const base = specifierType(types, childOf(node, 'type'))
	return childrenOf(node, 'declarator').flatMap((declarator) => {
		const name = declaredName(declarator)
		if (!name || functionDeclarator(declarator)) return []
		return [[types.text.slice(name.start, name.end), declaredType(types, base, declarator)] as const]
	})
}

/** The bytes of a whole number that a value is cut to by a cast to it; undefined where it is not cut. */
export function castTo(type: CType): number | undefined {
	if (type.form !== 'plain' || type.isClass) return undefined
	return type.size !== undefined && type.size < 4 && !/bool/i.test(type.name) ? type.size : undefined
}

/** `auto [a, b]`, also by reference. */
export function bindingIn(declarator: CodeNode | undefined): CodeNode | undefined {
	const inner = declarator?.kind === 'reference_declarator' ? namedChildren(declarator)[0] : declarator
	return inner?.kind === 'structured_binding_declarator' ? inner : undefined
}
