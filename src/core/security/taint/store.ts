import { type ClassValue, joinValues, unknown, type Value } from './value.ts'

/** An object, list, map or instance of a class. Changed in a copy of its own in each branch. */
export interface ObjectState {
	readonly form: 'object' | 'list' | 'map' | 'set' | 'instance'
	class: ClassValue | undefined
	/** By name, literal key or index. */
	readonly fields: Map<string, Value>
	/** What is in it at places that are not known. */
	other: Value
	/** What its unknown keys are. */
	keys: Value
	/** Of a list whose items are all known by their index. */
	length: number | undefined
	/** Of a list whose length is not known: how many items at its front stand where they are on all ways that lead to here. */
	start?: number
	/** Whether there may be fields that are not known here. */
	isOpen: boolean
	/** Of languages with pointers. Replaced, never changed. */
	memory?: Memory
}

/** What is known of the memory that an object lies in. */
export interface Memory {
	readonly bytes: number | undefined
	/** Of a text: what it is, up to its end. */
	readonly text: string | undefined
	/** It was given back on all ways that lead to here: in which call of a function, by the first of its cells. */
	readonly freedIn: number | undefined
	readonly place: 'heap' | 'other' | undefined
	/** It may not be there at all, for nobody has asked yet whether it was given. */
	readonly isUnasked?: boolean
	/** A text was read or copied into it without its end. */
	readonly isUnended?: boolean
	/** Members of a structure that nothing was assigned to on one of the ways to here; of an array `[]` stands for all of it. */
	readonly unset?: ReadonlySet<string>
	/** It holds what the program says, and nothing was written into it since. */
	readonly isFixed?: boolean
	/** What gave it: `new T`, `new T[n]`, or a function of C. Each is given back in its own way. */
	readonly made?: 'one' | 'many' | 'allocated'
	/** Something that will give it back, such as a `std::shared_ptr`, has it on all ways that lead to here. */
	readonly isOwned?: boolean
}

export type Cell = Value | ObjectState | number

/** Variables are numbers from 0, objects numbers below 0, roots that were checked are texts. */
export type Key = number | string

/** New checks up to which each is compared with a root. */
const fewChecks = 20

/** For all layers of a program. */
interface Meter {
	/** Cells that were joined and copied: what a program with many ways costs beside its expressions. */
	work: number
	/** How many layers are asked what they depend on. */
	openRounds: number
	/** Roots that were ever checked. */
	readonly checks: Set<string>
	/** The same in the order in which they came. */
	readonly ordered: string[]
	/** Roots that were asked for. */
	readonly roots: Map<string, RootChecks>
}

/** What was ever checked of a root, when so many checks had been made. */
interface RootChecks {
	readonly count: number
	/** The root and what it is part of, as far as they were checked. */
	readonly parts: readonly string[]
	/** The root as it was then, where that was checked. */
	readonly exact: string | undefined
}

/** The root of a text of C as it is now. Where it is cut into pieces, what it equals says nothing of those that were taken before. */
export function exactly(root: string): string {
	return `=${root}`
}

/**
 * What all variables and objects are at one point of the program. A branch works on a layer of its own; what it changed is joined
 * with what the others changed.
 */
export class Store {
	readonly parent: Store | undefined
	readonly cells = new Map<Key, Cell>()
	readonly meter: Meter
	/** Where it is asked what this layer depends on: all that was looked for in it, or above it, and was not in it. */
	private reads: Set<Key> | undefined

	constructor(parent?: Store) {
		this.parent = parent
		this.meter = parent?.meter ?? { work: 0, openRounds: 0, checks: new Set(), ordered: [], roots: new Map() }
	}

	value(key: number): Value | undefined {
		return this.find(key) as Value | undefined
	}

	/** For reading only. */
	object(id: number): ObjectState | undefined {
		return this.find(id) as ObjectState | undefined
	}

