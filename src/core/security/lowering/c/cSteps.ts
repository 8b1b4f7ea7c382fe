import type { Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type C, intrinsic, spanOf, textOf } from './cContext.ts'
import { argumentNodes, bare, calledName, callsIn, each, givenIn, nodesOf, plainText } from './cTree.ts'
import { declaredName, functionDeclarator } from './cTypes.ts'

/*
 * A loop that goes along a list and frees some of its items: the next one has to be known before.
 */

const freeing =
	/^(?:free|cfree|kfree|kvfree|vfree|kfree_sensitive|g_free|xfree|zfree|av_free|OPENSSL_free|CRYPTO_free|sqlite3_free|PyMem_Free|PORT_Free|talloc_free)$/

/** A statement at the step of a loop to the next item, where a way through the body has freed the item that it reads this from. */
export function freedBeforeStep(c: C, loop: CodeNode): Statement[] {
	const body = childOf(loop, 'body')
	const step = stepIn(c, loop, body)
	if (!body || !step) return []
	const freed = step.last ? namedChildren(body).filter((it) => it !== step.last) : [body]
	const isReached = freed.some((it) => freesAndGoesOn(c, it, step.name))
	if (!isReached || isGivenIn(c, body, step.name, step.last)) return []
	return [{ kind: 'expression', expression: intrinsic('freedBeforeStep', step.at), ...spanOf(step.at) }]
}

interface Step {
	readonly name: string
	readonly at: CodeNode
	/** The statement at the end of the body that it is. */
	readonly last: CodeNode | undefined
}

/** `c = c->next`, as the step of a `for` or the last statement of a `while`. */
function stepIn(c: C, loop: CodeNode, body: CodeNode | undefined): Step | undefined {
	const update = childOf(loop, 'update')
	const last = !update && body?.kind === 'compound_statement' ? namedChildren(body).at(-1) : undefined
	const at = bare(update) ?? (last?.kind === 'expression_statement' ? namedChildren(last)[0] : undefined)
	const given = at?.kind === 'assignment_expression' ? givenIn(at) : undefined
	const value = bare(given?.value)
	if (!at || given?.target.kind !== 'identifier' || value?.kind !== 'field_expression') return undefined
	const holder = bare(childOf(value, 'argument'))
	const name = textOf(c, given.target)
	return holder?.kind === 'identifier' && textOf(c, holder) === name && textOf(c, value).includes('->')
		? { name, at, last }
		: undefined
}

/** Whether a statement, or one in it behind which nothing leaves the round, gives the variable's memory back. */
function freesAndGoesOn(c: C, node: CodeNode, name: string): boolean {
	if (node.kind === 'compound_statement') {
		const statements = namedChildren(node)
		const at = statements.findIndex((it) => freesAndGoesOn(c, it, name))
		return at >= 0 && !statements.slice(at + 1).some((it) => leaves(c, it))
	}
	if (node.kind === 'if_statement') {
		const other = childOf(node, 'alternative')
		const branches = [childOf(node, 'consequence'), ...(other ? namedChildren(other) : [])]
		return branches.some((it) => it && freesAndGoesOn(c, it, name))
	}
	if (node.kind !== 'expression_statement') return false
	const [only] = namedChildren(node)
	const call = bare(only)
	if (call?.kind === 'delete_expression') return namedChildren(call).some((it) => plainText(c, it) === name)
	if (call?.kind !== 'call_expression') return false
	const called = calledName(c, call)
	return argumentNodes(call).some(
		(it, at) =>
			plainText(c, bare(it) ?? it) === name && (freeing.test(called) ? at === 0 : freesParameter(c, called, at)),
	)
}

const leaving: ReadonlySet<string> = new Set([
	'break_statement',
	'return_statement',
	'goto_statement',
	'continue_statement',
])

function leaves(c: C, node: CodeNode): boolean {
	return (
		nodesOf(node, leaving).length > 0 ||
		callsIn(node).some((it) => /^(?:_?exit|abort|longjmp|.*(?:panic|fatal|die).*)$/i.test(calledName(c, it)))
	)
}

/** Whether a function of the file gives back what it gets in any case, and does not change which that is before. */
function freesParameter(c: C, name: string, at: number): boolean {
	const [only, ...others] = c.types.defined.get(name) ?? []
	const body = only && childOf(only, 'body')
	if (!body || others.length > 0) return false
	const taking = functionDeclarator(childOf(only, 'declarator'))
	const parameters = taking && childOf(taking, 'parameters')
	const parameter = parameters && namedChildren(parameters).filter((it) => it.kind !== 'comment')[at]
	const named = parameter && declaredName(childOf(parameter, 'declarator'))
	if (!named) return false
	const own = textOf(c, named)
	const statements = namedChildren(body)
	const where = statements.findIndex((it) => it.kind === 'expression_statement' && freesAndGoesOn(c, it, own))
	return where >= 0 && !isGivenIn(c, body, own, undefined) && !statements.slice(0, where).some((it) => leaves(c, it))
}

/** Whether the variable gets another value, or somebody gets its address who may give it one. */
function isGivenIn(c: C, body: CodeNode, name: string, but: CodeNode | undefined): boolean {
	let isGiven = false
	each(body, (it) => {
		if (it === but) return false
		const given = givenIn(it)
		if (given && plainText(c, given.target).replace(/^\*+/, '') === name) isGiven = true
		if (it.kind === 'pointer_expression' && plainText(c, it) === `&${name}`) isGiven = true
		return !isGiven
	})
	return isGiven
}
