import type { GrammarName } from '../syntax/grammarOf.ts'
import type { ContextChunk } from './contextSource.ts'
import type { Candidate } from './symbolCandidates.ts'

/** Of a signature; what is behind says little. */
const longestSignature = 200

/** A definition as a model is shown it: one line, its class before it, and its comment above where it is near. */
export function symbolText(
	{ definition }: Pick<Candidate, 'definition'>,
	grammar: GrammarName,
	withDoc = false,
): string {
	const { container, kind, doc } = definition
	const signature = shortened(definition.signature)
	const isInside =
		container !== undefined && (kind === 'method' || kind === 'field' || kind === 'constant' || kind === 'function')
	const text = !isInside || signature.includes(lastPart(container)) ? signature : `${lastPart(container)}: ${signature}`
	return withDoc && doc !== '' ? `${commentOf(doc, grammar)}\n${text}` : text
}

export function symbolChunk(candidate: Candidate, text: string): ContextChunk {
	const { path, definition } = candidate
	const { startLine, endLine } = definition
	return { kind: candidate.inSignature ? 'definition' : 'imported', path, startLine, endLine, text }
}

function shortened(signature: string): string {
	const text = signature.replace(/^(export (default )?|public |pub(\([^)]*\))? )+/, '').replace(/^declare /, '')
	return text.length > longestSignature ? `${text.slice(0, longestSignature)}…` : text
}

function lastPart(container: string): string {
	return container.slice(container.lastIndexOf('.') + 1)
}

function commentOf(doc: string, grammar: GrammarName): string {
	const mark = grammar === 'python' || grammar === 'ruby' || grammar === 'bash' ? '#' : grammar === 'lua' ? '--' : '//'
	return `${mark} ${doc}`
}
