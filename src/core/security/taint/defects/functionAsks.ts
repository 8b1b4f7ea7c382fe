import type { Call, Expression, FunctionIr, Switch } from '../../ir/ir.ts'
import type { IrNode } from '../../ir/irNodes.ts'
import { nodesOf, someNode } from '../../ir/irNodes.ts'
import { isTelling } from './functionDoes.ts'

/**
 * Whether what a function does depends on something whose name matches: it stands in a condition, or something is called with it that is
 * not only told. A function that gets its only parameter as a whole may ask as well.
 */
export function functionAsks(ir: FunctionIr, pattern: Pick<RegExp, 'test'>): boolean {
	const [first, second] = ir.parameters
	const whole = first?.target.kind === 'name' && !second ? first.target.name : undefined
	const named = namesFor(ir, pattern)
	const isAbout = (it: unknown): boolean =>
		mentions(it, (name) => named.has(name) || pattern.test(name)) || handsOn(it, whole)
	return someKept(ir.body, (it) => {
		switch (it.kind) {
			case 'if':
			case 'loop':
			case 'conditional':
				return isAbout(it.test)
			case 'logical':
				return isAbout(it.left)
			case 'switch':
				return isAbout(it.subject) || (it as unknown as Switch).cases.some(({ values }) => isAbout(values))
			case 'call':
				// To whom an answer goes is no question.
				if (isReply(it.callee)) return false
				return (it as unknown as Call).arguments.some(({ value }) => isGiven(value, whole, named, pattern))
			default:
				return false
		}
	})
}

/** Variables that hold what is asked for: `const { origin: from } = event`, `const ok = event.origin === own`. */
function namesFor(ir: FunctionIr, pattern: Pick<RegExp, 'test'>): ReadonlySet<string> {
	const named = new Set<string>()
	someNode(ir.body, (it) => {
		if (it.kind !== 'declare') return false
		const { target, initial } = it as { readonly target?: IrNode; readonly initial?: unknown }
		if (initial === undefined) return false
		if (
			mentions(initial, (name) => named.has(name) || pattern.test(name)) ||
			mentions(target, (name) => pattern.test(name))
		)
			for (const name of namesIn(target)) named.add(name)
		return false
	})
	for (const { target } of ir.parameters)
		if (target.kind !== 'name' && mentions(target, (name) => pattern.test(name)))
			for (const entry of 'entries' in target ? target.entries : [])
				if (mentions(entry, (name) => pattern.test(name))) for (const name of namesIn(entry)) named.add(name)
	return named
}

function namesIn(target: unknown): readonly string[] {
	const found: string[] = []
	someNode(target, (it) => {
		if (it.kind === 'name' && typeof it.name === 'string') found.push(it.name)
		return false
	})
	return found
}

/** A name, a field, or a text such as the name of a parameter of an address. */
function mentions(root: unknown, test: (name: string) => boolean): boolean {
	return someNode(root, ({ kind, name, value }) => {
		if (kind === 'name' || kind === 'field') return typeof name === 'string' && test(name)
		return kind === 'constant' && typeof value === 'string' && value.length < 60 && test(value)
	})
}

/** It itself is an argument of a call whose answer counts: `if (isOurs(event))`. */
function handsOn(root: unknown, whole: string | undefined): boolean {
	return (
		whole !== undefined &&
		someNode(
			root,
			(it) => it.kind === 'call' && (it as unknown as Call).arguments.some(({ value }) => isName(value, whole)),
		)
	)
}

function isGiven(
	value: Expression,
	whole: string | undefined,
	named: ReadonlySet<string>,
	pattern: Pick<RegExp, 'test'>,
): boolean {
	if (value.kind === 'name') return value.name === whole || named.has(value.name)
	return value.kind === 'field' && pattern.test(value.name) && (whole === undefined || isName(value.object, whole))
}

function isReply(callee: unknown): boolean {
	return (callee as { readonly name?: unknown }).name === 'postMessage'
}

function isName(it: Expression, name: string): boolean {
	return it.kind === 'name' && it.name === name
}

/** As `someNode`, without what is only written to a log. */
function someKept(root: unknown, test: (node: IrNode) => boolean): boolean {
	if (typeof root !== 'object' || root === null) return false
	if (Array.isArray(root)) return root.some((it) => someKept(it, test))
	const node = root as IrNode
	if (node.kind === 'call' && isTelling(node.callee)) return false
	// What a variable is made of counts where the variable does.
	if (node.kind === 'declare') return nodesOf<IrNode>(node.initial, 'closure').some((it) => someKept(it.function, test))
	if (test(node)) return true
	for (const key in node) if (typeof node[key] === 'object' && someKept(node[key], test)) return true
	return false
}
