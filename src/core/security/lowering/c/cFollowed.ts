import type { Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type C, intrinsic, textOf } from './cContext.ts'
import { typeOf } from './cNames.ts'
import {
	argumentNodes,
	bare,
	calledName,
	callsIn,
	comparisonsIn,
	each,
	givenIn,
	names,
	operatorIn,
	plainText,
} from './cTree.ts'
import { constantIn } from './cTypes.ts'

/*
 * A loop whose place is read from the data at that place: a name of DNS that goes on elsewhere, a chain of clusters. Whoever made the data can have it lead in a circle.
 */

/** Words of what keeps count of where a loop has been. */
const counting = /seen|visit|mark|hop|depth|jump|loop|limit|budget|max|ttl|iter|tries|guard/i

/** A statement for each place that a loop goes on at because its data says so, where nothing counts how often. */
export function ledByData(c: C, loop: CodeNode): Statement[] {
	const body = childOf(loop, 'body')
	const condition = childOf(loop, 'condition')
	if (!body || !/\]|\*/.test(textOf(c, body)) || counting.test(textOf(c, loop))) return []
	const found: Statement[] = []
	const given = givenUnder(c, body)
	for (const { target, value, node } of given) {
		if (node.kind !== 'assignment_expression' || operatorIn(c, node) !== '=' || target.kind !== 'identifier') continue
		const place = textOf(c, target)
		const isAsked = condition !== undefined && names(c, condition, place)
		const isRead = isAsked || readsAt(c, body, place)
		const read = readFrom(c, value, place, given)
		if (
			!isRead ||
			!read ||
			movesOn(c, read, place) ||
			isCounted(c, loop, place) ||
			isLimited(c, loop, place, value, given)
		)
			continue
		const head = { start: loop.start, end: condition?.end ?? loop.start + 1 }
		found.push({
			kind: 'expression',
			expression: intrinsic('ledByData', head, { ...c.expression(read, node), ...head }),
			...head,
		})
	}
	return found.slice(0, 1)
}

interface Given {
	readonly target: CodeNode
	readonly value: CodeNode
	readonly node: CodeNode
}

function givenUnder(c: C, body: CodeNode): readonly Given[] {
	const found: Given[] = []
	each(body, (it) => {
		if (it.kind === 'lambda_expression') return false
		const given = givenIn(it)
		const value = bare(given?.value)
		if (given && value && textOf(c, value) !== '') found.push({ target: given.target, value, node: it })
		return true
	})
	return found
}

/** The expression that reads at a place, itself or by way of a variable. */
function readFrom(c: C, value: CodeNode, place: string, given: readonly Given[]): CodeNode | undefined {
	if (readsAt(c, value, place)) return value
	if (value.kind !== 'identifier') return undefined
	const name = textOf(c, value)
	const before = given.filter((it) => plainText(c, it.target) === name && it.node.end <= value.start)
	const last = before.at(-1)?.value
	return last && readsAt(c, last, place) ? last : undefined
}

/** `data[at]`, `read16(data + at)`, `at[0]`, `*at`. */
function readsAt(c: C, node: CodeNode, place: string): boolean {
	let isFound = false
	each(node, (it) => {
		if (it.kind === 'field_expression') return false
		if (it.kind === 'subscript_expression') isFound ||= names(c, it, place)
		if (it.kind === 'pointer_expression' && operatorIn(c, it) === '*') isFound ||= names(c, it, place)
		if (it.kind === 'call_expression' && /16|32|64|get|read|peek|load|ntoh|be_|le_|next|fat/i.test(calledName(c, it)))
			isFound ||= argumentNodes(it).some((one) => names(c, one, place))
		return !isFound
	})
	return isFound
}

/** `at + data[at]` lies behind where it was, unless that is 0. */
function movesOn(c: C, value: CodeNode, place: string): boolean {
	const at = bare(value)
	if (!at) return false
	if (at.kind === 'identifier') return textOf(c, at) === place
	if (at.kind === 'conditional_expression') return true
	if (at.kind !== 'binary_expression' || !/^[+]$/.test(operatorIn(c, at))) return false
	return movesOn(c, childOf(at, 'left') ?? at, place) || movesOn(c, childOf(at, 'right') ?? at, place)
}

