import type { Expression } from '../ir/ir.ts'
import { foldMethod } from './constants.ts'
import { compare } from './equality.ts'
import { escapedItem } from './escapes.ts'
import { belowFolder, factsOf, hostFacts, insideFolder, maskWithout, withFacts } from './facts.ts'
import { beginningFacts, lacksSeparator } from './folderPrefixes.ts'
import type { ArgumentValues, Machine } from './machine.ts'
import { beginsWithName, masksOfMatch } from './matchedText.ts'
import { isPythonMatch, pythonMatchFacts } from './pythonMatches.ts'
import { isLocalPattern, isStrictPattern } from './regexes.ts'
import { csharpRegex, regexOf } from './slowMatches.ts'
import { allKinds, bitOf, cleaned, derived, maskOf } from './taint.ts'
import { boolean, constant, constantOf, joinValues, ofTaint, type Scalar, unknown, type Value } from './value.ts'
import { weakCheck, withoutSeparator } from './weakChecks.ts'

const prefixTests = new Set(['startswith', 'startsWith', 'StartsWith', 'start_with?', 'is_relative_to'])

const suffixTests = new Set(['endsWith', 'endswith', 'EndsWith', 'end_with?'])

const occurrenceTests = new Set(['includes', 'contains', 'Contains', 'include?', '__contains__'])

/** A method of a text that is known, and checks of tainted ones. */
export function textMethod(
	machine: Machine,
	receiver: Value,
	name: string,
	values: ArgumentValues,
	object: Expression,
): Value | undefined {
	if (prefixTests.has(name) && receiver.taint.length > 0) {
		const facts = insideFolder(receiver.taint, true, machine.language)
		if (facts.length > 0)
			return lacksSeparator(machine, receiver, values)
				? weakCheck(machine, facts, object, withoutSeparator)
				: withFacts(facts)
		const prefix = values.positional[0] && constantOf(values.positional[0])
		const begun = typeof prefix === 'string' ? beginningFacts(machine, receiver, prefix) : []
		if (begun.length > 0) return withFacts(begun)
		if (typeof prefix === 'string' && prefix.startsWith('..')) return withFacts(belowFolder(receiver.taint, false))
		// `//host` and `/\\host` lead to other hosts; who excludes them has asked for the `/` as well.
		if (typeof prefix === 'string' && /^[/\\]{2}$/.test(prefix))
			return withFacts(factsOf(receiver.taint, false, maskOf(['redirect'])))
	}
	if (suffixTests.has(name) && receiver.taint.length > 0) {
		const suffix = values.positional[0] && constantOf(values.positional[0])
		// A part of a domain with the dot in front: nobody else has a host of that end.
		const facts = typeof suffix === 'string' && /^\.[\w-]+\./.test(suffix) ? hostFacts(receiver, true) : []
		if (facts.length > 0) return withFacts(facts)
	}
	if (occurrenceTests.has(name) && receiver.taint.length > 0 && values.positional[0]) {
		const text = constantOf(values.positional[0])
		if (typeof text === 'string' && values.positional[0].taint.length === 0)
			return withFacts(factsOf(receiver.taint, false, maskWithout(text)))
	}
	const checked = patternCheck(machine, receiver, name, values, object)
	if (checked) return checked
	if (
		(name === 'equals' || name === 'equalsIgnoreCase' || name === 'Equals' || name === 'contentEquals') &&
		values.positional.length > 0
	)
		return machine.language === 'java'
			? compareWithOwn(receiver, values.positional[0] as Value)
			: compare(receiver, values.positional[0] as Value)
	if (name === 'charAt' && machine.language === 'java' && receiver.taint.length > 0)
		return escapedItem(machine, ofTaint(derived(receiver.taint)))
	const { constants } = receiver
	if (!constants || receiver.objects.length > 0 || receiver.taint.length > 0) return undefined
	const given: Scalar[] = []
	for (const it of values.positional) {
		const one = constantOf(it)
		if (one === undefined || it.taint.length > 0) return undefined
		given.push(one)
	}
	let folded: Value | undefined
	for (const it of constants) {
		const one = typeof it === 'string' ? foldMethod(it, name, given) : undefined
		if (!one) return undefined
		folded = folded ? joinValues(folded, one) : one
	}
	return folded
}

/** Data that equals what the program has itself, whatever that is, is the program's as well. */
function compareWithOwn(receiver: Value, given: Value): Value {
	const result = compare(receiver, given)
	if (result.facts.length > 0 || (receiver.taint.length > 0 && given.taint.length > 0)) return result
	const data = receiver.taint.length > 0 ? receiver : given
	return withFacts([...factsOf(data.taint, true), ...hostFacts(data, true)], result)
}

