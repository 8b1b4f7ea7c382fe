import { append } from '../fields.ts'
import { itemsOf, knownItems } from '../items.ts'
import type { ObjectState } from '../store.ts'
import type { Taint } from '../taint.ts'
import { constantOf, joinValues, onlyTaint, unknown, type Value } from '../value.ts'
import { addAll } from './lists.ts'
import type { GlobalCall } from './native.ts'

export const lists = new Set([
	'Array',
	'ArrayList',
	'LinkedList',
	'Vector',
	'Stack',
	'ArrayDeque',
	'PriorityQueue',
	'List',
	'Queue',
	'deque',
	'list',
	'CopyOnWriteArrayList',
	'ConcurrentLinkedQueue',
	'LinkedBlockingQueue',
	'ArrayBlockingQueue',
	'LinkedBlockingDeque',
	'ConcurrentLinkedDeque',
	'Queue',
	'tuple',
	'Deque',
	'SimpleQueue',
	'LifoQueue',
	'PriorityBlockingQueue',
	'SynchronousQueue',
	'ConcurrentBag',
	'ConcurrentQueue',
	'ConcurrentStack',
	'BlockingCollection',
	'Collection',
	'ArrayObject',
	'SplStack',
	'SplQueue',
	'SplDoublyLinkedList',
])

export const maps = new Set([
	'Map',
	'HashMap',
	'TreeMap',
	'LinkedHashMap',
	'ConcurrentHashMap',
	'Hashtable',
	'Properties',
	'Dictionary',
	'dict',
	'OrderedDict',
	'defaultdict',
	'WeakMap',
	'EnumMap',
	'WeakHashMap',
	'IdentityHashMap',
	'ConcurrentSkipListMap',
	'ConcurrentDictionary',
	'SortedDictionary',
	'Hash',
	'SortedList',
])

export const sets = new Set([
	'Set',
	'HashSet',
	'TreeSet',
	'LinkedHashSet',
	'set',
	'frozenset',
	'WeakSet',
	'CopyOnWriteArraySet',
	'ConcurrentSkipListSet',
	'EnumSet',
	'SortedSet',
])

export function lastOf(path: string): string {
	return path.slice(path.lastIndexOf('.') + 1)
}

/** Objects that hold one value which is read with `get()`. */
export const cells = new Set([
	'AtomicReference',
	'ThreadLocal',
	'InheritableThreadLocal',
	'AtomicStampedReference',
	'WeakReference',
	'SoftReference',
])

/** What an object is whose class comes from a container of the language. */
export function containerForm(bases: readonly string[]): 'list' | 'map' | 'set' | undefined {
	for (const path of bases) {
		if (!path.startsWith('java.util.')) continue
		const name = lastOf(path)
		if (lists.has(name)) return 'list'
		if (maps.has(name)) return 'map'
		if (sets.has(name)) return 'set'
	}
	return undefined
}

/** `java.util.Arrays.asList` → `Arrays.asList`. */
export function shortPath(path: string): string {
	const last = path.lastIndexOf('.')
	return path.slice(path.lastIndexOf('.', last - 1) + 1)
}

export function container(call: GlobalCall, form: 'list' | 'map' | 'set'): Value {
	const { machine, values } = call
	const [from] = values.positional
	const id = machine.newObject(form, form === 'map' ? {} : { length: 0 })
	const state = machine.store.ownObject(id) as ObjectState
	const made: Value = { ...unknown, objects: [id], paths: [call.path] }
	if (form === 'map') {
		if (from && from.functions.length === 0) fillMap(call, state, from)
		for (const [key, value] of values.keywords) state.fields.set(key, value)
		return made
	}
	if (call.path === 'Array' && values.positional.length > 1) for (const it of values.positional) append(state, it)
	else if (from && (from.objects.length > 0 || from.taint.length > 0)) addAll(machine, state, from)
	return made
}

function isPlain({ objects, taint, constants }: Value): boolean {
	return objects.length === 0 && (taint.length > 0 || constants !== undefined)
}

/** Names that somebody else chose: of pairs that were filtered only those are left that the program wants. */
function namesFrom({ taint }: Value): readonly Taint[] {
	return taint.filter(({ last }) => {
		for (let at: typeof last | undefined = last; at; at = at.previous) if (at.label === 'filter()') return false
		return true
	})
}

/** From a map, or a list of pairs. */
function fillMap(call: GlobalCall, state: ObjectState, from: Value): void {
	const { machine } = call
	const known = knownItems(machine, from)
	// What a function made of each item of data that is not known: one pair stands for all of them.
	const isPair = machine.language === 'javascript' && known?.length === 2 && known.every((it) => isPlain(it.value))
	const items = isPair ? undefined : known
	if (!items) {
		if (from.objects.length > 0 || from.taint.length > 0) {
			const item = isPair ? from : itemsOf(machine, from, { start: 0, end: 0 })
			const pair = call.path === 'Map' && machine.language === 'javascript' ? knownItems(machine, item) : undefined
			state.other = pair?.length === 2 ? (pair[1]?.value ?? unknown) : item
			state.isOpen = true
			if (machine.language === 'javascript') state.keys = onlyTaint(unknown, namesFrom(pair?.[0]?.value ?? from))
		}
		return
	}
	const isList = from.objects.some((id) => machine.store.object(id)?.form === 'list')
	for (const { key, value } of items) {
		const pair = isList ? knownItems(machine, value) : undefined
		const name = pair ? constantOf(pair[0]?.value ?? unknown) : constantOf(key)
		if (name !== undefined) state.fields.set(String(name), pair ? (pair[1]?.value ?? unknown) : value)
		else state.other = joinValues(state.other, pair ? (pair[1]?.value ?? unknown) : value)
	}
}
