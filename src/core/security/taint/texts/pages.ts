import { checkedMask } from '../checks/facts.ts'
import type { Machine } from '../machine.ts'
import { bitOf, type Taint } from '../taint.ts'

/** The end of HTML behind which an address stands that a browser opens: of `javascript:` too. */
const addressBegin = /(?:\b(?:href|action|formaction)|<(?:iframe|embed)\b[^<>]*\bsrc)\s*=\s*["']?$/i
/** As much of a text as is looked at. */
const mostBegin = 200

/** Taints of what is written behind this text: escaping makes no address safe whose protocol nobody looked at. */
export function inAddress(machine: Machine, before: unknown, taints: readonly Taint[]): readonly Taint[] {
	if (taints.length === 0 || typeof before !== 'string' || !addressBegin.test(before.slice(-mostBegin))) return taints
	const [html, scheme] = [bitOf('html'), bitOf('scheme')]
	return taints.map((it) => {
		const isEscaped = (it.clean & html) !== 0
		return isEscaped && ((it.clean | checkedMask(machine, it)) & scheme) === 0 ? { ...it, clean: it.clean & ~html } : it
	})
}
