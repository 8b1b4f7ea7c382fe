import { assign, isTarget } from '../assign.ts'
import { allOf } from '../items.ts'
import type { Machine } from '../machine.ts'
import type { ObjectState } from '../store.ts'
import type { Value } from '../value.ts'
import type { LibraryCall } from './libraryCall.ts'

/** Functions that only look at what they are given. */
const looking =
	/^(?:fmt\.(?!S?scan|Fscan)|log(?:\/slog)?\.|errors\.|strings\.|bytes\.|strconv\.|reflect\.|sort\.|encoding\/\w+\.(?:Marshal|NewEncoder|Valid)|context\.|testing\.)/

/** `row.Scan(&count)`, `json.Unmarshal(text, &settings)` (Go): what a variable began with, such as 0 or an empty list, need not be in it any more. */
export function forgetFilled(
	machine: Machine,
	{ paths: [path = ''], values: { written, positional } }: LibraryCall,
): void {
	// What has no package is built in, and changes nothing that way.
	if (!path.includes('.')) return
	const isLooking = looking.test(path)
	for (const [at, { value: it }] of written.entries()) {
		const operand = it.kind === 'unary' && it.operator === '&' ? it.operand : undefined
		if (operand && isTarget(operand)) {
			const value = machine.evaluate(operand)
			if (!isLooking) openAll(machine, value, true)
			if (value.constants !== undefined) assign(machine, operand, { ...value, constants: undefined })
		} else if (!isLooking && positional[at]) openAll(machine, positional[at] as Value, false)
	}
}

/** @param isAddress whether what is handed over is where a list or map lies, so that another may be put there */
function openAll(machine: Machine, { objects }: Value, isAddress: boolean): void {
	for (const id of objects) {
		const state = machine.store.object(id)
		if (!state || !(state.form === 'instance' ? state.class : isAddress)) continue
		const own = machine.store.ownObject(id)
		if (own) open(own)
	}
}

function open(state: ObjectState): void {
	if (state.form === 'list') {
		const all = allOf(state)
		state.fields.clear()
		state.other = all
		state.length = undefined
		delete state.start
	} else if (state.form === 'instance') {
		for (const [name, it] of state.fields)
			if (it.constants !== undefined) state.fields.set(name, { ...it, constants: undefined })
	}
	state.isOpen = true
}
