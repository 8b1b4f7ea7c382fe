import type { Assignment, Call, Declaration, Expression, FunctionIr, Target } from '../../ir/ir.ts'
import type { FileNodes } from '../../ir/irNodes.ts'
import type { RuleFind } from '../../rules/ruleIndex.ts'
import type { Machine } from '../machine.ts'
import type { Value } from '../value.ts'

/** A promise that is asked instead of what it brings, `if (!compare(a, b))` without `await`: it is always there, so that the answer is always yes. */
export function checkUnawaited(machine: Machine, asked: Expression, value: Value): void {
	const { unawaited } = machine.rules
	if (unawaited.length === 0) return
	const call = asked.kind === 'name' ? givenTo(machine, asked.name) : promisedBy(asked)
	if (!call || call.isNew) return
	// Who hands a function over is told by that.
	if (call.arguments.some((it) => it.value.kind === 'closure')) return
	for (const it of unawaited)
		if (isLibrary(machine, it, value) || isOwn(machine, it, call)) machine.reporter.find(it, machine.place(call))
}

/** The call whose result a variable of the function is declared with or set to, where it gets nothing else but constants. */
function givenTo({ frame, unit, declaredWith }: Machine, name: string): Call | undefined {
	const ir = frame.function
	if (!ir) return undefined
	let known = declaredWith.get(ir)
	if (!known) {
		known = callsOfVariables(ir, unit.nodes)
		declaredWith.set(ir, known)
	}
	return known.get(name)
}

function callsOfVariables({ start, end }: FunctionIr, nodes: FileNodes): ReadonlyMap<string, Call | undefined> {
	const calls = new Map<string, Call | undefined>()
	const note = (target: Target, given: Expression | undefined): void => {
		if (target.kind !== 'name' || target.start < start || end < target.end || given?.kind === 'constant') return
		calls.set(target.name, calls.has(target.name) ? undefined : promisedBy(given))
	}
	for (const { target, initial } of nodes.of<Declaration>('declare')) if (initial) note(target, initial)
	for (const { target, value } of nodes.of<Assignment>('assign')) note(target, value)
	return calls
}

/** `user && compare(…)`, `stored ? compare(…) : false`: the call that gives what is asked where all that stands in front of it is there. */
function promisedBy(given: Expression | undefined): Call | undefined {
	if (given?.kind === 'call') return given
	if (given?.kind === 'logical') return promisedBy(given.right)
	if (given?.kind === 'conditional') return promisedBy(given.then) ?? promisedBy(given.otherwise)
	return given?.kind === 'cast' ? promisedBy(given.value) : undefined
}

function isLibrary({ rules }: Machine, { find }: RuleFind, { paths }: Value): boolean {
	const table = rules.cache.table(find.unawaited ?? [])
	return paths.some((it) => it.endsWith('()') && table.lookUp(it.slice(0, -2)).length > 0)
}

/** An `async` function of the program whose name says that it checks something. */
function isOwn(machine: Machine, { find }: RuleFind, { callee }: Call): boolean {
	if (find.method === undefined || callee.kind !== 'name') return false
	if (machine.rules.cache.pattern(find.method)?.test(callee.name) !== true) return false
	const { functions, paths } = machine.evaluate(callee)
	return (
		paths.length === 0 &&
		functions.length > 0 &&
		functions.every((it) => !('native' in it) && it.function.isAsync && !it.function.isGenerator)
	)
}
