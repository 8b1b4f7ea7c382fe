import type { Expression } from '../../ir/ir.ts'
import { type CodeNode, childOf } from '../../tree/codeNode.ts'
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
import { type CType, constantIn, declaredName, functionDeclarator } from './cTypes.ts'

/*
 * Numbers that an operation is not made for: a divisor that may be 0, and as many bits as a number does not have.
 */

/** What a number is shifted by, unless it is a constant or was cut to a few bits in place. */
export function shiftedBy(c: C, node: CodeNode | undefined, made: Expression): Expression {
	const by = bare(node)
	if (!by || !c.functionBody || constantIn(c.types, by) !== undefined) return made
	const operator = by.kind === 'binary_expression' ? operatorIn(c, by) : ''
	// Streams of C++ are written like shifts.
	const isNumber = /^(?:identifier|field_expression|subscript_expression|binary_expression|pointer_expression)$/.test(
		by.kind,
	)
	const isRead = by.kind === 'call_expression' && isReader(calledName(c, by))
	return !(isNumber || isRead) || /^(?:&|%)$/.test(operator) ? made : intrinsic('shiftedBy', by, made)
}

/** A divisor that nobody in this function has asked whether it is 0. @param left what is divided */
export function divisor(c: C, left: CodeNode | undefined, right: CodeNode | undefined, made: Expression): Expression {
	const body = c.functionBody
	const by = bare(right)
	if (!body || !by || constantIn(c.types, by) !== undefined || isFraction(c, left) || isFraction(c, right)) return made
	const core = coreOf(c, by, 0)
	if (!core || !isWhole(c, core)) return made
	const written = writtenAs(c, body, plainText(c, core))
	if (isAsked(c, body, written, by) || isAskedByCaller(c, core)) return made
	return intrinsic('divisor', by, made)
}

/** The variable that makes it 0: of a product one of its sides, of a sum none. */
function coreOf(c: C, node: CodeNode | undefined, depth: number): CodeNode | undefined {
	const at = bare(node)
	if (!at || depth > 6) return undefined
	if (/^(?:identifier|field_expression|subscript_expression)$/.test(at.kind)) return at
	if (at.kind === 'call_expression') return isReader(calledName(c, at)) ? at : undefined
	if (at.kind !== 'binary_expression' || !/^(?:\*|>>|\/)$/.test(operatorIn(c, at))) return undefined
	return coreOf(c, childOf(at, 'left'), depth + 1) ?? coreOf(c, childOf(at, 'right'), depth + 1)
}

/** They give the number that stands in a text or message. */
function isReader(name: string): boolean {
	return /^(?:ato(?:i|l|ll)|strto(?:u?l|u?ll|u?max)|_wtoi|sto(?:i|l|ul|ll|ull)|(?:be|le)(?:16|32|64)toh|ntoh(?:s|l|ll)|(?:be|le)(?:16|32|64)_to_cpup?)$/.test(
		name,
	)
}

function isFraction(c: C, node: CodeNode | undefined): boolean {
	const at = node?.kind === 'cast_expression' ? node : bare(node)
	if (!at) return false
	if (at.kind === 'number_literal') return /^[\d.]*\.|^\d+e/i.test(textOf(c, at))
	if (at.kind === 'binary_expression') return isFraction(c, childOf(at, 'left')) || isFraction(c, childOf(at, 'right'))
	const type = typeOf(c, at)
	return type?.form === 'plain' && /float|double|real/i.test(type.name)
}

/** Classes have operators of their own, such as the `/` of paths. */
function isWhole(c: C, node: CodeNode): boolean {
	if (node.kind === 'call_expression') return true
	const type: CType | undefined = typeOf(c, node)
	return type?.form === 'plain' && !type.isClass && type.size !== undefined && !/float|double|bool/i.test(type.name)
}

