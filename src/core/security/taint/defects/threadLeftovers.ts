import type { Call, ClassIr, Expression, FunctionIr, Statement, Try } from '../../ir/ir.ts'
import { type IrNode, nodesOf, someNode } from '../../ir/irNodes.ts'
import type { Machine, ProgramUnit } from '../machine.ts'
import type { ClassValue } from '../value.ts'

type Pattern = Pick<RegExp, 'test'>

/**
 * What a function that works for one request puts into a variable of the thread, and its class never takes out: threads work for others afterwards.
 * The variable may be one of the class or of a helper: `Tenants.set(name)`.
 */
export function checkThreadLeftovers(machine: Machine, unit: ProgramUnit): void {
	const entries = machine.rules.leftInThread
	if (entries.length === 0) return
	const classes = unit.nodes.of<{ readonly class: ClassIr }>('class').map((it) => it.class)
	for (const entry of entries) {
		const { cache } = machine.rules
		const [handsOn, named] = [entry.find.lookup, entry.find.method].map((it) =>
			it === undefined ? undefined : cache.pattern(it),
		)
		const isHandedOn = unit.nodes
			.of<Call>('call')
			.some(({ callee }) => callee.kind === 'field' && handsOn?.test(callee.name))
		for (const of of classes)
			for (const method of of.methods) {
				if (!worksForOne(method, isHandedOn ? handsOn : undefined, named)) continue
				for (const { call, isSometimes } of statementsIn(method.body)) {
					if (isSometimes !== (entry.find.leaves === 'sometimes')) continue
					const store = storeOf(machine, unit, of, call)
					if (store && !store.isCleared) machine.reporter.find(entry, machine.place(call))
				}
			}
	}
}

function worksForOne({ name, annotations, body }: FunctionIr, handsOn?: Pattern, named?: Pattern): boolean {
	if (named && (named.test(name ?? '') || annotations.some((it) => named.test(`@${it.name}`)))) return true
	return (
		handsOn !== undefined && callsIn(body).some(({ callee }) => callee.kind === 'field' && handsOn.test(callee.name))
	)
}

interface Done {
	readonly call: Call
	/** It stands under a condition, or behind a way out of the function. */
	readonly isSometimes: boolean
}

/** Calls that are statements of their own. */
function statementsIn(body: readonly Statement[]): readonly Done[] {
	const found: Done[] = []
	let hasLeft = false
	const visit = (node: unknown, isSometimes: boolean): void => {
		if (typeof node !== 'object' || node === null) return
		const it = node as IrNode
		if (it.kind === 'closure' || it.kind === 'function' || it.kind === 'class') return
		if (it.kind === 'return') hasLeft = true
		if (it.kind === 'expression') {
			const { expression } = node as { readonly expression: Expression }
			if (expression.kind === 'call') found.push({ call: expression, isSometimes: isSometimes || hasLeft })
		}
		const isChoice = it.kind === 'if' || it.kind === 'switch' || it.kind === 'forEach' || it.kind === 'loop'
		for (const key in it) visit(it[key], isSometimes || isChoice)
	}
	visit(body, false)
	return found
}

