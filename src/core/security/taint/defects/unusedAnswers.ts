import type { FunctionIr, Parameter } from '../../ir/ir.ts'
import { someNode } from '../../ir/irNodes.ts'
import type { RuleFind } from '../../rules/ruleIndex.ts'
import type { CodeSpan } from '../../tree/codeNode.ts'
import type { Machine } from '../machine.ts'
import type { Value } from '../value.ts'

/** A check that only answers was made, and nobody looks at what it says. */
export function checkUnused(machine: Machine, at: CodeSpan, value: Value): void {
	// What a lambda of one expression comes to is its result.
	if (machine.function.function?.form === 'lambda' && machine.function.function.body.length === 1) return
	// A test may call it for what it does beside.
	if (testFile.test(machine.unit.file)) return
	for (const it of answersIn(machine, value)) machine.reporter.find(it, machine.place(at))
}

const testFile = /(?:^|[/._-])(?:tests?|specs?|__tests__)(?:[/._-]|$)|Tests?\.\w+$/

/** `verified: bool = Depends(matches)`, which the function does not look at. */
export function checkUnusedParameter(machine: Machine, ir: FunctionIr, parameter: Parameter, value: Value): void {
	for (const it of answersIn(machine, value))
		if (!isRead(ir, parameter)) machine.reporter.find(it, machine.place(parameter))
}

/** A function that refuses by itself what the check says no to has used its answer. */
export function withoutUsedAnswers(machine: Machine, ir: FunctionIr, value: Value): Value {
	return value.paths.length > 0 && answersIn(machine, value).length > 0 && refuses(ir) ? { ...value, paths: [] } : value
}

function answersIn({ rules }: Machine, { paths }: Value): readonly RuleFind[] {
	return paths.flatMap((it) => (it.endsWith('()') ? rules.answers.lookUp(it.slice(0, -2)) : []))
}

const refusing = /^(?:abort|exit|die|halt|fail|panic|redirect|reject|sendError|Fatalf?)|raise|throw/

function refuses({ body }: FunctionIr): boolean {
	return someNode(
		body,
		(it) =>
			it.kind === 'throw' ||
			(it.kind === 'call' && refusing.test(String((it.callee as { name?: unknown } | undefined)?.name ?? ''))),
	)
}

function isRead({ body }: FunctionIr, { target }: Parameter): boolean {
	return target.kind !== 'name' || someNode(body, (it) => it.kind === 'name' && it.name === target.name)
}
