import type { Expression, ObjectEntry } from '../../ir/ir.ts'
import { type CodeNode, type CodeSpan, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type C, intrinsic, nothingAt, numberAt, spanOf, textOf } from './cContext.ts'
import { type CType, sizeOf } from './cTypes.ts'

/** What a variable of a type is before anything is assigned; undefined where nothing is known of it. */
export function initialOf(c: C, type: CType, at: CodeSpan, depth = 0): Expression | undefined {
	if (type.form === 'array') return arrayOf(c, type, undefined, at, depth)
	if (type.form !== 'plain' || !type.isClass || depth > 4) return undefined
	return structureAt(c, type.name, [], at)
}

function structureAt(c: C, name: string, entries: readonly ObjectEntry[], at: CodeSpan): Expression | undefined {
	const structure = c.types.structures.get(name)
	if (!structure) return undefined
	const made: Expression = { kind: 'object', entries, type: name, ...spanOf(at) }
	return structure.size === undefined ? made : intrinsic('sized', at, made, numberAt(structure.size, at))
}

/** `char a[10]`: how many, how large each is, and what each is where that is an object of its own. */
export function arrayOf(
	c: C,
	type: Extract<CType, { form: 'array' }>,
	count: Expression | undefined,
	at: CodeSpan,
	depth = 0,
): Expression {
	const unit = sizeOf(type.of) ?? null
	const inner = initialOf(c, type.of, at, depth + 1)
	return intrinsic(
		'array',
		at,
		count ?? numberAt(type.count ?? null, at),
		numberAt(unit, at),
		...(inner ? [inner] : []),
	)
}

/** `{ … }` and `"…"` as the first value of an array, structure or number. */
export function initializerOf(c: C, node: CodeNode | undefined, type: CType | undefined, at: CodeNode): Expression {
	if (!node) return nothingAt(at)
	if (type?.form === 'array') return arrayWith(c, node, type, at)
	if (node.kind !== 'initializer_list') return c.expression(node, at)
	const members = namedChildren(node)
	if (type?.form === 'plain' && type.isClass) {
		const made = structureAt(c, type.name, entriesOf(c, members, type.name), node)
		if (made) return made
	}
	if (type && (type.form === 'pointer' || (type.form === 'plain' && !type.isClass)) && members.length <= 1)
		return members[0] ? c.expression(members[0], node) : numberAt(0, node)
	if (members.some((it) => it.kind === 'initializer_pair'))
		return { kind: 'object', entries: entriesOf(c, members, ''), ...spanOf(node) }
	return {
		kind: 'list',
		form: 'list',
		items: members.map((it) => ({ value: c.expression(it, it), isSpread: false, ...spanOf(it) })),
		...spanOf(node),
	}
}

function entriesOf(c: C, members: readonly CodeNode[], structure: string): readonly ObjectEntry[] {
	const fields = [...(c.types.structures.get(structure)?.fields ?? [])]
	return members.flatMap((it, position): ObjectEntry[] => {
		const designator = it.kind === 'initializer_pair' ? childOf(it, 'designator') : undefined
		const named = designator && namedChildren(designator)[0]
		const name = named ? textOf(c, named) : fields[position]?.[0]
		if (name === undefined) return []
		const type = fields.find((one) => one[0] === name)?.[1]
		const value = it.kind === 'initializer_pair' ? childOf(it, 'value') : it
		return [
			{
				key: { kind: 'constant', value: name, ...spanOf(it) },
				value: initializerOf(c, value, type, it),
				...spanOf(it),
			},
		]
	})
}

function arrayWith(c: C, node: CodeNode, type: Extract<CType, { form: 'array' }>, at: CodeNode): Expression {
	if (node.kind !== 'initializer_list') {
		const text = c.expression(node, at)
		const length = text.kind === 'constant' && typeof text.value === 'string' ? text.value.length + 1 : undefined
		const sized = { ...type, count: type.count ?? length }
		return intrinsic('filled', at, arrayOf(c, sized, undefined, at), text)
	}
	const members = namedChildren(node)
	const isPlain = members.every((it) => it.kind !== 'initializer_pair')
	const sized = { ...type, count: type.count ?? (isPlain ? members.length : undefined) }
	const values = members.map((it) =>
		initializerOf(c, it.kind === 'initializer_pair' ? childOf(it, 'value') : it, type.of, it),
	)
	if (!isPlain)
		return intrinsic('filled', at, arrayOf(c, sized, undefined, at), { kind: 'opaque', parts: values, ...spanOf(node) })
	return intrinsic('filled', at, arrayOf(c, sized, undefined, at), {
		kind: 'list',
		form: 'list',
		items: values.map((value) => ({ value, isSpread: false, start: value.start, end: value.end })),
		...spanOf(node),
	})
}
