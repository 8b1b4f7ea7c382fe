import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TextChange } from '../../../src/core/syntax/documentFeed.ts'
import { type Random, seededRandom } from '../recall/random.ts'
import { isMeasured, linesOf, positionAt, shuffled } from './choosePositions.ts'
import type { EditedFile, HeldOutPosition } from './heldOutPosition.ts'

const mostCommits = 2_000
/** A commit of more files is a rename, a format or a release. */
const mostFiles = 8
const mostEdits = 12

/**
 * Places in lines that a commit added, after the other files of the commit were edited. Only files that nothing has changed
 * since, so that the repository around them is the one that is checked out.
 */
export function editedPositions(root: string, count: number, seed: number): HeldOutPosition[] {
	const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 })
	const random = seededRandom(seed)
	const found: HeldOutPosition[] = []
	const changedSince = new Set<string>()
	for (const { commit, paths } of commitsOf(git)) {
		const latest = paths.filter((path) => !changedSince.has(path) && isMeasured(path))
		for (const path of paths) changedSince.add(path)
		if (found.length >= count) break
		if (paths.length > mostFiles || latest.length < 2) continue
		const same = latest.filter((path) => git('show', `${commit}:${path}`) === textOf(root, path))
		const [target = '', ...others] = shuffled(same, random)
		const position = target === '' ? undefined : positionInCommit({ git, commit, path: target }, random)
		const edited = position ? others.flatMap((path) => editOf({ git, commit, path })) : []
		if (position && edited.length > 0) found.push({ ...position, edited })
	}
	return found
}

type Git = (...args: string[]) => string

/** What each of them modified, the latest first; merges left out. */
function commitsOf(git: Git): { readonly commit: string; readonly paths: readonly string[] }[] {
	const kind = ['--no-merges', '--no-renames', '--diff-filter=M', '--name-only']
	const log = git('log', ...kind, `--max-count=${mostCommits}`, '--format=%x00%H')
	return log.split('\0').flatMap((entry) => {
		const [commit, ...paths] = entry.split('\n').filter((line) => line !== '')
		return commit === undefined ? [] : [{ commit, paths }]
	})
}

function textOf(root: string, path: string): string | undefined {
	try {
		return readFileSync(join(root, path), 'utf8')
	} catch {
		return undefined
	}
}

interface FileOfCommit {
	readonly git: Git
	readonly commit: string
	readonly path: string
}

function positionInCommit({ git, commit, path }: FileOfCommit, random: Random): HeldOutPosition | undefined {
	const lines = linesOf(git('show', `${commit}:${path}`))
	const added = hunksOf({ git, commit, path }).flatMap(({ newStart, lines: { length } }) =>
		Array.from({ length }, (_, at) => newStart + at),
	)
	for (const line of shuffled(added, random).slice(0, 8)) {
		const kind = random() < 0.5 ? 'line' : 'rest'
		const position = positionAt({ path, lines, line, kind }, random)
		if (position) return position
	}
	return undefined
}

/** What somebody does who makes the file what the commit made it, one place after the other from the top. */
function editOf(file: FileOfCommit): EditedFile[] {
	const { git, commit, path } = file
	const before = git('show', `${commit}^:${path}`)
	if (before.includes('\r') || linesOf(before).length === 0) return []
	const hunks = hunksOf(file).slice(0, mostEdits)
	let lines = before.split('\n')
	const changes = hunks.map(({ newStart, removed, lines: added }): TextChange => {
		const offset = (line: number) => lines.slice(0, line).reduce((sum, text) => sum + text.length + 1, 0)
		const [start, end] = [offset(newStart), offset(newStart + removed)]
		lines = [...lines.slice(0, newStart), ...added, ...lines.slice(newStart + removed)]
		return {
			start,
			end,
			startPoint: { row: newStart, column: 0 },
			endPoint: { row: newStart + removed, column: 0 },
			text: added.map((line) => `${line}\n`).join(''),
		}
	})
	return changes.length > 0 ? [{ path, before, changes }] : []
}

interface Hunk {
	/** From 0, in the text that the hunks above have made. */
	readonly newStart: number
	readonly removed: number
	readonly lines: readonly string[]
}

function hunksOf({ git, commit, path }: FileOfCommit): Hunk[] {
	const diff = git('diff', '--unified=0', '--no-color', `${commit}^`, commit, '--', path)
	return diff.split(/^(?=@@ )/m).flatMap((part) => {
		const head = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(part)
		if (!head || part.includes('\n\\ No newline')) return []
		const [, removed = '1', start = '1', added = '1'] = head
		const lines = part.split('\n').flatMap((line) => (line.startsWith('+') ? [line.slice(1)] : []))
		// Where nothing is added, the line named is the one before.
		return [{ newStart: added === '0' ? Number(start) : Number(start) - 1, removed: Number(removed), lines }]
	})
}
