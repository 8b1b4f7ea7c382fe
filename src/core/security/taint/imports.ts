import type { ExportStatement, Expression, ImportExpression, ImportStatement, Target } from '../ir/ir.ts'
import { exported, readField } from './fields.ts'
import { checkCall } from './library/callLibrary.ts'
import type { Machine } from './machine.ts'
import { modulePath } from './names.ts'
import { extendPaths, shortened } from './paths.ts'
import { runUnit } from './units.ts'
import { constantOf, ofObject, unknown, type Value } from './value.ts'

export function runImport(machine: Machine, statement: ImportStatement): void {
	const slots = machine.unit.scopes.importSlots.get(statement)
	for (const [at, { imported, local }] of statement.names.entries()) {
		const binding = slots?.[at]
		if (!binding) {
			if (local === '*') importedValue(machine, statement.module, '*')
			continue
		}
		const cell = machine.cellAt(binding.hops, binding.slot)
		if (cell !== undefined)
			bindLater(machine, cell, statement.module, imported, () => importedValue(machine, statement.module, imported))
	}
}

/**
 * Binds what a file of the program exports, when it is first used: until then its top level does not run, nor those of the files that it
 * imports in turn.
 */
function bindLater(machine: Machine, cell: number, module: string, name: string, resolve: () => Value): void {
	const { unit, frame } = machine
	const imported = name === '*' || name === 'default' ? undefined : name
	if (frame !== unit.frame || !machine.program.canWait(unit, module, imported)) {
		machine.store.set(cell, resolve())
		return
	}
	machine.unused.set(cell, () => {
		const { frame: user, store, ran } = machine
		machine.frame = unit.frame
		// What it leads to is there for all, not only for who is the first to use it.
		machine.store = machine.root
		machine.ran = machine.ranAtTop
		const value = resolve()
		machine.frame = user
		machine.store = store
		machine.ran = ran
		return value
	})
}

/** `const a = require('./a')` and `const { b } = require('./a')` at the top of a file. @returns whether it is one */
export function declareRequired(machine: Machine, target: Target, initial: Expression): boolean {
	if (initial.kind !== 'import' || initial.form !== 'module' || initial.module.kind !== 'constant') return false
	const { value: module } = initial.module
	if (typeof module !== 'string' || machine.frame !== machine.unit.frame) return false
	if (target.kind === 'name') {
		const cell = machine.cellOf(target)
		if (cell === undefined) return false
		bindLater(machine, cell, module, '*', () => importValue(machine, initial))
		return true
	}
	if (
		target.kind !== 'objectPattern' ||
		!target.entries.every((it) => it.target.kind === 'name' && it.key?.kind === 'constant' && !it.initial)
	)
		return false
	for (const { key, target: name } of target.entries) {
		const cell = name.kind === 'name' ? machine.cellOf(name) : undefined
		if (cell === undefined || key?.kind !== 'constant') continue
		bindLater(machine, cell, module, '*', () =>
			readField(machine, importValue(machine, initial), String(key.value), name),
		)
	}
	return true
}

function importedValue(machine: Machine, module: string, name: string): Value {
	const found = machine.program.importUnit(machine.unit, module, name === '*' || name === 'default' ? undefined : name)
	if (!found) return ofIncluded(machine, module, name) ?? ofLibrary(machine, module, name)
	runUnit(machine, found.unit)
	if (found.isWhole || name === '*')
		return {
			...moduleValue(machine, found.unit.object),
			...(machine.language === 'python' ? { paths: [modulePath(module)] } : {}),
		}
	if (name === 'default')
		return exported(machine, found.unit.object, 'default') ?? moduleValue(machine, found.unit.object)
	return exported(machine, found.unit.object, name) ?? unknown
}

