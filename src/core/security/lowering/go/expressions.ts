import type { Argument, Expression, ListItem, ObjectEntry } from '../../ir/ir.ts'
import { type CodeNode, type CodeSpan, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type Go, isType, opaque, panicName, plainTypes, spanOf, textOf, typeName } from './go.ts'

export function expressionOf(go: Go, node: CodeNode | undefined, at: CodeSpan): Expression {
	if (!node) return { kind: 'opaque', parts: [], ...spanOf(at) }
	const span = spanOf(node)
	switch (node.kind) {
		case 'identifier':
		case 'field_identifier':
		case 'package_identifier':
		case 'type_identifier':
			return { kind: 'name', name: textOf(go, node), ...span }
		case 'blank_identifier':
			return { kind: 'name', name: '_', ...span }
		case 'int_literal':
		case 'float_literal':
			return { kind: 'constant', value: numberOf(textOf(go, node)), ...span }
		case 'interpreted_string_literal':
			return {
				kind: 'constant',
				value: unescapeText(go.text.slice(node.start + 1, Math.max(node.start + 1, node.end - 1))),
				...span,
			}
		case 'raw_string_literal':
			return { kind: 'constant', value: go.text.slice(node.start + 1, Math.max(node.start + 1, node.end - 1)), ...span }
		case 'rune_literal':
			return { kind: 'constant', value: unescapeText(textOf(go, node).slice(1, -1)), ...span }
		case 'true':
		case 'false':
			return { kind: 'constant', value: node.kind === 'true', ...span }
		case 'nil':
			return { kind: 'constant', value: null, ...span }
		case 'iota':
			return { kind: 'name', name: 'iota', ...span }
		case 'parenthesized_expression':
		case 'literal_element':
		case 'expression_statement':
			return go.expression(namedChildren(node)[0], node)
		case 'selector_expression':
		case 'qualified_type': {
			const name = childOf(node, 'field') ?? childOf(node, 'name')
			return {
				kind: 'field',
				object: go.expression(childOf(node, 'operand') ?? childOf(node, 'package'), node),
				name: name ? textOf(go, name) : '',
				...span,
			}
		}
		case 'index_expression':
			return {
				kind: 'index',
				object: go.expression(childOf(node, 'operand'), node),
				index: go.expression(childOf(node, 'index'), node),
				...span,
			}
		case 'slice_expression': {
			const from = childOf(node, 'start')
			const to = childOf(node, 'end')
			return {
				kind: 'slice',
				object: go.expression(childOf(node, 'operand'), node),
				from: from && go.expression(from, from),
				to: to && go.expression(to, to),
				...span,
			}
		}
		case 'type_assertion_expression':
		case 'type_conversion_expression': {
			const type = typeName(go, childOf(node, 'type'))
			const value = go.expression(childOf(node, 'operand'), node)
			return type === undefined || plainTypes.has(type) ? value : { kind: 'cast', type, value, ...span }
		}
		case 'type_instantiation_expression':
			return go.expression(childOf(node, 'type') ?? namedChildren(node)[0], node)
		case 'call_expression':
			return callOf(go, node)
		case 'func_literal':
			return { kind: 'closure', function: go.functionOf(node), ...span }
		case 'composite_literal':
			return literalOf(go, childOf(node, 'type'), childOf(node, 'body'), node)
		case 'unary_expression':
			return unaryOf(go, node)
		case 'binary_expression':
			return binaryOf(go, node)
		case 'expression_list':
			return listOf(go, node)
		default:
			return isType(node) ? { kind: 'opaque', parts: [], ...span } : opaque(go, node)
	}
}

/** One value, or the several of `a, b`. */
export function listOf(go: Go, node: CodeNode): Expression {
	if (node.kind !== 'expression_list') return go.expression(node, node)
	const [only, ...more] = namedChildren(node)
	if (more.length === 0) return go.expression(only, node)
	return { kind: 'list', form: 'tuple', items: namedChildren(node).map((it) => itemOf(go, it)), ...spanOf(node) }
}

function itemOf(go: Go, node: CodeNode): ListItem {
	return { value: go.expression(node, node), isSpread: false, ...spanOf(node) }
}

function numberOf(text: string): number | null {
	const plain = text.replaceAll('_', '').replace(/^0([0-7]+)$/, '0o$1')
	const value = Number(plain)
	return Number.isNaN(value) ? null : value
}