/** What else the same number is called: `n` and `head.count` after `n = head.count`. */
function writtenAs(c: C, body: CodeNode, name: string): ReadonlySet<string> {
	const found = new Set([name])
	each(body, (it) => {
		const given = givenIn(it)
		const value = bare(given?.value)
		if (!given || !value || !/^(?:identifier|field_expression|subscript_expression)$/.test(value.kind)) return true
		const [to, from] = [plainText(c, given.target), plainText(c, value)]
		if (to === name) found.add(from)
		if (from === name) found.add(to)
		return true
	})
	return found
}

/** Functions that only fill what they are given. */
const filling =
	/^(?:f?read|pread|recv\w*|[fsv]*scanf\w*|copy_from_user|_?_?get_user|mem(?:cpy|move|set)|fgets|getline|BIO_read|SSL_read)$/

/** Whether anything in the function asks whether it is 0, or sees to it that it is not. */
function isAsked(c: C, body: CodeNode, written: ReadonlySet<string>, place: CodeNode): boolean {
	const isOne = (node: CodeNode | undefined): boolean => {
		const at = bare(node)
		return at !== undefined && written.has(plainText(c, at))
	}
	if (comparisonsIn(c, body, true).some((it) => asksForNothing(c, body, it, isOne, place))) return true
	let isFound = false
	each(body, (it) => {
		if (isFound) return false
		switch (it.kind) {
			case 'unary_expression':
				isFound = operatorIn(c, it) === '!' && isOne(childOf(it, 'argument'))
				break
			case 'if_statement':
			case 'while_statement':
			case 'conditional_expression':
				isFound = isOne(childOf(it, 'condition')) || handsOver(c, childOf(it, 'condition'), written)
				break
			case 'switch_statement':
				isFound = isOne(childOf(it, 'condition'))
				break
			case 'binary_expression':
				isFound =
					/^(?:&&|\|\||and|or)$/.test(operatorIn(c, it)) && ['left', 'right'].some((side) => isOne(childOf(it, side)))
				break
			case 'assignment_expression':
			case 'init_declarator': {
				const given = givenIn(it)
				const value = bare(given?.value)
				if (!given || !value || !written.has(plainText(c, given.target))) break
				const operator = it.kind === 'assignment_expression' ? operatorIn(c, it) : '='
				isFound =
					/^(?:\+=|\|=)$/.test(operator) ||
					value.kind === 'conditional_expression' ||
					(value.kind === 'binary_expression' && /^(?:\+|\|)$/.test(operatorIn(c, value))) ||
					(value.kind === 'call_expression' && /max|clamp|constrain|bound|check|valid/i.test(calledName(c, value)))
				break
			}
			case 'update_expression':
				isFound = isOne(childOf(it, 'argument')) && textOf(c, it).includes('++')
				break
			case 'call_expression':
				isFound =
					/assert|expect|check|BUG_ON|WARN_ON|valid|ensure|require/i.test(calledName(c, it)) && mentions(c, it, written)
				break
			default:
		}
		return !isFound
	})
	return isFound
}

function mentions(c: C, call: CodeNode, written: ReadonlySet<string>): boolean {
	const text = argumentNodes(call).map((it) => plainText(c, it))
	const roots = new Set([...written].map((it) => /\w+/.exec(it)?.[0] ?? it))
	return text.some((it) => (it.match(/\w+/g) ?? []).some((word) => roots.has(word)))
}

/** `if (check(&head) < 0)`: somebody else looks at it. */
function handsOver(c: C, condition: CodeNode | undefined, written: ReadonlySet<string>): boolean {
	return condition
		? callsIn(condition).some(
				(it) => !filling.test(calledName(c, it)) && !isReader(calledName(c, it)) && mentions(c, it, written),
			)
		: false
}

/** A comparison that comes out otherwise for 0: not one with the most that it may be, nor one of a loop that counts up to it. */
function asksForNothing(
	c: C,
	body: CodeNode,
	it: CodeNode,
	isOne: (node: CodeNode | undefined) => boolean,
	place: CodeNode,
): boolean {
	const isLeft = isOne(childOf(it, 'left'))
	if (!isLeft && !isOne(childOf(it, 'right'))) return false
	const other = bare(childOf(it, isLeft ? 'right' : 'left'))
	const operator = operatorIn(c, it)
	if (!other) return true
	const number = constantIn(c.types, other)
	if (/^[=!]=$/.test(operator)) return number === undefined || number === 0
	const isAbove = operator.startsWith(isLeft ? '>' : '<')
	if (!isAbove) return number === undefined || number > 0 || (number === 0 && operator.endsWith('='))
	if (number !== undefined) return number >= 0 && number < 16
	if (/^[A-Z_\d]+$/.test(plainText(c, other))) return false
	const loop = loopAskedBy(body, it)
	return loop === undefined || (loop.start <= place.start && loop.end >= place.end)
}

