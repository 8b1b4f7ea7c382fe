import type { Argument } from '../../ir/ir.ts'
import { factsOf } from '../checks/facts.ts'
import { checkRegex } from '../finds.ts'
import { isPythonMatch, pythonMatchFacts } from '../languages/pythonMatches.ts'
import type { Machine } from '../machine.ts'
import { extendPaths } from '../paths.ts'
import { cleaned, derived } from '../taint.ts'
import { isStrictPattern } from '../texts/regexes.ts'
import { csharpRegex, hasLimit, regexOf } from '../texts/slowMatches.ts'
import { constant, constantOf, unknown, type Value } from '../value.ts'
import type { GlobalCall } from './native.ts'

type Global = (call: GlobalCall) => Value | undefined

/** An expression that is known is as good as a literal. */
export const regex: Global = ({ machine, values, at }) => {
	const pattern = values.positional[0] && constantOf(values.positional[0])
	if (typeof pattern !== 'string' || machine.language !== 'javascript') return undefined
	const written = values.positional[1] && constantOf(values.positional[1])
	const flags = typeof written === 'string' ? written : ''
	checkRegex(machine, { start: at.start, end: at.end, pattern, flags })
	const id = machine.newObject('instance')
	const fields = machine.store.ownObject(id)?.fields
	fields?.set('@pattern', constant(pattern))
	// Flags that are not known may well be those for all of the text.
	fields?.set('@flags', constant(values.positional[1] && typeof written !== 'string' ? 'g' : flags))
	return { ...unknown, objects: [id], paths: ['RegExp'] }
}

/** `re.compile` and its like: a text that is known is as good as a literal. */
export const compiled: Global = ({ machine, path, values, isNew, at }) => {
	const pattern = values.positional[0] && constantOf(values.positional[0])
	if (typeof pattern !== 'string' || values.positional[0]?.taint.length !== 0) return undefined
	checkRegex(machine, { start: at.start, end: at.end, pattern: withoutModes(pattern), flags: '' })
	const id = machine.newObject('instance')
	const fields = machine.store.ownObject(id)?.fields
	fields?.set('@pattern', constant(pattern))
	if (machine.language === 'python') fields?.set('@flags', constant(modesOf(machine, values.written[1])))
	if (path === csharpRegex && hasLimit(machine, values.written)) fields?.set('@limit', constant(true))
	return { ...unknown, objects: [id], paths: isNew ? [path] : extendPaths(machine, [path], '()') }
}

/** `re.match(pattern, text)`: what was matched is the text, and a strict pattern says what is in it. */
export const matched: Global = ({ machine, path, values, at }) => {
	const [given, text] = values.positional
	const own = given && (regexOf(machine, given)?.pattern ?? constantOf(given))
	if (typeof own !== 'string' || !text || given?.taint.length !== 0) return undefined
	checkRegex(machine, { start: at.start, end: at.end, pattern: withoutModes(own), flags: '' })
	const python = machine.language === 'python' ? path.slice(path.lastIndexOf('.') + 1) : ''
	if (isPythonMatch(python)) {
		const flags = regexOf(machine, given)?.flags ?? modesOf(machine, values.written[2])
		const { parts, facts } = pythonMatchFacts(text, python, own, flags)
		const taint = cleaned(derived(text.taint), parts)
		return { ...unknown, taint, facts, paths: extendPaths(machine, [path], '()') }
	}
	const isWhole = path.endsWith('fullmatch') || path.endsWith('Pattern.matches')
	const isStrict = isStrictPattern(path.endsWith('re.match') && !own.startsWith('^') ? `^${own}` : own, isWhole)
	const facts = isStrict ? factsOf(text.taint, true) : []
	return { ...unknown, taint: isStrict ? [] : derived(text.taint), facts, paths: extendPaths(machine, [path], '()') }
}

/** Of `re.M | re.I` what changes the meaning of `^` and `$`. */
function modesOf({ unit }: Machine, written: Argument | undefined): string {
	return written && /\bM(?:ULTILINE)?\b/.test(unit.text.slice(written.start, written.end)) ? 'm' : ''
}

/** `(?i)` at the start is no part of what is matched. */
function withoutModes(pattern: string): string {
	return pattern.replace(/^\(\?[aiLmsux]+\)/, '').replace(/\(\?P</g, '(?<')
}
