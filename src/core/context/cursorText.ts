import { commonKeys } from './identifiers.ts'
import { eachName, type NameKey } from './nameKeys.ts'

/** A text with the cursor in it. Nothing behind the cursor on its line counts as known. */
export interface CursorText {
	readonly lines: readonly string[]
	readonly line: number
	readonly character: number
}

/** How near to the cursor a name stands: on its line, a few lines away, in sight, somewhere in the file. */
export type Nearness = 'line' | 'near' | 'around' | 'file'

export interface NameUse {
	readonly nearness: Nearness
	/** How often the file has it, imports not counted. */
	readonly count: number
}

/** What is being written at the cursor, as far as the line tells. */
export interface WritingPlace {
	/** The letters of the name before the cursor; empty where none has begun. */
	readonly typed: string
	/** What stands before the `.`, `->` or `::` that the name follows: `this`, `a.b`'s `b`, `f()`'s `f`. */
	readonly receiver: string | undefined
	/** A member is being written, also where the receiver has no name. */
	readonly isMember: boolean
	/**
	 * What the text before the name says about it: a type is behind `:`, `extends`, `<` and the like, a line's `start` is behind
	 * nothing, a `list` is one of names that are imported or exported.
	 */
	readonly kind: 'dot' | 'new' | 'type' | 'start' | 'argument' | 'value' | 'list' | 'other'
}

