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
	const changes = shownChanges(diffFiles(diff.join('\n')))
	return { ...withAbove(document, [changes, files]), lineCount: end }
}

/**
 * The message of the next commit as the model is to see it, from a field that holds nothing else.
 *
 * @param changes by `shownChanges`
 */
export function commitInput(document: DocumentLines, changes: readonly string[]): DocumentLines {
	return withAbove(document, [changes])
}

/** Lines of a diff, as many as a model is to see, without those of files that look secret. */
export function shownChanges(files: readonly DiffFile[]): string[] {
	const changes: string[] = []
	for (const { path, text } of files) {
		if (changes.length >= longestDiff) break
		if (!isExcluded(path)) changes.push(...text.trimEnd().split('\n', longestDiff - changes.length))
	}
	return changes
}

function withAbove(document: DocumentLines, parts: readonly (readonly string[])[]): DocumentLines {
	const above = parts.filter((lines) => lines.length > 0).map((lines, at) => part(document, at, lines))
	return { ...document, lineAt: document.lineAt, ...(above.length > 0 && { above }) }
}

function part({ id, version, languageId }: DocumentLines, at: number, lines: readonly string[]): DocumentLines {
	return { id: `${id}#${at}`, version, languageId, lineCount: lines.length, lineAt: (line) => lines[line] ?? '' }
}
