import type { CodeSpan } from '../../tree/codeNode.ts'
import { compare } from '../checks/equality.ts'
import { factsOf, insideFolder, withFacts } from '../checks/facts.ts'
import { weakCheck, withoutBackslash, withoutSeparator } from '../checks/weakChecks.ts'
import { append } from '../fields.ts'
import { typedKey } from '../frameworks/typedKeys.ts'
import { itemsOf, knownItems, newBag, newList } from '../items.ts'
import { taintFields } from '../literals.ts'
import type { Machine } from '../machine.ts'
import { changeMemory, hasPointers } from '../memory/memory.ts'
import type { ObjectState } from '../store.ts'
import { fieldTaints, maskOf } from '../taint.ts'
import { positionIn } from '../texts/positions.ts'
import { endsFolder } from '../texts/prefixes.ts'
import { constant, constantOf, joinValues, nothing, onlyTaint, unknown, type Value, withTaint } from '../value.ts'
import { deleteAttribute, getAttribute, rangeOf, setAttribute } from './attributes.ts'
import { newBuilder } from './builders.ts'
import { callWith } from './callbacks.ts'
import { addressPart, endsHost, hasOwn, ofItems } from './checks.ts'
import { cells, container, lastOf, lists, maps, sets, shortPath } from './containers.ts'
import { addAll } from './lists.ts'
import { addsAll, joinedLists, listOf, listOfItems, streamed } from './listsOf.ts'
import { callMemory } from './memory.ts'
import type { GlobalCall } from './native.ts'
import { partialOf, threadOf, wrapperOf } from './partial.ts'
import { compiled, matched, regex } from './patterns.ts'
import { merged } from './phpArrays.ts'
import { pregMatch, pregMatchAll } from './phpMatches.ts'
import { hashEquals, keyedHash, startsWith } from './phpTexts.ts'
import { parserOf } from './sections.ts'
import { settingsStream } from './settings.ts'
import { refOf, stateOf } from './states.ts'
import { containsOf, copyOf } from './values.ts'

type Global = (call: GlobalCall) => Value | undefined

/** What the language's own constructors and functions give; undefined for all others. */
export function callGlobal(call: GlobalCall): Value | undefined {
	if (hasPointers(call.machine)) return callMemory(call)
	const name = lastOf(call.path)
	const static_ = functions.get(call.path) ?? functions.get(shortPath(call.path))
	if (static_) return static_(call)
	if (!call.isNew && call.machine.language !== 'python' && name !== 'Array' && call.machine.language !== 'ruby')
		return undefined
	// A method of this name gives what it likes: `request.GET.dict()`, `cache.set(key, value)`.
	if (call.machine.language === 'python' && /^(?:list|dict|set|frozenset)$/.test(name) && !builtIn.test(call.path))
		return undefined
	if (lists.has(name)) return container(call, 'list')
	if (cells.has(name)) {
		const cell = newList(call.machine, call.values.positional.slice(0, 1))
		return { ...cell, paths: [call.path] }
	}
	if (maps.has(name)) return container(call, 'map')
	if (sets.has(name)) return container(call, 'set')
	return undefined
}

const builtIn = /^(?:(?:builtins|__builtin__|typing)\.)?\w+$/

/** `strings.HasPrefix(path, folder+"/")`: without a separator at its end `/srv/data` is also what `/srv/data-old` begins with. */
const beginsWith: Global = ({ machine, values, at }) => {
	const [path, folder] = values.positional
	const facts = path && folder ? insideFolder(path.taint, true, machine.language) : []
	if (path && folder && facts.length === 0 && constantOf(folder) === '//')
		return weakCheck(machine, factsOf(path.taint, false, maskOf(['redirect'])), at, withoutBackslash)
	if (!folder || facts.length === 0) return undefined
	return endsFolder(folder) ? withFacts(facts) : weakCheck(machine, facts, at, withoutSeparator)
}

const mapOf: Global = ({ machine, values }) => {
	const id = machine.newObject('map')
	const state = machine.store.ownObject(id) as ObjectState
	for (let at = 0; at + 1 < values.positional.length; at += 2) {
		const name = constantOf(values.positional[at] as Value)
		const value = values.positional[at + 1] as Value
		if (name !== undefined) state.fields.set(String(name), value)
		else state.other = joinValues(state.other, value)
	}
	return { ...unknown, objects: [id] }
}

