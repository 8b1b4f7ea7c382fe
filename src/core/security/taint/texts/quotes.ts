import { bitOf, type Taint } from '../taint.ts'

/** Functions that escape what stands between quotes, and put none around it themselves. */
const escapesQuotes =
	/(?:^|[.>])_?(?:\w+_)?(?:real_escape(?:_string(?:_quote)?)?|escape_string|escapeString|PQescapeString(?:Conn)?|addslashes|esc_sql|esc_like|_escape)\(\)$/
/** Text in front of a value of SQL that stands there by itself: behind an operator, a bracket or a word of the language. */
const bareValue =
	/(?:[=<>(,+*/-]|\b(?:and|or|not|in|by|limit|offset|like|between|where|set|values|select|from|join|having|then|else))\s*$/i
const mostBefore = 200

/**
 * Taints of what is written behind this text: escaping keeps the data between its quotes, and does nothing for data that stands in the query without
 * any, such as a number.
 */
export function withoutQuotes(before: unknown, taints: readonly Taint[]): readonly Taint[] {
	if (taints.length === 0 || typeof before !== 'string') return taints
	const text = before.slice(-mostBefore)
	const rest = text.slice(Math.max(text.lastIndexOf("'"), text.lastIndexOf('"'), text.lastIndexOf('`')) + 1)
	// Behind a quote that opens nothing comes another part of the query.
	if (rest === '' || (rest !== text && !/^[\s),]/.test(rest)) || !bareValue.test(rest)) return taints
	const sql = bitOf('sql')
	return taints.map((it) => ((it.clean & sql) !== 0 && isEscaped(it) ? { ...it, clean: it.clean & ~sql } : it))
}

function isEscaped({ last }: Taint): boolean {
	for (let at: typeof last | undefined = last; at; at = at.previous) if (escapesQuotes.test(at.label)) return true
	return false
}
