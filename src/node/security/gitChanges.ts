import { execFile } from 'node:child_process'
import { isAbsolute, join } from 'node:path'
import { promisify } from 'node:util'

const longestMs = 60_000
const mostOutput = 64_000_000
const plainNames = ['--name-only', '-z', '--no-ext-diff', '--no-textconv', '--no-renames', '--diff-filter=d']

/**
 * Files that differ from what they were where this branch left a commit, and new ones that git does not ignore; deleted ones are left out.
 *
 * @param root absolute path of a folder in a repository
 * @param reference a commit, branch or tag
 * @returns absolute paths; rejects with a sentence for people where git is not there, or knows no such commit
 */
export async function changedSince(root: string, reference: string): Promise<readonly string[]> {
	// It would be taken for an option.
	if (reference.startsWith('-')) throw new Error(`${reference} is no commit`)
	const top = (await git(root, ['rev-parse', '--show-toplevel'])).trim()
	const commit = (await git(root, ['rev-parse', '--verify', '--quiet', `${reference}^{commit}`]).catch(() => '')).trim()
	if (commit === '') throw new Error(`git knows no commit ${reference}`)
	// Changes on the other branch since then are not ours; without a common ancestor, all that differs counts.
	const base = (await git(root, ['merge-base', commit, 'HEAD']).catch(() => commit)).trim()
	const changed = await git(root, ['diff', ...plainNames, base, '--'])
	const added = await git(top, ['ls-files', '--others', '--exclude-standard', '-z'])
	return namesIn(changed, added).map((name) => (isAbsolute(name) ? name : join(top, name)))
}

/**
 * Files below a folder that differ from the last commit, and new ones that git does not ignore; deleted ones are left out. Before the first
 * commit: all.
 *
 * @param root absolute path
 * @returns absolute paths; undefined where the folder is in no repository; rejects with a sentence for people where git cannot be asked
 */
export async function uncommittedFiles(root: string): Promise<readonly string[] | undefined> {
	try {
		if ((await git(root, ['rev-parse', '--is-inside-work-tree'])).trim() !== 'true') return undefined
	} catch (error) {
		if (error instanceof Error && /not a git repository/.test(error.message)) return undefined
		throw error
	}
	const hasCommit = await git(root, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']).then(
		() => true,
		() => false,
	)
	const changed = hasCommit
		? await git(root, ['diff', ...plainNames, '--relative', '--ignore-submodules', 'HEAD', '--'])
		: await git(root, ['ls-files', '--cached', '-z'])
	const added = await git(root, ['ls-files', '--others', '--exclude-standard', '-z'])
	return namesIn(changed, added).map((name) => join(root, name))
}

/** Each once, sorted. */
function namesIn(...lists: readonly string[]): readonly string[] {
	const names = new Set(lists.flatMap((list) => list.split('\0')))
	names.delete('')
	return [...names].sort()
}

/**
 * What differs from the last commit, or what is staged, as a diff. Rejects as `changedSince` does.
 *
 * @param root absolute path of a folder in a repository, of which only what lies below it is told
 */
export async function diffOf(root: string, staged: boolean): Promise<string> {
	const options = ['--no-ext-diff', '--no-textconv', '--no-color', '--relative']
	const cached = ['diff', '--cached', ...options]
	if (staged) return git(root, cached)
	return `${await git(root, cached)}${await git(root, ['diff', ...options])}`
}

async function git(folder: string, args: readonly string[]): Promise<string> {
	// What a repository sets must not run anything: it may be somebody else's.
	const safe = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '--no-pager', '--literal-pathspecs']
	const env = { ...process.env, GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' }
	try {
		const options = { cwd: folder, env, timeout: longestMs, maxBuffer: mostOutput, windowsHide: true }
		return (await promisify(execFile)('git', [...safe, ...args], options)).stdout
	} catch (error) {
		const { code, stderr = '' } = error as { code?: unknown; stderr?: string }
		if (code === 'ENOENT') throw new Error('git is not installed', { cause: error })
		throw new Error(`git: ${stderr.trim().split('\n')[0] ?? 'it failed'}`, { cause: error })
	}
}
