import type { Expression, Parameter } from '../../ir/ir.ts'
import type { CodeSpan } from '../../tree/codeNode.ts'
import { asDeclared } from '../declaredTypes.ts'
import { itemsOf } from '../items.ts'
import { type ArgumentValues, argumentsOf, type Machine } from '../machine.ts'
import { typeNamed } from '../names.ts'
import { addSource } from '../sources.ts'
import { type FunctionValue, joinValues, unknown, type Value } from '../value.ts'
import { injection } from './annotatedTypes.ts'

const deepest = 3
const names = /^(?:Depends|Security|Inject|Provide)$/

/** `user = Depends(current_user)`, `user: CurrentUser` of a type that says so: what the program's own function gives (FastAPI). */
export function isInjected(machine: Machine, { initial, type }: Parameter): boolean {
	if (initial && isInjection(initial)) return true
	if (machine.language !== 'python' || type === undefined) return false
	return typeNamed(machine, type)?.paths.some((it) => injection.test(it)) === true
}

function isInjection(written: Expression): written is Extract<Expression, { kind: 'call' }> {
	if (written.kind !== 'call') return false
	const { callee } = written
	return (callee.kind === 'name' || callee.kind === 'field') && names.test(callee.name)
}

/** What the function gives that is named there: it gets its own parameters of the request. What it looked up with them is not the client's. */
export function injectedValue(machine: Machine, { initial, type }: Parameter, depth = 0): Value {
	if (!initial || !isInjection(initial) || depth >= deepest) return unknown
	const [first] = initial.arguments
	const made = first ? machine.evaluate(first.value) : type === undefined ? undefined : typeNamed(machine, type)
	let result: Value | undefined
	const add = (it: Value): void => {
		result = result ? joinValues(result, it) : it
		machine.isDead = false
	}
	for (const it of made?.functions ?? []) {
		if ('native' in it) continue
		const value = callWith(machine, { ...unknown, functions: [it] }, it, initial, depth)
		add(it.function.isGenerator ? itemsOf(machine, value, initial) : value)
	}
	for (const it of made?.classes ?? []) {
		const maker = it.class.methods.find(({ form }) => form === 'constructor')
		if (maker)
			add(callWith(machine, { ...unknown, classes: [it] }, { function: maker, frame: it.frame }, initial, depth))
	}
	return result ? { ...result, taint: result.taint.filter((it) => !it.isWeak) } : unknown
}

function callWith(
	machine: Machine,
	callee: Value,
	{ function: { parameters, selfParameter }, frame }: Pick<FunctionValue, 'function' | 'frame'>,
	at: CodeSpan,
	depth: number,
): Value {
	const outer = machine.frame
	// Types and defaults are named as they are where the function is declared.
	machine.frame = frame
	const given = (selfParameter ? parameters.slice(1) : parameters).map((it) => ofRequest(machine, it, depth))
	machine.frame = outer
	return machine.parts.callValue(machine, callee, undefined, argumentsIn(given), at)
}

function ofRequest(machine: Machine, parameter: Parameter, depth: number): readonly [Parameter, Value] {
	if (isInjected(machine, parameter)) return [parameter, injectedValue(machine, parameter, depth + 1)]
	const { type } = parameter
	const known = type === undefined ? undefined : typeNamed(machine, type)
	if (known && known.classes.length === 0 && known.paths.some((it) => it.includes('.') && machine.rules.knows(it)))
		return [parameter, { ...unknown, paths: known.paths }]
	const source = addSource(machine, unknown, { label: 'HTTP request' }, parameter)
	return [parameter, asDeclared(machine, source, type)]
}

function argumentsIn(given: readonly (readonly [Parameter, Value])[]): ArgumentValues {
	return argumentsOf(...given.filter(([it]) => it.rest === undefined).map(([, value]) => value))
}
