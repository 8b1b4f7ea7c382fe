import { escapePattern } from '../../../../shared/escapePattern.ts'
import type { Expression, Statement } from '../../ir/ir.ts'
import { nodesOf, someNode } from '../../ir/irNodes.ts'
import type { Machine, ProgramUnit } from '../machine.ts'
import { deepestBase } from '../members.ts'
import { typeNamed } from '../names.ts'
import { extendPaths } from '../paths.ts'
import { checkAssignTo } from '../sinks.ts'
import type { ClassValue, Value } from '../value.ts'

type Assign = Extract<Expression, { kind: 'assign' }>
type Field = Extract<Expression, { kind: 'field' }>

/**
 * `wallet.balance -= 5`, `wallet.balance = wallet.balance - 5`: what becomes of a field was made of what it was. Rules know that as an assignment to
 * `balance.@changed` of the object.
 */
export function checkChanged(machine: Machine, { target, operator, value: written }: Assign, value: Value): void {
	const isRuby = machine.language === 'ruby'
	if (!isAsked(machine) || target.kind !== 'field' || machine.rules.assigns.isEmpty) return
	if (operator === undefined && !readsField(machine, written, target)) return
	// `@count += 1` is a variable of the object and no field of a record (Ruby).
	if (isRuby && (target.name.startsWith('@') || target.object.kind === 'self')) return
	const object = machine.evaluate(target.object)
	const paths = isRuby && object.paths.length === 0 ? ['?'] : object.paths
	if (paths.length === 0 || isVersioned(machine, target.object)) return
	for (const path of paths) {
		// Of what is not known the call that gave it counts.
		const own = path.startsWith('?') ? [`${path}.${target.name}`] : extendPaths(machine, [path], `.${target.name}`)
		for (const it of own) checkAssignTo(machine, `${it}.@changed`, object, value, target)
	}
}

/** Languages whose rules ask for it. */
function isAsked({ language }: Machine): boolean {
	return language === 'python' || language === 'csharp' || language === 'ruby'
}

function readsField({ unit: { text } }: Machine, written: Assign['value'], target: Field): boolean {
	const own = text.slice(target.start, target.end)
	return someNode(
		written,
		({ kind, name, start, end }) =>
			kind === 'field' && name === target.name && text.slice(start as number, end as number) === own,
	)
}

/** A row that the database refuses to change where somebody else did so since it was read (C#): a field of its entity is a token for that. */
function isVersioned(machine: Machine, row: Expression): boolean {
	const { function: around } = machine.frame
	if (machine.language !== 'csharp' || row.kind !== 'name' || !around) return false
	const made = nodesOf<Extract<Statement, { kind: 'declare' }>>(around.body, 'declare').find(
		({ target }) => target.kind === 'name' && target.name === row.name,
	)
	return nodesOf<Field>(made?.initial, 'field').some(({ object, name }) => {
		if (object.kind !== 'name' && object.kind !== 'field' && object.kind !== 'self') return false
		return machine.evaluate(object).objects.some((id) => {
			const context = machine.store.object(id)?.class
			return context !== undefined && hasToken(machine, context, name)
		})
	})
}

const configured = /\.(?:IsRowVersion|IsConcurrencyToken|UseXminAsConcurrencyToken)\(/
const tokens = /^(?:Timestamp|ConcurrencyCheck)$/
const tokenNames = /^(?:row_?version|version|concurrency(?:token|stamp)|xmin|etag)$/i
const longestContext = 20_000

/** @param name the property of the context that has the rows */
function hasToken(machine: Machine, { class: of, frame }: ClassValue, name: string): boolean {
	const { text } = frame.unit as ProgramUnit
	const written = text.slice(of.start, Math.min(of.end, of.start + longestContext))
	if (configured.test(written)) return true
	const [, entity] = new RegExp(`<\\s*(\\w+)\\s*>\\s+${escapePattern(name)}\\b`).exec(written) ?? []
	if (entity === undefined) return false
	const { frame: own } = machine
	machine.frame = frame
	const classes = typeNamed(machine, entity)?.classes ?? []
	machine.frame = own
	return classes.some((it) => declaresToken(it, 0))
}

function declaresToken({ class: { fields }, bases }: ClassValue, depth: number): boolean {
	if (fields.some((it) => tokenNames.test(it.name) || it.annotations.some((one) => tokens.test(one.name)))) return true
	return depth < deepestBase && bases.some((it) => it.classes.some((base) => declaresToken(base, depth + 1)))
}
