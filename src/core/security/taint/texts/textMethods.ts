import type { Expression } from '../../ir/ir.ts'
import { configuredFacts } from '../checks/configured.ts'
import { compare } from '../checks/equality.ts'
import { belowFolder, factsOf, hostFacts, insideFolder, maskWithout, withFacts, withoutWayUp } from '../checks/facts.ts'
import { weakCheck, withoutBackslash, withoutProtocol, withoutSeparator } from '../checks/weakChecks.ts'
import { foldMethod } from '../constants.ts'
import { knownItems } from '../items.ts'
import { isPythonMatch, pythonMatchFacts } from '../languages/pythonMatches.ts'
import type { ArgumentValues, Machine } from '../machine.ts'
import { allKinds, bitOf, cleaned, derived, fieldTaints, maskOf, type Taint } from '../taint.ts'
import {
	boolean,
	constant,
	constantOf,
	type Fact,
	joinValues,
	ofTaint,
	type Scalar,
	unknown,
	type Value,
} from '../value.ts'
import { escapedItem } from './escapes.ts'
import { beginningFacts, lacksSeparator } from './folderPrefixes.ts'
import { beginsWithName, maskOfProto, masksOfMatch } from './matchedText.ts'
import { position, positionIn } from './positions.ts'
import { isLocalPattern, isStrictPattern } from './regexes.ts'
import { csharpRegex, regexOf } from './slowMatches.ts'
import { partsFacts } from './splitParts.ts'

const prefixTests = new Set(['startswith', 'startsWith', 'StartsWith', 'start_with?', 'is_relative_to'])

const suffixTests = new Set(['endsWith', 'endswith', 'EndsWith', 'end_with?'])

const occurrenceTests = new Set(['includes', 'contains', 'Contains', 'include?', '__contains__'])

const positionTests = new Set([
	'indexOf',
	'lastIndexOf',
	'find',
	'rfind',
	'IndexOf',
	'LastIndexOf',
	'IndexOfAny',
	'search',
	'index',
])

function positionOf(machine: Machine, text: Value, name: string, what: Value): Value | undefined {
	const { language } = machine
	if (name === 'search') {
		const pattern = language === 'javascript' ? patternOf(machine, what) : undefined
		if (pattern === undefined) return undefined
		return position(matchFacts(machine, text.taint, pattern, regexOf(machine, what)?.flags ?? '', false))
	}
	if (name === 'IndexOfAny') {
		const isPath = what.paths.some((it) => /\.GetInvalid(?:FileName|Path)Chars\(\)$/.test(it))
		const signs = knownItems(machine, what)?.map(({ value }) => constantOf(value)) ?? []
		return position(factsOf(text.taint, false, isPath ? maskOf(['path']) : maskWithout(signs.join(''))))
	}
	const found = positionIn(text, what)
	// Ruby gives nothing where it is not there, and Python throws.
	return name !== 'index' ? found : language === 'ruby' && found ? withFacts(found.facts) : undefined
}

