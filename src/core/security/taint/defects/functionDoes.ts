import type { Call, Expression, FunctionIr } from '../../ir/ir.ts'
import { someNode } from '../../ir/irNodes.ts'
import type { FunctionDoes } from '../../rules/ruleTypes.ts'

/** Calls that only say what happened. */
const telling =
	/^(?:print\w*|log\w*|Log[A-Z]\w*|Write|WriteLine|debug|info|warn\w*|trace|error|d|i|w|e|v|ToString|GetCertHash\w*|operator<<)$/

/** Whether a function checks nothing: see `FunctionDoes`. */
export function functionDoes(ir: FunctionIr, does: FunctionDoes): boolean {
	if (ir.isAbstract) return false
	if (does === 'acceptsAny') return acceptsAny(ir)
	if (does === 'verifiesNothing') return verifiesNothing(ir)
	if (does === 'answersYes') return answersYes(ir)
	if (does === 'returnsArgument') return returnsArgument(ir)
	const isAlways = does === 'alwaysTrue'
	let isIdle = true
	let returns = 0
	const visit = (node: unknown): void => {
		if (!isIdle) return
		if (Array.isArray(node)) {
			for (const it of node) visit(it)
			return
		}
		if (typeof node !== 'object' || node === null) return
		const it = node as Record<string, unknown>
		if (it.kind === 'return') {
			returns++
			if (!isConstantNode(it.value, does)) isIdle = false
		} else if (it.kind === 'throw' || (!isAlways && it.kind === 'call' && !isTelling(it.callee))) isIdle = false
		for (const key in it) if (typeof it[key] === 'object' && key !== 'head') visit(it[key])
	}
	visit(ir.body)
	return isIdle && (does === 'nothing' || returns > 0)
}

const asking: ReadonlySet<unknown> = new Set([
	'if',
	'conditional',
	'logical',
	'switch',
	'loop',
	'forEach',
	'try',
	'throw',
])

/** It calls a parameter with true or 0, and nothing in it depends on anything. */
function answersYes(ir: FunctionIr): boolean {
	const given = new Set(ir.parameters.flatMap(({ target }) => (target.kind === 'name' ? [target.name] : [])))
	let hasAsked = false
	let answers = 0
	const visit = (node: unknown): void => {
		if (typeof node !== 'object' || node === null || hasAsked) return
		const it = node as Record<string, unknown>
		// What is only told decides nothing, nor does a variable that no condition looks at.
		if ((it.kind === 'call' && isTelling(it.callee)) || (it.kind === 'declare' && !callsOneOf(it.initial, given)))
			return
		if (asking.has(it.kind)) hasAsked = true
		else if (it.kind === 'call' && isNameIn(it.callee, given)) {
			const [first] = it.arguments as { readonly value: { readonly kind: string; readonly value?: unknown } }[]
			if (first?.value.kind === 'constant' && (first.value.value === true || first.value.value === 0)) answers++
			else hasAsked = true
		}
		for (const key in it) visit(it[key])
	}
	visit(ir.body)
	return !hasAsked && answers > 0
}

function callsOneOf(node: unknown, names: ReadonlySet<string>): boolean {
	return someNode(node, (it) => it.kind === 'call' && isNameIn(it.callee, names))
}

/** It gives back what it was given, and does nothing else. */
function returnsArgument({ body, parameters }: FunctionIr): boolean {
	const [first] = parameters
	if (first?.target.kind !== 'name' || first.initial !== undefined) return false
	const { name } = first.target
	const does = body.filter(
		(it) => it.kind !== 'expression' || it.expression.kind !== 'call' || !isTelling(it.expression.callee),
	)
	const [only] = does
	if (does.length !== 1 || only?.kind !== 'return') return false
	let value = only.value
	while (value?.kind === 'cast') value = value.value
	return value?.kind === 'name' && value.name === name
}

function isNameIn(callee: unknown, names: ReadonlySet<string>): boolean {
	const it = callee as { readonly kind?: string; readonly name?: string } | undefined
	return it?.kind === 'name' && names.has(it.name ?? '')
}