const copied: Global = (call) => {
	const [from, mapper] = call.values.positional
	if (!from) return undefined
	const id = call.machine.newObject('list', { length: 0 })
	addAll(call.machine, call.machine.store.ownObject(id) as ObjectState, from)
	if (mapper && mapper.functions.length > 0) {
		return newBag(
			call.machine,
			callWith(call.machine, mapper, [itemsOf(call.machine, { ...unknown, objects: [id] }, call.at)], call.at),
		)
	}
	return { ...unknown, objects: [id] }
}

const assigned: Global = (call) => {
	const [to, ...from] = call.values.positional
	if (!to) return undefined
	for (const id of to.objects) {
		const state = call.machine.store.ownObject(id)
		if (!state) continue
		for (const it of from) {
			for (const other of it.objects) {
				const source = call.machine.store.object(other)
				for (const [name, value] of source?.fields ?? []) state.fields.set(name, value)
				if (source && source.other !== unknown) state.other = joinValues(state.other, source.other)
			}
			if (it.taint.length > 0) {
				state.other = withTaint(state.other, it.taint)
				state.isOpen = true
				taintFields(state, it.taint)
			}
		}
	}
	return to.objects.length > 0
		? to
		: withTaint(
				to,
				from.flatMap((it) => it.taint),
			)
}

function listing(part: 'keys' | 'values' | 'entries'): Global {
	return ({ machine, values, at }) => {
		const [from] = values.positional
		if (!from || from.objects.length === 0) return undefined
		const items = knownItems(machine, from)
		const unitless = items ?? [{ key: unknown, value: itemsOf(machine, from, at) }]
		const made = unitless.map(({ key, value }) =>
			part === 'keys' ? key : part === 'values' ? value : newList(machine, [key, value]),
		)
		return items ? newList(machine, made) : newBag(machine, made[0] ?? unknown)
	}
}

const appends: Global = ({ machine, values }) => {
	const [list, ...items] = values.positional
	const id = machine.newObject('list', { length: 0 })
	const state = machine.store.ownObject(id) as ObjectState
	if (list) addAll(machine, state, list)
	for (const it of items) append(state, it)
	if (values.rest) addAll(machine, state, newBag(machine, values.rest))
	return { ...unknown, objects: [id] }
}

const longestArray = 256

const arrayOf: Global = ({ machine, values }) => {
	const size = values.positional[0] && constantOf(values.positional[0])
	const isKnown = typeof size === 'number' && size >= 0 && size <= longestArray
	const made: Value = isKnown
		? { ...unknown, objects: [machine.newObject('list', { length: Math.trunc(size) })] }
		: newBag(machine, unknown)
	// Zeros, until somebody writes into it.
	if (machine.language === 'go') changeMemory(machine, made, (it) => ({ ...it, isFixed: true }))
	return made
}

/** A pointer to a constant, which Go has no expression for. */
const pointerTo = [
	...['Bool', 'String', 'Int', 'Int32', 'Int64'].flatMap((it) => [
		`github.com/aws/aws-sdk-go/aws.${it}`,
		`github.com/aws/aws-sdk-go-v2/aws.${it}`,
		`google.golang.org/protobuf/proto.${it}`,
		`k8s.io/utils/pointer.${it}`,
		`k8s.io/utils/pointer.${it}Ptr`,
	]),
	'k8s.io/utils/ptr.To',
	'k8s.io/utils/pointer.To',
	'github.com/samber/lo.ToPtr',
	'github.com/Azure/azure-sdk-for-go/sdk/azcore/to.Ptr',
]

const equality: Global = ({ values }) => {
	const [a, b] = values.positional
	return a && b ? compare(a, b) : undefined
}

const identity: Global = ({ values }) => values.positional[0] ?? unknown

/** What is left of a number that was cut off: a check of it says nothing of the number. */
const cut: Global = ({ values, path }) => {
	const value = values.positional[0] ?? unknown
	return onlyTaint(value, fieldTaints(value.taint, path))
}

