/** Characters of type arguments that are looked at. */
const longest = 2_000
/** What a type begins with, and what seldom stands in a template that ends with a tag. */
const typeBegin =
	/^\s*(?:[A-Z_$[{('"]|(?:any|bigint|boolean|keyof|never|null|number|object|readonly|string|symbol|typeof|undefined|unknown|void)\b)/

/** The type of a module, which the grammar does not know among type arguments: `importOriginal<typeof import('./mail')>()`. */
const moduleType = /\btypeof[ \t]+import[ \t]*\([ \t]*(?:'[^'\n]*'|"[^"\n]*")[ \t]*\)/g

/** Code of TypeScript without what the grammar stumbles over; all else stands where it stood. */
export function parsableScript(text: string): string {
	return withoutTagTypes(text).replace(moduleType, (it) => '_'.repeat(it.length))
}

/** Without the type arguments of tagged templates (`` sql<Row>`…` ``), which are taken for comparisons or for errors. */
function withoutTagTypes(text: string): string {
	let result = ''
	let done = 0
	for (let at = text.indexOf('>`'); at >= 0; at = text.indexOf('>`', at + 2)) {
		const start = argumentsBegin(text, at, Math.max(done, at - longest))
		if (start === undefined) continue
		result += text.slice(done, start) + text.slice(start, at + 1).replace(/[^\n\r]/g, ' ')
		done = at + 1
	}
	return done === 0 ? text : result + text.slice(done)
}

/** Where the `<` stands that belongs to the `>` at `end`, if these are type arguments of a tag. */
function argumentsBegin(text: string, end: number, least: number): number | undefined {
	let depth = 0
	for (let at = end; at >= least; at--) {
		const sign = text[at]
		if (sign === '`') return undefined
		if (sign === '>' && text[at - 1] !== '=') depth++
		else if (sign === '<' && --depth === 0) {
			const isTagged = /[\w$)\]]/.test(text[at - 1] ?? '')
			return isTagged && typeBegin.test(text.slice(at + 1, at + 40)) ? at : undefined
		}
	}
	return undefined
}