const longestLine = 500
const nearLines = 6
const aroundLines = 40
const importLine =
	/^\s*(import\b|from\s+\S+\s+import\b|use\s|using\s|#\s*include\b|export\s.*\bfrom\s*['"]|(const|let|var)\s.*\brequire\(|require|package\s|namespace\s)/

/** Where the names of a text stand; those of its imports do not count, and neither do words that every file has. */
export function usesOf({ lines, line, character }: CursorText): Map<NameKey, NameUse> {
	const uses = new Map<NameKey, NameUse>()
	const rank = { line: 3, near: 2, around: 1, file: 0 } as const
	let isImport = false
	for (const [index, text] of lines.entries()) {
		isImport = isImport ? !/[)};]|\bfrom\b/.test(lines[index - 1] ?? '') || /^\s*[\w$, ]+,?\s*$/.test(text) : false
		if (importLine.test(text)) isImport = true
		if (isImport) {
			if (!/[({]\s*$|,\s*$/.test(text)) isImport = false
			continue
		}
		const distance = Math.abs(index - line)
		const nearness: Nearness =
			distance === 0 ? 'line' : distance <= nearLines ? 'near' : distance <= aroundLines ? 'around' : 'file'
		eachName(index === line ? text.slice(0, character) : text, (key) => {
			if (commonKeys.has(key)) return
			const known = uses.get(key)
			const nearest = known && rank[known.nearness] > rank[nearness] ? known.nearness : nearness
			uses.set(key, { nearness: nearest, count: (known?.count ?? 0) + 1 })
		})
	}
	return uses
}

export function writingPlaceOf({ lines, line, character }: CursorText): WritingPlace {
	// Patterns that look for the end of a text try each place of it: a line of a program has fewer.
	const before = (lines[line] ?? '').slice(0, character).slice(-longestLine)
	const typed = /[\p{L}_$][\p{L}\p{N}_$]*$/u.exec(before)?.[0] ?? ''
	let head = before.slice(0, before.length - typed.length)
	// A chain goes on over lines: the receiver may stand above.
	if (/^\s*\??(\.|->)$/.test(head)) head = `${(lines[line - 1] ?? '').trimEnd()}${head.trim()}`
	const member = /(?:\?\.|\.|->|::)\s*$/.exec(head)
	const receiver = member ? receiverBefore(head.slice(0, member.index)) : undefined
	const kind = member ? 'dot' : isInList(lines, line, head) ? 'list' : kindBehind(head)
	return { typed, receiver, isMember: member !== null, kind }
}

/** Whether the name stands in the braces of `import {` or `export {`, or behind Python's `import`. */
function isInList(lines: readonly string[], line: number, head: string): boolean {
	let text = head
	for (let at = line - 1; at >= line - 60 && /^[^{}()=;]*$/.test(text); at--)
		text = `${(lines[at] ?? '').slice(-longestLine)} ${text}`
	return /(^|\s)((import|export)( type)? \{[^}=;]*|from \S+ import [^;]*|use [\w:]+::\{[^}=;]*)$/.test(text)
}

function kindBehind(head: string): WritingPlace['kind'] {
	if (head.trim() === '') return 'start'
	if (/\bnew\s+$/.test(head)) return 'new'
	const type =
		/(\b(extends|implements|instanceof|as|is|throws?|raise|impl|struct|catch|class|is_a\?)\s*\(?|[:<|]\s*&?|->\s*)$/
	if (type.test(head)) return 'type'
	if (/[([,]\s*$/.test(head)) return 'argument'
	return /([=!?+*/%&>-]|\b(return|await|yield|in|not|and|or|if|else|case|when|then))\s*$/.test(head) ? 'value' : 'other'
}

/** The name that an expression ends with: that of the method where it ends with a call. */
function receiverBefore(text: string): string | undefined {
	let end = text.trimEnd().replace(/[!?]$/, '')
	while (/[)\]]$/.test(end)) {
		let depth = 0
		let at = end.length - 1
		for (; at >= 0; at--) {
			if (/[)\]]/.test(end[at] ?? '')) depth++
			if (/[([]/.test(end[at] ?? '')) depth--
			if (depth === 0) break
		}
		if (at < 0) return undefined
		end = end.slice(0, at)
	}
	return /[\p{L}_$@][\p{L}\p{N}_$]*$/u.exec(end)?.[0]
}

const longestName = 100

/** Names that may be the type of a variable, as its declarations and assignments in the text say, nearest first. */
export function typesOf(name: string, { lines, line, character }: CursorText): string[] {
	const plain = name.replace(/[^\p{L}\p{N}_]/gu, '')
	if (plain === '' || plain.length > longestName) return []
	const found: string[] = []
	const upper = '(\\p{Lu}[\\p{L}\\p{N}_]*)'
	const any = '([\\p{L}_][\\p{L}\\p{N}_.:]*)'
	const patterns = [
		// name: Type, name: &mut Type, name?: ns.Type
		new RegExp(
			`(?<![\\p{L}\\p{N}_])${plain}\\??\\s*:\\s*(?:&|mut |'\\w+ |dyn |impl |\\?|Option<|Optional\\[|Promise<|Arc<|Box<|Rc<|Vec<)*\\s*${any}`,
			'u',
		),
		// Type name, Type<X> name, struct type *name
		new RegExp(`(?<![\\p{L}\\p{N}_.])${any}(?:<[^>]*>)?[\\s*&]+\\$?${plain}(?:\\s*[=;,)]|$)`, 'u'),
		// Go: name *pkg.Type
		new RegExp(`(?<![\\p{L}\\p{N}_.])${plain}\\s+[*\\[\\]]*${any}\\s*[,){\`\\n]`, 'u'),
		// name = new Type(, name := Type{, name = ns.create(
		// Some(name) = Type::
		new RegExp(`${plain}\\)?\\s*(?::=|\\?\\?=|\\|\\|=|=)\\s*(?:await |new |&|mut )*\\s*${any}`, 'u'),
		new RegExp(`${plain}\\s*(?::=|=)[^=].*?\\bnew\\s+${upper}`, 'u'),
	]
	for (let at = line; at >= Math.max(0, line - 400) && found.length < 6; at--) {
		const text = at === line ? (lines[at] ?? '').slice(0, character) : (lines[at] ?? '')
		if (text.length > 400 || !text.includes(plain)) continue
		for (const pattern of patterns) {
			const match = pattern.exec(text)?.[1]
			if (!match) continue
			for (const part of match.split(/\.|::/)) {
				if (part !== '' && part !== plain && part !== 'return' && !found.includes(part)) found.push(part)
			}
		}
	}
	return found
}

/** `parseConfigFile` and `parse_config_file` are `parse`, `config`, `file`. */
export function wordsOf(name: string): string[] {
	return name
		.replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
		.toLowerCase()
		.split(/[\s_$]+/)
		.filter((word) => word.length > 2)
}
