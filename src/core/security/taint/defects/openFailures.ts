import type { Return, Try } from '../../ir/ir.ts'
import type { Machine } from '../machine.ts'

/** A function that says by its name that it checks something, and answers yes where the check could not be made. */
export function checkOpenFailures(machine: Machine, { body }: Try['handlers'][number]): void {
	const { openFailures } = machine.rules
	if (openFailures.length === 0) return
	const name = nameOf(machine)
	if (name === undefined) return
	for (const it of openFailures) {
		if (!it.pattern.test(name)) continue
		// What is returned behind a further question is the answer to that one.
		for (const at of body)
			if (at.kind === 'return' && lets(at.value, it.find.answer)) machine.reporter.find(it, machine.place(at))
	}
}

/** A function without a name has that of the variable, or property, that it is put into. */
function nameOf({ frame: { function: ir }, unit, language }: Machine): string | undefined {
	if (ir?.name !== undefined || !ir || language !== 'javascript') return ir?.name
	const before = unit.text.slice(Math.max(0, ir.start - longestHead), ir.start)
	return /([\w$]{1,60})\s?(?::[^:=(){};\n]{0,60})?[=:]\s?$/.exec(before)?.[1]
}

const longestHead = 140

/** What is asked whether it is refused, such as `isRevoked`, lets in with a no. */
function lets(value: Return['value'], answer = true): boolean {
	return value?.kind === 'constant' && value.value === answer
}
