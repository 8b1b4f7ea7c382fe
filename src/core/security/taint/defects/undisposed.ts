import type { Call, Declaration, Expression } from '../../ir/ir.ts'
import { type IrNode, someNode } from '../../ir/irNodes.ts'
import type { Machine, ProgramUnit } from '../machine.ts'
import { typeNamed } from '../names.ts'

/** Variables that hold something of the system, which nothing gives back and which nobody else gets. */
export function checkUndisposed(machine: Machine, unit: ProgramUnit): void {
	const { undisposed, cache } = machine.rules
	if (undisposed.length === 0) return
	for (const body of bodiesIn(unit.ir.body)) {
		for (const it of ownDeclarations(body)) {
			const { target, initial } = it
			if (target.kind !== 'name' || initial?.kind !== 'call' || it.isReleased) continue
			const paths = pathsOf(machine, unit, it, initial)
			const entries = undisposed.filter(({ find }) =>
				paths.some((path) => cache.table(find.undisposed ?? '').lookUp(path).length > 0),
			)
			if (entries.length > 0 && !isGivenAway(body, target.name, it))
				for (const entry of entries) machine.reporter.find(entry, machine.place(it))
		}
	}
}

/** What functions do, and what the file does outside of them. */
function bodiesIn(root: unknown): readonly unknown[] {
	const bodies: unknown[] = [root]
	someNode(root, (it) => {
		if (isFunction(it)) bodies.push(it.body)
		return false
	})
	return bodies
}

function isFunction({ parameters, body, head }: IrNode): boolean {
	return Array.isArray(parameters) && Array.isArray(body) && head !== undefined
}

/** Those that stand in it, and in no function inside of it. */
function ownDeclarations(body: unknown): readonly Declaration[] {
	const found: Declaration[] = []
	const visit = (node: unknown): void => {
		if (typeof node !== 'object' || node === null) return
		const it = node as IrNode
		if (isFunction(it)) return
		if (it.kind === 'declare') found.push(node as Declaration)
		for (const key in it) visit(it[key])
	}
	visit(body)
	return found
}

/** What is made: by the declared type, or by what is called. */
function pathsOf(machine: Machine, { text }: ProgramUnit, { type }: Declaration, call: Call): readonly string[] {
	const { callee } = call
	const written = call.isNew && type !== undefined ? type : text.slice(callee.start, callee.end)
	return /^[\w.]+$/.test(written) ? (typeNamed(machine, written)?.paths ?? []) : []
}

/** `await using (it.ConfigureAwait(false))` is the one use of the last. */
const releasing = /^(?:Dispose|DisposeAsync|Close|CloseAsync|SafeDispose|ConfigureAwait)$/
/** What is made of it and does not take it over. */
const borrowing = /(?:Command|DataAdapter|CommandBuilder|BulkCopy)$/

function isGivenAway(body: unknown, name: string, made: Declaration): boolean {
	const is = (it: Expression | undefined): boolean => it?.kind === 'name' && it.name === name
	const isIn = (node: unknown): boolean => {
		if (typeof node !== 'object' || node === null || node === made) return false
		if (Array.isArray(node)) return node.some(isIn)
		const it = node as IrNode
		if (it.kind === 'name') return it.name === name
		// `using (it) { … }` is lowered to a statement of the name alone.
		if (it.kind === 'expression' && is(it.expression as Expression)) return true
		if (it.kind === 'call') {
			const { callee, arguments: given, isNew } = node as Call
			const called = callee.kind === 'field' || callee.kind === 'name' ? callee.name : ''
			if (callee.kind === 'field' && is(callee.object)) return releasing.test(called) || given.some((one) => isIn(one))
			if (isNew && borrowing.test(called)) return given.some((one) => !is(one.value) && isIn(one))
		}
		// What is read of it, or set in it, is not the thing itself.
		if (it.kind === 'field' && is(it.object as Expression)) return false
		return Object.values(it).some(isIn)
	}
	return isIn(body)
}
