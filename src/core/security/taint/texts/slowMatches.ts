import type { CodeSpan } from '../../tree/codeNode.ts'
import { conditionsHold } from '../conditions.ts'
import type { ArgumentValues, Machine } from '../machine.ts'
import { phpPattern } from '../natives/phpTexts.ts'
import { reportTaint, subjectOf } from '../sinks.ts'
import { constantOf, unknown, type Value } from '../value.ts'
import { regexCost } from './regexCosts.ts'

/** The expression and flags of a value that is one. */
export function regexOf(
	machine: Machine,
	value: Value | undefined,
): { readonly pattern: string; readonly flags: string } | undefined {
	for (const id of value?.objects ?? []) {
		const fields = machine.store.object(id)?.fields
		const pattern = constantOf(fields?.get('@pattern') ?? unknown)
		const flags = constantOf(fields?.get('@flags') ?? unknown)
		if (typeof pattern === 'string') return { pattern, flags: typeof flags === 'string' ? flags : '' }
	}
	return undefined
}

const onText = new Set(['match', 'matchAll', 'replace', 'replaceAll', 'search', 'split'])
const onRegex = new Set(['test', 'exec'])

/** Tainted text that is matched against an expression whose time grows with a power of its length. */
export function checkSlowMatch(
	machine: Machine,
	name: string,
	receiver: Value,
	given: Value | undefined,
	at: CodeSpan,
): void {
	if (machine.rules.slowMatches.length === 0 || !machine.sawTaint || !given) return
	if (machine.language === 'java') {
		checkJavaMatch(machine, name, receiver, given, at)
		return
	}
	const text = onText.has(name) ? receiver : onRegex.has(name) ? given : undefined
	if (!text || text.taint.length === 0) return
	const regex = regexOf(machine, text === receiver ? given : receiver)
	if (!regex || !isSlowSomewhere(machine, regex.pattern, regex.flags)) return
	for (const it of machine.rules.slowMatches) reportTaint(machine, it, text, at)
}

/** `pattern.matcher(text)`, `text.matches("…")` of Java. Which method of the matcher follows is not known, so that no start but the first counts. */
function checkJavaMatch(machine: Machine, name: string, receiver: Value, given: Value, at: CodeSpan): void {
	const own = onJavaPattern.has(name) ? regexOf(machine, receiver)?.pattern : undefined
	const isOnPattern = own !== undefined || name === 'matcher'
	const text = isOnPattern ? given : onJavaText.has(name) ? receiver : undefined
	if (!text || text.taint.length === 0) return
	const pattern = isOnPattern ? own : constantOf(given)
	if (typeof pattern !== 'string' || (text === receiver && given.taint.length > 0)) return
	if (regexCost(machine, pattern.replace(/^\(\?[a-zA-Z]+\)/, ''), '') !== 'exponential') return
	for (const it of machine.rules.slowMatches) reportTaint(machine, it, text, at)
}

const onCsharpRegex = new Set(['IsMatch', 'Match', 'Matches', 'Replace', 'Split', 'Count'])

/** `regex.IsMatch(text)` and `Regex.IsMatch(text, pattern)` of C#, without a limit of time. */
export function checkCsharpMatch(
	machine: Machine,
	name: string,
	receiver: Value,
	{ positional, written }: ArgumentValues,
	at: CodeSpan,
): void {
	const [text, given] = positional
	if (machine.rules.slowMatches.length === 0 || !machine.sawTaint || !text || !onCsharpRegex.has(name)) return
	if (text.taint.length === 0) return
	const known = receiver.objects.map((id) => machine.store.object(id)?.fields.get('@pattern'))[0]
	const isStatic = receiver.paths.includes(csharpRegex) && known === undefined
	const pattern = known ? constantOf(known) : isStatic && given ? constantOf(given) : undefined
	if (typeof pattern !== 'string') return
	if (
		known ? receiver.objects.some((id) => machine.store.object(id)?.fields.has('@limit')) : hasLimit(machine, written)
	)
		return
	if (regexCost(machine, pattern.replace(/^\(\?[a-zA-Z]+\)/, ''), '') !== 'exponential') return
	for (const it of machine.rules.slowMatches) reportTaint(machine, it, text, at)
}

export const csharpRegex = 'System.Text.RegularExpressions.Regex'

/** Of the arguments with which it is made: a time after which it gives up, or an engine that never goes back. */
export function hasLimit({ unit }: Machine, written: ArgumentValues['written']): boolean {
	return written.some(({ start, end }) => /NonBacktracking|TimeSpan|[Tt]imeout/.test(unit.text.slice(start, end)))
}

/** Where each function of `re` and method of a compiled pattern takes its text, the pattern not counted (Python). */
const pythonTexts: Readonly<Record<string, number>> = {
	match: 0,
	fullmatch: 0,
	search: 0,
	findall: 0,
	finditer: 0,
	split: 0,
	sub: 1,
	subn: 1,
}

