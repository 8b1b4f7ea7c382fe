import { isExcluded } from '../context/excludedPaths.ts'
import type { DocumentLines, Position } from './documentLines.ts'

/** The editor's id for the file that `git commit` opens. */
export const commitMessageLanguage = 'git-commit'

/** Lines that are looked at, for they are looked at with every key: of the message with git's hints, and of the changes. */
const longestMessage = 300
const longestDiff = 200

/** Between git's hints and the changes, which `git commit -v` shows. */
const scissors = /^# -+ >8 -+$/
const changedFile = /^#\t/
const diffHeader = /^diff --git a\/.* b\/(.*)$/

/**
 * A commit message as the model is to see it: what git has to say of the commit (what changed in which files) is read before it, and git's
 * hints, which are no part of the message, are left out. As it is where the cursor stands in what git wrote.
 */
export function commitMessage(document: DocumentLines, { line: cursorLine }: Position): DocumentLines {
	const last = Math.min(document.lineCount, longestMessage)
	const isHint = (line: number) => document.lineAt(line).startsWith('#')
	let end = cursorLine + 1
	while (end < last && !isHint(end)) end++
	if (end >= last || isHint(cursorLine)) return document
	const hints: string[] = []
	let line = end
	for (; line < last && !scissors.test(document.lineAt(line)); line++) hints.push(document.lineAt(line))
	const files = hints.filter((hint) => changedFile.test(hint)).map((hint) => hint.slice(2))
	const changes = changesFrom(document, line + 1)
	const above = [changes, files].filter((lines) => lines.length > 0).map((lines, at) => part(document, at, lines))
	return { ...document, lineCount: end, lineAt: document.lineAt, ...(above.length > 0 && { above }) }
}

/** The lines of the diff, without those of files that look secret. */
function changesFrom(document: DocumentLines, first: number): string[] {
	const changes: string[] = []
	let isLeftOut = false
	for (let line = first; line < Math.min(document.lineCount, first + longestDiff); line++) {
		const text = document.lineAt(line)
		const path = diffHeader.exec(text)?.[1]
		if (path !== undefined) isLeftOut = isExcluded(path)
		if (!isLeftOut && !text.startsWith('#')) changes.push(text)
	}
	return changes
}

function part({ id, version, languageId }: DocumentLines, at: number, lines: readonly string[]): DocumentLines {
	return { id: `${id}#${at}`, version, languageId, lineCount: lines.length, lineAt: (line) => lines[line] ?? '' }
}
