import type { Call, FunctionIr } from '../../ir/ir.ts'
import { nodesOf } from '../../ir/irNodes.ts'
import type { Machine, ProgramUnit } from '../machine.ts'

/** So far in front of its name a method can have annotations. */
const mostHead = 1_000

/**
 * Whether a method of the program's own types that a function calls says something about itself that matches, with its annotations: a repository has no
 * body that could tell (`@Lock(LockModeType.PESSIMISTIC_WRITE)`).
 */
export function callsDeclared(machine: Machine, { body }: FunctionIr, pattern: Pick<RegExp, 'test'>): boolean {
	return nodesOf<Call>(body, 'call').some(({ callee }) => {
		// Nothing is done by looking at what a name or a field holds.
		if (callee.kind !== 'field' || (callee.object.kind !== 'name' && callee.object.kind !== 'field')) return false
		return machine.evaluate(callee.object).objects.some((id) => {
			const of = machine.store.object(id)?.class
			const text = of && (of.frame.unit as ProgramUnit).text
			return of?.class.methods.some((it) => {
				if (it.name !== callee.name || !text) return false
				const start = Math.min(it.start, ...it.annotations.map((one) => one.start))
				return pattern.test(text.slice(Math.max(start, it.head.end - mostHead), it.head.end))
			})
		})
	})
}
