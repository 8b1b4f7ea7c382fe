import type { GrammarName } from '../syntax/grammarOf.ts'
import type { Candidate } from './candidateSet.ts'
import type { ContextChunk } from './contextSource.ts'
import type { Definition } from './symbols/fileSymbols.ts'

/** Of a signature and of the value that it shows; what is behind says little. */
const longestSignature = 120
const longestValue = 24

/** Words before what is declared that say who may name it: whoever reads it here may. */
const modifiers =
	/^(?:(?:export|default|declare|public|protected|internal|private|pub(?:\([^)]*\))?|sealed|partial|override|virtual|final|readonly|extern|inline)\s+)+/
const macro = /^[A-Z][A-Z\d_]{3,}\s+(?=[a-z_])/

/** A definition as a model is shown it: on one line, without what the place where it stands says anyway. */
export function symbolText({ signature, kind }: Definition, grammar: GrammarName, longest = longestSignature): string {
	let text = signature.replace(modifiers, '')
	if (grammar === 'c' || grammar === 'cpp') text = text.replace(macro, '')
	if (grammar === 'go') text = text.replace(/^func \([^)]*\) /, 'func ').replace(/\s*`[^`]*`$/, '')
	if (grammar === 'python') text = text.replace(/\((?:self|cls)(?:, *|(?=\)))/, '(')
	if (grammar === 'csharp') text = text.replace(/\s*\{ *(?:get|set|init)\b.*$/, '').replace(/\s*=>.*$/, '')
	text = text.replace(/([([]) +/g, '$1').replace(/,? +([)\]])/g, '$1')
	if (kind === 'constant' || kind === 'field') text = withShortValue(text)
	return text.length > longest ? `${text.slice(0, longest)}…` : text
}

/** The comment's first sentence above it. */
export function withDoc(text: string, { doc }: Definition, grammar: GrammarName): string {
	return doc === '' ? text : `${commentMark(grammar)} ${doc}\n${text}`
}

/** The type that a member is in: said once before all members that are shown of it. */
export function scopeOf({ container, kind }: Definition): string | undefined {
	const isInside = kind === 'method' || kind === 'field' || kind === 'constant' || kind === 'function'
	return container !== undefined && isInside ? container.slice(container.lastIndexOf('.') + 1) : undefined
}

export function symbolChunk({ path, definition, inSignature }: Candidate, text: string): ContextChunk {
	const { startLine, endLine } = definition
	return { kind: inSignature ? 'definition' : 'imported', path, startLine, endLine, text }
}

function withShortValue(text: string): string {
	const at = text.search(/\s=\s/)
	return at < 0 || text.length - at <= longestValue ? text : `${text.slice(0, at + longestValue)}…`
}

function commentMark(grammar: GrammarName): string {
	return grammar === 'python' || grammar === 'ruby' || grammar === 'bash' ? '#' : grammar === 'lua' ? '--' : '//'
}