/** Something else is counted, and compared. */
function isCounted(c: C, loop: CodeNode, place: string): boolean {
	const counted = new Set<string>()
	each(loop, (it) => {
		if (it.kind === 'update_expression') counted.add(plainText(c, childOf(it, 'argument') ?? it))
		if (it.kind === 'assignment_expression' && /^[+-]=$/.test(operatorIn(c, it)))
			counted.add(plainText(c, childOf(it, 'left') ?? it))
		return true
	})
	counted.delete(place)
	return (
		comparisonsIn(c, loop, true).some((it) =>
			['left', 'right'].some((side) => {
				const text = plainText(c, bare(childOf(it, side)) ?? it)
				return [...counted].some(
					(one) =>
						text === one || text === `${one}++` || text === `++${one}` || text === `--${one}` || text === `${one}--`,
				)
			}),
		) ||
		[...counted].some(
			(one) =>
				plainText(c, childOf(loop, 'condition') ?? loop).includes(`${one}--`) ||
				plainText(c, childOf(loop, 'condition') ?? loop).includes(`--${one}`),
		)
	)
}

/** The new place is compared with the one before, or somebody else is asked about it. */
function isLimited(c: C, loop: CodeNode, place: string, value: CodeNode, given: readonly Given[]): boolean {
	const news = new Set([place, ...(value.kind === 'identifier' ? [textOf(c, value)] : [])])
	const before = new Set([place])
	for (const it of given) if (plainText(c, it.value) === place) before.add(plainText(c, it.target))
	const isCompared = comparisonsIn(c, loop, true).some((it) => {
		const [left, right] = ['left', 'right'].map((side) => plainText(c, bare(childOf(it, side)) ?? it))
		if (left === undefined || right === undefined || left === right) return false
		return (news.has(left) && before.has(right)) || (before.has(left) && news.has(right))
	})
	return (
		isCompared ||
		callsIn(loop).some(
			(it) =>
				/check|valid|insert|contains|test_bit|set_bit|add_/i.test(calledName(c, it)) &&
				argumentNodes(it).some((one) => names(c, one, place)),
		)
	)
}

/** `for (…; at < size; at += data[at + 1])`: where the data says 0 the loop stays where it is. */
export function stalledUpdate(c: C, loop: CodeNode): Statement[] {
	const condition = childOf(loop, 'condition')
	const update = bare(childOf(loop, 'update'))
	const body = childOf(loop, 'body')
	if (!condition || !body || update?.kind !== 'assignment_expression' || operatorIn(c, update) !== '+=') return []
	const target = childOf(update, 'left')
	const by = bare(childOf(update, 'right'))
	if (target?.kind !== 'identifier' || !by || !/^(?:subscript|field|pointer)_expression$/.test(by.kind)) return []
	const place = textOf(c, target)
	const written = plainText(c, by)
	// Whatever the body asks of the step, or does to the place, may leave it.
	const inBody = plainText(c, body)
	const isChanged = givenUnder(c, body).some((it) => plainText(c, it.target) === place)
	if (!names(c, condition, place) || !names(c, by, place) || isChanged || inBody.includes(written)) return []
	const span = { start: update.start, end: update.end }
	return [{ kind: 'expression', expression: intrinsic('stalled', span, { ...c.expression(by, by), ...span }), ...span }]
}

/** The bound of a loop that counts an index up to it and writes an array of a fixed size there, comparing the index with nothing else. */
export function boundOfWrites(c: C, loop: CodeNode): Statement[] {
	const condition = bare(childOf(loop, 'condition'))
	const body = childOf(loop, 'body')
	if (condition?.kind !== 'binary_expression' || !body || !/^<=?$/.test(operatorIn(c, condition))) return []
	const counter = bare(childOf(condition, 'left'))
	const bound = bare(childOf(condition, 'right'))
	if (counter?.kind !== 'identifier' || !bound || !/^(?:identifier|field_expression|call_expression)$/.test(bound.kind))
		return []
	if (constantIn(c.types, bound) !== undefined) return []
	const name = textOf(c, counter)
	const isAskedInside = comparisonsIn(c, body, true).some((it) => names(c, it, name))
	if (isAskedInside || /\bbreak\b|\breturn\b/.test(textOf(c, body)) || bound.kind === 'call_expression') return []
	let place: CodeNode | undefined
	each(body, (it) => {
		const left = it.kind === 'assignment_expression' ? childOf(it, 'left') : undefined
		let at = left
		while (at?.kind === 'field_expression') at = childOf(at, 'argument')
		const index =
			at?.kind === 'subscript_expression'
				? bare(childOf(at, 'index') ?? namedChildren(childOf(at, 'indices') ?? at)[0])
				: undefined
		const array = at && childOf(at, 'argument')
		if (at && index && array && plainText(c, index) === name) {
			const type = typeOf(c, array)
			if (type?.form === 'array' && type.count !== undefined) place ??= at
		}
		return !place
	})
	if (!place) return []
	const span = { start: place.start, end: place.end }
	return [
		{
			kind: 'expression',
			expression: intrinsic('boundOfWrites', span, { ...c.expression(bound, bound), ...span }),
			...span,
		},
	]
}
