import type { Call, Expression, FunctionIr, If, Logical, Statement } from '../../ir/ir.ts'
import { nodesOf, someNode } from '../../ir/irNodes.ts'
import type { Machine, ProgramUnit } from '../machine.ts'

/**
 * A check of something that was sent, such as a signature, which is only made where it was sent: `if (signature && !matches(signature)) refuse()`. Whoever
 * leaves it out is let in, unless the function refuses that as well.
 */
export function checkSkipped(machine: Machine, unit: ProgramUnit): void {
	const { skippable } = machine.rules
	if (skippable.length === 0) return
	const checks = checksIn(unit)
	for (const entry of skippable) {
		const isMeant = (checked: Expression, call: Call): boolean => {
			const [name, callee] = [writtenName(checked), writtenName(call.callee)]
			return name !== undefined && callee !== undefined && entry.pattern.test(`${callee.slice(-80)} ${name.slice(-80)}`)
		}
		for (const { checked, call, letThrough } of checks)
			if (isMeant(checked, call) && (letThrough || !isRefused(unit, checked, call)))
				machine.reporter.find(entry, machine.place(letThrough ?? call))
	}
}

/** All checks of a file that are only made where there is something to check. */
function checksIn({ nodes }: ProgramUnit): readonly Skipped[] {
	const inQuestions = nodes.of<If>('if').flatMap((it) => skippedIn(it) ?? [])
	const besideThem = nodes.of<Logical>('logical').flatMap((it): Skipped[] => {
		const checked = it.operator === '||' ? missing(it.left) : undefined
		const call = bare(it.right)
		return checked && call.kind === 'call' && takes(call, checked) ? [{ checked, call }] : []
	})
	return [...inQuestions, ...besideThem, ...nodes.functions().flatMap(({ body }) => lettingThrough(body))]
}

/**
 * `if (!given) return next()`, and the check of it further down: who leaves it out is let through. Only of what is read of a header, and checks
 * of it or of what is made of it.
 */
function lettingThrough(body: readonly Statement[]): readonly Skipped[] {
	return body.flatMap((it, at): readonly Skipped[] => {
		if (it.kind !== 'if' || it.otherwise.length > 0 || !goesOn(it.then)) return []
		const asked = missing(it.test)
		if (asked?.kind !== 'name' || !isHeader(body.slice(0, at), asked.name)) return []
		const after = body.slice(at + 1)
		const names = madeOf(asked.name, after)
		return after.flatMap((one): readonly Skipped[] => {
			const call = checkIn(one)
			if (!call) return []
			const given = names.filter((name) => call.arguments.some((word) => isNamed(word.value, name)))
			return given.map((name) => ({ checked: { ...asked, name }, call, letThrough: it.test }))
		})
	})
}

/** `if (!check(given)) refuse()`, `return check(given)`. */
function checkIn(it: Statement): Call | undefined {
	const denied = it.kind === 'if' && refuses(it.then) && it.test.kind === 'unary' && it.test.operator === '!'
	const value = denied ? it.test.operand : it.kind === 'return' ? it.value : undefined
	const call = value && bare(value)
	return call?.kind === 'call' ? call : undefined
}

/** Whether it ends with `return next()`, `next(); return` or `return true`, whatever is logged before. */
function goesOn(statements: readonly Statement[]): boolean {
	const [before, last] = [statements.at(-2), statements.at(-1)]
	if (last?.kind === 'block') return goesOn(last.body)
	if (last?.kind !== 'return') return false
	if (last.value) return (last.value.kind === 'constant' && last.value.value === true) || isNext(last.value)
	return before?.kind === 'expression' && isNext(before.expression)
}

function isNext(value: Expression): boolean {
	const call = bare(value)
	return (
		call.kind === 'call' && call.callee.kind === 'name' && call.callee.name === 'next' && call.arguments.length === 0
	)
}

/** `const given = req.get('x-signature')`, `request.headers['x-signature']`. */
function isHeader(before: readonly Statement[], name: string): boolean {
	return before.some((it) => {
		if (it.kind !== 'declare' || it.target.kind !== 'name' || it.target.name !== name) return false
		return someNode(it.initial, (node) => {
			const one = node as unknown as Expression
			return one.kind === 'field' && /^(?:headers?|get)$/.test(one.name)
		})
	})
}

/** What it is called, and what is made of it: `const { time, signature } = parts(given)`. */
function madeOf(name: string, after: readonly Statement[]): readonly string[] {
	const names = [name]
	for (const it of after) {
		if (it.kind !== 'declare' || !names.some((one) => isNamed(it.initial, one))) continue
		const { target } = it
		const parts =
			target.kind === 'objectPattern' ? target.entries : target.kind === 'listPattern' ? target.items : [{ target }]
		for (const one of parts) if (one?.target.kind === 'name') names.push(one.target.name)
	}
	return names
}

interface Skipped {
	readonly checked: Expression
	readonly call: Call
	/** The question that lets through who sent nothing, where that stands before the check. */
	readonly letThrough?: Expression
}

/** `if (given && !check(given)) refuse`, or one `if` in the other. */
function skippedIn({ test, then, otherwise }: If): Skipped | undefined {
	if (otherwise.length > 0) return undefined
	if (test.kind === 'logical' && test.operator === '&&')
		return refuses(then) ? skipped(test.left, test.right) : undefined
	const [only, ...others] = then.flatMap((it) => (it.kind === 'block' ? it.body : [it]))
	if (only?.kind !== 'if' || others.length > 0 || only.otherwise.length > 0 || !refuses(only.then)) return undefined
	return skipped(test, only.test)
}