	/** For changing: a copy where it is another layer's. */
	ownObject(id: number): ObjectState | undefined {
		const own = this.cells.get(id) as ObjectState | undefined
		if (own) return own
		this.reads?.add(id)
		const found = this.parent?.find(id) as ObjectState | undefined
		if (!found) return undefined
		this.meter.work += 1 + found.fields.size
		const copy = { ...found, fields: new Map(found.fields) }
		this.cells.set(id, copy)
		return copy
	}

	set(key: Key, cell: Cell): void {
		if (typeof key === 'string') {
			// What was never checked need not be forgotten.
			const { checks, ordered } = this.meter
			if (!checks.has(key)) {
				if (cell === 0) return
				checks.add(key)
				ordered.push(key)
			}
		}
		this.cells.set(key, cell)
	}

	/** Whether anything was ever checked, in any layer. */
	get hasChecks(): boolean {
		return this.meter.checks.size > 0
	}

	/** The kinds of sinks that data of this root was checked for. */
	checked(root: string): number {
		// Most programs check nothing, and the texts are long.
		return this.meter.checks.has(root) ? ((this.find(root) as number | undefined) ?? 0) : 0
	}

	/** The kinds of sinks that data of this root was checked for: itself as it is now, or what it is part of. */
	checkedMask(root: string): number {
		if (!this.hasChecks) return 0
		const { parts, exact } = this.checksOf(root)
		let mask = exact === undefined ? 0 : this.checked(exact)
		for (const part of parts) mask |= this.checked(part)
		return mask
	}

	/** Of most roots nothing was ever checked, and they are long and asked for over and over. */
	checksOf(root: string): RootChecks {
		const { checks, ordered, roots } = this.meter
		const known = roots.get(root)
		if (known?.count === ordered.length) return known
		let exact = known?.exact
		let parts: readonly string[]
		if (known && ordered.length - known.count < fewChecks) {
			const more: string[] = []
			for (let at = known.count; at < ordered.length; at++) {
				const check = ordered[at] as string
				if (root.startsWith(check) && (root.length === check.length || root[check.length] === '.')) more.push(check)
				else if (check.length === root.length + 1 && check === exactly(root)) exact = check
			}
			parts = more.length === 0 ? known.parts : [...known.parts, ...more]
		} else {
			const end = root.lastIndexOf('.')
			parts = end > 0 ? this.checksOf(root.slice(0, end)).parts : []
			if (checks.has(root)) parts = [...parts, root]
			if (checks.has(exactly(root))) exact = exactly(root)
		}
		const found = { count: ordered.length, parts, exact }
		roots.set(root, found)
		return found
	}

	find(key: Key): Cell | undefined {
		let store: Store | undefined = this
		while (store) {
			// Many layers have changed nothing yet.
			const { cells } = store
			const cell = cells.size === 0 ? undefined : cells.get(key)
			if (cell !== undefined) return cell
			store.reads?.add(key)
			store = store.parent
		}
		return undefined
	}

	/** What something is on the ways that do not change it. What has not been declared before is the same for all of them, however often they are gone. */
	private unchanged(key: Key): Cell | undefined {
		for (let store: Store | undefined = this; store; store = store.parent) {
			const { cells } = store
			const cell = cells.size === 0 ? undefined : cells.get(key)
			if (cell !== undefined) return this.meter.openRounds > 0 ? this.find(key) : cell
		}
		return undefined
	}

	/** From here on it is asked what this layer depends on, until `end` is called. */
	recordReads(): { readonly reads: ReadonlySet<Key>; end(): void } {
		const reads = new Set<Key>()
		this.reads = reads
		this.meter.openRounds++
		return { reads, end: () => this.meter.openRounds-- }
	}

