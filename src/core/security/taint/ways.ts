import type { LoopContext, Machine } from './machine.ts'
import { Store } from './store.ts'
import { unknown } from './value.ts'

/** Runs each way from here; the program goes on with all that reach their end. */
export function join(machine: Machine, ways: readonly (() => boolean)[]): boolean {
	const alive: Store['cells'][] = []
	for (const way of ways) {
		const { layer, isAlive } = machine.inLayer(way)
		if (isAlive) alive.push(layer.cells)
	}
	machine.store.absorb(alive)
	return alive.length > 0
}

/** Runs something that `break` leaves. */
export function inContext(
	machine: Machine,
	label: string | undefined,
	isSwitch: boolean,
	run: (context: LoopContext) => boolean,
): boolean {
	const base = machine.store
	const layer = new Store(base)
	const context: LoopContext = { label, isSwitch, base, round: layer, breaks: [], continues: [] }
	machine.loops.push(context)
	machine.store = layer
	const isAlive = run(context)
	machine.store = base
	machine.loops.pop()
	const ways = [...(isAlive ? [layer.cells] : []), ...context.breaks.map((it) => it.changes)]
	base.absorb(ways)
	return ways.length > 0
}

export function jump(machine: Machine, form: 'break' | 'continue' | 'fallthrough', label: string | undefined): boolean {
	if (form === 'fallthrough') return true
	for (let at = machine.loops.length - 1; at >= 0; at--) {
		const context = machine.loops[at] as LoopContext
		if (label !== undefined ? context.label !== label : form === 'continue' && context.isSwitch) continue
		if (form === 'break') context.breaks.push({ changes: machine.store.changesSince(context.base), value: unknown })
		else context.continues.push({ changes: machine.store.changesSince(context.round), value: unknown })
		return false
	}
	return false
}