const simple: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', a: '\x07', b: '\b', f: '\f', v: '\v' }

function unescapeText(text: string): string {
	if (!text.includes('\\')) return text
	return text.replace(
		/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([\s\S]))/g,
		(_, two, four, eight, octal, other) => {
			const code = two ?? four ?? eight
			if (code !== undefined) {
				const point = Number.parseInt(code as string, 16)
				return point <= 0x10ffff ? String.fromCodePoint(point) : ''
			}
			if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal as string, 8))
			return simple[other as string] ?? (other as string)
		},
	)
}

// ---------- calls

function callOf(go: Go, node: CodeNode): Expression {
	const callee = childOf(node, 'function')
	const written = childOf(node, 'arguments')
	const span = spanOf(node)
	const name = callee?.kind === 'identifier' || callee?.kind === 'type_identifier' ? textOf(go, callee) : undefined
	const [first, ...sizes] = written ? namedChildren(written) : []
	if (name === 'recover' && !first && go.recovers) return { kind: 'name', name: panicName, ...span }
	if (name === 'make' && first) return madeOf(go, first, sizes, node)
	if (name === 'new' && first) return { kind: 'object', entries: [], ...typeEntry(typeName(go, first)), ...span }
	if (name !== undefined && plainTypes.has(name) && first) return converted(go, name, first, node)
	if (callee && isType(callee) && first && callee.kind !== 'type_identifier') return go.expression(first, node)
	return {
		kind: 'call',
		callee: go.expression(callee, node),
		arguments: argumentsOf(go, written),
		isNew: false,
		...span,
	}
}

function typeEntry(type: string | undefined): { type?: string } {
	return type === undefined ? {} : { type }
}

/** Something that the language does without a name for it. */
export function ownCall(name: string, given: readonly Argument[], at: CodeSpan): Expression {
	const span = spanOf(at)
	return { kind: 'call', callee: { kind: 'name', name, ...span }, arguments: given, isNew: false, ...span }
}

/** Numbers that have fewer bits than those that a text is parsed to. */
const narrow: ReadonlySet<string> = new Set(['int8', 'int16', 'int32', 'uint8', 'uint16', 'uint32', 'byte'])

/** `int32(n)` is n, if it has room for it: rules ask that of numbers that are not known. */
function converted(go: Go, type: string, node: CodeNode, at: CodeNode): Expression {
	const value = go.expression(node, at)
	if (!narrow.has(type) || value.kind === 'constant') return value
	return ownCall(`@${type === 'byte' ? 'uint8' : type}`, [{ value, ...spanOf(node) }], at)
}

/** `make([]T, length, capacity)`, `make(map[K]V, size)`, `make(chan T, size)` */
function madeOf(go: Go, type: CodeNode, sizes: readonly CodeNode[], at: CodeNode): Expression {
	const span = spanOf(at)
	const [size, room] = sizes
	if (type.kind === 'map_type') return { kind: 'object', entries: [], ...span }
	if (type.kind === 'channel_type')
		return ownCall(
			'@channel',
			sizes.slice(0, 1).map((it) => givenSize(go, it)),
			at,
		)
	if (type.kind === 'slice_type' && size && (textOf(go, size) !== '0' || (room && room.kind !== 'int_literal')))
		return ownCall(
			'$array',
			sizes.map((it) => givenSize(go, it)),
			at,
		)
	if (type.kind === 'slice_type' || type.kind === 'array_type')
		return { kind: 'list', form: 'list', items: [], ...span }
	const name = typeName(go, type)
	return name === undefined ? opaque(go, at) : { kind: 'object', entries: [], ...span }
}

function givenSize(go: Go, size: CodeNode): Argument {
	return { value: go.expression(size, size), ...spanOf(size) }
}

export function argumentsOf(go: Go, node: CodeNode | undefined): Argument[] {
	if (!node) return []
	return namedChildren(node)
		.filter((it) => !isType(it))
		.map((it): Argument => {
			const span = spanOf(it)
			if (it.kind === 'variadic_argument')
				return { value: go.expression(namedChildren(it)[0], it), spread: 'list', ...span }
			return { value: go.expression(it, it), ...span }
		})
}

// ---------- operators

