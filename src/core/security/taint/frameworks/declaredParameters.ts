import type { Machine } from '../machine.ts'
import { isStrictPattern } from '../texts/regexes.ts'
import { constantOf, unknown, type Value } from '../value.ts'

/** `requires :page, type: Integer` and `optional` of Grape, `required(:page).filled(:integer)` of Hanami, `param :page, Integer` of Sinatra's and Rails' extensions. */
const declarations =
	/^[ \t]*(?:(?:requires|optional|route_param|param!?)[ (]+:(\w+)|(?:required|optional)\(:(\w+)\)\.(?:filled|value|maybe))((?:[^\n]{0,300},[ \t]*\n){0,20}[^\n]{0,300})/gm

const plainType =
	/\btype: *(?:(?:Array|Set)\[)?(?:Integer|Float|Numeric|BigDecimal|Date|Time|DateTime|(?:Grape::API::)?Boolean|TrueClass)\b|^,? *(?:Integer|Float|BigDecimal|Date|Time|DateTime|Boolean)\b|\(:(?:integer|float|decimal|date|time|date_time|bool|int\?|float\?|decimal\?|date\?|time\?|bool\?)[,)]/

const choice = /\b(?:values|in|included_in\?): *(?:\[|%w|%i|[A-Z]|\(?\d)/

const pattern = /\b(?:regexp|format|format\?): *(?:\/((?:[^/\\\n]|\\.)*)\/|%r\{((?:[^}\\\n]|\\.)*)\})/

const mostDeclarations = 500

/**
 * A parameter that the framework refuses unless it is a number, a date or one of a list, as the file declares it: what is read then is
 * no text of the client. Undefined for all others.
 */
export function declaredParameter(machine: Machine, parameters: Value, key: Value | undefined): Value | undefined {
	if (!parameters.paths.some((it) => parametersOf.test(it))) return undefined
	const name = key && constantOf(key)
	return typeof name === 'string' && checkedOf(machine).has(name) ? unknown : undefined
}

const parametersOf = /(?:^|\.)(?:params|declared)\(\)$|^ActionController\.Parameters$/

function checkedOf({ unit, checkedParameters }: Machine): ReadonlySet<string> {
	const known = checkedParameters.get(unit)
	if (known) return known
	const found = checkedIn(unit.text)
	checkedParameters.set(unit, found)
	return found
}

/** Names whose every declaration in the text says what they may be. */
function checkedIn(text: string): ReadonlySet<string> {
	const checked = new Map<string, boolean>()
	let count = 0
	for (const [, name = '', other = '', options = ''] of text.matchAll(declarations)) {
		if (++count > mostDeclarations) break
		const key = name || other
		checked.set(key, checked.get(key) !== false && isChecked(options))
	}
	return new Set([...checked].filter(([, is]) => is).map(([name]) => name))
}

function isChecked(options: string): boolean {
	if (plainType.test(options) || choice.test(options)) return true
	const [, slashes, braces] = pattern.exec(options) ?? []
	const source = slashes ?? braces
	return source !== undefined && isStrictPattern(source, false, true)
}
