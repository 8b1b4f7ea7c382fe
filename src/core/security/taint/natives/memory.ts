import type { FieldIr } from '../../ir/ir.ts'
import { assign } from '../assign.ts'
import { itemOf, withFacts } from '../checks/facts.ts'
import { append } from '../fields.ts'
import { deepTaints, itemsOf, knownItems } from '../items.ts'
import type { Machine } from '../machine.ts'
import {
	advanced,
	changeMemory,
	checkUse,
	counted,
	isFreed,
	memoryOf,
	noMemory,
	reportMemory,
	roomBehind,
	settle,
	textBehind,
} from '../memory/memory.ts'
import { viewed } from '../memory/views.ts'
import { reportTaint } from '../sinks.ts'
import type { Memory } from '../store.ts'
import { derived, maskOf } from '../taint.ts'
import {
	type ClassValue,
	constant,
	constantOf,
	type Fact,
	joinValues,
	ofTaint,
	unknown,
	type Value,
	withTaint,
} from '../value.ts'
import type { GlobalCall } from './native.ts'
import { live, moved, releasedAs } from './owners.ts'
import { compiled } from './patterns.ts'

type Native = (call: GlobalCall) => Value | undefined

/** What functions of the C library do to memory, and what a lowering says of it with names that begin with `@`. */
export function callMemory(call: GlobalCall): Value | undefined {
	const name = call.path.replace(/^std\./, '')
	if (!name.startsWith('@') && name !== 'free' && name !== 'realloc')
		for (const [position, value] of call.values.positional.entries())
			checkUse(call.machine, value, call.values.written[position] ?? call.at)
	return functions.get(name)?.(call)
}

function argument({ values }: GlobalCall, at: number): Value {
	return values.positional[at] ?? unknown
}

function numberIn(value: Value): number | undefined {
	const number = value.objects.length === 0 ? constantOf(value) : undefined
	return typeof number === 'number' ? number : undefined
}

/** Memory of so many bytes, of which nothing else is known. */
function allocated(
	machine: Machine,
	bytes: number | undefined,
	place: Memory['place'],
	unit: number | undefined,
): Value {
	const id = machine.newObject('list', { isOpen: true })
	const state = machine.store.ownObject(id)
	if (state) state.memory = { ...noMemory, bytes, place }
	return { ...unknown, objects: [id], pointer: { at: 0, unit } }
}

const array: Native = (call) => {
	const count = numberIn(argument(call, 0))
	const unit = numberIn(argument(call, 1))
	const bytes = count === undefined || unit === undefined ? undefined : count * unit
	const made = allocated(call.machine, bytes, 'other', unit)
	const inner = call.values.positional[2]
	const state = call.machine.store.ownObject(made.objects[0] as number)
	if (inner && state) state.other = inner
	return made
}

/** An array with the values that it begins with. */
const filled: Native = (call) => {
	const [made = unknown, from = unknown] = call.values.positional
	const text = textBehind(call.machine, from)
	for (const id of made.objects) {
		const state = call.machine.store.ownObject(id)
		if (!state) continue
		if (text !== undefined && state.memory) state.memory = { ...state.memory, text }
		const items = knownItems(call.machine, from)
		if (items) {
			state.length = 0
			for (const it of items) append(state, it.value)
			// The others are 0.
			state.length = undefined
			const isFixed = items.every((it) => it.value.constants !== undefined && it.value.taint.length === 0)
			if (state.memory && isFixed) state.memory = { ...state.memory, isFixed }
		} else if (from.objects.length > 0) state.other = joinValues(state.other, itemsOf(call.machine, from, call.at))
		if (from.taint.length > 0) state.other = withTaint(state.other, from.taint)
	}
	return made
}

const heap: Native = (call) => {
	const value = argument(call, 0)
	const made = call.values.positional.length > 1 ? 'many' : 'one'
	changeMemory(call.machine, value, (memory) => ({ ...memory, place: 'heap', made }))
	return value
}

