import { isCommonWord } from './identifiers.ts'

/** A name and where it stands. */
export interface PlacedName {
	readonly name: string
	readonly line: number
	readonly character: number
	/** It stands before the `.` that the cursor is behind: what its type has is wanted, not where it is declared. */
	readonly isReceiver: boolean
}

const pattern = /[\p{L}_$][\p{L}\p{N}_$]*/gu

/** The last names of lines, nearest first, each once; that before the `.` at the very end also for its type. @param lines the nearest first */
export function namesBefore(
	lines: readonly { readonly line: number; readonly text: string }[],
	most: number,
): PlacedName[] {
	const found: PlacedName[] = []
	const seen = new Set<string>()
	for (const [index, { line, text }] of lines.entries()) {
		for (const { 0: name, index: character } of [...text.matchAll(pattern)].reverse()) {
			if (isCommonWord(name)) continue
			const isReceiver = index === 0 && /^(\?\.|\.|->|::)\w*$/.test(text.slice(character + name.length))
			if (isReceiver) found.push({ name, line, character, isReceiver })
			if (seen.has(name)) continue
			seen.add(name)
			found.push({ name, line, character, isReceiver: false })
			if (found.length >= most) return found
		}
	}
	return found
}
