import type { Machine } from './machine.ts'
import { joinTaints, type Taint } from './taint.ts'
import { constantOf, ofTaint, type Value } from './value.ts'

/** What a program that is given this list of words may take for an option of its own. */
export function optionWords(machine: Machine, { objects }: Value): Value | undefined {
	let taints: readonly Taint[] = []
	for (const id of objects) {
		const state = machine.store.object(id)
		if (state?.form !== 'list' || state.length === undefined || state.isOpen) continue
		let isValue = false
		for (let at = 0; at < state.length; at++) {
			const word = state.fields.get(String(at))
			const text = word && word.taint.length === 0 ? constantOf(word) : undefined
			if (text === '--') break
			if (word && !isValue)
				taints = joinTaints(
					taints,
					word.taint.filter((it) => it.isWhole),
				)
			isValue = typeof text === 'string' && /^-[^=]*$/.test(text)
		}
	}
	return taints.length === 0 ? undefined : ofTaint(taints)
}
