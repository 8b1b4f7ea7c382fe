import type { Expression, FunctionIr, ObjectEntry, Opaque, Statement, Target } from '../../ir/ir.ts'
import { type CodeNode, type CodeSpan, childOf, childrenOf, namedChildren } from '../../tree/codeNode.ts'

/** What the parts of the lowering of one Go file share. The functions are here so that the files need not import each other in circles. */
export interface Go {
	readonly text: string
	readonly gaps: CodeSpan[]
	readonly expression: (node: CodeNode | undefined, at: CodeSpan) => Expression
	readonly statements: (nodes: readonly CodeNode[]) => Statement[]
	readonly target: (node: CodeNode) => Target
	readonly functionOf: (node: CodeNode) => FunctionIr
	/** Types of the file that are structs: what they embed and hold. */
	readonly structs: ReadonlySet<string>
	/** Variables of the function that hold a struct or an array itself: who takes their value takes a copy. */
	copied: ReadonlySet<string>
	/** Whether `recover()` is what the function around the deferred one panicked with. */
	recovers: boolean
}

/** The variable that holds what a function panicked with. */
export const panicName = '@panic'

export function textOf(go: Go, node: CodeSpan): string {
	return go.text.slice(node.start, node.end)
}

export function spanOf({ start, end }: CodeSpan): CodeSpan {
	return { start, end }
}

/** What is not understood: any of its parts may be in the value. */
export function opaque(go: Go, node: CodeNode): Opaque {
	const parts = node.children.filter((it) => it.isNamed && !isType(it)).map((it) => go.expression(it, it))
	return { kind: 'opaque', parts, ...spanOf(node) }
}

export function isType(node: CodeNode): boolean {
	return (
		node.kind.endsWith('_type') ||
		node.kind === 'type_identifier' ||
		node.kind === 'type_arguments' ||
		node.kind === 'type_elem'
	)
}

/** `*http.Request` → `http.Request`; undefined for what has no name. */
export function typeName(go: Go, node: CodeNode | undefined): string | undefined {
	if (!node) return undefined
	switch (node.kind) {
		case 'type_identifier':
		case 'qualified_type':
		case 'identifier':
			return textOf(go, node).replace(/\s+/g, '')
		case 'pointer_type':
		case 'parenthesized_type':
			return typeName(go, namedChildren(node)[0])
		case 'generic_type':
			return typeName(go, childOf(node, 'type'))
		default:
			return undefined
	}
}

/** What a variable of a type is before anything is assigned; undefined where it is no constant. */
export function zeroOf(go: Go, type: CodeNode | undefined, at: CodeSpan): Expression | undefined {
	if (!type) return undefined
	const span = spanOf(at)
	if (type.kind === 'map_type') return { kind: 'object', entries: [], ...span }
	if (type.kind === 'channel_type')
		return { kind: 'call', callee: { kind: 'name', name: '@channel', ...span }, arguments: [], isNew: false, ...span }
	if (type.kind === 'slice_type' || type.kind === 'array_type')
		return { kind: 'list', form: 'list', items: [], ...span }
	if (type.kind === 'struct_type') return { kind: 'object', type: 'struct', entries: zeroFields(go, type), ...span }
	const name = typeName(go, type)
	if (name === 'string') return { kind: 'constant', value: '', ...span }
	if (name === 'bool') return { kind: 'constant', value: false, ...span }
	if (name !== undefined && /^(?:u?int(?:8|16|32|64)?|uintptr|float(?:32|64)|byte|rune)$/.test(name))
		return { kind: 'constant', value: 0, ...span }
	if (name !== undefined && type.kind !== 'pointer_type' && go.structs.has(name))
		return { kind: 'object', entries: [], type: name, ...span }
	return undefined
}

/** Of a struct without a name: numbers and the like, by which the analysis knows later what they hold. */
function zeroFields(go: Go, type: CodeNode): ObjectEntry[] {
	const fields = type.children.find((it) => it.kind === 'field_declaration_list')?.children ?? []
	return fields.flatMap((field) =>
		childrenOf(field, 'name').flatMap((name): ObjectEntry[] => {
			const value = zeroOf(go, childOf(field, 'type'), name)
			const span = spanOf(name)
			return value ? [{ key: { kind: 'constant', value: textOf(go, name), ...span }, value, ...span }] : []
		}),
	)
}

/** Names of types that a value is converted to without becoming another one. */
export const plainTypes: ReadonlySet<string> = new Set([
	'string',
	'int',
	'int8',
	'int16',
	'int32',
	'int64',
	'uint',
	'uint8',
	'uint16',
	'uint32',
	'uint64',
	'uintptr',
	'float32',
	'float64',
	'byte',
	'rune',
	'any',
	'error',
	'bool',
	'complex64',
	'complex128',
])
