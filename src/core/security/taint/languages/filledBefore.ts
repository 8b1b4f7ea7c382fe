import type { Call, FieldIr, FunctionIr } from '../../ir/ir.ts'
import { someNode } from '../../ir/irNodes.ts'
import { entryValues } from '../entryValues.ts'
import { deepTaints } from '../items.ts'
import type { Machine, ProgramUnit } from '../machine.ts'
import type { FunctionValue } from '../value.ts'

/**
 * Whether a handler of requests puts what it was sent into a collection of its object out of which another method takes it: a queue whose worker it is, a list of what was registered.
 * What is there when that method is called came from requests (Java).
 */
export function fillsFor(machine: Machine, filler: FunctionValue, taker: FunctionIr, unit: ProgramUnit): boolean {
	const { function: ir, home } = filler
	// Who answers requests says so in an annotation, or gets parameters by a contract that rules know.
	if (!home || ir.parameters.length === 0 || isBusy(taker, ir)) return false
	const fields = home.class.fields.filter((it) => isCollection(it) && names(unit, taker, it) && names(unit, ir, it))
	if (fields.length === 0 || !fields.some((it) => puts(ir, it.name)) || fields.every((it) => puts(taker, it.name)))
		return false
	const { sawTaint } = machine
	const isSent = entryValues(machine, ir, home, unit, filler).some((it) => deepTaints(machine, it).length > 0)
	const isAnnotated = ir.parameters.some((it) => it.annotations.length > 0)
	machine.sawTaint = sawTaint
	return isSent || isAnnotated
}

const collections = /(?:^|[.\s])(?:\w*(?:List|Set|Queue|Deque|Vector|Stack|Map)|Collection|Hashtable)(?:<[\s\S]*)?$/

function isCollection({ type }: FieldIr): boolean {
	return type !== undefined && collections.test(type.replace(/<[\s\S]*$/, ''))
}

const longest = 20_000

/** What is too long to be run once more says little of one that is handed on. */
function isBusy(...all: readonly FunctionIr[]): boolean {
	return all.some((it) => it.end - it.start > longest)
}

function names({ text }: ProgramUnit, { start, end }: FunctionIr, { name }: FieldIr): boolean {
	return text.slice(start, end).includes(name)
}

const filling = /^(?:add|addLast|addFirst|offer|offerLast|offerFirst|put|putIfAbsent|push|set)$/

function puts({ body }: FunctionIr, field: string): boolean {
	return someNode(body, (it) => {
		if (it.kind !== 'call') return false
		const { callee } = it as unknown as Call
		if (callee.kind !== 'field' || !filling.test(callee.name)) return false
		const { object } = callee
		return (
			(object.kind === 'name' || (object.kind === 'field' && object.object.kind === 'self')) && object.name === field
		)
	})
}