	/** Objects of this layer that lead to tainted data; undefined where neither they nor variables hold any. */
	taintedObjects(): ReadonlySet<number> | undefined {
		const tainted = new Set<number>()
		const holders = new Map<number, number[]>()
		let isTainted = false
		for (const [key, cell] of this.cells) {
			if (typeof cell === 'number' || typeof key !== 'number') continue
			for (const value of 'fields' in cell ? [cell.other, cell.keys, ...cell.fields.values()] : [cell]) {
				if (value.taint.length > 0) {
					isTainted = true
					if (key < 0) tainted.add(key)
				}
				if (key >= 0) continue
				for (const id of [...value.objects, ...value.classes.map((it) => it.object)]) {
					const list = holders.get(id)
					if (list) list.push(key)
					else holders.set(id, [key])
				}
			}
		}
		const waiting = [...tainted]
		for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
			for (const holder of holders.get(id) ?? []) {
				if (tainted.has(holder)) continue
				tainted.add(holder)
				waiting.push(holder)
			}
		}
		return isTainted ? tainted : undefined
	}

	/** Without variables that nobody can name any more, from the first to the last. */
	forget(first: number, last: number): void {
		if (last - first > this.cells.size) {
			for (const key of this.cells.keys())
				if (typeof key === 'number' && key >= first && key <= last) this.cells.delete(key)
		} else for (let key = first; key <= last; key++) this.cells.delete(key)
	}

	/** All that was changed since a layer below this one. */
	changesSince(base: Store): Map<Key, Cell> {
		if (this.parent === base) return this.cells
		for (let at: Store | undefined = this; at && at !== base; at = at.parent) this.meter.work += at.cells.size
		const layers: Store[] = []
		let store: Store | undefined = this
		while (store && store !== base) {
			layers.push(store)
			store = store.parent
		}
		const changes = new Map<Key, Cell>()
		for (const layer of layers.reverse()) {
			// A lower layer goes on changing its objects after this way has left it.
			for (const [key, cell] of layer.cells) changes.set(key, layer === this ? cell : copyOf(cell))
		}
		return changes
	}

	/** Becomes what the program is after one of several ways through it. @returns what is other than before */
	absorb(ways: readonly Map<Key, Cell>[]): ReadonlyMap<Key, Cell> {
		const [only] = ways
		if (!only) return new Map()
		const changes = ways.length === 1 ? only : this.joined(ways)
		for (const [key, cell] of changes) this.cells.set(key, cell)
		return changes
	}

	/** What several ways from here changed, as one; what comes to what was here before is not in it. */
	joined(ways: readonly Map<Key, Cell>[]): Map<Key, Cell> {
		const all = new Map<Key, Cell>()
		const checks = this.hasChecks ? ways.map((way) => checksOf(this, way)) : []
		for (const [at, way] of ways.entries()) {
			for (const key of way.keys()) {
				if (isInOneOf(ways, at, key)) continue
				this.meter.work += ways.length
				const before = this.unchanged(key)
				let joined: Cell | undefined
				let isFirst = true
				for (const [which, it] of ways.entries()) {
					const found = it.get(key) ?? before
					const check = checks[which]
					const cell = check && found !== undefined ? checkedOn(check, found) : found
					joined = isFirst ? cell : joinCells(joined, cell)
					isFirst = false
				}
				if (joined !== undefined && joined !== before) all.set(key, joined)
			}
		}
		return all
	}
}

/** Whether one of the first ways has the key. */
function isInOneOf(ways: readonly Map<Key, Cell>[], count: number, key: Key): boolean {
	for (let at = 0; at < count; at++) if (ways[at]?.has(key)) return true
	return false
}

/** The kinds of sinks that one way checked data of a root for, by the root; undefined where it checked nothing. */
function checksOf(store: Store, way: ReadonlyMap<Key, Cell>): ((root: string) => number) | undefined {
	if (!hasChecks(way)) return undefined
	return (root) => {
		let mask = 0
		for (const part of store.checksOf(root).parts) mask |= (way.get(part) as number | undefined) ?? 0
		return mask
	}
}

function hasChecks(way: ReadonlyMap<Key, Cell>): boolean {
	for (const key of way.keys()) if (typeof key === 'string') return true
	return false
}

