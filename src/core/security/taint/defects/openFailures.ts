import type { Return, Try } from '../../ir/ir.ts'
import type { Machine } from '../machine.ts'

/** A function that says by its name that it checks something, and answers yes where the check could not be made. */
export function checkOpenFailures(machine: Machine, { body }: Try['handlers'][number]): void {
	const { openFailures } = machine.rules
	const name = machine.frame.function?.name
	if (openFailures.length === 0 || name === undefined) return
	for (const it of openFailures) {
		if (!it.pattern.test(name)) continue
		// What is returned behind a further question is the answer to that one.
		for (const at of body) if (at.kind === 'return' && isYes(at.value)) machine.reporter.find(it, machine.place(at))
	}
}

function isYes(value: Return['value']): boolean {
	return value?.kind === 'constant' && value.value === true
}