function unaryOf(go: Go, node: CodeNode): Expression {
	const operator = childOf(node, 'operator')
	const operand = go.expression(childOf(node, 'operand'), node)
	const text = operator ? textOf(go, operator) : ''
	const span = spanOf(node)
	if (text === '<-')
		return {
			kind: 'call',
			callee: { kind: 'field', object: operand, name: '@receive', ...span },
			arguments: [],
			isNew: false,
			...span,
		}
	// The address of a new value is as good as the value.
	if (text === '&' && (operand.kind === 'object' || operand.kind === 'call')) return operand
	return { kind: 'unary', operator: text === '^' ? '~' : text, operand, ...span }
}

function binaryOf(go: Go, node: CodeNode): Expression {
	const operator = childOf(node, 'operator')
	const text = operator ? textOf(go, operator) : ''
	const left = go.expression(childOf(node, 'left'), node)
	const right = go.expression(childOf(node, 'right'), node)
	if (text === '&&' || text === '||') return { kind: 'logical', operator: text, left, right, ...spanOf(node) }
	return { kind: 'binary', operator: text === '&^' ? '&' : text, left, right, ...spanOf(node) }
}

// ---------- literals

function literalOf(go: Go, type: CodeNode | undefined, body: CodeNode | undefined, at: CodeNode): Expression {
	const span = spanOf(at)
	const members = body ? namedChildren(body) : []
	if (type?.kind === 'map_type')
		return { kind: 'object', entries: members.flatMap((it) => entryOf(go, it, childOf(type, 'value'), false)), ...span }
	const isList =
		type?.kind === 'slice_type' || type?.kind === 'array_type' || type?.kind === 'implicit_length_array_type'
	const element = type && (childOf(type, 'element') ?? childOf(type, 'value'))
	if (isList && members.every((it) => it.kind !== 'keyed_element')) {
		return {
			kind: 'list',
			form: 'list',
			items: members.map((it) => ({ value: elementOf(go, it, element), isSpread: false, ...spanOf(it) })),
			...span,
		}
	}
	if (isList) return { kind: 'object', entries: members.flatMap((it) => entryOf(go, it, element, false)), ...span }
	const name = typeName(go, type)
	const isPositional = members.length > 0 && members.every((it) => it.kind !== 'keyed_element')
	if (isPositional && !type) {
		return {
			kind: 'list',
			form: 'list',
			items: members.map((it) => ({ value: elementOf(go, it, undefined), isSpread: false, ...spanOf(it) })),
			...span,
		}
	}
	if (isPositional && type) {
		const given = members.map((it): Argument => ({ value: elementOf(go, it, undefined), ...spanOf(it) }))
		return {
			kind: 'call',
			callee: go.expression(type.kind === 'generic_type' ? childOf(type, 'type') : type, type),
			arguments: given,
			isNew: true,
			...span,
		}
	}
	return {
		kind: 'object',
		entries: members.flatMap((it) => entryOf(go, it, undefined, true)),
		...typeEntry(type?.kind === 'struct_type' ? 'struct' : name),
		...span,
	}
}

/** Inside a list or map the type of a literal may be left out. */
function elementOf(go: Go, node: CodeNode, type: CodeNode | undefined): Expression {
	const inner = node.kind === 'literal_element' ? namedChildren(node)[0] : node
	if (inner?.kind !== 'literal_value') return go.expression(inner, node)
	return literalOf(go, type?.kind === 'pointer_type' ? namedChildren(type)[0] : type, inner, inner)
}

function entryOf(go: Go, node: CodeNode, type: CodeNode | undefined, isStruct: boolean): readonly ObjectEntry[] {
	if (node.kind !== 'keyed_element') return []
	const key = childOf(node, 'key') ?? namedChildren(node)[0]
	const value = childOf(node, 'value') ?? namedChildren(node)[1]
	if (!key || !value) return []
	const inner = key.kind === 'literal_element' ? (namedChildren(key)[0] ?? key) : key
	const isName = inner.kind === 'identifier' || inner.kind === 'field_identifier'
	return [
		{
			key:
				isStruct && isName
					? { kind: 'constant', value: textOf(go, inner), ...spanOf(inner) }
					: go.expression(inner, inner),
			value: elementOf(go, value, type),
			...spanOf(node),
		},
	]
}