/** What was checked on one way stays checked in what comes from it: `if (!isAllowed(x)) x = 'a'`. */
function checkedOn(check: (root: string) => number, cell: Cell): Cell {
	if (typeof cell === 'number' || 'fields' in cell || cell.taint.length === 0) return cell
	const taint = cell.taint.map((it) => {
		const mask = check(it.root)
		return (it.clean | mask) === it.clean ? it : { ...it, clean: it.clean | mask }
	})
	return taint.every((it, at) => it === cell.taint[at]) ? cell : { ...cell, taint }
}

function copyOf(cell: Cell): Cell {
	return typeof cell === 'object' && 'fields' in cell ? { ...cell, fields: new Map(cell.fields) } : cell
}

/** A variable that one way does not know has not been declared there; a root that it does not know was not checked. */
function joinCells(a: Cell | undefined, b: Cell | undefined): Cell | undefined {
	if (typeof a === 'number' || typeof b === 'number')
		return ((a as number | undefined) ?? 0) & ((b as number | undefined) ?? 0)
	if (a === undefined || b === undefined) return a ?? b
	if (a === b) return a
	return 'fields' in a ? joinObjects(a, b as ObjectState) : joinValues(a, b as Value)
}

/** The first one itself where the second says nothing new: most ways leave most objects as they are. */
function joinObjects(a: ObjectState, b: ObjectState): ObjectState {
	const memory = joinMemory(a.memory, b.memory)
	let fields: Map<string, Value> | undefined
	for (const [name, value] of b.fields) {
		const known = a.fields.get(name)
		const joined = known ? joinValues(known, value) : value
		if (joined === known) continue
		fields ??= new Map(a.fields)
		fields.set(name, joined)
	}
	const other = joinOptional(a.other, b.other)
	const keys = joinOptional(a.keys, b.keys)
	const isSame = a.length === b.length
	const isOpen = a.isOpen || b.isOpen || !isSame
	const start = isSame && a.length !== undefined ? undefined : Math.min(startOf(a), startOf(b)) || undefined
	const of = a.class ?? b.class
	if (
		!fields &&
		isSame &&
		start === a.start &&
		other === a.other &&
		keys === a.keys &&
		isOpen === a.isOpen &&
		of === a.class &&
		memory === a.memory
	)
		return a
	return {
		form: a.form,
		class: of,
		fields: fields ?? new Map(a.fields),
		other,
		keys,
		length: isSame ? a.length : undefined,
		isOpen,
		...(start === undefined ? {} : { start }),
		...(memory ? { memory } : {}),
	}
}

/** How many items at the front of a list are known by their place. */
export function startOf({ form, length, start }: ObjectState): number {
	return form === 'list' ? (length ?? start ?? 0) : 0
}

function joinMemory(a: Memory | undefined, b: Memory | undefined): Memory | undefined {
	if (a === b) return a
	if (!a || !b) {
		// Where nothing is known of it, it was not given back.
		const known = (a ?? b) as Memory
		return known.freedIn === undefined ? known : { ...known, freedIn: undefined }
	}
	return {
		bytes: a.bytes === b.bytes ? a.bytes : undefined,
		text: a.text === b.text ? a.text : undefined,
		freedIn: a.freedIn === undefined || b.freedIn === undefined ? undefined : Math.min(a.freedIn, b.freedIn),
		place: a.place ?? b.place,
		isUnasked: a.isUnasked === true && b.isUnasked === true,
		isUnended: a.isUnended === true && b.isUnended === true,
		...(a.unset || b.unset ? { unset: new Set([...(a.unset ?? []), ...(b.unset ?? [])]) } : {}),
		...(a.made !== undefined && a.made === b.made ? { made: a.made } : {}),
		...(a.isFixed === true && b.isFixed === true ? { isFixed: true } : {}),
		...(a.isOwned === true && b.isOwned === true ? { isOwned: true } : {}),
	}
}

function joinOptional(a: Value, b: Value): Value {
	return a === b ? a : a === unknown ? b : b === unknown ? a : joinValues(a, b)
}
