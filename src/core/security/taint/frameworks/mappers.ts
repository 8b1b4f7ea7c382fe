import type { Annotation, Call, FunctionIr, Parameter } from '../../ir/ir.ts'
import { checkCall } from '../library/callLibrary.ts'
import { type ArgumentValues, argumentsOf, type Machine } from '../machine.ts'
import { findMember } from '../members.ts'
import { type ClassValue, constantOf, ofObject, unknown, type Value } from '../value.ts'

const providing = /(?:^|\.)(?:Select|Insert|Update|Delete)Provider$/
const named = /(?:^|\.)Param$/

/** What rules call the statement that a method gives which MyBatis asks for it. */
const statement = '@statement'

/**
 * A method of a mapper has no body: where an annotation says which method of which class writes its statement (`@SelectProvider(type = …, method = …)`),
 * MyBatis calls that with what the mapper was given, under the names of `@Param`.
 */
export function providedStatement(
	machine: Machine,
	receiver: Value,
	name: string,
	values: ArgumentValues,
	call: Call,
): void {
	if (machine.language !== 'java' || !machine.sawTaint) return
	for (const id of receiver.objects) {
		const of = machine.store.object(id)?.class
		const method = of?.class.methods.find((it) => it.name === name && it.isAbstract === true)
		const annotation = method?.annotations.find((it) => providing.test(it.name))
		if (of && method && annotation) runProvider(machine, of, method, annotation, values, call)
	}
}

function runProvider(
	machine: Machine,
	of: ClassValue,
	method: FunctionIr,
	annotation: Annotation,
	values: ArgumentValues,
	call: Call,
): void {
	const { frame, isDead } = machine
	// Names of annotations are those of the mapper.
	machine.frame = { ...of.frame, home: of }
	const written = (keyword: string) => annotation.arguments.find((it) => it.keyword === keyword)?.value
	const type = written('type') ?? written('value') ?? annotation.arguments.find((it) => !it.keyword)?.value
	const [provider] = type?.kind === 'field' && type.name === 'class' ? machine.evaluate(type.object).classes : []
	const called = written('method')
	const name = called ? constantOf(machine.evaluate(called)) : 'provideSql'
	machine.frame = frame
	if (!provider || typeof name !== 'string') return
	const self = ofObject(machine.newObject('instance', { ofClass: provider, isOpen: true }))
	const target = findMember(machine, provider, name, self)
	for (const it of target?.functions ?? []) {
		if ('native' in it) continue
		const given = argumentsFor(machine, method, it.function, values)
		const result = machine.parts.callValue(machine, { ...unknown, functions: [it] }, self, given, call)
		machine.isDead = isDead
		const positional = argumentsOf(result)
		checkCall(machine, {
			paths: [statement],
			receiver: undefined,
			holder: undefined,
			values: { ...positional, written: call.arguments.slice(0, 1) },
			isNew: false,
			at: call,
			call,
		})
	}
}

/** One argument without a name is handed on as it is, several as a map; a provider may also name those that it wants. */
function argumentsFor(
	machine: Machine,
	method: FunctionIr,
	provider: FunctionIr,
	{ positional }: ArgumentValues,
): ArgumentValues {
	const names = method.parameters.map((it) => nameOf(machine, it))
	const known = (name: string | undefined): Value | undefined => {
		const at = name === undefined ? -1 : names.indexOf(name)
		return at < 0 ? undefined : positional[at]
	}
	const [only, ...more] = positional
	if (only && more.length === 0 && names[0] === undefined) return argumentsOf(only)
	if (provider.parameters.some((it) => nameOf(machine, it) !== undefined))
		return argumentsOf(...provider.parameters.map((it) => known(nameOf(machine, it)) ?? unknown))
	if (provider.parameters.length > 1) return argumentsOf(...positional)
	const id = machine.newObject('map', { isOpen: true })
	const fields = machine.store.ownObject(id)?.fields
	for (const [at, value] of positional.entries()) {
		fields?.set(`param${at + 1}`, value)
		const name = names[at]
		if (name !== undefined) fields?.set(name, value)
	}
	return argumentsOf(ofObject(id))
}

/** `@Param("filter")` */
function nameOf(machine: Machine, { annotations }: Parameter): string | undefined {
	const written = annotations.find((it) => named.test(it.name))?.arguments[0]?.value
	const name = written ? constantOf(machine.evaluate(written)) : undefined
	return typeof name === 'string' ? name : undefined
}
