import type { Definition, FileSymbols } from './fileSymbols.ts'

const macro = /^[ \t]*#[ \t]*define[ \t]+([A-Za-z_]\w*)(\()?[^\n]*/gm
/** At the beginning of a line, so in no body: words, the name, parameters, and no body. */
const prototype = /^(?:[A-Za-z_]\w*[ \t*]+){1,5}([A-Za-z_]\w*)[ \t]*\((?:[^(){};=#]|\([^(){};#]*\)){0,400}\)[ \t]*;/gm
const noType = /^(?:typedef|return|else|goto|case|do)\b/
const longestSignature = 240
const mostDefinitions = 5_000

/**
 * With the macros and functions that the parser of C did not see: it loses its way where macros stand for what it does not know, and
 * with it all that is declared there, up to whole headers. These lines say by themselves what they declare.
 */
export function withLostDeclarations(symbols: FileSymbols, text: string): FileSymbols {
	const known = new Set(symbols.definitions.map(({ name, startLine }) => `${startLine} ${name}`))
	const bodies = symbols.definitions.filter(hasBody)
	const lost: Definition[] = []
	const add = (definition: Definition) => {
		const { name, startLine } = definition
		if (symbols.definitions.length + lost.length >= mostDefinitions || known.has(`${startLine} ${name}`)) return
		const isLocal = bodies.some((body) => body.startLine < startLine && startLine < body.endLine - 1)
		if (!isLocal) lost.push(definition)
	}
	const lineOf = lineCounter(text)
	for (const { 0: found, 1: name = '', 2: parenthesis, index } of text.matchAll(macro)) {
		const signature = flat(found.replace(/\\\s*$/, ''))
		add(definitionOf(name, parenthesis ? 'function' : 'constant', signature, lineOf(index), 1))
	}
	const lineOfPrototype = lineCounter(text)
	for (const { 0: found, 1: name = '', index } of text.matchAll(prototype)) {
		if (noType.test(found)) continue
		const signature = flat(found.replace(/^(?:[A-Z][A-Z0-9_]{2,}[ \t]+)+(?=\w+[ \t*]+\w)/, '').replace(/\s*;$/, ''))
		add(definitionOf(name, 'function', signature, lineOfPrototype(index), found.split('\n').length))
	}
	return lost.length === 0 ? symbols : { ...symbols, definitions: [...symbols.definitions, ...lost] }
}

function definitionOf(name: string, kind: 'function' | 'constant', signature: string, line: number, lines: number) {
	const place = { startLine: line, endLine: line + lines, exported: !signature.startsWith('static ') }
	return { name, kind, container: undefined, signature, doc: '', ...place }
}

function hasBody({ kind, startLine, endLine, signature }: Definition): boolean {
	return (kind === 'function' || kind === 'method') && endLine - startLine > 2 && !signature.startsWith('#')
}

function flat(text: string): string {
	return text.replace(/\s+/g, ' ').trim().slice(0, longestSignature)
}

/** The line of an index, from 0; each index is behind the one before. */
function lineCounter(text: string): (index: number) => number {
	let line = 0
	let seen = 0
	return (index) => {
		for (let at = text.indexOf('\n', seen); at >= 0 && at < index; at = text.indexOf('\n', seen)) {
			line++
			seen = at + 1
		}
		return line
	}
}
