import type { Binary, Expression } from '../../ir/ir.ts'
import type { CodeSpan } from '../../tree/codeNode.ts'
import { checkUnawaited } from '../defects/unawaited.ts'
import { checkSinks } from '../library/sinkCalls.ts'
import { argumentsOf, type Machine } from '../machine.ts'
import type { Value } from '../value.ts'

/** What rules call a comparison whether two values are equal, whether one is among others, and a value that is taken for yes or no. */
const equals = '@equals'
const isIn = '@in'
const truth = '@truth'

/** A comparison is like a call of two arguments to rules, where data of somebody else is compared. */
export function checkEquality(machine: Machine, it: Binary, left: Value, right: Value): void {
	if (!machine.sawTaint || (left.taint.length === 0 && right.taint.length === 0)) return
	checkAs(machine, equals, it, [it.left, it.right], [left, right])
}

/** `in_array($name, $names)`: the same, where data of somebody else is looked for. */
export function checkMembership(machine: Machine, it: Binary, item: Value, container: Value): void {
	// Of Python it is also asked whether a text is part of another one.
	const isAsked = item.taint.length > 0 || (machine.language === 'python' && container.taint.length > 0)
	if (machine.sawTaint && isAsked) checkAs(machine, isIn, it, [it.left, it.right], [item, container])
}

/** A value that decides which way the program goes, as it is: rules know some that have more answers than two. */
export function checkTruth(machine: Machine, value: Value, at: Expression): void {
	checkUnawaited(machine, at, value)
	if (value.paths.length > 0) checkAs(machine, truth, at, [at], [value])
}

function checkAs(
	machine: Machine,
	path: string,
	at: CodeSpan,
	expressions: readonly Expression[],
	given: readonly Value[],
): void {
	const entries = machine.rules.calls.lookUp(path)
	if (entries.length === 0) return
	const written = expressions.map((value) => ({ value, start: value.start, end: value.end }))
	const values = { ...argumentsOf(...given), written }
	const subject = { values, receiver: undefined, receiverText: undefined, value: undefined, valueText: undefined }
	const call = { paths: [path], receiver: undefined, holder: undefined, values, isNew: false, at, call: undefined }
	checkSinks(machine, call, entries, subject, true)
}
