import type { CodeSpan } from '../tree/codeNode.ts'

/** A stretch of a text is replaced; edits of one list do not overlap and are sorted. */
export interface TextEdit extends CodeSpan {
	readonly text: string
}

export function applyEdits(text: string, edits: readonly TextEdit[]): string {
	let result = ''
	let at = 0
	for (const { start, end, text: inserted } of edits) {
		result += text.slice(at, start) + inserted
		at = end
	}
	return result + text.slice(at)
}

/** Where a place of the old text is in the new one; undefined within what was replaced. */
export function movedOffset(offset: number, edits: readonly TextEdit[]): number | undefined {
	let by = 0
	for (const { start, end, text } of edits) {
		if (offset < start) break
		if (offset < end) return undefined
		by += text.length - (end - start)
	}
	return offset + by
}

/** The lines that differ between a stretch of a text and what it is to become, as few as there can be. */
export function lineEdits(before: string, after: string, offset: number): readonly TextEdit[] {
	const old = linesOf(before)
	const fresh = linesOf(after)
	const common = commonLengths(old, fresh)
	const edits: TextEdit[] = []
	let [i, j, at] = [0, 0, offset]
	while (i < old.length || j < fresh.length) {
		if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
			at += (old[i] as string).length
			i++
			j++
			continue
		}
		const start = at
		let text = ''
		while ((i < old.length || j < fresh.length) && !(i < old.length && j < fresh.length && old[i] === fresh[j])) {
			const ifRemoved = common[i + 1]?.[j] ?? -1
			const ifAdded = common[i]?.[j + 1] ?? -1
			if (i < old.length && (j >= fresh.length || ifRemoved >= ifAdded)) at += (old[i++] as string).length
			else text += fresh[j++]
		}
		edits.push({ start, end: at, text })
	}
	return edits
}

/** With their line breaks. */
function linesOf(text: string): readonly string[] {
	return text === '' ? [] : text.split(/(?<=\n)/)
}

/** How many lines the rests from i and j on have in common, in order. */
function commonLengths(a: readonly string[], b: readonly string[]): readonly (readonly number[])[] {
	const lengths = Array.from({ length: a.length + 1 }, () => Array.from({ length: b.length + 1 }, () => 0))
	for (let i = a.length - 1; i >= 0; i--) {
		const row = lengths[i] as number[]
		const below = lengths[i + 1] as number[]
		for (let j = b.length - 1; j >= 0; j--) {
			row[j] = a[i] === b[j] ? (below[j + 1] as number) + 1 : Math.max(below[j] as number, row[j + 1] as number)
		}
	}
	return lengths
}