/** `re.match(pattern, text)` and `pattern.match(text)` of Python. What takes the square of a length does not count: much does, and texts are short. */
export function checkPythonMatch(
	machine: Machine,
	name: string,
	receiver: Value,
	{ positional, keywords }: ArgumentValues,
	at: CodeSpan,
): void {
	const place = pythonTexts[name]
	if (machine.rules.slowMatches.length === 0 || !machine.sawTaint || place === undefined) return
	const own = regexOf(machine, receiver)
	const [given] = positional
	const isModule = receiver.paths.some((it) => it === 're' || it === 'regex')
	const named = isModule && given ? (regexOf(machine, given) ?? { pattern: constantOf(given), flags: '' }) : undefined
	const { pattern } = own ?? named ?? {}
	const text = positional[own ? place : place + 1] ?? keywords.get('string')
	if (typeof pattern !== 'string' || !text || text.taint.length === 0) return
	const written = pattern
		.replace(/^\(\?[a-zA-Z]+\)/, '')
		.replaceAll('\\Z', '$')
		.replaceAll('(?P<', '(?<')
	const begun = name.endsWith('match') && !written.startsWith('^') ? `^(?:${written})` : written
	if (regexCost(machine, name === 'fullmatch' ? `${begun}$` : begun, '') !== 'exponential') return
	for (const it of machine.rules.slowMatches) reportTaint(machine, it, text, at)
}

/** Where each function of PHP that matches takes its text. */
const phpTexts: Readonly<Record<string, number>> = {
	preg_match: 1,
	preg_match_all: 1,
	preg_split: 1,
	preg_grep: 1,
	preg_replace: 2,
	preg_replace_callback: 2,
	preg_filter: 2,
}

/** What keeps a matcher from trying other ways, and what is no regular expression any more. */
const neverGoesBack = /[+*?}]\+|\(\?>|\(\*|\(\?(?:R|\d|&)/

/** `preg_match(pattern, text)` of PHP, which gives up after a number of steps that can be set. */
export function checkPhpMatch(machine: Machine, name: string, values: ArgumentValues, at: CodeSpan): void {
	if (machine.rules.slowMatches.length === 0 || !machine.sawTaint) return
	const text = values.positional[phpTexts[name] ?? values.positional.length]
	const given = values.positional[0]
	if (!text || text.taint.length === 0 || !given || given.taint.length > 0) return
	const read = phpPattern(constantOf(given))
	if (!read || neverGoesBack.test(read.pattern) || regexCost(machine, read.pattern, read.flags) !== 'exponential')
		return
	const subject = { ...subjectOf(undefined), values }
	for (const it of machine.rules.slowMatches)
		if (conditionsHold(machine, it.sink.when, subject)) reportTaint(machine, it, text, at)
}

const onCppRegex = /^(?:regex_(?:match|search|replace|iterator|token_iterator)|[sc]regex_(?:token_)?iterator)$/

/** `std::regex_match(text, expression)` and `std::regex_search(text, match, expression)` of C++, which go back as often as they can. */
export function checkCppMatch(machine: Machine, name: string, { positional }: ArgumentValues, at: CodeSpan): void {
	const [text, ...more] = positional
	if (machine.rules.slowMatches.length === 0 || !machine.sawTaint || !text || !onCppRegex.test(name)) return
	const pattern = text.taint.length > 0 ? more.map((it) => regexOf(machine, it)?.pattern).find((it) => it) : undefined
	if (pattern === undefined) return
	const whole = name === 'regex_match' ? `^(?:${pattern})$` : pattern
	if (regexCost(machine, whole, '') !== 'exponential') return
	for (const it of machine.rules.slowMatches) reportTaint(machine, it, text, at)
}

const onJavaPattern = new Set(['matcher', 'split', 'splitAsStream'])
const onJavaText = new Set(['matches', 'replaceAll', 'replaceFirst', 'split'])

/** A matcher tries each start: that alone makes a square of what is linear from one. */
function isSlowSomewhere(machine: Machine, pattern: string, flags: string): boolean {
	const cost = regexCost(machine, pattern, flags)
	if (cost !== 'linear') return cost !== 'unknown' && cost !== 'reference'
	if (isAnchored(pattern) && !flags.includes('m')) return false
	const sought = withoutLastRepetitions(pattern)
	return /[*+]|,\}/.test(sought) && regexCost(machine, `[^]*(?:${sought})`, flags) === 'quadratic'
}

/** What a match ends with may repeat as often as it likes: nothing after it fails, so that no other start is tried. */
function withoutLastRepetitions(pattern: string): string {
	return alternativesOf(pattern)
		.map((it) => {
			const [, before = '', repeats] = /^(.*?(?:^|[^\\])(?:\\\\)*)(\+|\*|\{\d+,\})\??$/s.exec(it) ?? []
			if (repeats === undefined || before === '') return it
			return before + (repeats === '+' ? '' : repeats === '*' ? '?' : repeats.replace(',', ''))
		})
		.join('|')
}

/** It can only match at the beginning of the text: each other start fails at once. */
function isAnchored(pattern: string): boolean {
	return /^(?:\^|\\A)/.test(pattern) && alternativesOf(pattern).length === 1
}

function alternativesOf(pattern: string): readonly string[] {
	const found: string[] = []
	let depth = 0
	let isInSet = false
	let from = 0
	for (let at = 0; at < pattern.length; at++) {
		const sign = pattern[at]
		if (sign === '\\') at++
		else if (isInSet) isInSet = sign !== ']'
		else if (sign === '[') isInSet = true
		else if (sign === '(') depth++
		else if (sign === ')') depth--
		else if (sign === '|' && depth === 0) {
			found.push(pattern.slice(from, at))
			from = at + 1
		}
	}
	return [...found, pattern.slice(from)]
}
