import type { CallEntry } from '../../rules/ruleIndex.ts'
import type { GuardRule, SanitizerRule } from '../../rules/ruleTypes.ts'
import { assign, isTarget } from '../assign.ts'
import { everything, factsOf, itemOf, withFacts } from '../checks/facts.ts'
import { argumentAt, conditionsHold, type Subject, taintAskedFor } from '../conditions.ts'
import { deepTaints, knownItems } from '../items.ts'
import type { Machine } from '../machine.ts'
import { hasPointers } from '../memory/memory.ts'
import { addSource } from '../sources.ts'
import { exactly } from '../store.ts'
import { cleaned, maskOf, type Taint } from '../taint.ts'
import { onlyTaint, unknown, type Value } from '../value.ts'
import { type LibraryCall, lastName } from './libraryCall.ts'
import { pour } from './propagation.ts'

export function sanitized(
	machine: Machine,
	call: LibraryCall,
	entries: readonly CallEntry[],
	subject: Subject,
	result: Value,
): Value {
	let value = result
	for (const it of entries) {
		if (it.form !== 'sanitizer' || !conditionsHold(machine, it.sanitizer.when, subject)) continue
		value = cleanedBy(machine, call, it.sanitizer, value)
	}
	const name = lastName(call.paths)
	if (
		entries.length === 0 &&
		value.taint.length > 0 &&
		/^(?:sanitize|escape|purify|htmlEscape|encodeFor|encodeHtml|escapeHtml)/i.test(name)
	)
		return onlyTaint(value, [])
	return value
}

function cleanedBy(machine: Machine, call: LibraryCall, { kinds, cleans }: SanitizerRule, result: Value): Value {
	const mask = maskOf(kinds)
	if (cleans === undefined || cleans === 'result') return onlyTaint(result, cleaned(result.taint, mask))
	if (cleans === 'everything') {
		machine.store.set(everything, machine.store.checked(everything) | mask)
		return result
	}
	const value = cleans === 'receiver' ? call.receiver : call.values.positional[cleans]
	const holder = cleans === 'receiver' ? call.holder : call.values.written[cleans]?.value
	for (const taint of value?.taint ?? []) machine.store.set(taint.root, machine.store.checked(taint.root) | mask)
	if (value && holder && isTarget(holder)) assign(machine, holder, onlyTaint(value, cleaned(value.taint, mask)))
	return result
}

export function guarded(
	machine: Machine,
	call: LibraryCall,
	entries: readonly CallEntry[],
	subject: Subject,
	result: Value,
): Value {
	let value = result
	for (const it of entries) {
		if (it.form !== 'guard' || !guardHolds(machine, call, it.guard, subject)) continue
		value = guardedBy(machine, call, it.guard, value, givesMore(machine, entries))
	}
	return value
}

/** `url.startswith(('https://a.example/', 'https://b.example/'))` (Python) asks for any of them, so that each has to be enough. */
function guardHolds(machine: Machine, call: LibraryCall, { when, safeWhen }: GuardRule, subject: Subject): boolean {
	const [asked] = subject.values.positional
	const isOfText = machine.language === 'python' && /^(?:starts|ends)with$/.test(lastName(call.paths))
	const items = isOfText && asked ? knownItems(machine, asked) : undefined
	if (!items || items.length === 0) return conditionsHold(machine, when, subject)
	const holds = ({ value }: { readonly value: Value }): boolean =>
		conditionsHold(machine, when, { ...subject, values: { ...subject.values, positional: [value] } })
	// That it begins with none of them says so of each.
	return safeWhen === false ? items.some(holds) : items.every(holds)
}

function guardedBy(
	machine: Machine,
	call: LibraryCall,
	{ argument, kinds, safeWhen, derived: isDerived, item: isItem }: GuardRule,
	result: Value,
	isData: boolean,
): Value {
	const value = argument === 'receiver' ? call.receiver : argumentAt(call.values, argument ?? 0)
	if (!value) return result
	const mask = maskOf(kinds)
	// In C a piece of a text (`strtok`) is derived of it as a copy is: a check of the piece says nothing of the rest.
	const isText = hasPointers(machine) && kinds === 'all'
	const own = (it: Taint): readonly Taint[] => [
		{ ...it, root: isItem ? itemOf(it.root) : isText ? exactly(it.root) : it.root, isWhole: true },
	]
	const taints =
		isItem && !hasPointers(machine)
			? [...value.taint, ...value.taint.map((it) => ({ ...it, root: itemOf(wholeOf(it.root)), isWhole: true }))]
			: isDerived
				? deepTaints(machine, value).flatMap((it) =>
						hasPointers(machine) && !isRelative(it) ? own(it) : withOrigins(it),
					)
				: value.taint
	if (safeWhen === 'returns') {
		for (const { root } of factsOf(taints, true)) machine.store.set(root, machine.store.checked(root) | mask)
		return result
	}
	return withFacts(factsOf(taints, safeWhen ?? true, mask), isData ? result : onlyTaint(result, []))
}

/** Where a path leads to as seen from a folder says of the path whether it is in there (C++). */
function isRelative({ last }: Taint): boolean {
	let at: Taint['last'] | undefined = last
	for (let depth = 0; at && depth < 6; depth++, at = at.previous)
		if (/^(?:lexically_)?(?:relative|proximate)\(\)$/.test(at.label)) return true
	return false
}

/** Of a character that a loop looks at, the text. */
function wholeOf(root: string): string {
	return root.replace(/(?:\.@\d+)*\.\*(?:\.@\d+)*$/, '')
}

/** Whether what it gives is more than an answer. What a parser of Go gives is the data, beside the error that says whether it is right. */
function givesMore(machine: Machine, entries: readonly CallEntry[]): boolean {
	if (hasPointers(machine)) return entries.some(givesResult)
	return machine.language === 'go' && entries.some((it) => it.form === 'sanitizer' || givesResult(it))
}

/** What `strchr` gives is a part of the text, and says by being there whether the text is safe. */
function givesResult(entry: CallEntry): boolean {
	return entry.form === 'propagator' && (entry.propagator.to ?? ['result']).includes('result')
}

/** Of data that was made of other data, that as well. */
function withOrigins(taint: Taint): readonly Taint[] {
	const all: Taint[] = [{ ...taint, isWhole: true }]
	for (let { root } = taint; /\.@\d+$/.test(root); ) {
		root = root.slice(0, root.lastIndexOf('.'))
		all.push({ ...taint, root, isWhole: true })
	}
	return all
}

export function sourced(
	machine: Machine,
	call: LibraryCall,
	entries: readonly CallEntry[],
	subject: Subject,
	result: Value,
): Value {
	let value = result
	for (const it of entries) {
		if (it.form !== 'source' || !conditionsHold(machine, it.source.when, subject)) continue
		const { source } = it
		const because = taintAskedFor(machine, source.when, subject)
		if (source.argument === undefined) {
			value = addSource(machine, value, source, call.at, call.paths, '', because)
			continue
		}
		const filled = addSource(machine, unknown, source, call.at, call.paths, `>${source.argument}`, because).taint
		if (source.argument === 'receiver') pour(machine, call, 'receiver', filled)
		else if (source.argument === 'all')
			for (const position of call.values.positional.keys()) pour(machine, call, position, filled)
		else pour(machine, call, source.argument, filled)
	}
	return value
}