/** The promise of a value is taken as the value. */
const promise: Global = (call) => {
	const [executor] = call.values.positional
	if (!executor || executor.functions.length === 0) return undefined
	const id = call.machine.newObject('object', { isOpen: true })
	const resolve: Value = { ...unknown, functions: [{ native: 'resolve', object: id }] }
	const reject: Value = { ...unknown, functions: [{ native: 'reject', object: id }] }
	callWith(call.machine, executor, [resolve, reject], call.at)
	const state = call.machine.store.object(id)
	const rejected = state?.fields.get('@rejected')
	const value = state?.fields.get('@value') ?? unknown
	return rejected ? { ...value, objects: [...value.objects, id] } : value
}

const all: Global = ({ values }) => values.positional[0] ?? unknown

/** The size of a list that is known, and else anything. */
export const length: Global = ({ machine, values }) => {
	const [of] = values.positional
	const text = of && constantOf(of)
	if (typeof text === 'string') return constant(text.length)
	const id = of?.objects.length === 1 ? of.objects[0] : undefined
	const state = id === undefined ? undefined : machine.store.object(id)
	if (state?.length !== undefined && !state.isOpen) return constant(state.length)
	if (state?.form === 'map' && !state.isOpen && state.other === unknown) return constant(state.fields.size)
	return unknown
}

