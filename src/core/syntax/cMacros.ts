/** `extern "C" {` in one condition and `}` in another one: no language has braces like that. */
const forOtherLanguage =
	/^[ \t]*#[ \t]*if(?:def|[ \t]+defined)[ \t(]*__cplusplus\b[^\n]*\n(?:[ \t]*(?:extern[ \t]+"C"[ \t]*\{?|[{}])[^\n#]*\n|[ \t]*\n)+[ \t]*#[ \t]*endif[^\n]*/gm

/** A macro alone on its line, without an end: what it stands for is known to the compiler only. */
const macroLine = /^[ \t]+[A-Z][A-Z0-9_]{2,}(?:\([^()\n]*\))?[ \t]*\\?$/gm

/** What Linux says of a pointer, function or variable to its checkers and linker. */
const ofKernel =
	/(?<![\w#])(?<!#[ \t]*(?:define|undef|ifn?def)[ \t]{1,9})__(?:user|iomem|rcu|percpu|force|kernel|nocast|bitwise|private|safe|init|exit|init_or_module|initdata|initconst|exitdata|net_init|net_exit|meminit|devinit|devexit|devinitdata|ref|refdata|read_mostly|ro_after_init|must_check|maybe_unused|always_unused|cold|hot|sched|latent_entropy|noreturn|noclone|visible|used|weak|pure|packed|(?:acquires|releases|must_hold|printf|scanf|aligned|counted_by)\([^()\n]{0,80}\))(?![\w(])/g

/** Routes of Drogon, which are listed within the class. */
const routes =
	/^[ \t]*(?:ADD_METHOD_(?:TO|VIA_REGEX)|METHOD_ADD|PATH_ADD|WS_PATH_ADD|WS_ADD_PATH_VIA_REGEX)\([^;{}()]{0,400}(?:\([^;{}()]{0,200}\)[^;{}()]{0,200}){0,4}\)[ \t]*;/gm

/** A type handed to a macro: `container_of(entry, struct item, list)`. */
const typeInMacro =
	/\b(?:struct|union|enum)(?=\s{1,20}\w+\s{0,20}\*{0,2}\s{0,20}[,)])(?<=\b(?:container_of(?:_const)?|(?:h?list|rb|llist|slist|hlist_nulls)_(?:first_|last_|next_|prev_)?entry(?:_safe|_or_null|_rcu)?|va_arg|sizeof_field|offsetofend|typecheck|TYPEOF_FIELD)\([^;{}()]{0,160}(?:\([^;{}()]{0,80}\)[^;{}()]{0,80})?\b(?:struct|union|enum))/g

/** A conversion that a macro hides: `BAD_CAST text` of libxml2 among arguments. */
const castMacro = /(?<=[(,=?:][ \t]{0,9})(?:[A-Z][A-Z0-9]{0,20}_)?CAST(?=[ \t]+["A-Za-z_&*(])/g

/** Behind a whole statement or declaration, or a line for the preprocessor: not a part of an expression, and no constant of a list. */
function standsAlone(text: string, start: number, end: number): boolean {
	if (text.charCodeAt(end - 1) === 92) return false
	const at = lastBefore(text, start)
	const before = text[at] ?? ';'
	if (before === ';' || before === '}') return true
	if (before === ':' && /\b(?:public|private|protected)\s*:$/.test(text.slice(Math.max(0, at - 30), at + 1)))
		return true
	let next = end
	while (next < text.length && isBlank(text.charCodeAt(next))) next++
	if (before === '{')
		return text[next] !== '}' || /\b(?:struct|union)\b[^;{}]*$/.test(text.slice(Math.max(0, at - 80), at))
	return (
		text
			.slice(text.lastIndexOf('\n', at) + 1, at + 1)
			.trimStart()
			.startsWith('#') && text[next] === '#'
	)
}

/** Blanks and comments do not count. */
function lastBefore(text: string, start: number): number {
	let at = start - 1
	for (;;) {
		while (at >= 0 && isBlank(text.charCodeAt(at))) at--
		const comment = text[at] === '/' && text[at - 1] === '*' ? text.lastIndexOf('/*', at - 2) : -1
		if (comment < 0) return at
		at = comment - 1
	}
}

function isBlank(code: number): boolean {
	return code === 32 || code === 9 || code === 10 || code === 13
}

/**
 * A text of C or C++ in which macros are spaces that hide a declaration from a parser that does not know them (`LIB_API int f(void)`,
 * `class LIB_API Parser`). All else keeps its place.
 */
export function withoutMacros(text: string): string {
	const blank = (found: string) => found.replace(/[^\n]/g, ' ')
	return text
		.replace(forOtherLanguage, blank)
		.replace(ofKernel, blank)
		.replace(typeInMacro, blank)
		.replace(routes, blank)
		.replace(castMacro, blank)
		.replace(macroLine, (found: string, at: number) =>
			standsAlone(text, at, at + found.length) ? blank(found) : found,
		)
		.replace(/^[A-Z][A-Z0-9_]{2,}(?:\([^()\n]*\))?(?=[ \t]+[a-z_]\w*[ \t*]+[\w*])/gm, blank)
		.replace(/^(?:[A-Z][A-Z0-9_]{2,}(?:\([^()\n]*\))?[ \t]+)+(?=[A-Za-z_]\w*[ \t*]+\w+[ \t]*\()/gm, blank)
		.replace(/(?<=^[ \t]*(?:class|struct)[ \t]+)[A-Z][A-Z0-9_]{2,}(?=[ \t]+[A-Za-z_])/gm, blank)
}
