import type { FunctionIr } from '../ir/ir.ts'
import type { FunctionDoes } from '../rules/ruleTypes.ts'

/** Calls that only say what happened. */
const telling =
	/^(?:print\w*|log\w*|Log[A-Z]\w*|Write|WriteLine|debug|info|warn\w*|trace|error|d|i|w|e|v|ToString|GetCertHash\w*|operator<<)$/

/** Whether a function checks nothing: see `FunctionDoes`. */
export function functionDoes(ir: FunctionIr, does: FunctionDoes): boolean {
	if (ir.isAbstract) return false
	if (does === 'answersYes') return answersYes(ir)
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
		} else if (it.kind === 'throw' || (it.kind === 'call' && !isTelling(it.callee))) isIdle = false
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

function isNameIn(callee: unknown, names: ReadonlySet<string>): boolean {
	const it = callee as { readonly kind?: string; readonly name?: string } | undefined
	return it?.kind === 'name' && names.has(it.name ?? '')
}

function isConstantNode(value: unknown, does: FunctionDoes): boolean {
	const it = value as { readonly kind?: string; readonly value?: unknown } | undefined
	if (does === 'returnsTrue') return it?.kind === 'constant' && it.value === true
	return it === undefined || it.kind === 'constant' || it.kind === 'list'
}

function isTelling(callee: unknown): boolean {
	const it = callee as { readonly kind?: string; readonly name?: string } | undefined
	return it?.kind === 'field' && telling.test(it.name ?? '')
}
