import type { FieldAccess, FunctionIr } from '../ir/ir.ts'
import { someNode } from '../ir/irNodes.ts'
import { deepTaints } from './items.ts'
import type { Machine } from './machine.ts'
import type { Store } from './store.ts'
import { joinTaints, type Taint, weakened } from './taint.ts'
import { type Value, withTaint } from './value.ts'

/**
 * What the methods of a class leave in the fields of their object, of what others sent: another method of the same object may be called after it. In which order
 * they are called is not known, nor what was looked at in between, so what is found of it is less sure.
 */
export class LeftFields {
	private readonly left = new Map<string, readonly Taint[]>()

	get isEmpty(): boolean {
		return this.left.size === 0
	}

	/** Takes what a method left, where the store is that of its end. @param before what the object was like when the method was called */
	take(machine: Machine, self: Value, before: Store | undefined): void {
		const [id] = self.objects
		if (id === undefined || !machine.sawTaint) return
		for (const [name, value] of machine.store.object(id)?.fields ?? []) {
			// A container is the same one, whatever was put into it.
			if (value.objects.length === 0 && value === before?.object(id)?.fields.get(name)) continue
			const taints = (holdsOne(machine, value) ? value.taint : deepTaints(machine, value)).filter(isOfOthers)
			if (taints.length === 0) continue
			this.left.set(name, joinTaints(this.left.get(name) ?? [], weakened(taints)))
			// What it left is in no record.
			if (machine.record) machine.record.isShared = true
		}
	}

	/** Puts it into the fields of an object. */
	give(machine: Machine, self: Value): void {
		const [id] = self.objects
		const state = id === undefined ? undefined : machine.store.ownObject(id)
		if (!state) return
		for (const [name, taints] of this.left) {
			const value = state.fields.get(name) ?? state.other
			state.fields.set(name, withTaint({ ...value, constants: undefined }, taints))
		}
		machine.meetTaint()
	}

	/** Whether a method looks at one of them. */
	concerns({ body }: FunctionIr): boolean {
		return someNode(body, (it) => it.kind === 'field' && this.left.has((it as unknown as FieldAccess).name))
	}
}

/** An object whose fields are told apart, such as a structure: some of them may be harmless. */
function holdsOne(machine: Machine, { objects }: Value): boolean {
	return objects.some((id) => machine.store.object(id)?.form === 'instance')
}

function isOfOthers({ kind }: Taint): boolean {
	return kind === 'remote'
}