const loops = /^(?:for|while|do)_statement$/

/** The loop whose condition this stands in. */
function loopAskedBy(body: CodeNode, node: CodeNode): CodeNode | undefined {
	let found: CodeNode | undefined
	each(body, (it) => {
		if (it.start > node.start || it.end < node.end) return false
		const condition = loops.test(it.kind) ? childOf(it, 'condition') : undefined
		if (condition && condition.start <= node.start && condition.end >= node.end) found = it
		return true
	})
	return found
}

const mostCallers = 12

/** What a parameter is, was asked by who calls the function in this file. */
function isAskedByCaller(c: C, core: CodeNode): boolean {
	const root = core.kind === 'identifier' ? textOf(c, core) : /^\w+/.exec(textOf(c, core))?.[0]
	const own = root === undefined ? undefined : ownFunction(c)
	if (!own || root === undefined) return false
	const at = own.parameters.indexOf(root)
	if (at < 0) return false
	let callers = 0
	for (const all of c.types.defined.values())
		for (const it of all) {
			const body = childOf(it, 'body')
			if (!body || !textOf(c, body).includes(own.name)) continue
			for (const call of callsIn(body)) {
				if (calledName(c, call) !== own.name || ++callers > mostCallers) continue
				const given = bare(argumentNodes(call)[at])
				if (!given) continue
				const written = plainText(c, given).replace(/^&/, '')
				const rest = plainText(c, core)
					.slice(root.length)
					.replace(/^->/, plainText(c, given).startsWith('&') ? '.' : '->')
				const asked = writtenAs(c, body, written + rest)
				if (names(c, body, /\w+/.exec(written)?.[0] ?? written) && isAsked(c, body, asked, call)) return true
			}
		}
	return false
}

/** The function that is being lowered, by the names of its parameters. */
function ownFunction(c: C): { readonly name: string; readonly parameters: readonly string[] } | undefined {
	for (const [name, all] of c.types.defined)
		for (const it of all) {
			if (childOf(it, 'body')?.start !== c.functionBody?.start) continue
			const taking = functionDeclarator(childOf(it, 'declarator'))
			const list = taking && childOf(taking, 'parameters')
			const parameters = (list?.children ?? [])
				.filter((one) => one.kind === 'parameter_declaration')
				.map((one) => declaredName(childOf(one, 'declarator')))
				.map((one) => (one ? textOf(c, one) : ''))
			return { name, parameters }
		}
	return undefined
}

/** `from + count > size`: where the sum has 32 bits, it is small again for large numbers, and passes. @param made the sum */
export function wrappingSum(c: C, sum: CodeNode | undefined, made: Expression): Expression {
	const at = bare(sum)
	if (
		!at ||
		sum?.kind === 'cast_expression' ||
		!c.functionBody ||
		at.kind !== 'binary_expression' ||
		operatorIn(c, at) !== '+'
	)
		return made
	const sides = [childOf(at, 'left'), childOf(at, 'right')]
	let isVariable = false
	for (const it of sides) {
		const inner = it?.kind === 'cast_expression' ? it : bare(it)
		if (!inner) return made
		if (constantIn(c.types, inner) !== undefined && inner.kind !== 'sizeof_expression') continue
		const type = typeOf(c, inner)
		const isOne = type?.form === 'plain' && !type.isClass && type.size === 4 && type.isUnsigned === true
		if (!isOne || !/^(?:identifier|field_expression|cast_expression)$/.test(inner.kind)) return made
		isVariable = true
	}
	return isVariable ? intrinsic('wrappingSum', at, made) : made
}