/** A method of a text that is known, and checks of tainted ones. */
export function textMethod(
	machine: Machine,
	receiver: Value,
	name: string,
	values: ArgumentValues,
	object: Expression,
): Value | undefined {
	if (prefixTests.has(name) && receiver.taint.length > 0) {
		const prefix = values.positional[0] && constantOf(values.positional[0])
		if (typeof prefix === 'string' && prefix.startsWith('..'))
			return withFacts([...belowFolder(receiver.taint, false), ...withoutWayUp(receiver.taint, machine.language)])
		// `path.join` of Node takes the `..` out of what it joins; `join` of a list does not.
		const isJoined = machine.language === 'javascript' && receiver.paths.includes('path.join()')
		// All paths lie below the root.
		const isRoot = typeof prefix === 'string' && /^[/\\]?$/.test(prefix)
		const facts = isRoot ? [] : insideFolder(receiver.taint, true, machine.language, isJoined)
		if (facts.length > 0)
			return name !== 'is_relative_to' && lacksSeparator(machine, receiver, values)
				? weakCheck(machine, facts, object, withoutSeparator)
				: withFacts(facts)
		const begun = typeof prefix === 'string' ? beginningFacts(machine, receiver, prefix) : []
		if (begun.length > 0) return withFacts(begun)
		// `//host` and `/\\host` lead to other hosts; who excludes the second one has asked for the `/` and the first one as well.
		if (typeof prefix === 'string' && /^[/\\]?\\$/.test(prefix))
			return withFacts(factsOf(receiver.taint, false, maskOf(['redirect'])))
		if (prefix === '//')
			return weakCheck(machine, factsOf(receiver.taint, false, maskOf(['redirect'])), object, withoutBackslash)
	}
	if (suffixTests.has(name) && receiver.taint.length > 0) {
		const suffix = values.positional[0] && constantOf(values.positional[0])
		// A part of a domain with the dot in front: nobody else has a host of that end.
		const isDomain =
			typeof suffix === 'string'
				? /^\.[\w-]+\./.test(suffix)
				: isBehindDot(values.written[0]?.value, values.positional[0])
		const facts = isDomain ? hostFacts(receiver, true) : []
		if (facts.length > 0) return withFacts(facts)
	}
	if ((occurrenceTests.has(name) || name === 'has') && values.positional[0] && constantOf(receiver) === undefined) {
		const facts = configuredFacts(machine, values.positional[0], receiver, true)
		if (facts.length > 0) return withFacts(facts)
	}
	if (occurrenceTests.has(name) && receiver.taint.length > 0 && values.positional[0]) {
		const text = constantOf(values.positional[0])
		if (typeof text === 'string' && values.positional[0].taint.length === 0) {
			const facts = [
				...factsOf(receiver.taint, false, maskWithout(text)),
				...partsFacts(values.positional[0], receiver, true),
			]
			if (text !== '://' && text !== '//') return withFacts(facts)
			const what = text === '//' ? withoutBackslash : withoutProtocol
			return withFacts(facts, weakCheck(machine, factsOf(receiver.taint, false, maskOf(['redirect'])), object, what))
		}
	}
	if (positionTests.has(name) && receiver.taint.length > 0 && values.positional[0]) {
		const found = positionOf(machine, receiver, name, values.positional[0])
		if (found) return found
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
		return escapedItem(machine, ofTaint(fieldTaints(derived(receiver.taint), '*')))
	const { constants } = receiver
	if (!constants || receiver.objects.length > 0 || receiver.taint.length > 0) return undefined
	const given: Scalar[] = []
	// In which encoding its bytes are says nothing of what it is.
	for (const it of name === 'getBytes' ? [] : values.positional) {
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

/** `'.' + domain`, of a domain that is the program's own. */
function isBehindDot(written: Expression | undefined, value: Value | undefined): boolean {
	if (!written || !value || value.taint.length > 0) return false
	let at = written
	while (at.kind === 'binary' && (at.operator === '+' || at.operator === 'concat')) at = at.left
	const first = at.kind === 'template' ? at.parts[0] : at
	return at !== first || at !== written ? first?.kind === 'constant' && first.value === '.' : false
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
		const facts = matchFacts(machine, first.taint, own, regexOf(machine, receiver)?.flags ?? '', name === 'fullmatch')
		if (facts.length > 0 && (yesOrNo.has(name) || isStrict(machine, own, false))) return withFacts(facts)
		return name === 'test' ? boolean : undefined
	}
	if (name === 'IsMatch' && receiver.paths.includes(csharpRegex)) {
		const pattern = values.positional[1] && constantOf(values.positional[1])
		return typeof pattern === 'string' ? withFacts(matchFacts(machine, first.taint, pattern, '', false)) : undefined
	}
	const given = patternOf(machine, first) ?? (name === 'matches' ? constantOf(first) : undefined)
	if (typeof given === 'string' && textMatches.has(name)) {
		const isWhole = name === 'matches'
		const facts = matchFacts(machine, receiver.taint, given, regexOf(machine, first)?.flags ?? '', isWhole)
		if (facts.length > 0)
			// What JavaScript gives is what matched, and what it says of all of it.
			return name === 'match' && machine.language === 'javascript' && !isStrict(machine, given, false)
				? { ...ofTaint(derived(receiver.taint)), facts }
				: withFacts(facts)
		if (isWhole) return boolean
	}
	return undefined
}

function isStrict({ language }: Machine, pattern: string, isWhole: boolean): boolean {
	return isStrictPattern(pattern, isWhole, language === 'ruby')
}

const schemeOfLine = /^(?:\^|\\A)\(?(?:\?:)?(?:https?|wss?|mailto|tel)(?:\?|:|\|)/
/** In Ruby `^` is the start of any line. */
const schemeOfText = /^\\A\(?(?:\?:)?(?:https?|wss?|mailto|tel)(?:\?|:|\|)/

/** What is known of a text where a pattern matches, and where it does not. @param isWhole whether it has to match all of the text */
function matchFacts(
	machine: Machine,
	taints: readonly Taint[],
	pattern: string,
	flags: string,
	isWhole: boolean,
): readonly Fact[] {
	if (taints.length === 0) return []
	const { language } = machine
	if (isStrict(machine, pattern, isWhole)) return factsOf(taints, true, maskOfStrict(machine, pattern))
	const local = isLocalPattern(pattern, isWhole, language === 'ruby') ? maskOf(['redirect']) : 0
	const scheme = (language === 'ruby' ? schemeOfText : schemeOfLine).test(pattern) ? maskOf(['scheme']) : 0
	const { matching, other } = masksOfMatch(
		isWhole ? `^(?:${pattern})$` : pattern,
		language === 'ruby' ? `${flags}m` : flags,
	)
	const mask = matching | local | scheme
	return [...factsOf(taints, true, mask), ...(isWhole || other === 0 ? [] : factsOf(taints, false, other))]
}

/** Where all of a text is of harmless signs it can still begin like an option. */
function maskOfStrict({ language }: Machine, pattern: string): number {
	if (language !== 'javascript') return allKinds
	const all = allKinds & ~maskOfProto(pattern, '')
	if (beginsWithName(pattern)) return all
	const { matching } = masksOfMatch(pattern, '')
	// Nor is it in an encoding that would hide that.
	return (matching & bitOf('option')) !== 0 ? all : all & ~maskOf(['option', 'encoded'])
}

/** Those that give no part of the text. */
const yesOrNo = new Set(['test', 'match?', '===', 'MatchString', 'IsMatch', '=~'])

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