export const functions: ReadonlyMap<string, Global> = new Map<string, Global>([
	['strings.HasPrefix', beginsWith],
	['strings.HasSuffix', endsHost],
	['parse_url', addressPart],
	['preg_match', pregMatch],
	['preg_match_all', pregMatchAll],
	['str_starts_with', startsWith],
	['hash_hmac', keyedHash],
	['hash_equals', hashEquals],
	...['array_merge', 'array_replace', 'wp_parse_args'].map((name) => [name, merged] as const),
	['Array.from', copied],
	['Array.of', listOf],
	['Object.assign', assigned],
	['Object.keys', listing('keys')],
	['Object.values', listing('values')],
	['Object.entries', listing('entries')],
	['Object.freeze', identity],
	['Object.hasOwn', hasOwn],
	['RegExp', regex],
	['re.compile', compiled],
	['Pattern.compile', compiled],
	['RegularExpressions.Regex', compiled],
	['re.match', matched],
	['re.fullmatch', matched],
	['re.search', matched],
	['regexp.MustCompile', compiled],
	['regexp.MatchString', matched],
	['Object.fromEntries', (call) => container({ ...call, path: 'Map' }, 'map')],
	// The same function, with a promise of what it gives.
	...['util', 'bluebird', 'es6-promisify', '@google-cloud/promisify'].map(
		(name) => [`${name}.promisify`, identity] as const,
	),
	...['pify', 'es6-promisify', 'util-promisify', '@gar/promisify', 'thenify', 'thenify-all'].map(
		(name) => [name, identity] as const,
	),
	...['es6-promisify', '@google-cloud/promisify'].map((name) => [`${name}.promisifyAll`, identity] as const),
	['util.promisify-all', identity],
	...['react', 'preact/hooks', 'preact/compat'].map((name) => [`${name}.useState`, stateOf] as const),
	...['ref', 'shallowRef'].map((name) => [`vue.${name}`, refOf] as const),
	...['AppKey', 'RequestKey', 'ResponseKey'].map((name) => [`web.${name}`, typedKey] as const),
	...['sync.sync_to_async', 'sync.async_to_sync', 'db.database_sync_to_async'].map((name) => [name, identity] as const),
	['Promise', promise],
	['Promise.resolve', identity],
	['Promise.all', all],
	['Promise.allSettled', all],
	['Arrays.asList', listOfItems],
	['Arrays.stream', streamed],
	['Collections.addAll', addsAll],
	['Stream.concat', joinedLists],
	['Iterables.concat', joinedLists],
	// `new T[n]` of Java and C#.
	['$array', arrayOf],
	['Lists.newArrayList', listOfItems],
	['Lists.newLinkedList', listOfItems],
	['Queues.newArrayDeque', listOf],
	['Queues.newLinkedBlockingQueue', listOf],
	['ImmutableList.of', listOf],
	['ImmutableSet.of', listOf],
	['ImmutableMap.of', mapOf],
	['Sets.newHashSet', listOfItems],
	['Maps.newHashMap', mapOf],
	['Collections.singletonList', listOf],
	['Collections.emptyList', listOf],
	['Objects.equals', equality],
	['StringUtils.equals', equality],
	['StringUtils.equalsIgnoreCase', equality],
	['List.of', listOfItems],
	['Set.of', listOfItems],
	['Stream.of', listOfItems],
	['Map.of', mapOf],
	['Collections.unmodifiableList', identity],
	['Collections.unmodifiableMap', identity],
	['Collections.synchronizedList', identity],
	['Objects.requireNonNull', identity],
	['Optional.of', identity],
	['Optional.ofNullable', identity],
	['CompletableFuture.completedFuture', identity],
	['append', appends],
	['Arrays.copyOf', slicedArray],
	['Arrays.copyOfRange', slicedArray],
	['Math.max', numeric((a, b) => Math.max(a, b))],
	['Math.min', numeric((a, b) => Math.min(a, b))],
	['Math.abs', numeric((a) => Math.abs(a))],
	['Integer.parseInt', parsed],
	['Integer.valueOf', parsed],
	['Long.parseLong', parsed],
	...[
		'PrintWriter',
		'PrintStream',
		'OutputStreamWriter',
		'BufferedWriter',
		'BufferedOutputStream',
		'DataOutputStream',
	].map((name) => [`io.${name}`, writesInto] as const),
	...['Class.getResourceAsStream', 'ClassLoader.getResourceAsStream', 'ClassLoader.getSystemResourceAsStream'].map(
		(name) => [name, settingsStream] as const,
	),
	...['FileInputStream', 'FileReader', 'InputStreamReader', 'BufferedReader', 'BufferedInputStream'].map(
		(name) => [`io.${name}`, settingsStream] as const,
	),
	// A setting that is not made is what stands beside it.
	['System.getProperty', ({ values }) => values.positional[1]],
	...['StringBuilder', 'StringBuffer', 'lang.StringBuilder', 'lang.StringBuffer'].map(
		(name) => [name, newBuilder] as const,
	),
	['Text.StringBuilder', newBuilder],
	['len', length],
	['strlen', length],
	['count', length],
	['sizeof', length],
	['iter', identity],
	[
		'next',
		({ machine, values, at }) => (values.positional[0] ? firstOf(machine, values.positional[0], at) : undefined),
	],
	[
		'sorted',
		(call) =>
			call.values.positional[0]
				? newBag(call.machine, itemsOf(call.machine, call.values.positional[0], call.at))
				: undefined,
	],
	[
		'reversed',
		(call) =>
			call.values.positional[0]
				? newBag(call.machine, itemsOf(call.machine, call.values.positional[0], call.at))
				: undefined,
	],
	['structuredClone', identity],
	['asyncio.run', identity],
	['asyncio.gather', ({ machine, values }) => newList(machine, values.positional)],
	['isinstance', () => ({ ...unknown, constants: [true, false] })],
	['enumerate', ({ machine, values, at }) => enumerated(machine, values.positional[0], at)],
	['map', (call) => mapped(call)],
	['functools.partial', partialOf],
	...['ConfigParser', 'RawConfigParser', 'SafeConfigParser'].map((name): [string, Global] => [
		`configparser.${name}`,
		parserOf,
	]),
	['threading.Thread', threadOf],
	['multiprocessing.Process', threadOf],
	['asgiref.sync.sync_to_async', wrapperOf],
	['asgiref.sync.async_to_sync', wrapperOf],
	['channels.db.database_sync_to_async', wrapperOf],
	['getattr', getAttribute],
	['setattr', setAttribute],
	['delattr', deleteAttribute],
	['range', rangeOf],
	...['Channel.CreateBounded', 'Channel.CreateUnbounded', 'Channel.CreateUnboundedPrioritized'].map(
		(path): [string, Global] => [
			path,
			({ machine }) => (machine.language === 'csharp' ? { ...newList(machine, []), paths: ['Channel'] } : undefined),
		],
	),
	// Go's functions that give a pointer to a value.
	...pointerTo.map((it): [string, Global] => [it, identity]),
	['@channel', ({ machine }) => ({ ...newList(machine, []), paths: ['@channel'] })],
	['@copy', copyOf],
	// Go's conversions to numbers of fewer bits.
	...['@int8', '@int16', '@int32', '@uint8', '@uint16', '@uint32'].map((it): [string, Global] => [it, cut]),
	['slices.Contains', containsOf],
	...['Index', 'LastIndex', 'IndexAny', 'IndexByte', 'IndexRune'].map((name): [string, Global] => [
		`strings.${name}`,
		({
			values: {
				positional: [text, part],
			},
		}) => (text && part && text.taint.length > 0 ? positionIn(text, part) : undefined),
	]),
	['any', ofItems],
	['all', ofItems],
	['delete', ({ machine, values }) => removed(machine, values.positional[0], values.positional[1])],
])

