import type { ClassIr, FunctionIr, ImportStatement, Name } from '../ir/ir.ts'
import type { Binding } from '../taint/scopes.ts'
import type { LoadedFile } from './program.ts'

/** How a text became another one, where all that differs is within functions. */
export interface FunctionChanges {
	/** By the ones of the text before. Those in functions that changed may be missing. */
	readonly functions: ReadonlyMap<FunctionIr, FunctionIr>
	readonly classes: ReadonlyMap<ClassIr, ClassIr>
	/** Of the text before: the innermost functions around what differs. */
	readonly changed: ReadonlySet<FunctionIr>
}

/** Undefined where more than the bodies of functions differs. Where code stands does not count. */
export function changedFunctions(before: LoadedFile, after: LoadedFile): FunctionChanges | undefined {
	const comparison = new Comparison(before, after)
	return comparison.isSame(before.ir, after.ir) && isSameTop(before, after) ? comparison : undefined
}

function isSameTop({ scopes: a }: LoadedFile, { scopes: b }: LoadedFile): boolean {
	if (a.topSlots.size !== b.topSlots.size || a.wildcards.join('\n') !== b.wildcards.join('\n')) return false
	for (const [name, slot] of a.topSlots) if (b.topSlots.get(name) !== slot) return false
	return true
}

class Comparison implements FunctionChanges {
	readonly functions = new Map<FunctionIr, FunctionIr>()
	readonly classes = new Map<ClassIr, ClassIr>()
	readonly changed = new Set<FunctionIr>()
	private readonly before: LoadedFile
	private readonly after: LoadedFile
	private depth = 0

	constructor(before: LoadedFile, after: LoadedFile) {
		this.before = before
		this.after = after
	}

	isSame(a: unknown, b: unknown): boolean {
		if (typeof a !== 'object' || a === null) return Object.is(a, b)
		if (typeof b !== 'object' || b === null || this.depth >= deepest) return false
		this.depth++
		const isSame = this.isSameObject(a, b)
		this.depth--
		return isSame
	}

	private isSameObject(a: object, b: object): boolean {
		if (Array.isArray(a))
			return Array.isArray(b) && a.length === b.length && a.every((it, at) => this.isSame(it, b[at]))
		if (a instanceof Set) return b instanceof Set && a.size === b.size && [...a].every((it) => b.has(it))
		if (isFunction(a)) return isFunction(b) && this.isSameFunction(a, b)
		if (!this.isSameNode(a, b)) return false
		if (isClass(a) && isClass(b)) this.classes.set(a, b)
		return this.areSameFields(a, b, places)
	}

	private isSameFunction(a: FunctionIr, b: FunctionIr): boolean {
		const slots = [this.before.scopes.functionSlots.get(a), this.after.scopes.functionSlots.get(b)]
		if (!isSameBinding(slots[0], slots[1]) || !this.areSameFields(a, b, placesAndBody)) return false
		this.functions.set(a, b)
		const isSameSize = this.before.scopes.sizes.get(a) === this.after.scopes.sizes.get(b)
		if (!isSameSize || !this.isSame(a.body, b.body)) this.changed.add(a)
		return true
	}

	/** What the nodes mean, where that is not said in them. */
	private isSameNode(a: object, b: object): boolean {
		const { scopes: before } = this.before
		const { scopes: after } = this.after
		const kind = 'kind' in a ? a.kind : undefined
		if (kind === 'name') return isSameBinding(before.bindings.get(a as Name), after.bindings.get(b as Name))
		if (kind === 'import') {
			const slots = before.importSlots.get(a as ImportStatement) ?? []
			const others = after.importSlots.get(b as ImportStatement) ?? []
			return slots.length === others.length && slots.every((it, at) => isSameBinding(it, others[at]))
		}
		return !isClass(a) || isSameBinding(before.classSlots.get(a), after.classSlots.get(b as ClassIr))
	}

	private areSameFields(a: object, b: object, except: ReadonlySet<string>): boolean {
		const names = Object.keys(a)
		if (names.length !== Object.keys(b).length) return false
		const [one, other] = [a as Record<string, unknown>, b as Record<string, unknown>]
		return names.every((name) => except.has(name) || (name in other && this.isSame(one[name], other[name])))
	}
}

/** What is nested deeper counts as changed, so that no code exhausts the stack. */
const deepest = 500

const places: ReadonlySet<string> = new Set(['start', 'end', 'head'])
const placesAndBody: ReadonlySet<string> = new Set([...places, 'body'])

function isFunction(node: object): node is FunctionIr {
	return 'parameters' in node && 'captures' in node
}

function isClass(node: object): node is ClassIr {
	return 'methods' in node && 'initializers' in node
}

function isSameBinding(a: Binding | undefined, b: Binding | undefined): boolean {
	return a?.hops === b?.hops && a?.slot === b?.slot
}