const sized: Native = (call) => {
	const made = argument(call, 0)
	const bytes = numberIn(argument(call, 1))
	changeMemory(call.machine, made, (memory) => ({ ...memory, bytes }))
	return made.objects.length === 0 ? made : { ...made, pointer: { at: 0, unit: bytes } }
}

const pointed: Native = (call) => {
	const value = argument(call, 0)
	const unit = numberIn(argument(call, 1))
	return value.objects.length === 0 ? value : { ...value, pointer: { at: value.pointer ? value.pointer.at : 0, unit } }
}

/** Cut to so many bytes: what is small enough stays what it is. */
const cut: Native = (call) => {
	const value = argument(call, 0)
	const bytes = numberIn(argument(call, 1))
	const number = numberIn(value)
	if (number === undefined || bytes === undefined || (number >= 0 && number < 2 ** (8 * bytes - 1))) return value
	return { ...value, constants: undefined }
}

const given =
	(of: (call: GlobalCall) => number | undefined): Native =>
	(call) => {
		const made = allocated(call.machine, of(call), 'heap', undefined)
		changeMemory(call.machine, made, (memory) => ({ ...memory, isUnasked: true, made: 'allocated' }))
		return { ...made, paths: [`${call.path}()`] }
	}

const freed: Native = (call) => {
	const { machine } = call
	const value = argument(call, 0)
	const at = call.values.written[0] ?? call.at
	const holder = call.values.written[0]?.value
	// `delete this` stands where references are counted: when it comes to that is more than is followed.
	if (holder?.kind === 'self') return unknown
	if (value.objects.length === 0 && value.constants === undefined && holder?.kind === 'name') {
		// From here on it is known which memory the variable leads to.
		const made = allocated(machine, undefined, 'heap', undefined)
		changeMemory(machine, made, (memory) => ({ ...memory, freedIn: machine.frame.base }))
		assign(machine, holder, { ...value, objects: made.objects })
		return unknown
	}
	if (value.objects.length > 0) {
		const all = value.objects.map((id) => memoryOf(machine, id))
		if (value.objects.every((id) => isFreed(machine, id))) reportMemory(machine, 'doubleFree', at)
		else if (all.every((it) => it?.place === 'other') && call.path !== '@delete')
			reportMemory(machine, 'freeOfOther', at)
		else if (value.objects.every((id) => isMadeOtherwise(call, id))) reportMemory(machine, 'freeOtherwise', at)
		else if (all.every((it) => it?.isOwned === true)) reportMemory(machine, 'ownedTwice', at)
	}
	changeMemory(machine, value, (memory) => ({ ...memory, freedIn: machine.frame.base }))
	return unknown
}

/** `delete` of an array, `delete[]` of one object, and what is between C and C++. */
function isMadeOtherwise(call: GlobalCall, id: number): boolean {
	const state = call.machine.store.object(id)
	const isObject = state?.form === 'instance' && state.class !== undefined && !state.isOpen
	const made = state?.memory?.made ?? (isObject ? 'one' : undefined)
	if (made === undefined) return false
	if (call.path !== '@delete') return made !== 'allocated'
	return made !== (constantOf(argument(call, 1)) === true ? 'many' : 'one')
}

/** A pointer that something else will delete: two of those delete it twice. */
const owned: Native = (call) => {
	const { machine } = call
	const value = argument(call, 0)
	const isThis = call.values.written[0]?.value.kind === 'self'
	const isTwice = value.objects.length > 0 && value.objects.every((id) => memoryOf(machine, id)?.isOwned === true)
	if (isTwice || isThis) reportMemory(machine, 'ownedTwice', call.at)
	if (!isThis) changeMemory(machine, value, (memory) => ({ ...memory, isOwned: true }))
	return value
}

/** A pointer into what a function of the program gives: it goes with the statement, unless the function gives a reference. */
/** Who asks for `..` and goes on without it has looked at one part of a path; a loop does so for all of them. */
function dotted({ taint }: Value): readonly Fact[] {
	return taint.map(({ root }) => ({ when: false, root: itemOf(root), mask: maskOf(['path']) }))
}

