import { escapePattern } from '../../../../shared/escapePattern.ts'
import type { Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type C, intrinsic, spanOf, textOf, typeOfName } from './cContext.ts'
import { argumentNodes, bare, calledName, comparisonsIn, nodesOf, operatorIn, plainText, receiverOf } from './cTree.ts'
import { constantIn } from './cTypes.ts'

/*
 * Loops over containers that go beyond them: with an iterator to what was taken out, and up to one less than the number of elements where there are none.
 */

const loops: ReadonlySet<string> = new Set(['for_statement', 'while_statement'])
const leaving = /^(?:break|return|goto|throw|co_return)_statement$/
const removing = /^(?:erase|unsafe_erase)$/

/** Statements where an iterator is taken out of its container and then used to go on. */
export function erasedInLoops(c: C, body: CodeNode): Statement[] {
	if (!/\b(?:erase|push_back|emplace_back|insert|emplace)\s*\(/.test(textOf(c, body))) return []
	const found = new Set<CodeNode>()
	for (const loop of nodesOf(body, loops)) {
		const inner = childOf(loop, 'body')
		if (inner) look(c, body, loop, inner, [], found)
	}
	return [...found].map((it) => noted('changedWhileRead', it))
}

function look(
	c: C,
	body: CodeNode,
	loop: CodeNode,
	node: CodeNode,
	around: readonly CodeNode[],
	found: Set<CodeNode>,
): void {
	// Where a loop stands in this one, it is looked at by itself.
	if (around.length > 60 || node.kind === 'lambda_expression' || loops.has(node.kind)) return
	if (node.kind === 'call_expression' && removing.test(calledName(c, node))) {
		const iterator = erasedBy(c, body, loop, node)
		if (iterator !== undefined && !isRenewed(c, iterator, [...around, node])) found.add(node)
	}
	if (node.kind === 'call_expression' && grown.test(calledName(c, node))) {
		const iterator = iteratorMovedBy(c, body, loop, node)
		if (iterator !== undefined && !isRenewed(c, iterator, [...around, node])) found.add(node)
	}
	for (const it of namedChildren(node)) look(c, body, loop, it, [...around, node], found)
}

/** The iterator of the loop in `all.erase(it)`, `all.erase(*it)` and `all.erase(it->first)`. */
function erasedBy(c: C, body: CodeNode, loop: CodeNode, call: CodeNode): string | undefined {
	const holder = receiverOf(call)
	const [first, ...more] = argumentNodes(call)
	if (!holder || !first || more.length > 0) return undefined
	const [, name] = /^\*?(\w+)(?:->first)?$/.exec(plainText(c, first)) ?? []
	if (name === undefined) return undefined
	const from = `\\b${escapePattern(name)}\\s*(?:=|\\{|\\()\\s*(?:std\\s*::\\s*)?`
	const of = escapePattern(plainText(c, holder))
	const begins = new RegExp(`${from}(?:${of}\\s*(?:\\.|->)\\s*c?begin\\s*\\(|c?begin\\s*\\(\\s*${of}\\s*\\))`)
	const head = c.text.slice(loop.kind === 'for_statement' ? loop.start : body.start, childOf(loop, 'body')?.start)
	return begins.test(head) || begins.test(c.text.slice(body.start, loop.start)) ? name : undefined
}

const grown = /^(?:push_back|emplace_back|insert|emplace)$/

/** The iterator of a loop over a container in one piece, which this lets grow and so moves. */
function iteratorMovedBy(c: C, body: CodeNode, loop: CodeNode, call: CodeNode): string | undefined {
	const holder = receiverOf(call)
	if (loop.kind !== 'for_statement' || holder?.kind !== 'identifier') return undefined
	const name = textOf(c, holder)
	if (!/^(?:std\.)?(?:vector|deque|string|basic_string)$/.test(typeNameOf(c, body, name) ?? '')) return undefined
	const head = c.text.slice(loop.start, childOf(loop, 'body')?.start)
	const of = escapePattern(name)
	const [, iterator] = new RegExp(`\\b(\\w+)\\s*=\\s*${of}\\s*\\.\\s*c?begin\\s*\\(`).exec(head) ?? []
	// A capacity that was asked for lets it stay where it is.
	return new RegExp(`\\b${of}\\s*\\.\\s*reserve\\s*\\(`).test(textOf(c, body)) ? undefined : iterator
}

/** It gets another value behind the call, or the loop is left there. @param way from the loop's body to the call */
function isRenewed(c: C, iterator: string, way: readonly CodeNode[]): boolean {
	const given = new RegExp(`(?:^|[^\\w.>])${escapePattern(iterator)}\\s*=[^=]`)
	for (const [at, node] of way.entries()) {
		if (/^(?:assignment_expression|init_declarator|return_statement)$/.test(node.kind)) return true
		const next = way[at + 1]
		if (node.kind !== 'compound_statement' || !next) continue
		const behind = namedChildren(node).filter((it) => it.start >= next.end)
		if (behind.some((it) => leaving.test(it.kind) || given.test(textOf(c, it)))) return true
	}
	return false
}

const counted = /^(?:size|length)$/

/** Statements where a loop asks for `i < all.size() - 1`, or the last sign of a text is read, and nobody asks whether there is anything. */
export function lessThanNothing(c: C, body: CodeNode): Statement[] {
	if (!/(?:size|length)\s*\(\s*\)\s*-/.test(textOf(c, body))) return []
	const found: Statement[] = []
	for (const loop of nodesOf(body, loops)) {
		const downwards = endlessDown(c, body, loop)
		if (downwards) found.push(noted('belowEmpty', downwards))
		const condition = childOf(loop, 'condition')
		for (const it of condition ? comparisonsIn(c, condition, false) : []) {
			const isRight = operatorIn(c, it).startsWith('<')
			const lessened = withoutParentheses(childOf(it, isRight ? 'right' : 'left'))
			const holder = lessened && holderOfLessened(c, lessened)
			if (lessened && holder && mayBeEmpty(c, body, holder, lessened)) found.push(noted('belowEmpty', lessened))
		}
	}
	for (const it of nodesOf(body, new Set(['subscript_expression']), false)) {
		const indices = childOf(it, 'indices')
		const index = withoutParentheses(childOf(it, 'index') ?? (indices && namedChildren(indices)[0]))
		const holder = index && holderOfLessened(c, index)
		const of = childOf(it, 'argument')
		if (!index || !holder || !of || plainText(c, holder) !== plainText(c, of)) continue
		if (isInCondition(c, body, it) && mayBeEmpty(c, body, holder, index)) found.push(noted('lastOfEmpty', it))
	}
	return found
}

/** `for (size_t i = all.size() - 1; i >= 0; --i)`: what has no sign is never below 0. */
function endlessDown(c: C, body: CodeNode, loop: CodeNode): CodeNode | undefined {
	const initial = childOf(loop, 'initializer')
	const condition = withoutParentheses(childOf(loop, 'condition'))
	const update = childOf(loop, 'update')
	if (!initial || !update || condition?.kind !== 'binary_expression' || operatorIn(c, condition) !== '>=')
		return undefined
	const counter = childOf(condition, 'left')
	const limit = childOf(condition, 'right')
	if (counter?.kind !== 'identifier' || !limit || !/^0[uU]?$/.test(plainText(c, limit))) return undefined
	const name = escapePattern(textOf(c, counter))
	const written = textOf(c, initial)
	const isUnsigned =
		new RegExp(
			`^(?:std\\s*::\\s*)?(?:size_t|uint(?:8|16|32|64)_t|unsigned(?:\\s+(?:int|long|short|char))*)\\s+${name}\\b`,
		).test(written) || new RegExp(`^auto\\s+${name}\\s*=\\s*\\w+(?:\\.|->)(?:size|length)\\s*\\(\\s*\\)`).test(written)
	const inner = childOf(loop, 'body')
	const isLeft = inner !== undefined && /\bbreak\b|\breturn\b|\bgoto\b|\bthrow\b/.test(textOf(c, inner))
	return isUnsigned && !isLeft && /--|-=/.test(textOf(c, update)) && body.end >= loop.end ? condition : undefined
}

/** The container in `all.size() - 1`; with a cast in front it is a number that may be below 0. */
function holderOfLessened(c: C, node: CodeNode): CodeNode | undefined {
	if (node.kind !== 'binary_expression' || operatorIn(c, node) !== '-') return undefined
	const [left, right] = [childOf(node, 'left'), bare(childOf(node, 'right'))]
	const taken = right && constantIn(c.types, right)
	if (left?.kind !== 'call_expression' || taken === undefined || taken < 1) return undefined
	return counted.test(calledName(c, left)) && argumentNodes(left).length === 0 ? receiverOf(left) : undefined
}

function withoutParentheses(node: CodeNode | undefined): CodeNode | undefined {
	let at = node
	while (at?.kind === 'parenthesized_expression' || at?.kind === 'condition_clause')
		at = childOf(at, 'value') ?? namedChildren(at)[0]
	return at
}

const growing =
	/^(?:push_back|emplace_back|push_front|emplace_front|insert|emplace|resize|assign|append|push|operator\[\])$/
const standard =
	/^(?:(?:std|boost|absl)\.)?(?:vector|deque|string|basic_string|wstring|string_view|span|array_view|InlinedVector|small_vector)$/

/** A variable that gets its elements from elsewhere, and that the function asks nothing of. */
function mayBeEmpty(c: C, body: CodeNode, holder: CodeNode, at: CodeNode): boolean {
	if (holder.kind !== 'identifier') return false
	const name = textOf(c, holder)
	const type = typeNameOf(c, body, name)
	if (type === undefined || !standard.test(type)) return false
	const of = escapePattern(name)
	const text = textOf(c, body)
	// Asked how many there are, at any other place, or handed to what asks.
	const isAsked = new RegExp(
		`\\b${of}\\s*(?:\\.|->)\\s*(?:empty|reserve)\\s*\\(|\\b(?:empty|ssize|size)\\s*\\(\\s*${of}\\s*\\)|\\b${of}\\s*(?:[!=]=|=(?!=))\\s*|\\b(?:assert|ASSERT\\w*|D?CHECK\\w*|Expects|Q_ASSERT)\\s*\\([^;]*\\b${of}\\b|(?<![\\w.>])\\(\\s*${of}\\s*\\)|\\b(?:valid|check|require|ensure)\\w*\\s*\\(\\s*${of}\\b`,
	)
	const declared = new RegExp(`(?:\\bauto|[\\w>])[\\s&*]+${of}\\s*=\\s*[\\w:.>-]+\\s*(?:<[^;{}()]*>)?\\s*\\(`)
	const asked = text.replace(declared, '')
	if (isAsked.test(asked)) return false
	const counts = comparisonsIn(c, body, true).some((it) => {
		if (it.start <= at.start && at.end <= it.end) return false
		const sides = [childOf(it, 'left'), childOf(it, 'right')]
		return (
			new RegExp(`\\b${of}(?:\\.|->)(?:size|length)\\(\\)`).test(plainText(c, it)) &&
			!sides.some((one) => one !== undefined && holderOfLessened(c, one) !== undefined)
		)
	})
	if (counts || /\b(?:max|min)\s*(?:<[^;()]*>)?\s*\([^;]*\.(?:size|length)\(\)/.test(text)) return false
	const filled = nodesOf(body, new Set(['call_expression'])).some((it) => {
		const receiver = receiverOf(it)
		return receiver !== undefined && plainText(c, receiver) === name && growing.test(calledName(c, it))
	})
	if (filled) return false
	// Made here with elements.
	return !new RegExp(`[\\w>]\\s+${of}\\s*(?:\\{|\\((?!\\s*\\)))`).test(text)
}

/** The class of a parameter, of a variable here, or of what a function of the file gives a variable. */
function typeNameOf(c: C, body: CodeNode, name: string): string | undefined {
	const known = typeOfName(c, name)
	const held = known?.form === 'reference' ? known.to : known
	if (held && !(held.form === 'plain' && /^(?:auto)?$/.test(held.name)))
		return held.form === 'plain' ? held.name : undefined
	const of = escapePattern(name)
	const start = Math.max(c.text.lastIndexOf('}', body.start), c.text.lastIndexOf(';', body.start), 0)
	const near = c.text.slice(start, body.end)
	const [, written] =
		new RegExp(`((?:\\w+\\s*::\\s*)*\\w+)\\s*(?:<[^;{}()]*>)?\\s*(?:const\\s*)?[&\\s]\\s*${of}\\b\\s*[,)=;:{(]`).exec(
			near,
		) ?? []
	const type = written?.replace(/\s+/g, '').replaceAll('::', '.')
	if (type === undefined || type === 'return') return undefined
	if (type !== 'auto' && type !== 'const') return type
	const [, maker] = new RegExp(`\\b${of}\\s*=\\s*(?:\\w+\\s*::\\s*)*(\\w+)\\s*\\(`).exec(near) ?? []
	const given = maker === undefined ? undefined : c.types.functions.get(maker)
	return given?.form === 'plain' ? given.name : undefined
}

/** It is compared with a sign: `line[line.size() - 1] == '\n'`. */
function isInCondition(c: C, body: CodeNode, at: CodeNode): boolean {
	return comparisonsIn(c, body, true).some((it) => childOf(it, 'left') === at || childOf(it, 'right') === at)
}

function noted(name: string, at: CodeNode): Statement {
	return { kind: 'expression', expression: intrinsic(name, at), ...spanOf(at) }
}