/** A writer around another one writes into that one. */
function writesInto({ path, values }: GlobalCall): Value | undefined {
	const [into] = values.positional
	if (!into?.paths.some((it) => /(?:Writer|Stream)(?:\(\))?$/.test(it))) return undefined
	return { ...into, paths: [...into.paths, path], facts: [] }
}

function slicedArray({ machine, path, values }: GlobalCall): Value | undefined {
	const [array, first, last] = values.positional
	if (!array || array.objects.length === 0) return undefined
	const items = knownItems(machine, array)
	const isRange = path.endsWith('Range')
	const from = isRange ? first && constantOf(first) : 0
	const to = isRange ? last && constantOf(last) : first && constantOf(first)
	if (!items || typeof from !== 'number' || typeof to !== 'number' || to > items.length)
		return newBag(machine, itemsOf(machine, array, { start: 0, end: 0 }))
	return newList(
		machine,
		items.slice(from, to).map((it) => it.value),
	)
}

/** Of numbers that are known. */
function numeric(calculate: (a: number, b: number) => number): Global {
	return ({ values }) => {
		const given = values.positional.map((it) => (it.taint.length === 0 ? constantOf(it) : undefined))
		const [a, b = 0] = given
		if (given.length === 0 || given.some((it) => typeof it !== 'number')) return undefined
		return constant(calculate(a as number, b as number))
	}
}

function parsed({ values }: GlobalCall): Value | undefined {
	const [first] = values.positional
	const text = first?.taint.length === 0 ? constantOf(first) : undefined
	return text !== undefined && /^[+-]?\d{1,9}$/.test(String(text)) ? constant(Number(text)) : undefined
}

function firstOf(machine: Machine, value: Value, at: CodeSpan): Value {
	const [id] = value.objects
	const state = id === undefined ? undefined : machine.store.ownObject(id)
	if (!state || state.length === undefined || state.length === 0) return itemsOf(machine, value, at)
	const first = state.fields.get('0') ?? nothing
	for (let position = 0; position < state.length - 1; position++)
		state.fields.set(String(position), state.fields.get(String(position + 1)) ?? unknown)
	state.length--
	return first
}

function enumerated(machine: Machine, value: Value | undefined, at: CodeSpan): Value | undefined {
	if (!value) return undefined
	const items = knownItems(machine, value)
	if (items)
		return newList(
			machine,
			items.map(({ value: it }, position) => newList(machine, [constant(position), it])),
		)
	return newBag(machine, newList(machine, [unknown, itemsOf(machine, value, at)]))
}

function mapped(call: GlobalCall): Value | undefined {
	const [callee, list] = call.values.positional
	if (!callee || !list || callee.functions.length === 0) return undefined
	const items = knownItems(call.machine, list)
	if (items)
		return newList(
			call.machine,
			items.map(({ value }) => callWith(call.machine, callee, [value], call.at)),
		)
	return newBag(call.machine, callWith(call.machine, callee, [itemsOf(call.machine, list, call.at)], call.at))
}

function removed(machine: Machine, map: Value | undefined, key: Value | undefined): Value | undefined {
	const name = key && constantOf(key)
	if (!map || name === undefined) return undefined
	for (const id of map.objects) machine.store.ownObject(id)?.fields.delete(String(name))
	return nothing
}
