import type { Definition } from '../../context/symbols/fileSymbols.ts'
import { filledIn, isElision } from './elisions.ts'
import { indentOf, type LineEdit, reindented } from './lineEdit.ts'
import { linesEqual } from './linesEqual.ts'

/** Lines of a text, and what it defines. */
export interface OutlinedText {
	readonly lines: readonly string[]
	readonly definitions: readonly Definition[]
}

const importLine =
	/^\s*(?:import\b|from\s+\S+\s+import\b|#\s*include\b|using\s+[\w.]+\s*;|use\s+[\w:\\{]|require(?:_relative)?[\s(]|const\s+[\w{},\s:]+=\s*require\()/
const lead = /^\s*(?:@[\w.]|\/\/|\/\*|\*|#(?!\s*include)|--|\[[\w.]+(?:\(|\]))/

/**
 * Edits that put the definitions of a piece of code in the place of those of the same names. Definitions that are new go behind the one
 * that they follow; imports that are missing go behind the others.
 *
 * @returns undefined where something of the piece has no place
 */
export function editsByDefinitions(text: OutlinedText, piece: OutlinedText): readonly LineEdit[] | undefined {
	const outermost = outermostOf(piece.definitions)
	if (outermost.length === 0) return undefined
	const placing = new Placing(text, piece)
	if (!placing.place(outermost, undefined)) return undefined
	if (!outermost.some((it) => placing.placed.has(it))) return undefined
	const covered = new Set<number>()
	for (const it of outermost) {
		const start = startWithLead(piece.lines, it)
		for (let line = start; line < it.endLine; line++) covered.add(line)
	}
	const loose = piece.lines.filter((line, at) => !covered.has(at) && line.trim() !== '' && !isElision(line))
	const imports = loose.filter((line) => importLine.test(line))
	if (loose.some((line) => !importLine.test(line) && !isComment(line))) return undefined
	placing.addImports(imports)
	return placing.edits
}

class Placing {
	readonly edits: LineEdit[] = []
	readonly placed = new Set<Definition>()
	private readonly text: OutlinedText
	private readonly piece: OutlinedText

	constructor(text: OutlinedText, piece: OutlinedText) {
		this.text = text
		this.piece = piece
	}

	/** @returns false where one has no place */
	place(definitions: readonly Definition[], within: Definition | undefined): boolean {
		let previous: Definition | undefined
		const added: Definition[] = []
		for (const it of definitions) {
			const same = this.sameIn(it, within)
			if (same) {
				if (!this.replace(same, it)) return false
				this.placed.add(it)
				previous = same
				this.insert(added.splice(0), same, within, 'before')
			} else added.push(it)
		}
		if (added.length > 0) this.insert(added, previous, within, 'after')
		return true
	}

	addImports(lines: readonly string[]): void {
		const { text } = this
		const missing = lines.filter((line) => !text.lines.some((other) => linesEqual(other, line)))
		if (missing.length === 0) return
		const last = text.lines.findLastIndex((line) => importLine.test(line) && indentOf(line) === '')
		this.edits.push({ startLine: last + 1, endLine: last + 1, lines: missing })
	}

	/** The definition of that name, in the container that the piece names, or the only one of that name. */
	private sameIn(it: Definition, within: Definition | undefined): Definition | undefined {
		const named = this.text.definitions.filter(
			({ name, kind, startLine, endLine }) =>
				name === it.name &&
				(isCallable(kind) === isCallable(it.kind) || kind === it.kind) &&
				(!within || (startLine >= within.startLine && endLine <= within.endLine)),
		)
		const exact = named.filter(({ container }) => container === it.container)
		const [only] = exact.length > 0 ? exact : named
		if (exact.length > 1) return exact.find(({ signature }) => signature === it.signature) ?? only
		return exact.length === 1 || named.length === 1 ? only : undefined
	}

	private replace(old: Definition, it: Definition): boolean {
		const { text, piece } = this
		const written = piece.lines.slice(it.startLine, it.endLine)
		const members = piece.definitions.filter((inner) => isDirectlyIn(inner, it, piece.definitions))
		const isEliding = written.some(isElision)
		const gapsBetween = isEliding && members.length > 0 && hasElisionOutside(piece.lines, it, members)
		if (gapsBetween) return this.place(members, old)
		const ownStart = startWithLead(piece.lines, it)
		const hasLead = ownStart < it.startLine && !piece.lines.slice(ownStart, it.startLine).some(isElision)
		const startLine = hasLead ? startWithLead(text.lines, old) : old.startLine
		const whole = piece.lines.slice(hasLead ? ownStart : it.startLine, it.endLine)
		const before = text.lines.slice(startLine, old.endLine)
		const fitted = reindented(whole, indentOf(text.lines[old.startLine] ?? ''))
		const lines = isEliding ? filledIn(before, fitted) : fitted
		if (!lines) return false
		this.edits.push({ startLine, endLine: old.endLine, lines })
		return true
	}

	private insert(
		added: readonly Definition[],
		beside: Definition | undefined,
		within: Definition | undefined,
		side: 'before' | 'after',
	): void {
		if (added.length === 0) return
		const { text, piece } = this
		const place = this.placeBeside(beside, within, side)
		const indent = beside
			? indentOf(text.lines[beside.startLine] ?? '')
			: within
				? `${indentOf(text.lines[within.startLine] ?? '')}${this.step(within)}`
				: ''
		const lines: string[] = []
		for (const it of added) {
			const own = piece.lines.slice(startWithLead(piece.lines, it), it.endLine)
			const fitted = reindented(own, indent)
			const isSmall = it.kind === 'field' || it.kind === 'constant'
			if (side === 'after') lines.push(...(isSmall ? [] : ['']), ...fitted)
			else lines.push(...fitted, ...(isSmall ? [] : ['']))
			this.placed.add(it)
		}
		this.edits.push({ startLine: place, endLine: place, lines })
	}

	private placeBeside(
		beside: Definition | undefined,
		within: Definition | undefined,
		side: 'before' | 'after',
	): number {
		const { text } = this
		if (beside) return side === 'after' ? beside.endLine : startWithLead(text.lines, beside)
		if (!within) return text.lines.length
		// Before what closes the block, where something does.
		const last = text.lines[within.endLine - 1] ?? ''
		return /^\s*(?:[})\]]|end\b)/.test(last) ? within.endLine - 1 : within.endLine
	}

	/** By how much the members of a definition are indented. */
	private step(within: Definition): string {
		const outer = indentOf(this.text.lines[within.startLine] ?? '')
		const inner = this.text.lines
			.slice(within.startLine + 1, within.endLine)
			.map(indentOf)
			.find((indent) => indent.length > outer.length && indent.startsWith(outer))
		return inner === undefined ? '\t' : inner.slice(outer.length)
	}
}

