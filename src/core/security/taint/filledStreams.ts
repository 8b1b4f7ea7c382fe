import type { FunctionIr, Statement } from '../ir/ir.ts'
import { deepTaints } from './items.ts'
import type { ArgumentValues, Machine } from './machine.ts'
import { basePaths } from './members.ts'
import { cleaned, derived, joinTaints, maskOf, type Taint } from './taint.ts'
import { type ClassValue, type Value, withTaint } from './value.ts'

const streams = /^java\.io\.\w*(?:InputStream|Reader)$/

/** A stream of the program's own class that comes from one of the library's has the data that it is made with: `super(in)`. */
export function fillStream(machine: Machine, of: ClassValue, self: Value, { positional }: ArgumentValues): void {
	if (machine.language !== 'java' || !basePaths(of).some((it) => streams.test(it))) return
	let taints: readonly Taint[] = []
	for (const it of positional) taints = joinTaints(taints, deepTaints(machine, it))
	if (taints.length === 0) return
	const chooses = of.class.methods.some((it) => it.name === 'resolveClass' && refusesOthers(it))
	const kept = cleaned(derived(taints), chooses ? maskOf(['deserialization']) : 0)
	for (const id of self.objects) {
		const state = machine.store.ownObject(id)
		if (state) state.other = withTaint(state.other, kept)
	}
}

/** Whether it throws for all that it does not know: `if (!allowed.contains(name)) throw …`, and not `if (refused.contains(name)) throw …`. */
function refusesOthers({ body }: FunctionIr): boolean {
	return endsInThrow(body) || body.some(refuses)
}

function refuses(it: Statement): boolean {
	if (it.kind === 'block') return it.body.some(refuses)
	if (it.kind !== 'if') return it.kind === 'try' && it.body.some(refuses)
	if (endsInThrow(it.then)) return asksForUnknown(it.test)
	return endsInThrow(it.otherwise) || it.then.some(refuses) || it.otherwise.some(refuses)
}

function endsInThrow(body: readonly Statement[]): boolean {
	const last = body.at(-1)
	return last?.kind === 'throw' || (last?.kind === 'block' && endsInThrow(last.body))
}

/** `!known(a)`, `!known(a) && !known(b)`, `known.stream().noneMatch(…)`, `a != b`. */
function asksForUnknown(test: Extract<Statement, { kind: 'if' }>['test']): boolean {
	if (test.kind === 'unary') return test.operator === '!'
	if (test.kind === 'logical') return asksForUnknown(test.left) && asksForUnknown(test.right)
	if (test.kind === 'call') return test.callee.kind === 'field' && test.callee.name === 'noneMatch'
	return test.kind === 'binary' && test.operator === '!='
}
