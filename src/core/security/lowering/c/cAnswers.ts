import type { Expression, Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type C, intrinsic, spanOf, textOf } from './cContext.ts'
import {
	bare,
	calledName,
	callsIn,
	comparisonsIn,
	each,
	givenIn,
	names,
	nodesOf,
	operatorIn,
	plainText,
} from './cTree.ts'
import { numberOf } from './cTypes.ts'

/*
 * Answers that are lost: one that the next statement overwrites, and one of three that is read as one of two.
 */

/** What a statement gives a value that is all it does: `rc = f(…);`, `int rc = f(…);`. */
function onlyGiven(node: CodeNode): ReturnType<typeof givenIn> {
	const isStatement = node.kind === 'expression_statement' || node.kind === 'declaration'
	const parts = isStatement ? namedChildren(node).filter((it) => it.kind !== 'comment') : []
	const last = parts.at(-1)
	const isAlone = node.kind === 'declaration' ? parts.filter((it) => givenIn(it)).length === 1 : parts.length === 1
	return last && isAlone ? givenIn(last) : undefined
}

/** Whether the next statement gives the variable another value, and nobody has looked at what a call gave it. */
export function isOverwritten(c: C, node: CodeNode, next: CodeNode): boolean {
	const given = onlyGiven(node)
	const again = given && onlyGiven(next)
	if (!given || !again?.value || next.kind !== 'expression_statement') return false
	if (bare(given.value)?.kind !== 'call_expression' || again.target.kind !== 'identifier') return false
	const assignment = namedChildren(next)[0]
	const name = textOf(c, again.target)
	return (
		plainText(c, given.target) === name &&
		assignment !== undefined &&
		operatorIn(c, assignment) === '=' &&
		!names(c, again.value, name)
	)
}

/** A statement whose call gives what nobody looks at. */
export function withIgnoredAnswer(it: Statement): Statement {
	const ignored = (value: Expression): Expression => (value.kind === 'call' ? { ...value, isIgnored: true } : value)
	if (it.kind === 'declare' && it.initial) return { ...it, initial: ignored(it.initial) }
	if (it.kind !== 'expression' || it.expression.kind !== 'assign') return it
	return { ...it, expression: { ...it.expression, value: ignored(it.expression.value) } }
}

/** These say 1 where all is right, 0 where it is not, and a number below 0 where they failed. */
const ofThree =
	/^(?:EVP_(?:DigestVerify(?:Final)?|VerifyFinal|PKEY_verify(?:_recover)?)|(?:EC)?DSA_(?:do_)?verify|X509(?:_REQ|_CRL|_ACERT)?_verify|X509_verify_cert|ASN1_item_verify|OCSP_(?:basic|request)_verify|NETSCAPE_SPKI_verify|X509_check_(?:host|email|ip|ip_asc)|ED(?:25519|448)_verify)$/

/** A statement at each verification that failed and is taken for one that succeeded. */
export function answersOfThree(c: C, body: CodeNode): Statement[] {
	if (!/_(?:verify|check_)|Verify/.test(textOf(c, body))) return []
	const found: CodeNode[] = []
	for (const call of callsIn(body, false)) {
		if (!ofThree.test(calledName(c, call))) continue
		const kept = keptIn(c, body, call)
		if (isMadeBool(c, body, call)) found.push(call)
		else if (kept === undefined ? isTruth(c, body, call) : isReadAsTruth(c, body, kept, call)) found.push(call)
	}
	return found.map((it) => ({ kind: 'expression', expression: intrinsic('failureAsYes', it), ...spanOf(it) }))
}

const boolean = /^(?:bool|_Bool|std\.bool)$/

/** `bool ok = f(…)`, and `return f(…)` of a function that gives a `bool`: -1 becomes true. */
function isMadeBool(c: C, body: CodeNode, call: CodeNode): boolean {
	const isGiven = c.gives?.form === 'plain' && boolean.test(c.gives.name)
	return nodesOf(body, makers, false).some((it) => {
		if (it.kind === 'return_statement') return isGiven && bare(namedChildren(it)[0]) === call
		const type = childOf(it, 'type')
		return (
			type !== undefined &&
			boolean.test(plainText(c, type)) &&
			namedChildren(it).some((one) => bare(givenIn(one)?.value) === call)
		)
	})
}

const makers: ReadonlySet<string> = new Set(['return_statement', 'declaration'])

/** The variable that has what a call gives. */
function keptIn(c: C, body: CodeNode, call: CodeNode): string | undefined {
	let name: string | undefined
	each(body, (it) => {
		const given = givenIn(it)
		if (given && bare(given.value) === call) name = plainText(c, given.target)
		return name === undefined
	})
	return name
}

const asking: ReadonlySet<string> = new Set([
	'if_statement',
	'while_statement',
	'conditional_expression',
	'unary_expression',
	'binary_expression',
])

/** Whether an expression is only asked whether it is 0: `if (x)`, `!x`, `x != 0`, `x && …`. */
function isTruth(c: C, body: CodeNode, asked: CodeNode): boolean {
	return nodesOf(body, asking).some((it) => {
		if (it.kind === 'unary_expression') return operatorIn(c, it) === '!' && bare(childOf(it, 'argument')) === asked
		if (it.kind !== 'binary_expression') return bare(childOf(it, 'condition')) === asked
		const [left, right] = [bare(childOf(it, 'left')), bare(childOf(it, 'right'))]
		const operator = operatorIn(c, it)
		if (/^(?:&&|\|\|)$/.test(operator)) return left === asked || right === asked
		const other = left === asked ? right : right === asked ? left : undefined
		return /^[!=]=$/.test(operator) && other !== undefined && numberOf(plainText(c, other)) === 0
	})
}

/** Whether all that is asked of a variable behind a call is whether it is 0. */
function isReadAsTruth(c: C, body: CodeNode, name: string, call: CodeNode): boolean {
	const uses: CodeNode[] = []
	let isOther = false
	each(body, (it) => {
		// What it is given before and behind the call, and where it goes else, is not followed.
		if (it.kind === 'identifier' && textOf(c, it) === name && it.start > call.end) uses.push(it)
		const given = givenIn(it)
		if (given && plainText(c, given.target) === name && it.start > call.end) isOther = true
		if (it.kind === 'return_statement' && it.start > call.end) {
			const [value] = namedChildren(it)
			if (value && bare(value)?.kind === 'identifier' && plainText(c, value) === name) isOther = true
		}
		return true
	})
	const [first] = uses
	if (!first || isOther) return false
	const isCompared = comparisonsIn(c, body, true).some((it) => {
		const sides = [bare(childOf(it, 'left')), bare(childOf(it, 'right'))]
		const other = sides.find((side) => side && plainText(c, side) !== name)
		const isAbout = sides.some((side) => side && plainText(c, side) === name) && it.start > call.end
		return isAbout && (!/^[!=]=$/.test(operatorIn(c, it)) || !other || numberOf(plainText(c, other)) !== 0)
	})
	return !isCompared && uses.some((it) => isTruth(c, body, it))
}
