import { type CodeNode, childOf } from '../../tree/codeNode.ts'
import { type C, intrinsic, spanOf, textOf } from './cContext.ts'
import { typeOf } from './cNames.ts'
import {
	argumentNodes,
	bare,
	calledName,
	comparisonsIn,
	each,
	givenIn,
	nodesOf,
	operatorIn,
	plainText,
} from './cTree.ts'
import { type CType, constantIn } from './cTypes.ts'

/*
 * Questions that C answers otherwise than they read: a difference without a sign is never below 0, a counter of 8 bits never reaches 300, and the number that
 * says of a call of COM that all went well is 0.
 */

function note(c: C, name: string, at: CodeNode): void {
	c.asides.push({ kind: 'expression', expression: intrinsic(name, at), ...spanOf(at) })
}

/** `a - b > 0` of numbers without a sign. @param node a comparison, while its variables are known */
export function noteDifference(c: C, node: CodeNode): void {
	const operator = operatorIn(c, node)
	const isRight = operator === '>'
	if (!isRight && operator !== '<') return
	const difference = bare(childOf(node, isRight ? 'left' : 'right'))
	const other = childOf(node, isRight ? 'right' : 'left')
	if (difference?.kind !== 'binary_expression' || operatorIn(c, difference) !== '-') return
	if (!other || constantIn(c.types, other) !== 0 || hasCast(childOf(node, isRight ? 'left' : 'right'))) return
	const [less, more] = [childOf(difference, 'right'), childOf(difference, 'left')]
	if (!less || !more || constantIn(c.types, more) !== undefined) return
	const types = [more, less].map((it) => typeOf(c, it))
	// Narrower ones become numbers with a sign before they are subtracted.
	if (!types.some(isWideUnsigned) || !types.every((it) => it === undefined || isWideUnsigned(it))) return
	if (!isCompared(c, node, plainText(c, more), plainText(c, less))) note(c, 'differenceAboveZero', node)
}

function hasCast(node: CodeNode | undefined): boolean {
	let found = false
	for (let at = node; at && !found; ) {
		found = at.kind === 'cast_expression'
		at =
			at.kind === 'parenthesized_expression' || at.kind === 'cast_expression'
				? at.children.find((it) => it.isNamed)
				: undefined
	}
	return found
}

function isWideUnsigned(type: CType | undefined): boolean {
	return type?.form === 'plain' && type.isUnsigned === true && (type.size ?? 0) >= 4
}

/** Whether somebody asks which of the two is larger. */
function isCompared(c: C, node: CodeNode, a: string, b: string): boolean {
	const body = c.functionBody
	if (!body) return false
	return comparisonsIn(c, body, false).some((it) => {
		if (it.start === node.start) return false
		const sides = ['left', 'right']
			.map((name) => bare(childOf(it, name)))
			.map((side) => (side ? plainText(c, side) : ''))
		return sides.includes(a) && sides.includes(b)
	})
}

/** A counter that is too narrow for what its loop counts up to: it begins again at 0, or below, and the loop never ends. */
export function noteCounter(c: C, loop: CodeNode): void {
	const condition = bare(childOf(loop, 'condition'))
	if (condition?.kind !== 'binary_expression') return
	const operator = operatorIn(c, condition)
	if (!/^[<>]=?$/.test(operator)) return
	const isLeft = operator.startsWith('<')
	const counter = bare(childOf(condition, isLeft ? 'left' : 'right'))
	const bound = bare(childOf(condition, isLeft ? 'right' : 'left'))
	const type = typeOf(c, counter)
	const bits = bitsOf(type)
	if (counter?.kind !== 'identifier' || !bound || bits === undefined || bits > 16) return
	// Whether a `char` has a sign is up to the compiler.
	const hasSign = type?.form === 'plain' && type.isUnsigned !== true && type.name !== 'char'
	const most = mostOf(c, bound)
	if (most === undefined || most <= 2 ** (hasSign ? bits - 1 : bits) - 1) return
	if (constantIn(c.types, bound) === undefined && isSmall(c, bound, bits)) return
	const name = textOf(c, counter)
	const isCounted = [childOf(loop, 'update'), childOf(loop, 'body')].some((it) => it && countsUp(c, it, name))
	if (isCounted) note(c, 'narrowCounter', condition)
}

/** The largest number that an expression can be: what it is, what a mask leaves of it, or what its type holds. */
function mostOf(c: C, bound: CodeNode): number | undefined {
	const constant = constantIn(c.types, bound)
	if (constant !== undefined) return constant
	if (/^(?:identifier|field_expression|call_expression)$/.test(bound.kind)) {
		const bits = bitsOf(typeOf(c, bound))
		return bits === undefined ? undefined : 2 ** bits - 1
	}
	if (bound.kind !== 'binary_expression') return undefined
	const right = bare(childOf(bound, 'right'))
	const by = right && constantIn(c.types, right)
	const bits = bitsOf(typeOf(c, bare(childOf(bound, 'left'))))
	if (by === undefined || by < 0 || bits === undefined) return undefined
	return operatorIn(c, bound) === '&' ? by : operatorIn(c, bound) === '>>' ? 2 ** (bits - by) - 1 : undefined
}

/** Bits of a whole number. */
function bitsOf(type: CType | undefined): number | undefined {
	const isNumber = type?.form === 'plain' && !type.isClass && !/bool|float|double/i.test(type.name)
	return isNumber && type.size !== undefined ? type.size * 8 : undefined
}