function isCallable(kind: Definition['kind']): boolean {
	return kind === 'function' || kind === 'method'
}

function outermostOf(definitions: readonly Definition[]): readonly Definition[] {
	return definitions.filter((it) => !definitions.some((other) => contains(other, it)))
}

function contains(outer: Definition, inner: Definition): boolean {
	if (outer === inner) return false
	const isLarger = outer.endLine - outer.startLine > inner.endLine - inner.startLine
	return isLarger && outer.startLine <= inner.startLine && outer.endLine >= inner.endLine
}

function isDirectlyIn(inner: Definition, outer: Definition, all: readonly Definition[]): boolean {
	return contains(outer, inner) && !all.some((other) => contains(outer, other) && contains(other, inner))
}

function hasElisionOutside(lines: readonly string[], of: Definition, members: readonly Definition[]): boolean {
	for (let line = of.startLine; line < of.endLine; line++) {
		const isInside = members.some((it) => line >= it.startLine && line < it.endLine)
		if (!isInside && isElision(lines[line] ?? '')) return true
	}
	return false
}

/** Comments, decorators and attributes above belong to a definition. */
function startWithLead(lines: readonly string[], { startLine }: Definition): number {
	let start = startLine
	while (start > 0 && lead.test(lines[start - 1] ?? '') && !isElision(lines[start - 1] ?? '')) start--
	return start
}

function isComment(line: string): boolean {
	return /^\s*(?:\/\/|\/\*|\*|#|--|<!--)/.test(line)
}
