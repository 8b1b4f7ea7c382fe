import type { Binary, Expression, Statement } from '../../ir/ir.ts'
import { someNode } from '../../ir/irNodes.ts'
import type { Machine } from '../machine.ts'

/** What is sent along to be compared with what the program works out itself. */
const proof = /sig(?:nature)?$|^sig|hmac|digest|csrf|xsrf|^mac$|checksum/i
const checking = /verif|valid|match|check|equal|compare|authentic|^hash_equals$/i

/**
 * `if (signature && !isRight(signature, body)) refuse()`: who sends none is not asked at all. Rules know it as the call of `@skippedCheck`.
 */
export function checkSkipped(machine: Machine, test: Expression, then: readonly Statement[], otherwise: boolean): void {
	if (!machine.sawTaint || otherwise) return
	const [asked, refused] = parts(test, then)
	if (!asked || !refused) return
	const name = nameOf(asked)
	if (name === undefined || !proof.test(name) || !isCheck(refused, name)) return
	const entries = machine.rules.calls.lookUp('@skippedCheck')
	if (entries.length === 0 || !machine.evaluate(asked).taint.some(({ kind }) => kind === 'remote')) return
	for (const it of entries) if (it.form === 'find') machine.reporter.find(it, machine.place(test))
}

/** What has to be there for the check, and what is refused then; also where one question stands in the other. */
function parts(test: Expression, then: readonly Statement[]): readonly (Expression | undefined)[] {
	const asked = askedFor(test.kind === 'logical' && test.operator === '&&' ? test.left : test)
	if (test.kind === 'logical') return test.operator === '&&' && refuses(then) ? [asked, negated(test.right)] : []
	const [only, ...more] = then
	if (only?.kind !== 'if' || more.length > 0 || only.otherwise.length > 0) return []
	return refuses(only.then) ? [asked, negated(only.test)] : []
}

/** What a question asks to be there: `x`, `x !== undefined`, `x != ""`, `isset(x)`. */
function askedFor(it: Expression): Expression | undefined {
	if (it.kind === 'name' || it.kind === 'field' || it.kind === 'index') return it
	if (it.kind === 'binary') return /^!==?$|^isNot$/.test(it.operator) && isNothing(it.right) ? it.left : undefined
	if (it.kind === 'call' && it.callee.kind === 'name' && it.callee.name === 'isset') return it.arguments[0]?.value
	return it.kind === 'unary' && it.operator === '!' && it.operand.kind === 'unary' && it.operand.operator === '!'
		? it.operand.operand
		: undefined
}

function isNothing(it: Binary['right']): boolean {
	return (
		(it.kind === 'constant' && (it.value === null || it.value === '')) ||
		(it.kind === 'name' && it.name === 'undefined')
	)
}

function negated(it: Expression): Expression | undefined {
	if (it.kind === 'unary' && it.operator === '!') return it.operand
	const isFalse = it.kind === 'binary' && /^===?$/.test(it.operator) && it.right.kind === 'constant'
	return isFalse && it.right.kind === 'constant' && it.right.value === false ? it.left : undefined
}

function nameOf(it: Expression): string | undefined {
	if (it.kind === 'name' || it.kind === 'field') return it.name
	return it.kind === 'index' && it.index?.kind === 'constant' ? String(it.index.value) : undefined
}

/** A call that checks what is named so. */
function isCheck(it: Expression, name: string): boolean {
	if (it.kind === 'await') return isCheck(it.value, name)
	if (it.kind !== 'call') return false
	const { callee } = it
	const called = callee.kind === 'name' || callee.kind === 'field' ? callee.name : ''
	return checking.test(called) && someNode(it.arguments, (node) => node.kind === 'name' && node.name === name)
}

function refuses(body: readonly Statement[]): boolean {
	const last = body.at(-1)
	return last?.kind === 'return' || last?.kind === 'throw'
}