/** What a call puts into a variable of the thread; undefined where it does not. */
function storeOf(
	machine: Machine,
	unit: ProgramUnit,
	of: ClassIr,
	call: Call,
): { readonly isCleared: boolean } | undefined {
	const { callee } = call
	if (callee.kind !== 'field') return undefined
	const holder = nameOf(callee.object)
	if (holder === undefined) return undefined
	const field = of.fields.find((it) => it.name === holder)
	const bodies = of.methods.map((it) => it.body)
	const done = callsIn(bodies)
	// What was there before may be put back in the end.
	const ending = callsIn(nodesOf<Try>(bodies, 'try').map((it) => it.finally))
	if (isOfThread(field?.type)) {
		if (!puts(call)) return undefined
		return {
			isCleared:
				done.some((it) => onField(it, holder) && takesOut(it)) ||
				ending.some((it) => onField(it, holder) && (puts(it) || takesOut(it))),
		}
	}
	const home = classNamed(machine, unit, field?.type ?? holder)
	if (!home || call.arguments.length === 0 || isFixed(call.arguments[0]?.value)) return undefined
	for (const { name, type } of home.class.fields) {
		if (!isOfThread(type)) continue
		const withCall = (test: (it: Call) => boolean): ReadonlySet<string> =>
			new Set(
				home.class.methods
					.filter(({ body }) => callsIn(body).some((it) => onField(it, name) && test(it)))
					.map((it) => it.name ?? ''),
			)
		// One that takes out what was there before it puts something in leaves that.
		const putting = withCall(puts)
		if (!putting.has(callee.name)) continue
		const clearing = withCall(takesOut)
		const calledBy = (it: Call): string =>
			it.callee.kind === 'name' || it.callee.kind === 'field' ? it.callee.name : ''
		return {
			isCleared:
				ending.some((it) => putting.has(calledBy(it))) ||
				done.some((it) => {
					const called = calledBy(it)
					if (it !== call && clearing.has(called) && (called !== callee.name || isFixed(it.arguments[0]?.value)))
						return true
					return called === callee.name && isFixed(it.arguments[0]?.value)
				}),
		}
	}
	return undefined
}

function callsIn(root: unknown): readonly Call[] {
	return [
		...nodesOf<Call>(root, 'call'),
		// `Runnable done = Tenants::clear` names what is called.
		...methodReferences(root),
	]
}

function methodReferences(root: unknown): readonly Call[] {
	const found: Call[] = []
	someNode(root, (it) => {
		for (const one of Array.isArray(it.arguments) ? it.arguments : []) {
			const { value } = one as { readonly value?: Expression }
			if (value?.kind === 'field')
				found.push({ kind: 'call', callee: value, arguments: [], isNew: false, start: value.start, end: value.end })
		}
		return false
	})
	return found
}

function nameOf(it: Expression): string | undefined {
	if (it.kind === 'name') return it.name
	return it.kind === 'field' && it.object.kind === 'self' ? it.name : undefined
}

function isOfThread(type: string | undefined): boolean {
	return type !== undefined && /^(?:[\w.]+\.)?(?:\w*ThreadLocal)\b/.test(type)
}

/** Something that is not the same for all is set. */
function puts({ callee, arguments: [first] }: Call): boolean {
	return callee.kind === 'field' && callee.name === 'set' && first !== undefined && !isFixed(first.value)
}

function takesOut({ callee, arguments: [first] }: Call): boolean {
	return callee.kind === 'field' && (callee.name === 'remove' || (callee.name === 'set' && isFixed(first?.value)))
}

function onField({ callee }: Call, name: string): boolean {
	if (callee.kind !== 'field') return false
	const { object } = callee
	return (object.kind === 'name' || object.kind === 'field') && object.name === name
}

/** Nothing, or what is the same for all: `set(null)`, `set("")`, `set(Tenants.DEFAULT)`. */
function isFixed(it: Expression | undefined): boolean {
	if (it?.kind === 'name' || it?.kind === 'field') return /^[A-Z][A-Z\d_]+$/.test(it.name)
	return it?.kind === 'constant'
}

/** A class of the program. */
function classNamed(machine: Machine, unit: ProgramUnit, name: string): ClassValue | undefined {
	if (!/^[A-Z]\w*$/.test(name)) return undefined
	const beside = [...machine.classes].find((it) => it.frame.unit === unit && it.class.name === name)
	if (beside) return beside
	machine.frame = unit.frame
	const { classes, objects } = machine.evaluate({ kind: 'name', name, start: 0, end: 0 })
	const [only] = classes
	if (only) return only
	const [id] = objects
	return id === undefined ? undefined : machine.store.object(id)?.class
}
