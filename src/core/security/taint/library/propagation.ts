import type { Expression } from '../../ir/ir.ts'
import type { CallEntry } from '../../rules/ruleIndex.ts'
import { assign, isTarget, rerooted } from '../assign.ts'
import { checkedMask } from '../checks/facts.ts'
import { argumentAt } from '../conditions.ts'
import { asDeclared, asDecodedText, asField, asOneField } from '../declaredTypes.ts'
import { allValues } from '../functions.ts'
import { deepTaints, knownItems } from '../items.ts'
import type { Machine } from '../machine.ts'
import { addressed } from '../memory/addressed.ts'
import { hasPointers, textBehind } from '../memory/memory.ts'
import { phpPattern } from '../natives/phpTexts.ts'
import {
	allKinds,
	cleaned,
	decoded,
	derived,
	fieldTaints,
	joinTaints,
	maskOf,
	restored,
	stepped,
	type Taint,
	weakened,
} from '../taint.ts'
import { textsBefore } from '../texts/formats.ts'
import { behindHeaders } from '../texts/headerPlaces.ts'
import { maskOfSigns, masksOfMatch } from '../texts/matchedText.ts'
import { behindFormat, behindPlaces } from '../texts/prefixes.ts'
import { withoutQuotes } from '../texts/quotes.ts'
import { maskOfRemoved, maskOfReplaced } from '../texts/replacements.ts'
import { regexOf } from '../texts/slowMatches.ts'
import { constantOf, ofTaint, type Value, withTaint } from '../value.ts'
import { type LibraryCall, lastName } from './libraryCall.ts'
import { filling, neutral, plain } from './methodNames.ts'

const ofAddress = maskOf(['url'])

/** The page itself, asked for once more. */
const ownPage = /^location(?:\.(?:href|pathname))?$/

/** Of what an address is made of, what decides which server answers. */
function fetched(machine: Machine, { values }: LibraryCall, sent: readonly Taint[]): readonly Taint[] {
	if (values.positional[0]?.paths.some((it) => ownPage.test(it))) return []
	return sent.filter((one) => ((one.clean | checkedMask(machine, one)) & ofAddress) === 0)
}

export function resultTaints(
	machine: Machine,
	made: LibraryCall,
	entries: readonly CallEntry[],
	isSure: boolean,
): readonly Taint[] {
	if (!machine.sawTaint) return []
	const call = placedBehind(machine, made)
	const { receiver, values } = call
	let taints: readonly Taint[] = []
	let isRuled = false
	for (const it of entries) {
		if (it.form !== 'propagator') continue
		isRuled = true
		const { from, to, cleanFor, undoes, decodes, fetches } = it.propagator
		const sent = taintsFrom(machine, call, from)
		const found = fetches ? fetched(machine, call, sent) : sent
		const given = decodes ? found.map((one) => decoded(one, checkedMask(machine, one))) : found
		const taken = keepsText(machine, call) ? given : derived(given)
		const moved = cleaned(undoes ? restored(taken, maskOf(undoes)) : taken, cleanFor ? maskOf(cleanFor) : 0)
		for (const where of to ?? ['result']) {
			if (where === 'result') taints = joinTaints(taints, moved)
			else pour(machine, call, where, hasPointers(machine) ? steppedAll(machine, call, moved) : moved)
		}
	}
	const name = lastName(call.paths)
	if (isRuled && machine.language === 'go' && name === 'Sprintf' && !values.rest)
		return steppedAll(machine, call, behindFormat(values.positional, taints))
	const written = isRuled || name === 'formatted' ? textWithPlaces(machine, call, name) : undefined
	if (written !== undefined && taints.length > 0)
		return steppedAll(machine, call, behindPlaces(written, taints, machine.language))
	if (isRuled) return steppedAll(machine, call, cleaned(taints, maskOfText(machine, call)))
	if (neutral.has(name) || (name.endsWith('?') && machine.language === 'ruby')) return []
	const received = receiver ? deepTaints(machine, receiver) : []
	let given: readonly Taint[] = []
	for (const it of allValues(values)) given = joinTaints(given, deepTaints(machine, it))
	if (given.length === 0 && received.length === 0) return []
	const replaced = name === 'replace' || name === 'replaceAll' ? regexOf(machine, values.positional[0]) : undefined
	const mask = replaced ? maskOfReplaced(replaced.pattern, replaced.flags.includes('g')) : maskOfText(machine, call)
	const all = cleaned(derived(joinTaints(received, given)), mask)
	const kept = plain.has(name) || call.isNew || (isSure && entries.length > 0) ? all : weakened(all)
	if (receiver && given.length > 0 && (filling.has(name) || /^set[A-Z]/.test(name)))
		pour(machine, call, 'receiver', derived(given))
	return steppedAll(machine, call, kept)
}