const ofResult: Native = (call) => {
	const { functions } = argument(call, 1)
	const isCopy = functions.length > 0 && functions.every((it) => !('native' in it) && makesText(it.function.returnType))
	if (isCopy) reportMemory(call.machine, 'dangling', call.at)
	return argument(call, 0)
}

function makesText(type: string | undefined): boolean {
	return type !== undefined && /^(?:std\.)?(?:string|wstring|basic_string)$|^Q(?:String|ByteArray)$/.test(type)
}

/** Written into an array in a loop that asks for no limit: a defect where others choose how often it runs. */
const unlimited: Native = (call) => {
	const { machine } = call
	const value = argument(call, 0)
	const into = argument(call, 1)
	const isSized = into.objects.length > 0 && into.objects.every((id) => memoryOf(machine, id)?.bytes !== undefined)
	if (isSized)
		for (const it of machine.rules.calls.lookUp('@unlimitedWrite'))
			if (it.form === 'sink') reportTaint(machine, it, value, call.at)
	return value
}

const resized: Native = (call) => {
	const old = argument(call, 0)
	const made = allocated(call.machine, numberIn(argument(call, 1)), 'heap', old.pointer?.unit)
	const state = call.machine.store.ownObject(made.objects[0] as number)
	for (const id of old.objects) {
		const before = call.machine.store.object(id)
		if (before && state && before.other !== unknown) state.other = joinValues(state.other, before.other)
	}
	return { ...made, taint: old.taint, paths: [`${call.path}()`] }
}

const duplicated: Native = (call) => {
	const from = argument(call, 0)
	const text = textBehind(call.machine, from)
	const made = allocated(call.machine, text === undefined ? undefined : text.length + 1, 'heap', 1)
	changeMemory(call.machine, made, (memory) => ({ ...memory, text, made: 'allocated' }))
	return made
}

const measured: Native = (call) => {
	const text = textBehind(call.machine, argument(call, 0))
	return text === undefined ? undefined : constant(text.length)
}

/** What was known of a text is so no longer, unless all of it is known anew. */
function rewritten(call: GlobalCall, at: number, text: string | undefined): Value {
	const into = argument(call, at)
	changeMemory(call.machine, into, (memory) => ({ ...memory, text: into.pointer?.at === 0 ? text : undefined }))
	settle(call.machine, into)
	return into
}

/** What was read has no end of its own: there is none where it fills the array, or where nothing was in the array before. */
function filledWith(call: GlobalCall, at: number, most: number | undefined): void {
	const { machine } = call
	const into = argument(call, at)
	const room = roomBehind(machine, into)
	const isFull = most !== undefined && room !== undefined && most >= room
	const isBlank = into.objects.length === 1 && memoryOf(machine, into.objects[0] as number)?.unset?.has('[]') === true
	rewritten(call, at, undefined)
	if ((isFull || isBlank) && (into.pointer?.at ?? 0) === 0)
		changeMemory(machine, into, (memory) => ({ ...memory, isUnended: true }))
}

/** `sizeof` of the array itself, whose type another file declares. */
function isSizeOfFirst({ machine, values }: GlobalCall): boolean {
	const [into, , limit] = values.written.map(({ start, end }) =>
		machine.unit.text.slice(start, end).replace(/\s+/g, ''),
	)
	return into !== undefined && (limit === `sizeof${into}` || limit === `sizeof(${into})`)
}

/** `strncpy` writes an end only where the text is shorter than the limit. */
const limited: Native = (call) => {
	const text = textBehind(call.machine, argument(call, 1))
	const room = roomBehind(call.machine, argument(call, 0))
	const most = numberIn(argument(call, 2)) ?? (isSizeOfFirst(call) ? room : undefined)
	rewritten(call, 0, undefined)
	const isLong = text === undefined || (most !== undefined && text.length >= most)
	const isUnended = isLong && most !== undefined && room !== undefined && most >= room
	if (isUnended || (isLong && isFieldOfParameter(call)))
		changeMemory(call.machine, arrayAt(call, 0), (memory) => ({ ...memory, isUnended: true }))
	return argument(call, 0)
}

