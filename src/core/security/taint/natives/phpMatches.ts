import { assign, isTarget } from '../assign.ts'
import { factsOf, withFacts } from '../checks/facts.ts'
import { newBag, newList } from '../items.ts'
import type { Machine } from '../machine.ts'
import { addressed } from '../memory/addressed.ts'
import { cleaned, derived, type Taint } from '../taint.ts'
import { masksOfMatch } from '../texts/matchedText.ts'
import { constantOf, ofTaint, unknown, type Value } from '../value.ts'
import type { GlobalCall } from './native.ts'
import { type PhpPattern, phpPattern } from './phpTexts.ts'

/** `preg_match(pattern, text, &found)`: what it says of the text, and what the groups hold. */
export function pregMatch(call: GlobalCall): Value | undefined {
	const { machine, values } = call
	const [given, text] = values.positional
	if (machine.language !== 'php' || !given || !text || text.taint.length === 0) return undefined
	const read = given.taint.length > 0 ? undefined : phpPattern(constantOf(given))
	fill(call, groupsOf(machine, text.taint, read))
	if (!read) return undefined
	const { matching, other } = masksOfMatch(read.pattern, read.flags)
	return withFacts([...factsOf(text.taint, true, matching), ...factsOf(text.taint, false, other)], unknown)
}

/** `preg_match_all(pattern, text, &found, order)`: lists of what each group holds, or a list of matches. */
export function pregMatchAll(call: GlobalCall): Value | undefined {
	const { machine, values } = call
	const [given, text, , order] = values.positional
	if (machine.language !== 'php' || !given || !text || text.taint.length === 0) return undefined
	const read = given.taint.length > 0 ? undefined : phpPattern(constantOf(given))
	const one = groupsOf(machine, text.taint, read)
	const isListed = order === undefined
	const [id] = one.objects
	const state = id === undefined ? undefined : machine.store.ownObject(id)
	if (isListed && state) for (const [key, it] of state.fields) state.fields.set(key, newBag(machine, it))
	fill(call, isListed ? one : newBag(machine, one))
	return undefined
}

/** What a match holds: the whole of it, then each group, by number and by name. */
function groupsOf(machine: Machine, taints: readonly Taint[], read: PhpPattern | undefined): Value {
	const whole = ofTaint(derived(taints))
	if (!read) return newBag(machine, whole)
	const groups = capturingGroups(read.pattern)
	const held = groups.map(({ source }) => {
		const { matching } = masksOfMatch(`^(?:${source})$`, read.flags.replace('m', ''))
		return ofTaint(derived(cleaned(taints, matching)))
	})
	const found = newList(machine, [whole, ...held])
	const [id] = found.objects
	const state = id === undefined ? undefined : machine.store.ownObject(id)
	for (const [at, { name }] of groups.entries()) {
		const value = held[at]
		if (name !== undefined && value) state?.fields.set(name, value)
	}
	return found
}

/** What a group begins with: a name, how it is looked for, modifiers; `(?i)` and `(*UTF8)` are all of it. */
const groupHead = /^\((?:\?(?:P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)'|[:=!>|]|<[=!]|[a-zA-Z^-]*[:)])|\*[A-Z_\d=]+\))?/
const longestHead = 60

/** The groups of a pattern of PHP that capture, in their order. */
export function capturingGroups(pattern: string): readonly { readonly name?: string; readonly source: string }[] {
	const open: { readonly at: number; readonly place: number | undefined }[] = []
	const found: { name?: string; source: string }[] = []
	let isInClass = false
	for (let at = 0; at < pattern.length; at++) {
		const sign = pattern[at]
		if (sign === '\\') at++
		else if (isInClass) isInClass = sign !== ']' || pattern[at - 1] === '[' || pattern.slice(at - 2, at) === '[^'
		else if (sign === '[') isInClass = true
		else if (sign === '(') {
			const [head = '(', pointed, quoted] = groupHead.exec(pattern.slice(at, at + longestHead)) ?? []
			const name = pointed ?? quoted
			const isCapturing = head === '(' || name !== undefined
			if (isCapturing) found.push({ ...(name !== undefined && { name }), source: '' })
			if (!head.endsWith(')')) open.push({ at: at + head.length, place: isCapturing ? found.length - 1 : undefined })
			at += head.length - 1
		} else if (sign === ')') {
			const begun = open.pop()
			const group = begun?.place === undefined ? undefined : found[begun.place]
			if (begun && group) group.source = pattern.slice(begun.at, at)
		}
	}
	return found
}

/** Into the variable that is handed over for it. */
function fill({ machine, values }: GlobalCall, found: Value): void {
	const holder = values.written[2]?.value
	const target = holder && addressed(holder)
	if (target && isTarget(target)) assign(machine, target, found)
}
