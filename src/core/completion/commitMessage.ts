import { type DiffFile, diffFiles } from '../context/diffFiles.ts'
import { isExcluded } from '../context/excludedPaths.ts'
import type { DocumentLines, Position } from './documentLines.ts'

/** The editor's id for the file that `git commit` opens. */
export const commitMessageLanguage = 'git-commit'
/** The editor's id for the field in which the message of the next commit is written. */
export const commitInputLanguage = 'scminput'

/** Lines that are looked at, for they are looked at with every key: of the message with git's hints, and of the changes. */
const longestMessage = 300
const longestDiff = 200

/** Between git's hints and the changes, which `git commit -v` shows. */
const scissors = /^# -+ >8 -+$/
const changedFile = /^#\t/

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
	const diff: string[] = []
	const most = Math.min(document.lineCount, line + 1 + longestDiff)
	for (line++; line < most; line++) diff.push(document.lineAt(line))
	const open = diffFiles(diff.join('\n')).filter(isOpen)
	return { ...withAbove(document, shownChanges(open), files), lineCount: end }
}

/** The message of the next commit as the model is to see it, from a field that holds nothing else. @param files what is committed, as far as it may be shown */
export function commitInput(document: DocumentLines, files: readonly DiffFile[]): DocumentLines {
	return withAbove(document, shownChanges(files.filter(isOpen)))
}

function isOpen({ path, from }: DiffFile): boolean {
	return !isExcluded(path) && !(from !== undefined && isExcluded(from))
}

/** As much of a diff as a model is to see. */
function shownChanges(files: readonly DiffFile[]) {
	const lines: string[] = []
	const paths: string[] = []
	for (const { path, text } of files) {
		if (lines.length >= longestDiff) break
		lines.push(...text.trimEnd().split('\n', longestDiff - lines.length))
		paths.push(path)
	}
	return { lines, paths }
}

function withAbove(
	document: DocumentLines,
	{ lines: changes, paths: aboveFiles }: ReturnType<typeof shownChanges>,
	files: readonly string[] = [],
): DocumentLines {
	const parts = [changes, files].filter((lines) => lines.length > 0)
	const above = parts.map((lines, at) => part(document, at, lines))
	return { ...document, lineAt: document.lineAt, ...(above.length > 0 && { above, aboveFiles }) }
}

function part({ id, version, languageId }: DocumentLines, at: number, lines: readonly string[]): DocumentLines {
	return { id: `${id}#${at}`, version, languageId, lineCount: lines.length, lineAt: (line) => lines[line] ?? '' }
}
