import type { Call, FunctionIr } from '../../ir/ir.ts'
import { nodesOf } from '../../ir/irNodes.ts'
import type { Machine } from '../machine.ts'
import { basePaths } from '../members.ts'
import type { ClassValue } from '../value.ts'

/** So many methods that check something make it a habit. */
const fewestChecking = 2

/** Methods of a class that do without a check that others of the class make. */
export function checkSiblings(machine: Machine, of: ClassValue): void {
	const { siblings, cache } = machine.rules
	if (siblings.length === 0 || of.bases.length === 0) return
	const methods = [
		...of.class.methods.map((it) => ({ it, frame: of.frame })),
		...of.more.map(({ function: it, frame }) => ({ it, frame })),
	]
	for (const entry of siblings) {
		const { unlike, base, method } = entry.find
		const pattern = unlike === undefined ? undefined : cache.pattern(unlike)
		if (!pattern || (base !== undefined && !basePaths(of).some((it) => cache.pattern(base)?.test(it)))) continue
		const open = methods.filter(({ it }) => it.visibility === 'public' && !calls(it, pattern))
		const checking = methods.filter(({ it }) => it.visibility === 'public').length - open.length
		// Where most do without, the check is what is special.
		if (checking < fewestChecking || checking <= open.length) continue
		for (const { it, frame } of open)
			if (frame.unit === machine.unit && (method === undefined || cache.pattern(method)?.test(it.name ?? '')))
				machine.reporter.find(entry, machine.place(it.head))
	}
}

function calls({ body }: FunctionIr, pattern: Pick<RegExp, 'test'>): boolean {
	return nodesOf<Call>(body, 'call').some(
		({ callee }) => (callee.kind === 'name' || callee.kind === 'field') && pattern.test(callee.name),
	)
}
