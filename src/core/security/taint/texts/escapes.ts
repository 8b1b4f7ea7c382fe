import type { Binary, Call, Constant, FunctionIr, Switch } from '../../ir/ir.ts'
import { nodesOf, someNode } from '../../ir/irNodes.ts'
import type { SinkKind } from '../../rules/ruleTypes.ts'
import type { Machine } from '../machine.ts'
import { cleaned, maskOf } from '../taint.ts'
import { onlyTaint, type Value } from '../value.ts'

/** Languages whose texts are gone through character by character, and give one for an index. */
export function hasCharacters({ language }: Machine, { objects }: Value): boolean {
	return language === 'csharp' && objects.length === 0
}

/** A character that is taken of a text by a function which writes others for those that do harm. */
export function escapedItem(machine: Machine, item: Value): Value {
	const ir = machine.frame.function
	if (item.taint.length === 0 || !ir) return item
	let mask = machine.escapes.get(ir)
	if (mask === undefined) {
		mask = maskOf([...escapedBy(textsIn(ir)), ...(asksForLineEnds(machine, ir) ? lineKinds : [])])
		machine.escapes.set(ir, mask)
	}
	return mask === 0 ? item : onlyTaint(item, cleaned(item.taint, mask))
}

const lineKinds: readonly SinkKind[] = ['header', 'log']
/** Characters of Java and C# are numbers as well: space, and the last one that cannot be printed. */
const firstPrintable: ReadonlySet<unknown> = new Set([' ', 31, 32])
const controlTests = /^(?:isISOControl|isControl|IsControl|isLetterOrDigit|IsLetterOrDigit|isAsciiPrintable)$/

/** Whether a function that goes through the characters of a text does something about those that end a line. */
function asksForLineEnds({ language }: Machine, { body }: FunctionIr): boolean {
	if (language !== 'java' && language !== 'csharp') return false
	const asked = new Set<unknown>()
	for (const { cases } of nodesOf<Switch>(body, 'switch'))
		for (const it of cases.flatMap(({ values }) => values)) if (it.kind === 'constant') asked.add(it.value)
	let isAsked = false
	someNode(body, (it) => {
		if (it.kind === 'binary') {
			const { operator, left, right } = it as unknown as Binary
			if (/^[!=]==?$/.test(operator)) for (const one of [left, right]) if (one.kind === 'constant') asked.add(one.value)
			if (
				/^[<>]=?$/.test(operator) &&
				[left, right].some((one) => one.kind === 'constant' && firstPrintable.has(one.value))
			)
				isAsked = true
		}
		if (it.kind === 'call') {
			const { callee } = it as unknown as Call
			if ((callee.kind === 'field' || callee.kind === 'name') && controlTests.test(callee.name)) isAsked = true
		}
		return isAsked
	})
	return isAsked || (asked.has('\n') && asked.has('\r'))
}

/** What a function escapes for, by the texts that it has to put in: C has no such functions of its own, and others not for all. */
function escapedBy(texts: readonly string[]): readonly SinkKind[] {
	const has = (pattern: RegExp): boolean => texts.some((it) => pattern.test(it))
	const kinds: SinkKind[] = []
	if (has(/&lt;/) && has(/&(?:quot|#34|#x22);/)) kinds.push('html')
	if (has(/'\\''|'"'"'/)) kinds.push('command')
	if (
		// One sign that is left out is enough to end the filter that was meant.
		(has(/\\2a/i) && has(/\\28/) && has(/\\29/)) ||
		(has(/^\\$/) && has(/^[xX]2$/) && ['(', ')', '*'].every((it) => texts.includes(it))) ||
		(has(/\\%02[xX]/) && has(/\(/) && has(/\)/) && has(/\*/))
	)
		kinds.push('ldap')
	if (has(/%%%02[xX]/)) kinds.push('url', 'redirect', 'html', 'header', 'log')
	return kinds
}

function textsIn({ body }: FunctionIr): readonly string[] {
	return nodesOf<Constant>(body, 'constant').flatMap(({ value }) => {
		if (typeof value === 'string') return [value]
		// A character is a number.
		return typeof value === 'number' && value > 32 && value < 127 ? [String.fromCharCode(value)] : []
	})
}