function placedBehind({ language }: Machine, call: LibraryCall): LibraryCall {
	if (language !== 'python' || !call.receiver || lastName(call.paths) !== 'format') return call
	const values = behindHeaders(constantOf(call.receiver), call.values)
	return values === call.values ? call : { ...call, values }
}

/** `String.format(text, …)`, `text.formatted(…)`, `text.format(…)`: the text, where it is known. */
function textWithPlaces({ language }: Machine, { receiver, values }: LibraryCall, name: string): unknown {
	if (language === 'java' && name === 'format') return values.positional[0] && constantOf(values.positional[0])
	if (language === 'csharp' && name === 'Format') return values.positional[0] && constantOf(values.positional[0])
	const isText = (language === 'java' && name === 'formatted') || (language === 'python' && name === 'format')
	return isText && receiver ? constantOf(receiver) : undefined
}

/** What gives the same text again, so that a check of it says something of what was given (Ruby, JavaScript). */
function keepsText({ language }: Machine, { paths, values }: LibraryCall): boolean {
	if (language === 'javascript') return paths.includes('String') && values.positional.length === 1
	return language === 'ruby' && values.positional.length === 0 && sameText.test(lastName(paths))
}

const sameText = /^(?:to_s|to_str|itself|dup|clone|freeze|presence)$/

/** `replace('<', '&lt;')`, where that replaces all of them. */
function maskOfText(machine: Machine, call: LibraryCall): number {
	const { language } = machine
	const { paths, values } = call
	const name = lastName(paths)
	if (language === 'php') return maskOfPhp(machine, name, call)
	if (language === 'python' && (name === 'sub' || name === 'subn')) return maskOfSubstitution(machine, call)
	const written = replacedIn(machine, name, call)
	if (written) return maskOfWritten(machine, written.pattern, written.by)
	if (!(language === 'python' && name === 'replace') && !(language === 'javascript' && name === 'replaceAll')) return 0
	const [from, to] = values.positional
	const text = from && from.taint.length === 0 ? constantOf(from) : undefined
	if (typeof text !== 'string' || !to || to.taint.length > 0 || values.positional.length > 2) return 0
	const mask = maskOf(text === '\n' ? ['log', 'header'] : text === '<' ? ['html'] : [])
	return String(constantOf(to)).includes(text) ? 0 : mask
}