/** `strncpy(p->name, text, sizeof p->name)`: what p leads to is not known, but that all of its array is filled. */
function isFieldOfParameter(call: GlobalCall): boolean {
	const [into] = call.values.written
	return into?.value.kind === 'field' && argument(call, 0).objects.length === 0 && isSizeOfFirst(call)
}

/** The array in an argument; of one that is not known it is known from here on that it is the same. */
function arrayAt(call: GlobalCall, at: number): Value {
	const value = argument(call, at)
	const holder = call.values.written[at]?.value
	if (value.objects.length > 0 || holder?.kind !== 'field') return value
	const made = allocated(call.machine, undefined, 'other', 1)
	assign(call.machine, holder, { ...made, taint: value.taint, paths: value.paths })
	return made
}

/** A variable of a function that begins with what was there before. */
const unset: Native = (call) => {
	const { machine } = call
	const made = argument(call, 0)
	for (const id of made.objects) {
		const state = machine.store.ownObject(id)
		const members = state?.form === 'list' ? ['[]'] : membersOf(state?.class)
		// Nothing but clearing all of it reaches what lies between the members.
		const hasGaps = members.length > 0 && call.values.positional.length > 1
		const names = hasGaps ? [...members, '@between'] : members
		if (state && names.length > 0) state.memory = { ...noMemory, ...state.memory, unset: new Set(names) }
	}
	return made
}

