import type { ContextChunk } from './contextSource.ts'

/** Whole lines of a document that were replaced by others. */
export interface LineEdit {
	readonly path: string
	/** Lines of the text before the edit, from 0; the end is exclusive. */
	readonly startLine: number
	readonly endLine: number
	readonly lines: readonly string[]
	/** A line of the text before the edit. */
	lineBefore(line: number): string
}

/** Lines of a document that were replaced: from 0, the end exclusive, and by how many. */
export interface LineSpan {
	readonly startLine: number
	readonly endLine: number
	readonly lineCount: number
}

/** A place where somebody edits: what stood there when the first edit came, and what stands there now. */
interface Neighbourhood {
	readonly path: string
	readonly before: readonly string[]
	readonly startLine: number
	readonly now: readonly string[]
}

/** Edits this many lines apart belong together. */
const neighbourLines = 3
const mostNeighbourhoods = 24
/** What is larger was moved, pasted or generated; it is no small edit that tells what the user is about to do. */
const mostLines = 24
const mostCharacters = 1600

/** Remembers what was edited lately, as small diffs; in memory only, bounded. */
export class RecentEdits {
	/** The latest last. */
	private places: Neighbourhood[] = []

	/** To be told before the next edit of the same document. */
	record(edit: LineEdit): void {
		const { path, startLine, endLine, lines } = edit
		const near = this.places.find((place) => place.path === path && isNear(place, edit))
		const grown = near ? grow(near, edit) : undefined
		const delta = lines.length - (endLine - startLine)
		const others = this.places.filter((place) => place !== near && !(place.path === path && isNear(place, edit)))
		this.places = others.map((place) =>
			place.path === path && place.startLine >= endLine ? { ...place, startLine: place.startLine + delta } : place,
		)
		const before: string[] = []
		for (let line = startLine; line < endLine && before.length <= mostLines; line++) before.push(edit.lineBefore(line))
		const place = grown ?? { path, before, startLine, now: lines }
		if (isSmall(place) && !isUndone(place)) this.places.push(place)
		if (this.places.length > mostNeighbourhoods) this.places.shift()
	}

	/** For changes that say little about what comes next: what they touch is forgotten. Each is about the text that those before it made. */
	passOver(path: string, changes: readonly LineSpan[]): void {
		for (const { startLine, endLine, lineCount } of changes) {
			this.places = this.places.flatMap((place) => {
				if (place.path !== path || place.startLine + place.now.length <= startLine) return [place]
				if (place.startLine < endLine) return []
				return [{ ...place, startLine: place.startLine + lineCount - (endLine - startLine) }]
			})
		}
	}

	/** Forgets places where something else stands now. */
	keepWhatStands(path: string, lineAt: (line: number) => string): void {
		const stands = ({ startLine, now }: Neighbourhood) => now.every((text, index) => lineAt(startLine + index) === text)
		this.places = this.places.filter((place) => place.path !== path || stands(place))
	}

	has(path: string): boolean {
		return this.places.some((place) => place.path === path)
	}

	/** For a document that was excluded, or closed without being saved, or whose text changed in a way that nobody told. */
	forget(path: string): void {
		this.places = this.places.filter((place) => place.path !== path)
	}

	/** The latest first, as `-` and `+` lines. */
	chunks(): ContextChunk[] {
		return this.places.toReversed().flatMap((place) => {
			const text = diffOf(place)
			const { path, startLine, now } = place
			return text ? [{ kind: 'recentEdit' as const, path, startLine, endLine: startLine + now.length, text }] : []
		})
	}
}

function isNear(place: Neighbourhood, { startLine, endLine }: LineEdit): boolean {
	const end = place.startLine + place.now.length
	return startLine <= end + neighbourLines && endLine >= place.startLine - neighbourLines
}

/** The neighbourhood with the edit and what lies between: the lines in between are the same before and now. */
function grow(place: Neighbourhood, edit: LineEdit): Neighbourhood {
	const end = place.startLine + place.now.length
	const above: string[] = []
	for (let line = edit.startLine; line < place.startLine; line++) above.push(edit.lineBefore(line))
	const below: string[] = []
	for (let line = end; line < edit.endLine; line++) below.push(edit.lineBefore(line))
	const startLine = Math.min(place.startLine, edit.startLine)
	const now = [...above, ...place.now, ...below]
	now.splice(edit.startLine - startLine, edit.endLine - edit.startLine, ...edit.lines)
	return { path: place.path, before: [...above, ...place.before, ...below], startLine, now }
}

function isSmall({ before, now }: Neighbourhood): boolean {
	if (before.length > mostLines || now.length > mostLines) return false
	return lengthOf(before) <= mostCharacters && lengthOf(now) <= mostCharacters
}

function lengthOf(lines: readonly string[]): number {
	return lines.reduce((sum, line) => sum + line.length + 1, 0)
}

function isUndone({ before, now }: Neighbourhood): boolean {
	return before.length === now.length && before.every((line, index) => line === now[index])
}

/** Without the lines at both ends that are the same; empty where only white space changed. */
function diffOf({ before, now }: Neighbourhood): string {
	let start = 0
	while (start < Math.min(before.length, now.length) && before[start] === now[start]) start++
	let end = 0
	const room = Math.min(before.length, now.length) - start
	while (end < room && before[before.length - 1 - end] === now[now.length - 1 - end]) end++
	const isWritten = (line: string) => line.trim() !== ''
	const removed = before.slice(start, before.length - end).filter(isWritten)
	const added = now.slice(start, now.length - end).filter(isWritten)
	if (removed.map((line) => line.trim()).join('\n') === added.map((line) => line.trim()).join('\n')) return ''
	return [...removed.map((line) => `-${line}`), ...added.map((line) => `+${line}`)].join('\n')
}
