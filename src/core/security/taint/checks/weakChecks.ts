import type { CodeSpan } from '../../tree/codeNode.ts'
import type { Machine } from '../machine.ts'
import { stepped, type Taint } from '../taint.ts'
import type { Fact, Value } from '../value.ts'
import { withFacts } from './facts.ts'

/*
 * A check that lets too much through makes nothing safe. Whoever wrote it thinks that it does: what is found behind it says why it does not.
 */

/** A check that is `what` for data of these facts, which would be safe by it if it were written right. */
export function weakCheck(machine: Machine, facts: readonly Fact[], at: CodeSpan, what: string): Value {
	const place = machine.place(at)
	for (const { root } of facts) machine.weakChecks.set(root, { place, what })
	return withFacts(facts.map(({ when, root, mask }) => ({ when, root: weakRoot(root), mask })))
}

/** The taint with the check as a step, where it was asked and passed. @param mask what the data has to be safe for */
export function behindWeakCheck(machine: Machine, taint: Taint, mask: number): Taint {
	const check = machine.weakChecks.get(taint.root)
	if (!check || (machine.store.checked(weakRoot(taint.root)) & mask) === 0) return taint
	return stepped(taint, check.place, 'step', check.what)
}

export const withoutBackslash = 'a comparison that `/\\` passes, which browsers take for `//`'
export const withoutProtocol = 'a search for `://`, which is not in `//host`: browsers take the protocol of the page'
export const withoutSeparator = 'a comparison that folders with a longer name pass, too'

function weakRoot(root: string): string {
	return `@weak:${root}`
}