/** `use A\B` of PHP names what a file defines that was included from somewhere else. */
function ofIncluded(machine: Machine, module: string, name: string): Value | undefined {
	if (machine.language !== 'php') return undefined
	for (const unit of machine.included) {
		if (unit.ir.packageName !== modulePath(module) || !unit.scopes.topSlots.has(name)) continue
		const value = exported(machine, unit.object, name)
		if (value) return value
	}
	return undefined
}

/** A module of the program that `import a.b` made a part of its package. */
export function moduleIn(machine: Machine, path: string, name: string): Value | undefined {
	// The results of calls and what nothing is known of are no modules.
	if (path.startsWith('?') || path.includes(')') || path.includes(']')) return undefined
	const found = machine.program.importUnit(machine.unit, `${path}.${name}`, undefined)
	if (!found) return undefined
	runUnit(machine, found.unit)
	return { ...moduleValue(machine, found.unit.object), paths: [`${path}.${name}`] }
}

/** A module as a value: with CommonJS what `module.exports` became. */
function moduleValue(machine: Machine, object: number): Value {
	const unit = machine.program.unitOf(object)
	return unit?.exports.get('=') ?? ofObject(object)
}

function ofLibrary(machine: Machine, module: string, name: string): Value {
	const base = modulePath(module)
	if (base === '') return { ...unknown, paths: shortened(machine, name) }
	const paths = shortened(machine, base)
	return { ...unknown, paths: name === '*' || name === 'default' ? paths : extendPaths(machine, paths, `.${name}`) }
}

/** `require(x)`, `import(x)`, `include x`. */
export function importValue(machine: Machine, expression: ImportExpression): Value {
	const value = machine.evaluate(expression.module)
	const module = constantOf(value)
	if (typeof module !== 'string') {
		if (machine.language === 'javascript' || expression.form === 'include') requireOf(machine, expression, value)
		return unknown
	}
	const found = machine.program.importUnit(machine.unit, module, undefined)
	if (!found) return expression.form === 'module' ? ofLibrary(machine, module, '*') : unknown
	if (expression.form === 'include') return include(machine, found.unit)
	runUnit(machine, found.unit)
	return moduleValue(machine, found.unit.object)
}

/** Which module is loaded may be what a client says. */
function requireOf(machine: Machine, at: ImportExpression, module: Value): void {
	const written = [{ value: at.module, start: at.module.start, end: at.module.end }]
	checkCall(
		machine,
		{
			paths: [at.form === 'include' ? 'include' : 'require'],
			receiver: undefined,
			holder: undefined,
			values: { positional: [module], keywords: new Map(), rest: undefined, written },
			isNew: false,
			at,
			call: undefined,
		},
		unknown,
	)
}

/** What an included file defines is also known here; its functions are found by their names. */
function include(machine: Machine, unit: Parameters<typeof runUnit>[1]): Value {
	machine.included.add(unit)
	runUnit(machine, unit)
	for (const [name, slot] of unit.scopes.topSlots) {
		const value = machine.valueIn(unit.frame.base + slot)
		const own = machine.unit.scopes.topSlots.get(name)
		if (value && own !== undefined) machine.store.set(machine.unit.frame.base + own, value)
	}
	bindUsed(machine, unit)
	return unit.exports.get('=') ?? unknown
}

/** What the file has named before it included where that is defined. */
function bindUsed(machine: Machine, { ir: { packageName } }: Parameters<typeof runUnit>[1]): void {
	if (packageName === undefined) return
	for (const it of machine.unit.ir.body) {
		if (it.kind !== 'import' || modulePath(it.module) !== packageName) continue
		for (const [at, { imported }] of it.names.entries()) {
			const binding = machine.unit.scopes.importSlots.get(it)?.[at]
			const value = binding && ofIncluded(machine, it.module, imported)
			if (binding && value) machine.store.set(machine.unit.frame.base + binding.slot, value)
		}
	}
}

export function runExport(machine: Machine, statement: ExportStatement): void {
	const value = machine.evaluate(statement.value)
	machine.unit.exports.set(statement.name, value)
}
