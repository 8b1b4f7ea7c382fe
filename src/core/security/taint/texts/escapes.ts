import type { Constant, FunctionIr } from '../../ir/ir.ts'
import { nodesOf } from '../../ir/irNodes.ts'
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
		mask = maskOf(escapedBy(textsIn(ir)))
		machine.escapes.set(ir, mask)
	}
	return mask === 0 ? item : onlyTaint(item, cleaned(item.taint, mask))
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
	return nodesOf<Constant>(body, 'constant').flatMap(({ value }) => (typeof value === 'string' ? [value] : []))
}
