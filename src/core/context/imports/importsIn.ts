import type { GrammarName } from '../../syntax/grammarOf.ts'
import type { ImportedName } from '../symbols/fileSymbols.ts'

/** The names that an import takes. @param text of the whole statement; one that is half written gives what can be read */
export function importsIn(grammar: GrammarName, text: string): ImportedName[] {
	const flat = text.replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g, ' ').replace(/\s+/g, ' ')
	switch (grammar) {
		case 'typescript':
		case 'tsx':
		case 'javascript':
			return ofModule(flat)
		case 'python':
			return ofPython(text.replace(/#[^\n]*/g, ' ').replace(/[\s\\]+/g, ' '))
		case 'rust':
			return ofRust(flat)
		case 'go':
			return ofGo(flat)
		case 'c':
		case 'cpp':
			return whole(/#\s*include\s*["<]([^">]+)[">]/.exec(flat)?.[1])
		case 'java':
		case 'kotlin':
			return ofDotted(/import (?:static )?([\w.*]+)(?: as (\w+))?/.exec(flat))
		case 'csharp':
			return ofNamespace(flat)
		case 'php':
			return ofPhp(flat)
		case 'ruby':
			return ofRuby(flat)
		default:
			return []
	}
}

function named(from: string, name: string | undefined, alias: string | undefined): ImportedName {
	return { from, name, alias }
}

function whole(from: string | undefined): ImportedName[] {
	return from === undefined ? [] : [named(from, undefined, undefined)]
}

/** `a, b as c` → pairs. */
function pairs(list: string, as = / as /): { readonly name: string; readonly alias: string }[] {
	return list.split(',').flatMap((part) => {
		const [name = '', alias] = part
			.trim()
			.replace(/^type /, '')
			.split(as)
		return name.trim() === '' ? [] : [{ name: name.trim(), alias: (alias ?? name).trim() }]
	})
}

function ofModule(text: string): ImportedName[] {
	const from = /(?:from|require ?\(|import) ?["'`]([^"'`]+)["'`]/.exec(text)?.[1]
	if (from === undefined) return []
	const own = /^import (?:type )?([\w$]+) ?(?:,|from)/.exec(text)?.[1]
	const all = /\* as ([\w$]+)/.exec(text)?.[1]
	if (all !== undefined)
		return [...(own === undefined ? [] : [named(from, undefined, own)]), named(from, undefined, all)]
	if (/^export ?\*/.test(text)) return whole(from)
	const list = /\{([^}]*)\}/.exec(text)?.[1]
	const separator = text.includes('require') ? / ?: ?/ : / as /
	const found = list === undefined ? [] : pairs(list, separator).map(({ name, alias }) => named(from, name, alias))
	const single = own ?? /^(?:import )?([\w$]+) ?= ?require/.exec(text)?.[1]
	if (single !== undefined) found.push(named(from, undefined, single))
	return found.length > 0 ? found : whole(from)
}

function ofPython(text: string): ImportedName[] {
	const from = /^from ([.\w]+) import (.*)$/.exec(text.trim())
	if (from) {
		const [, module = '', list = ''] = from
		const names = list.replace(/[()]/g, '').trim()
		if (names === '*') return whole(module)
		return pairs(names).map(({ name, alias }) => named(module, name, alias))
	}
	const list = /^import (.*)$/.exec(text.trim())?.[1] ?? ''
	// `import a.b` gives the name `a`; what it has is then named as `a.b.c`.
	return pairs(list).flatMap(({ name, alias }) => {
		const [first = name] = name.split('.')
		if (alias !== name || first === name) return [named(name, undefined, alias)]
		return [named(name, undefined, name.slice(name.lastIndexOf('.') + 1)), named(first, undefined, first)]
	})
}

/** `use a::{b, c::{d as e, self}};`, however deep. */
function ofRust(text: string): ImportedName[] {
	const module = /^(?:pub(?:\([^)]*\))? )?mod (\w+) ?;/.exec(text.trim())?.[1]
	if (module !== undefined) return [named(`self::${module}`, undefined, module)]
	const path = /^(?:pub(?:\([^)]*\))? )?use (.*?);?$/.exec(text.trim())?.[1]
	return path === undefined ? [] : rustPaths(path, '', 0)
}

function rustPaths(text: string, before: string, depth: number): ImportedName[] {
	if (depth > 8) return []
	return splitOutside(text).flatMap((part) => {
		const group = /^(.*?)(?:::)?\{(.*)\}$/.exec(part.trim())
		if (group) return rustPaths(group[2] ?? '', join(before, group[1] ?? ''), depth + 1)
		const [path = '', alias] = part.trim().split(' as ')
		const segments = join(before, path).split('::')
		const last = segments.pop() ?? ''
		const from = segments.join('::')
		if (last === 'self') return [named(from, undefined, alias ?? segments.at(-1))]
		return last === '*' ? whole(from) : last === '' ? [] : [named(from, last, alias ?? last)]
	})
}

function join(before: string, path: string): string {
	return before === '' ? path : path === '' ? before : `${before}::${path}`
}

/** Parts between commas that stand in no braces. */
function splitOutside(text: string): string[] {
	const parts: string[] = []
	let depth = 0
	let part = ''
	for (const character of text) {
		if (character === '{') depth++
		if (character === '}') depth--
		if (character === ',' && depth === 0) {
			parts.push(part)
			part = ''
		} else part += character
	}
	return part.trim() === '' ? parts : [...parts, part]
}

function ofGo(text: string): ImportedName[] {
	const [, alias, from] = /^(?:([\w.]+) )?"([^"]+)"/.exec(text) ?? []
	if (from === undefined) return []
	// `example.com/yaml/v3` and `gopkg.in/yaml.v3` are both called `yaml`.
	const plain = from.replace(/[/.]v\d+$/, '')
	return [named(from, undefined, alias === '.' ? undefined : (alias ?? plain.slice(plain.lastIndexOf('/') + 1)))]
}

/** What is relative to the file begins with a dot. A module that is included is found by its name: no file has to be named for that. */
function ofRuby(text: string): ImportedName[] {
	const included = /^(?:include|extend|prepend)\b\(?(.*)$/.exec(text)?.[1]
	if (included !== undefined) {
		const names = included.match(/\p{Lu}[\p{L}\p{N}_]*(?:::\p{Lu}[\p{L}\p{N}_]*)*/gu) ?? []
		return names.map((from) => named(from, from.replace(/^.*::/, ''), from.replace(/^.*::/, '')))
	}
	const from = /["']([^"']+)["']/.exec(text)?.[1]
	const isRelative = from !== undefined && /^require_relative\b/.test(text) && !/^\.\.?\//.test(from)
	return whole(isRelative ? `./${from}` : from)
}

function ofDotted(found: RegExpExecArray | null): ImportedName[] {
	const path = found?.[1]
	if (path === undefined) return []
	const dot = path.lastIndexOf('.')
	const name = path.slice(dot + 1)
	return name === '*' ? whole(path.slice(0, dot)) : [named(path, name, found?.[2] ?? name)]
}

function ofNamespace(text: string): ImportedName[] {
	const alias = /using (\w+) ?= ?([\w.]+)/.exec(text)
	if (alias) return [named(alias[2] ?? '', /\w+$/.exec(alias[2] ?? '')?.[0], alias[1])]
	return whole(/using (?:static )?([\w.]+)/.exec(text)?.[1])
}

function ofPhp(text: string): ImportedName[] {
	const group = /use (?:function |const )?([\w\\]+)\\\{([^}]*)\}/.exec(text)
	if (group) {
		return pairs((group[2] ?? '').replace(/\b(?:function|const) /g, '')).map(({ name, alias }) => {
			const last = name.slice(name.lastIndexOf('\\') + 1)
			return named(`${group[1]}\\${name}`, last, alias === name ? last : alias)
		})
	}
	return pairs(text.replace(/^use (?:function |const )?/, '').replace(/;.*$/, '')).map(({ name, alias }) => {
		const last = name.slice(name.lastIndexOf('\\') + 1)
		return named(name, last, alias === name ? last : alias)
	})
}
