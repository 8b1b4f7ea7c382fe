import { deepTaints } from '../items.ts'
import type { ArgumentValues, Machine } from '../machine.ts'
import { cleaned, joinTaints, maskOf, type Taint } from '../taint.ts'
import { onlyTaint, type Value } from '../value.ts'
import { emptyLine } from './prefixes.ts'

const ofHeaders = maskOf(['header'])

/** What of a text stands in front of the empty line that ends the headers of a message; undefined where it has none. */
function headOf(text: unknown): string | undefined {
	const end = typeof text === 'string' ? emptyLine.exec(text) : null
	return end ? (text as string).slice(0, end.index) : undefined
}

/** `text.format(…)` (Python): data whose places are all behind the headers is none of them. */
export function behindHeaders(text: unknown, values: ArgumentValues): ArgumentValues {
	const head = headOf(text)
	if (head === undefined) return values
	const named = new Set<string>()
	let next = 0
	for (const [whole, name = ''] of head.matchAll(/\{\{|\{(\w*)[^{}]{0,80}\}/g))
		if (whole !== '{{') named.add(name === '' ? String(next++) : name)
	const clean = (value: Value, name: string): Value =>
		named.has(name) || value.taint.length === 0 ? value : onlyTaint(value, cleaned(value.taint, ofHeaders))
	return {
		...values,
		positional: values.positional.map((it, at) => clean(it, String(at))),
		keywords: new Map([...values.keywords].map(([name, it]) => [name, clean(it, name)])),
	}
}

/** `text % data` and `text % (a, b)` (Python). */
export function rightsBehindHeaders(
	machine: Machine,
	text: unknown,
	right: Value,
	rights: readonly Taint[],
): readonly Taint[] {
	const head = rights.length === 0 ? undefined : headOf(text)
	if (head === undefined) return rights
	const places = [...head.matchAll(/%(?:%|\(\w+\))?/g)].map(([it]) => it).filter((it) => it !== '%%')
	if (places.length === 0) return cleaned(rights, ofHeaders)
	const [id] = right.objects
	const items = id === undefined ? undefined : machine.store.object(id)
	if (right.objects.length !== 1 || !items || items.other.taint.length > 0) return rights
	let taints: readonly Taint[] = []
	for (const [name, value] of items.fields) {
		const isInHead = /^\d+$/.test(name) ? Number(name) < places.length : places.includes(`%(${name})`)
		const own = deepTaints(machine, value)
		taints = joinTaints(taints, isInHead ? own : cleaned(own, ofHeaders))
	}
	return taints
}