function skipped(given: Expression, test: Expression): Skipped | undefined {
	const checked = present(given)
	const call =
		test.kind === 'unary' && (test.operator === '!' || test.operator === 'not') ? bare(test.operand) : undefined
	return checked && call?.kind === 'call' && takes(call, checked) ? { checked, call } : undefined
}

/** What is asked to be there. */
function present(it: Expression): Expression | undefined {
	if (it.kind === 'unary' && it.operator === '!') {
		const empty = askedForEmpty(it.operand)
		if (empty) return empty
	}
	const found = foundBy(it)
	if (found) return found
	if (it.kind === 'binary' && /^!==?$|^isNot$/.test(it.operator) && isNothing(it.right)) return it.left
	return writtenName(it) === undefined ? undefined : it
}

/** What is asked not to be there. */
function missing(it: Expression): Expression | undefined {
	if (it.kind === 'call') return askedForEmpty(it)
	if (it.kind === 'unary' && (it.operator === '!' || it.operator === 'not'))
		return foundBy(it.operand) ?? (writtenName(it.operand) === undefined ? undefined : it.operand)
	return it.kind === 'binary' && /^===?$|^is$/.test(it.operator) && isNothing(it.right) ? it.left : undefined
}

/** `string.IsNullOrEmpty(given)` (C#). */
function askedForEmpty(it: Expression): Expression | undefined {
	if (it.kind !== 'call' || it.callee.kind !== 'field' || !/^IsNullOr(?:Empty|WhiteSpace)$/.test(it.callee.name))
		return undefined
	const [given] = it.arguments
	return given && writtenName(given.value) !== undefined ? given.value : undefined
}

/** `headers.TryGetValue(name, out var given)` (C#). */
function foundBy(it: Expression): Expression | undefined {
	if (it.kind !== 'call' || it.callee.kind !== 'field' || it.callee.name !== 'TryGetValue') return undefined
	const given = it.arguments.at(-1)
	return given?.byReference === true && writtenName(given.value) !== undefined ? given.value : undefined
}

function isNothing(it: Expression): boolean {
	return (
		(it.kind === 'constant' && (it.value === null || it.value === '')) ||
		(it.kind === 'name' && it.name === 'undefined')
	)
}

function bare(it: Expression): Expression {
	return it.kind === 'await' || it.kind === 'cast' ? bare(it.value) : it
}

/** `a.b` for what is written so. */
function writtenName(it: Expression): string | undefined {
	if (it.kind === 'name') return it.name
	if (it.kind !== 'field') return undefined
	const of = it.object.kind === 'self' ? 'this' : writtenName(it.object)
	return of === undefined ? it.name : `${of}.${it.name}`
}

function takes(call: Call, checked: Expression): boolean {
	const name = writtenName(checked)
	return call.arguments.some((given) => isNamed(given.value, name))
}

function isNamed(root: unknown, name: string | undefined): boolean {
	return someNode(root, (it) => {
		const one = it as unknown as Expression
		return (one.kind === 'name' || one.kind === 'field') && writtenName(one) === name
	})
}

function refuses(statements: readonly Statement[]): boolean {
	const last = statements.at(-1)
	if (last?.kind === 'block') return refuses(last.body)
	return last?.kind === 'return' || last?.kind === 'throw'
}

/** Whether the function asks somewhere else whether it is missing. */
function isRefused(unit: ProgramUnit, checked: Expression, call: Call): boolean {
	const name = writtenName(checked)
	const around = functionAround(unit, call)
	const denied = new Set(
		nodesOf<Extract<Expression, { kind: 'unary' }>>(around?.body ?? unit.ir.body, 'unary').map((it) => it.operand),
	)
	return someNode(around?.body ?? unit.ir.body, (it) => {
		const test = it as unknown as Expression
		// The call itself may stand behind the question.
		if (test.kind === 'logical' && test.start <= call.start && call.end <= test.end) return false
		const asked =
			test.kind === 'unary' || test.kind === 'binary' || (isEmptyQuestion(test) && !denied.has(test))
				? missing(test)
				: undefined
		return asked !== undefined && writtenName(asked) === name && !isLeftOf(around?.body ?? unit.ir.body, test, call)
	})
}

/** Asked without `!` in front, or of something else than what is found: `if (string.IsNullOrEmpty(given)) refuse()`. */
function isEmptyQuestion(it: Expression): boolean {
	return it.kind === 'call' && askedForEmpty(it) !== undefined
}

/** `!given` of the `||` that the call stands behind. */
function isLeftOf(body: unknown, test: Expression, call: Call): boolean {
	return nodesOf<Logical>(body, 'logical').some(
		(it) => it.left === test && it.right.start <= call.start && call.end <= it.right.end,
	)
}

function functionAround(unit: ProgramUnit, { start, end }: Call): FunctionIr | undefined {
	let found: FunctionIr | undefined
	someNode(unit.ir.body, (it) => {
		const { parameters, head, body } = it as unknown as FunctionIr
		const isAround = Array.isArray(parameters) && Array.isArray(body) && head !== undefined
		const own = it as unknown as FunctionIr
		if (isAround && own.start <= start && end <= own.end) found = own
		return false
	})
	return found
}