function isConstantNode(value: unknown, does: FunctionDoes): boolean {
	const it = value as { readonly kind?: string; readonly value?: unknown } | undefined
	if (does === 'alwaysTrue') return it?.kind === 'constant' && (it.value === true || it.value === 1)
	if (does === 'returnsTrue') return it?.kind === 'constant' && it.value === true
	return it === undefined || it.kind === 'constant' || it.kind === 'list'
}

export function isTelling(callee: unknown): boolean {
	const it = callee as { readonly kind?: string; readonly name?: string } | undefined
	return it?.kind === 'field' && telling.test(it.name ?? '')
}

const formTests = /^(?:TryCreate|IsWellFormedUriString|IsWellFormedOriginalString|IsNullOrEmpty|IsNullOrWhiteSpace)$/
/** What something says of itself: of a session of TLS that it goes on, of a text that it is there (Java). */
const ownTests = /^(?:isValid|isEmpty|isBlank)$/
/** What is read of an address that says nothing of whose it is. */
const formFields = /^(?:Scheme|[Ll]ength|IsAbsoluteUri|IsWellFormed)$/

/** It ends with nothing but a question for the form of what it gets. */
function acceptsAny({ body, parameters }: FunctionIr): boolean {
	const names = new Set(parameters.flatMap(({ target }) => (target.kind === 'name' ? [target.name] : [])))
	const last = body.at(-1)
	const isPlain = body.every((it) => it.kind === 'return' || it.kind === 'declare' || it.kind === 'expression')
	return isPlain && last?.kind === 'return' && last.value !== undefined && asksForForm(last.value, names)
}

function asksForForm(it: Expression, names: ReadonlySet<string>): boolean {
	switch (it.kind) {
		case 'constant':
			return it.value === true
		case 'logical':
			return asksForForm(it.left, names) && asksForForm(it.right, names)
		case 'unary':
			return it.operator === '!' && asksForForm(it.operand, names)
		case 'field':
			return formFields.test(it.name)
		case 'call':
			return (
				it.callee.kind === 'field' &&
				(formTests.test(it.callee.name) ||
					(it.arguments.length === 0 && isNameIn(it.callee.object, names) && ownTests.test(it.callee.name)) ||
					comparesWithPeer(it, names))
			)
		case 'binary':
			return [it.left, it.right].some(
				(side) => (side.kind === 'field' && formFields.test(side.name)) || isNamedAgainstNull(side, it, names),
			)
		default:
			return false
	}
}

/** `host.equals(session.getPeerHost())`: both are what was asked for (Java). */
function comparesWithPeer({ callee, arguments: given }: Call, names: ReadonlySet<string>): boolean {
	if (callee.kind !== 'field' || !/^equals(?:IgnoreCase)?$/.test(callee.name)) return false
	const sides = [callee.object, given[0]?.value]
	const isPeer = (it: Expression | undefined) =>
		it?.kind === 'call' &&
		it.callee.kind === 'field' &&
		it.callee.name === 'getPeerHost' &&
		isNameIn(it.callee.object, names)
	return sides.some((it) => isPeer(it)) && sides.some((it) => isNameIn(it, names))
}

/** `origin != null`. */
function isNamedAgainstNull(
	side: Expression,
	{ left, right }: Extract<Expression, { kind: 'binary' }>,
	names: ReadonlySet<string>,
): boolean {
	const other = side === left ? right : left
	return side.kind === 'name' && names.has(side.name) && other.kind === 'constant' && other.value === null
}

const checking = /verif|valid|check|equal|compare|contains|sign(?!in)|decrypt|decide|require|assert/i
const deciding = new Set(['if', 'switch', 'loop', 'conditional', 'logical', 'binary', 'throw'])

function verifiesNothing({ body }: FunctionIr): boolean {
	return !someNode(
		body,
		({ kind, callee, isNew }) =>
			deciding.has(String(kind)) || (kind === 'call' && isNew !== true && checking.test(nameOf(callee))),
	)
}

function nameOf(callee: unknown): string {
	return (callee as { readonly name?: string } | undefined)?.name ?? ''
}
