import type { Assignment, Await, Call, Declaration, Expression, FieldAccess, FunctionIr, Target } from '../../ir/ir.ts'
import { nodesOf, someNode } from '../../ir/irNodes.ts'
import type { CodeSpan } from '../../tree/codeNode.ts'
import type { Machine, ProgramUnit } from '../machine.ts'
import { typeNamed } from '../names.ts'
import type { ClassValue } from '../value.ts'

/** What opens or sets up an object is called once, before the first request. */
const setsUp =
	/^_*(?:a?(?:connect|open|start|init|initiali[sz]e|setup|set_up|login|configure|run|main|serve|listen|load|prepare|bind|authenticate|enter|reconnect|refresh|reload|startup)(?:_|$)|__)/
const locks = /\b(?:async\s+)?with\s+[\w.]*(?:lock|mutex|semaphore)|\.acquire\(/i
const keepsOne = /(?:^|\.)(?:lru_cache|cache)$/
/** `app['name']`, `app.state.name`, `app.ctx.name`: what an application keeps. */
const ofApp = /^(?:self\.)?_?(?:app|application)(?:\.(?:state|ctx|extensions|config|extra))?(?:\[|\.\w+$)/

/**
 * A method of an object that the program makes once, for all requests (Python): it keeps what it was given in the object, waits for something, and reads
 * it there again. What another request gave meanwhile is what it finds.
 */
export function checkPublished(machine: Machine, unit: ProgramUnit): void {
	const rules = machine.rules.memory.get('ofRequest') ?? []
	if (machine.language !== 'python' || rules.length === 0) return
	const seen = new Set<ClassValue>()
	for (const { value, at } of published(unit)) {
		for (const of of classesMade(machine, unit, value)) {
			if (seen.has(of)) continue
			seen.add(of)
			const home = of.frame.unit as ProgramUnit
			for (const { start, end } of overwritten(of, home))
				for (const rule of rules)
					machine.reporter.find(rule, { file: home.file, start, end }, home === unit ? undefined : machine.place(at))
		}
	}
}

interface Published {
	readonly value: Expression
	readonly at: CodeSpan
}

/** What the file makes once and keeps: in a variable of its own, in the application, or as the result of a function that is called once. */
function published(unit: ProgramUnit): readonly Published[] {
	const textOf = ({ start, end }: CodeSpan) => unit.text.slice(start, end)
	const atTop = unit.ir.body.flatMap((it): Published[] => {
		if (it.kind === 'declare' && it.initial) return [{ value: it.initial, at: it }]
		return it.kind === 'expression' && it.expression.kind === 'assign' ? [{ value: it.expression.value, at: it }] : []
	})
	const inApp = unit.nodes
		.of<Assignment>('assign')
		.filter(({ target }) => (target.kind === 'field' || target.kind === 'index') && ofApp.test(textOf(target)))
	const cached = unit.nodes
		.of<{ readonly function: FunctionIr }>('function')
		.flatMap(({ function: it }) =>
			it.parameters.length === 0 && it.annotations.some(({ name }) => keepsOne.test(name))
				? it.body.flatMap((one): Published[] =>
						one.kind === 'return' && one.value ? [{ value: one.value, at: one }] : [],
					)
				: [],
		)
	return [...atTop, ...inApp.map((it) => ({ value: it.value, at: it })), ...cached]
}

function classesMade(machine: Machine, unit: ProgramUnit, value: Expression): readonly ClassValue[] {
	if (value.kind !== 'call') return []
	const { start, end } = value.callee
	const name = unit.text.slice(start, end)
	return /^[\w.]{1,80}$/.test(name) ? (typeNamed(machine, name)?.classes ?? []) : []
}

/** Where methods of it that wait keep what is of one request. */
function overwritten({ class: { methods } }: ClassValue, unit: ProgramUnit): readonly CodeSpan[] {
	const textOf = ({ start, end }: CodeSpan) => unit.text.slice(start, end)
	return methods.flatMap((method) => {
		if (!method.isAsync || setsUp.test(method.name ?? '') || locks.test(textOf(method))) return []
		const given = new Set(
			method.parameters.slice(1).flatMap(({ target }) => (target.kind === 'name' ? [target.name] : [])),
		)
		const waits = nodesOf<Await>(method.body, 'await')
		return nodesOf<Assignment>(method.body, 'assign').filter(({ target, value, operator, end }) => {
			const name = ownField(target)
			if (name === undefined || operator !== undefined || !isGiven(value, given)) return false
			const first = waits.find((it) => it.start > end)
			if (!first) return false
			if (reads(method, name, (it) => it.start > first.end)) return true
			// What it calls from there on reads it, too: also what it waits for first.
			const called = nodesOf<Call>(method.body, 'call').flatMap(({ callee, start }) =>
				start > end && callee.kind === 'field' && isSelf(callee.object) ? [callee.name] : [],
			)
			return methods.some((it) => it !== method && called.includes(it.name ?? '') && reads(it, name, () => true))
		})
	})
}

function ownField(target: Target): string | undefined {
	return target.kind === 'field' && isSelf(target.object) ? target.name : undefined
}

function isSelf(object: Expression): boolean {
	return object.kind === 'self' || (object.kind === 'name' && object.name === 'self')
}

/** A parameter, or a part of one. */
function isGiven(value: Expression, given: ReadonlySet<string>): boolean {
	if (value.kind === 'name') return given.has(value.name)
	return (value.kind === 'field' || value.kind === 'index') && isGiven(value.object, given)
}

function reads(method: FunctionIr, name: string, counts: (at: CodeSpan) => boolean): boolean {
	const written = new Set<unknown>(nodesOf<Assignment>(method.body, 'assign').map(({ target }) => target))
	for (const { target } of nodesOf<Declaration>(method.body, 'declare')) written.add(target)
	return someNode(method.body, (it) => {
		const field = it as unknown as FieldAccess
		return it.kind === 'field' && field.name === name && isSelf(field.object) && !written.has(it) && counts(field)
	})
}
