import { checkedMask } from '../checks/facts.ts'
import type { Machine } from '../machine.ts'
import { bitOf, type Taint, type TaintStep } from '../taint.ts'

/** The end of HTML behind which an address stands that a browser opens: of `javascript:` too. */
const addressBegin = /(?:\b(?:href|action|formaction)|<(?:iframe|embed)\b[^<>]*\bsrc)\s*=\s*["']?$/i
/** As much of a text as is looked at. */
const mostBegin = 200

/** The end of HTML behind which the value of an attribute stands, in these quotes. */
const attributeBegin = /(?:^|["'\s])[\w:@.-]{1,40}\s*=\s*(["'])[^"'<>]*$/

/**
 * Taints of what is written behind this text: escaping makes no address safe whose protocol nobody looked at, and in an attribute only what escapes its
 * quotes makes anything safe.
 */
export function inPage(machine: Machine, before: unknown, given: readonly Taint[]): readonly Taint[] {
	if (given.length === 0 || typeof before !== 'string') return given
	const [html, scheme] = [bitOf('html'), bitOf('scheme')]
	const begin = before.slice(-mostBegin)
	const quote = machine.language === 'javascript' ? attributeBegin.exec(begin)?.[1] : undefined
	const taints =
		quote === undefined
			? given
			: given.map((it) => ((it.clean & html) !== 0 && leavesQuote(it, quote) ? { ...it, clean: it.clean & ~html } : it))
	if (!addressBegin.test(begin)) return taints
	return taints.map((it) => {
		const isEscaped = (it.clean & html) !== 0
		return isEscaped && ((it.clean | checkedMask(machine, it)) & scheme) === 0 ? { ...it, clean: it.clean & ~html } : it
	})
}

/** Whether it was escaped for what stands between tags only: by replacing some signs, and not this one. */
function leavesQuote({ last }: Taint, quote: string): boolean {
	let isEscaped = false
	for (let at: TaintStep | undefined = last; at; at = at.previous) {
		const [, signs] = /^replace(?:All)?\(([\s\S]*)\)$/.exec(at.label) ?? []
		if (signs === undefined) {
			if (at.role === 'step' && othersEscape.test(at.label)) return false
			continue
		}
		if (signs === '' || signs.includes(quote) || coversQuotes.test(signs)) return false
		if (signs.includes('<')) isEscaped = true
	}
	return isEscaped
}

const othersEscape = /escape|encode|sani|purif|strip|clean|safe|xss|^he\b/i
/** `[^a-z]`, `\W`, and quotes that are written as numbers. */
const coversQuotes = /\[\^|\\W|\\x2[27]|\\u002[27]/i
