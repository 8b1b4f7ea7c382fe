import type { FunctionIr } from '../../ir/ir.ts'
import { entryValues } from '../entryValues.ts'
import { run } from '../functions.ts'
import { type Machine, noArguments, type ProgramUnit } from '../machine.ts'
import { basePaths } from '../members.ts'
import { typeNamed } from '../names.ts'
import { runUnit } from '../units.ts'
import { type ClassValue, constantOf, type FunctionValue, joinValues, unknown, type Value } from '../value.ts'

const viewName = '@view'
const mostHandlers = 6
const pageModel = /(?:^|\.)PageModel$/
const handlerName = /^On(?:Get|Post|Put|Delete|Patch|Head)/

type InstanceOf = (of: ClassValue, method: Pick<FunctionIr, 'form'>) => Value

/**
 * What a view of Razor is given: the model of a page after any of its handlers, or what the actions of its controller show it with.
 * Undefined for all other code.
 */
export function viewValues(
	machine: Machine,
	unit: ProgramUnit,
	ir: FunctionIr,
	instanceOf: InstanceOf,
): readonly Value[] | undefined {
	const [model] = ir.parameters
	if (ir.name !== viewName || machine.language !== 'csharp' || !model) return undefined
	const of = model.type === undefined ? undefined : typeNamed(machine, model.type)?.classes[0]
	const isPage = of !== undefined && basePaths(of).some((it) => pageModel.test(it))
	const home = isPage ? of : controllerOf(machine, unit)
	if (!home) return []
	const self = instanceOf(home, { form: 'method' })
	const shown = isPage ? pageHandlers(home) : actionsOf(unit, home)
	const given = runEach(machine, home, self, shown.slice(0, mostHandlers))
	const bags = ['ViewBag', 'ViewData'].map((name) => fieldOf(machine, self, name))
	return [isPage ? self : given, ...bags]
}

function pageHandlers({ class: { methods } }: ClassValue): readonly FunctionIr[] {
	return methods.filter((it) => it.form === 'method' && handlerName.test(it.name ?? ''))
}

function controllerOf(machine: Machine, unit: ProgramUnit): ClassValue | undefined {
	const found = machine.program.importUnit(unit, '@controller', undefined)
	if (!found) return undefined
	runUnit(machine, found.unit)
	return machine.classes.find((it) => it.frame.unit === found.unit && /Controller$/.test(it.class.name ?? ''))
}

/** Those that show the view: by their name, or by its name in their text. */
function actionsOf(unit: ProgramUnit, { class: { methods }, frame }: ClassValue): readonly FunctionIr[] {
	const name = /(\w+)\.cshtml$/.exec(unit.file)?.[1] ?? ''
	const { text } = frame.unit as ProgramUnit
	return methods.filter(
		(it) => it.form === 'method' && (it.name === name || text.slice(it.start, it.end).includes(`View("${name}"`)),
	)
}

/** Which of them ran is not known: what they leave behind may be as each of them leaves it. @returns what they show */
function runEach(machine: Machine, of: ClassValue, self: Value, methods: readonly FunctionIr[]): Value {
	const shown: Value[] = []
	machine.viewed = shown
	const layers = methods.map((method) => {
		const called: FunctionValue = { function: method, frame: of.frame, self, home: of }
		const { frame } = machine
		machine.frame = of.frame
		const positional = entryValues(machine, method, of, of.frame.unit as ProgramUnit, called)
		machine.frame = frame
		const { layer } = machine.inLayer(() => {
			run(machine, called, self, { ...noArguments, positional, rest: unknown }, method.head)
			return true
		})
		machine.isDead = false
		return layer.cells
	})
	machine.viewed = undefined
	machine.store.absorb([new Map(), ...layers])
	return shown.filter((it) => typeof constantOf(it) !== 'string').reduce(joinValues, unknown)
}

function fieldOf(machine: Machine, { objects }: Value, name: string): Value {
	const [id] = objects
	return (id === undefined ? undefined : machine.store.object(id)?.fields.get(name)) ?? unknown
}