/** `str_replace(["\r", "\n"], '', $text)`, `preg_replace('/\W/', '', $text)`. */
function maskOfPhp(machine: Machine, name: string, { values: { positional } }: LibraryCall): number {
	if (!/^(?:str_i?replace|preg_replace)$/.test(name)) return 0
	const [from, to] = positional.map((it) => textsOf(machine, it))
	if (!from || !to || positional[0]?.taint.length || positional[1]?.taint.length) return 0
	if (name !== 'preg_replace') return maskOfRemoved(from, to)
	const [only] = from
	const read = from.length === 1 ? phpPattern(only) : undefined
	if (!read || !to.every((it) => /^[\w ?*#-]*$/.test(it))) return 0
	// What is put there instead may be a sign that means something elsewhere.
	const other = to.join('').replace(/[\w -]/g, '')
	return maskOfReplaced(read.pattern, true) & (other === '' ? allKinds : maskOfSigns(other))
}

/** `re.sub(r'[^\w]', '', text)`, `pattern.sub('', text)`: all that one character is enough for is gone, where no number says how often. */
function maskOfSubstitution(machine: Machine, { receiver, values: { positional, keywords } }: LibraryCall): number {
	const own = regexOf(machine, receiver)
	const [given, by] = own ? [undefined, positional[0]] : positional
	const known = own ?? regexOf(machine, given) ?? { pattern: given && constantOf(given), flags: '' }
	const { pattern, flags } = known
	const to = by && by.taint.length === 0 ? constantOf(by) : undefined
	if (typeof pattern !== 'string' || given?.taint.length || typeof to !== 'string' || !/^[\w -]*$/.test(to)) return 0
	return positional.length > (own ? 2 : 3) || keywords.has('count') ? 0 : masksOfMatch(pattern, flags).other
}

interface Replacement {
	/** A text, or an object that was made of one. */
	readonly pattern: Value | undefined
	readonly by: Value | undefined
}

/** `text.replaceAll("[^\\\\w-]", "_")` of Java, `Regex.Replace(text, …)` of C#, `pattern.ReplaceAllString(text, …)` of Go: all matches are replaced. */
function replacedIn({ language }: Machine, name: string, call: LibraryCall): Replacement | undefined {
	const { positional } = call.values
	if (language === 'java' && name === 'replaceAll' && positional.length === 2)
		return { pattern: positional[0], by: positional[1] }
	if (language === 'csharp' && name === 'Replace' && call.paths.some((it) => it.endsWith('.Regex.Replace'))) {
		if (positional.length === 2) return { pattern: call.receiver, by: positional[1] }
		return positional.length === 3 ? { pattern: positional[1], by: positional[2] } : undefined
	}
	if (language === 'go' && /^ReplaceAll(?:Literal)?String$/.test(name) && positional.length === 2)
		return { pattern: call.receiver, by: positional[1] }
	return undefined
}

function maskOfWritten(machine: Machine, pattern: Value | undefined, by: Value | undefined): number {
	const { pattern: written, flags } = regexOf(machine, pattern) ?? {
		pattern: pattern && constantOf(pattern),
		flags: '',
	}
	const to = by && constantOf(by)
	if (typeof written !== 'string' || pattern?.taint.length || typeof to !== 'string' || by?.taint.length) return 0
	return /^[\w -]*$/.test(to) ? masksOfMatch(written, flags).other : 0
}

/** A text, or a list of texts; undefined where it is not known. */
function textsOf(machine: Machine, value: Value): readonly string[] | undefined {
	const items = value.objects.length > 0 ? knownItems(machine, value)?.map((it) => it.value) : [value]
	const texts = items?.map(constantOf)
	return texts?.every((it) => typeof it === 'string') ? texts : undefined
}

function steppedAll(machine: Machine, call: LibraryCall, taints: readonly Taint[]): readonly Taint[] {
	if (taints.length === 0) return taints
	const place = machine.place(call.at)
	// Lists and texts are joined as well; a path is cleaned by it.
	const isPath = machine.language === 'javascript' && call.paths.includes('path.join')
	const label = isPath ? 'path.join()' : (replacedLabel(machine, call) ?? `${lastName(call.paths)}()`)
	return taints.map((it) => stepped(it, place, 'step', label))
}

/** `replace([&<>])` for what writes other signs for those: which ones it leaves as they are decides where the result is safe. */
function replacedLabel(machine: Machine, { paths, values }: LibraryCall): string | undefined {
	const name = lastName(paths)
	if (machine.language !== 'javascript' || (name !== 'replace' && name !== 'replaceAll')) return undefined
	const [given] = values.positional
	const signs = given && (regexOf(machine, given)?.pattern ?? constantOf(given))
	return typeof signs === 'string' && signs.length < longestSigns ? `${name}(${signs})` : undefined
}

const longestSigns = 80

/** An array that is handed over to be filled has no longer what it was made with. */
export function openFilled(machine: Machine, { paths, values }: LibraryCall): void {
	if (!/^(?:next|read|fill|doFinal|getBytes|GetBytes|GetNonZeroBytes|Fill|Read|arraycopy)/.test(lastName(paths))) return
	for (const value of values.positional) {
		for (const id of value.objects) {
			const state = machine.store.object(id)?.form === 'list' ? machine.store.ownObject(id) : undefined
			if (state) state.isOpen = true
		}
	}
}

function taintsFrom(
	machine: Machine,
	call: LibraryCall,
	from: readonly (number | string)[] | undefined,
): readonly Taint[] {
	const { receiver, values } = call
	let taints: readonly Taint[] = []
	const add = (value: Value | undefined, before?: string): void => {
		if (!value) return
		const own = deepTaints(machine, value)
		taints = joinTaints(taints, before === undefined ? own : withoutQuotes(before, own))
	}
	const format = hasPointers(machine) ? printfFormat(machine, call, from) : undefined
	for (const which of from ?? ['receiver', 'all']) {
		if (which === 'receiver') add(receiver)
		else if (which === 'all') for (const it of allValues(values)) add(it)
		else add(argumentAt(values, which), format?.get(Number(which)))
	}
	return taints
}

/** What stands in front of each argument that a `printf` puts into a text of SQL. */
function printfFormat(
	machine: Machine,
	{ paths, values }: LibraryCall,
	from: readonly (number | string)[] | undefined,
): ReadonlyMap<number, string> | undefined {
	const first = from?.[0]
	const format = typeof first === 'number' && /printf$/.test(lastName(paths)) ? values.positional[first] : undefined
	const text = format && textBehind(machine, format)
	return text === undefined || typeof first !== 'number' ? undefined : textsBefore(text, first + 1)
}

/** Calls that give the memory of what they are given, to be read or filled: `asio::buffer(data)`, `as_writable_bytes(span(data))`; `owner.get()` does as well. */
const views = /^(?:buffer|mutable_buffer|dynamic_buffer|make_buffer|span|as_writable_bytes|make_span|MakeSpan|Span)$/

/** What such a call is about, where evaluating that again does nothing. */
function memoryBehind(holder: Expression | undefined): Expression | undefined {
	let at = holder
	for (let depth = 0; at?.kind === 'call' && depth < 4; depth++) {
		const { callee } = at
		const name: string = callee.kind === 'name' || callee.kind === 'field' ? callee.name : ''
		if (views.test(name)) at = at.arguments[0]?.value
		else if (callee.kind === 'field' && /^(?:data|begin|get)$/.test(name) && at.arguments.length === 0)
			at = callee.object
		else return undefined
	}
	return at !== holder && (at?.kind === 'name' || at?.kind === 'field') ? at : undefined
}

/** Into the receiver or an argument, which is changed in place. */
export function pour(
	machine: Machine,
	call: LibraryCall,
	where: number | 'receiver' | string,
	taints: readonly Taint[],
): void {
	if (taints.length === 0) return
	let holder =
		where === 'receiver' ? call.holder : typeof where === 'number' ? call.values.written[where]?.value : undefined
	let value =
		where === 'receiver' ? call.receiver : typeof where === 'number' ? call.values.positional[where] : undefined
	if (!value) return
	// A slice of Go is the memory of what it was cut of.
	if (machine.language === 'go' && holder?.kind === 'slice') {
		holder = holder.object
		value = machine.evaluate(holder)
	}
	const viewed = hasPointers(machine) && typeof where === 'number' ? memoryBehind(holder) : undefined
	if (viewed) {
		holder = viewed
		value = machine.evaluate(viewed)
	}
	// What the call itself has made of a member by now.
	if (hasPointers(machine) && value.objects.length === 0 && typeof where === 'number' && holder?.kind === 'field')
		value = machine.evaluate(holder)
	const [own] = value.objects
	const poured =
		own !== undefined && hasPointers(machine) ? rerooted(machine, ofTaint(taints), `@${own}`).taint : taints
	for (const id of value.objects) {
		const state = machine.store.ownObject(id)
		if (!state) continue
		state.other = withTaint(state.other, poured)
		if (state.form === 'map' && machine.language === 'go' && typeof where === 'number')
			state.keys = withTaint(state.keys, poured)
		// It may have come to the place of any item.
		// Data is decoded into the fields of a struct.
		const isStruct = state.form === 'instance' || (state.form === 'object' && machine.language === 'go')
		if (state.form === 'list' || (isStruct && typeof where === 'number'))
			for (const [key, item] of state.fields) {
				const zero = item.constants?.[0]
				const isPlain = machine.language === 'go' && (typeof zero === 'number' || typeof zero === 'boolean')
				const decoded = ofTaint(poured)
				const one = isPlain ? asDeclared(machine, decoded, 'int') : asField(machine, value, key, decoded)
				const field =
					isStruct && machine.language === 'go' ? asOneField(typeof zero === 'string' ? asDecodedText(one) : one) : one
				// A check of one field of a structure says nothing of the others.
				const isOwn = isStruct && (machine.language === 'go' || hasPointers(machine))
				const own = isOwn ? fieldTaints(field.taint, key) : field.taint
				// It is no longer what it was made with.
				state.fields.set(key, { ...withTaint(item, own), constants: undefined })
			}
	}
	const target = holder && addressed(holder)
	if (!target || !isTarget(target) || value.objects.length > 0) return
	const filled = withTaint(value, taints)
	// What the variable of Go began with is gone, and that of C whose address was handed over.
	const isNew = machine.language === 'go' || (hasPointers(machine) && target !== holder)
	assign(machine, target, isNew ? { ...filled, constants: undefined } : filled)
}