/** Whether the function asks for the bound before, or gives it small numbers only. */
function isSmall(c: C, bound: CodeNode, bits: number): boolean {
	const body = c.functionBody
	const written = plainText(c, bound)
	if (!body) return false
	const isAsked = comparisonsIn(c, body, false).some((it) => {
		const [left, right] = [bare(childOf(it, 'left')), bare(childOf(it, 'right'))]
		if (it.start >= bound.start || !left || !right) return false
		const other = plainText(c, left) === written ? right : plainText(c, right) === written ? left : undefined
		return other !== undefined && (constantIn(c.types, other) !== undefined || /^[A-Z_\d]+$/.test(plainText(c, other)))
	})
	if (isAsked) return true
	let isOther = false
	let isGiven = false
	each(body, (it) => {
		const given = givenIn(it)
		if (!given || plainText(c, given.target) !== written) return true
		const number = given.value && constantIn(c.types, given.value)
		isGiven = true
		if (number === undefined || number >= 2 ** (bits - 1)) isOther = true
		return true
	})
	return isGiven && !isOther
}

function countsUp(c: C, node: CodeNode, name: string): boolean {
	let isFound = false
	each(node, (it) => {
		if (
			it.kind === 'update_expression' &&
			textOf(c, it).includes('++') &&
			plainText(c, childOf(it, 'argument') ?? it) === name
		)
			isFound = true
		if (
			it.kind === 'assignment_expression' &&
			operatorIn(c, it) === '+=' &&
			plainText(c, childOf(it, 'left') ?? it) === name
		)
			isFound = true
		return !isFound
	})
	return isFound
}

const truth = /^(?:BOOL|BOOLEAN|bool|_Bool)$/

function isNamed(type: CType | undefined, names: RegExp): boolean {
	return type?.form === 'plain' && names.test(type.name)
}

function isResult(c: C, node: CodeNode | undefined): boolean {
	return node !== undefined && isNamed(typeOf(c, node), /^HRESULT$/)
}

/** `if (hr)`, `!hr`, `hr && …`: S_OK is 0. @param node what is asked whether it is true */
export function noteTruth(c: C, node: CodeNode | undefined): void {
	const at = node?.kind === 'condition_clause' ? childOf(node, 'value') : node
	const inner = withoutParentheses(at)
	if (inner && isResult(c, inner)) note(c, 'resultAsTruth', inner)
}

/** A result of COM where the program says whether something is so, and the other way round. */
export function noteConversion(c: C, type: CType | undefined, value: CodeNode | undefined): void {
	const inner = withoutParentheses(value)
	if (!inner) return
	const isWrong = isNamed(type, truth)
		? isResult(c, inner)
		: isNamed(type, /^HRESULT$/) &&
			(isNamed(typeOf(c, inner), truth) || /^(?:TRUE|FALSE|true|false)$/.test(plainText(c, inner)))
	if (isWrong) note(c, 'resultAsTruth', inner)
}

/** `SUCCEEDED(isReady())`: both answers of a function that says whether something is so have succeeded. */
export function noteOutcome(c: C, call: CodeNode): void {
	if (!/^(?:SUCCEEDED|FAILED)$/.test(calledName(c, call))) return
	const inner = withoutParentheses(argumentNodes(call)[0])
	if (inner && isNamed(typeOf(c, inner), truth)) note(c, 'resultAsTruth', inner)
}

function withoutParentheses(node: CodeNode | undefined): CodeNode | undefined {
	let at = node
	while (at?.kind === 'parenthesized_expression') at = at.children.find((it) => it.isNamed)
	return at
}

/** `if (!p)` right behind `p = new T`: it throws where there is no memory, and nobody comes to the question. */
export function noteNeverNull(c: C, body: CodeNode): void {
	for (const it of nodesOf(body, blocks)) noteInBlock(c, it)
}

const blocks: ReadonlySet<string> = new Set(['compound_statement'])

function noteInBlock(c: C, node: CodeNode): void {
	const statements = node.children.filter((it) => it.isNamed && it.kind !== 'comment')
	for (const [at, it] of statements.entries()) {
		const next = statements[at + 1]
		if (next?.kind !== 'if_statement') continue
		const made = madeIn(c, it)
		const condition = childOf(next, 'condition')
		if (!made || !condition) continue
		const asked = plainText(c, condition).replace(/^\(|\)$/g, '')
		const questions = [
			`!${made.name}`,
			made.name,
			...['==', '!='].flatMap((is) => ['0', 'NULL', 'nullptr'].map((none) => `${made.name}${is}${none}`)),
		]
		if (questions.includes(asked)) note(c, 'newAskedForNull', made.at)
	}
}

function madeIn(c: C, statement: CodeNode): { readonly name: string; readonly at: CodeNode } | undefined {
	const inner = statement.children.find((it) => it.kind === 'init_declarator' || it.kind === 'assignment_expression')
	const value = inner && bare(childOf(inner, 'value') ?? childOf(inner, 'right'))
	const target = inner && (childOf(inner, 'declarator') ?? childOf(inner, 'left'))
	// What gets arguments of its own may give null, as `new (std::nothrow)` does.
	if (value?.kind !== 'new_expression' || childOf(value, 'placement') || !target) return undefined
	return { name: plainText(c, target).replace(/^\*+/, ''), at: value }
}