/** `/^\w+$/.test(x)`, `x.matches("\\w+")`, `re.fullmatch(…, x)` by the pattern that was kept. */
function patternCheck(
	machine: Machine,
	receiver: Value,
	name: string,
	values: ArgumentValues,
	_object: Expression,
): Value | undefined {
	const [first] = values.positional
	const own = patternOf(machine, receiver)
	if (own !== undefined && machine.language === 'java') {
		const matched = matcherCheck(machine, receiver, own, name, first)
		if (matched) return matched
	}
	if (!first) return undefined
	if (own !== undefined && machine.language === 'python' && isPythonMatch(name)) {
		const { parts, facts } = pythonMatchFacts(first, name, own, regexOf(machine, receiver)?.flags ?? '')
		return facts.length === 0 ? undefined : { ...unknown, taint: cleaned(derived(first.taint), parts), facts }
	}
	if (
		own !== undefined &&
		(name === 'test' ||
			name === 'exec' ||
			name === 'match' ||
			name === 'fullmatch' ||
			name === 'match?' ||
			name === '=~' ||
			name === '===' ||
			name === 'MatchString' ||
			name === 'IsMatch')
	) {
		if (isStrictPattern(own, name === 'fullmatch', machine.language === 'ruby'))
			return withFacts(factsOf(first.taint, true, maskOfStrict(machine, own)))
		if (machine.language === 'javascript' && /^\^\(?(?:\?:)?(?:https?|wss?|mailto|tel)(?:\?|:|\|)/.test(own))
			return withFacts(factsOf(first.taint, true, maskOf(['scheme'])))
		if (isLocalPattern(own, name === 'fullmatch', machine.language === 'ruby'))
			return withFacts(factsOf(first.taint, true, maskOf(['redirect'])))
		return name === 'test' ? boolean : undefined
	}
	if (name === 'IsMatch' && receiver.paths.includes(csharpRegex)) {
		const pattern = values.positional[1] && constantOf(values.positional[1])
		return typeof pattern === 'string' && isStrictPattern(pattern, false)
			? withFacts(factsOf(first.taint, true))
			: undefined
	}
	const given = patternOf(machine, first) ?? (name === 'matches' ? constantOf(first) : undefined)
	if (typeof given === 'string' && textMatches.has(name)) {
		if (isStrictPattern(given, name === 'matches', machine.language === 'ruby'))
			return withFacts(factsOf(receiver.taint, true, maskOfStrict(machine, given)))
		if (isLocalPattern(given, name === 'matches', machine.language === 'ruby'))
			return withFacts(factsOf(receiver.taint, true, maskOf(['redirect'])))
		if (name === 'matches') return boolean
	}
	return undefined
}

/** Where all of a text is of harmless signs it can still begin like an option. */
function maskOfStrict({ language }: Machine, pattern: string): number {
	if (language !== 'javascript' || beginsWithName(pattern)) return allKinds
	const { matching } = masksOfMatch(pattern, '')
	// Nor is it in an encoding that would hide that.
	return (matching & bitOf('option')) !== 0 ? allKinds : allKinds & ~maskOf(['option', 'encoded'])
}

const textMatches = new Set(['match', 'matches', 'search', 'match?', '=~'])

/** `pattern.matcher(text).matches()`. */
function matcherCheck(
	machine: Machine,
	receiver: Value,
	pattern: string,
	name: string,
	text: Value | undefined,
): Value | undefined {
	if (name === 'matcher' && text) {
		const id = machine.newObject('instance', { isOpen: true })
		const fields = machine.store.ownObject(id)?.fields
		fields?.set('@pattern', constant(pattern))
		fields?.set('@subject', text)
		return { ...unknown, objects: [id], paths: ['java.util.regex.Matcher'] }
	}
	if (text || (name !== 'matches' && name !== 'find' && name !== 'lookingAt')) return undefined
	for (const id of receiver.objects) {
		const subject = machine.store.object(id)?.fields.get('@subject')
		if (subject && isStrictPattern(pattern, name === 'matches')) return withFacts(factsOf(subject.taint, true))
	}
	return boolean
}

function patternOf(machine: Machine, value: Value): string | undefined {
	for (const id of value.objects) {
		const pattern = machine.store.object(id)?.fields.get('@pattern')
		const text = pattern && constantOf(pattern)
		if (typeof text === 'string') return text
	}
	return undefined
}