/** Of plain structures: a constructor gives values, and members of a union share theirs. */
function membersOf(of: ClassValue | undefined): readonly string[] {
	if (!of || of.bases.length > 0 || of.class.form !== 'struct' || of.class.methods.length > 0) return []
	const { text } = of.frame.unit as Machine['unit']
	if (/\bunion\b|\[0?\]\s*;/.test(text.slice(of.class.start, of.class.end))) return []
	// In C++ a member may have its first value from the class, and objects give themselves one.
	const isLeft = (it: FieldIr): boolean =>
		!it.isStatic &&
		!/[={]/.test(text.slice(it.start, text.indexOf(';', it.start))) &&
		!/\.|^(?:string|vector|map|set|optional)$/.test(it.type ?? '')
	return of.class.fields.filter(isLeft).map((it) => it.name)
}

const copied: Native = (call) => rewritten(call, 0, textBehind(call.machine, argument(call, 1)))

const appended: Native = (call) => {
	const before = textBehind(call.machine, argument(call, 0))
	const more = textBehind(call.machine, argument(call, 1))
	return rewritten(call, 0, before === undefined || more === undefined ? undefined : before + more)
}

const overwritten: Native = (call) => {
	rewritten(call, 0, undefined)
	return undefined
}

/** What a read gives: so many at most. */
function howMany({ path }: GlobalCall, most: number | undefined): Value | undefined {
	return most === undefined ? undefined : { ...unknown, paths: [`${path}()`, `${counted}${most}`] }
}

const uninitialized: Native = () => ({ ...unknown, constants: [], paths: ['@uninitialized'] })

const stepped: Native = (call) => advanced(argument(call, 0), undefined)

const nextPiece: Native = (call) => {
	const { machine } = call
	const text = argument(call, 0)
	const [entry] = machine.stack
	if (constantOf(text) === null || constantOf(text) === 0) return entry && machine.cutTexts.get(entry)
	if (entry) machine.cutTexts.set(entry, ofTaint(derived(deepTaints(machine, text))))
	const found = advanced(text, undefined)
	return found.objects.length > 0 ? found : undefined
}

function product(call: GlobalCall): number | undefined {
	const [a, b] = [numberIn(argument(call, 0)), numberIn(argument(call, 1))]
	return a === undefined || b === undefined ? undefined : a * b
}

const count = (call: GlobalCall): number | undefined => numberIn(argument(call, 0))

const functions: ReadonlyMap<string, Native> = new Map<string, Native>([
	['@array', array],
	['@filled', filled],
	['@new', heap],
	['@sized', sized],
	['@pointer', pointed],
	['@number', cut],
	['@delete', freed],
	['@product', (call) => argument(call, 0)],
	['@signed', (call) => argument(call, 0)],
	['@owned', owned],
	['@releasedAs', releasedAs],
	['@moved', moved],
	['@live', live],
	// What a lowering has seen by itself is nothing but a place, or a value that goes on.
	...['belowEmpty', 'lastOfEmpty', 'lockOrder', 'sharedByHandlers'].map((name): [string, Native] => [
		`@${name}`,
		() => unknown,
	]),
	...[
		'outlived',
		'buffered',
		'descent',
		'unowned',
		'releasedByCopies',
		'lockKept',
		'inHandler',
		'addedUp',
		'groupsLate',
		'trusted',
		'stalled',
		'unpacked',
		'plainDestructor',
		'unsetMember',
		'unguarded',
		'changedWhileRead',
		'fetchedTwice',
		'ledByData',
		'printedLength',
		'pointerSize',
		'keptMemory',
		'keptFile',
		'freedByOwner',
		'unaskedRead',
		'endBehind',
		'beforeEmpty',
		'boundOfWrites',
		'lockTakenTwice',
	].map((name): [string, Native] => [`@${name}`, () => unknown]),
	...[
		'local',
		'unfound',
		'narrowed',
		'below',
		'lost',
		'intoEmpty',
		'otherClass',
		'uncaught',
		'uncaughtInMain',
		'divisor',
		'shiftedBy',
		'wrappingSum',
	].map((name): [string, Native] => [`@${name}`, (call) => argument(call, 0)]),
	['@ofResult', ofResult],
	['@dots', (call) => withFacts(dotted(argument(call, 1)), argument(call, 0))],
	['@unlimited', unlimited],
	['regex', compiled],
	['wregex', compiled],
	['@view', (call) => viewed(call.machine, call.values.written)],
	['@dangling', (call) => argument(call, 0)],
	['@uninitialized', uninitialized],
	['@unset', unset],
	['malloc', given(count)],
	['alloca', (call) => allocated(call.machine, count(call), 'other', undefined)],
	['_alloca', (call) => allocated(call.machine, count(call), 'other', undefined)],
	['calloc', given(product)],
	['realloc', resized],
	['reallocarray', resized],
	['free', freed],
	['strdup', duplicated],
	['_strdup', duplicated],
	['strlen', measured],
	['strcpy', copied],
	['stpcpy', copied],
	['strcat', appended],
	...['sprintf', 'snprintf', 'vsprintf', 'vsnprintf', 'strncat', 'memcpy', 'memmove', 'memset', 'fgets', 'gets'].map(
		(name): [string, Native] => [name, overwritten],
	),
	...['read', 'recv', 'recvfrom', 'pread', 'readlink', 'SSL_read'].map((name): [string, Native] => [
		name,
		(call) => {
			const most = numberIn(argument(call, 2))
			filledWith(call, 1, most)
			return howMany(call, most)
		},
	]),
	['strncpy', limited],
	[
		'fread',
		(call) => {
			filledWith(call, 0, product({ ...call, values: { ...call.values, positional: call.values.positional.slice(1) } }))
			return howMany(call, numberIn(argument(call, 1)) === 1 ? numberIn(argument(call, 2)) : undefined)
		},
	],
	['strtok', nextPiece],
	...['strchr', 'strrchr', 'strstr', 'strpbrk', 'memchr', 'basename'].map((name): [string, Native] => [
		name,
		(call) => {
			const found = stepped(call)
			return found && found.objects.length > 0 ? found : undefined
		},
	]),
])
