import type { FieldIr } from '../ir/ir.ts'
import type { Machine } from './machine.ts'
import type { ObjectState } from './store.ts'
import type { ClassValue, Value } from './value.ts'

/** Whether a structure has a field of such a name that a request was bound to, and that nobody assigned to since. */
export function hasBoundField(machine: Machine, { objects }: Value, name: string): boolean {
	const pattern = machine.rules.cache.pattern(name)
	return objects.some((id) => {
		const state = machine.store.object(id)
		const of = state?.class
		if (state?.form === 'map') return isBoundMap(state)
		if (!of || !pattern) return false
		return of.class.fields.some((field) => {
			if (!pattern.test(field.name) || isLeftOut(of, field)) return false
			const held = state.fields.get(field.name) ?? state.other
			return held.taint.some(({ kind }) => kind === 'remote')
		})
	})
}

/** Of a map (Go) that a decoder filled, also the keys are what somebody else chose. */
function isBoundMap({ keys, other }: ObjectState): boolean {
	return keys.taint.some(({ kind, root }) => kind === 'remote' && other.taint.some((it) => it.root === root))
}

/** `json:"-"`: no decoder writes to it. */
export function isLeftOut({ frame }: ClassValue, { end }: FieldIr): boolean {
	const line = (frame.unit as Machine['unit']).text.slice(end, end + longestTag).split('\n', 1)[0] ?? ''
	return /\b(?:json|form|query|bson|xml|yaml):"-"/.test(line)
}

const longestTag = 200
