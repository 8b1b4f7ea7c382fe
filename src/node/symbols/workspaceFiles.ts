import type { Dirent } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import ignore, { type Ignore } from 'ignore'
import { isExcluded } from '../../core/context/excludedPaths.ts'

/** A folder of the workspace. */
export interface WorkspaceRoot {
	/** Absolute. */
	readonly folder: string
	/** Stands before the paths of its files; empty where there is one root only. */
	readonly name: string
	/** Globs of the editor's setting `files.exclude` that are switched on. */
	readonly excluded: readonly string[]
}

interface Rules {
	/** Relative to the root, ending with `/` or empty. */
	readonly base: string
	readonly rules: Ignore
}

const deepest = 40

/** The path of a file as the index has it, or undefined where it is not below the root. */
export function pathIn({ folder, name }: WorkspaceRoot, absolute: string): string | undefined {
	const inside = absolute.replaceAll('\\', '/')
	const base = `${folder.replaceAll('\\', '/').replace(/\/$/, '')}/`
	if (!inside.startsWith(base)) return undefined
	return name === '' ? inside.slice(base.length) : `${name}/${inside.slice(base.length)}`
}

/**
 * The files below a folder, relative to the root, with `/`: without what `.gitignore` files and the editor's settings exclude, what
 * looks secret, and links, which could lead in circles or out of the workspace. Folders that cannot be read are left out.
 *
 * @param start relative to the root; empty for all of it
 */
export async function* filesBelow(root: WorkspaceRoot, start = ''): AsyncGenerator<string> {
	yield* filesIn(root, start, await rulesAbove(root, start), 0)
}

/** Whether a single file is one of them. */
export async function isIncluded(root: WorkspaceRoot, path: string): Promise<boolean> {
	if (isExcluded(path)) return false
	return !isIgnored(path, await rulesAbove(root, path.slice(0, Math.max(0, path.lastIndexOf('/')))))
}

async function* filesIn(
	root: WorkspaceRoot,
	folder: string,
	above: readonly Rules[],
	depth: number,
): AsyncGenerator<string> {
	if (depth > deepest) return
	const entries = await entriesOf(join(root.folder, folder))
	const base = folder === '' ? '' : `${folder}/`
	const own = entries.some(({ name }) => name === '.gitignore') ? await gitignoreIn(root, base) : undefined
	const rules = own ? [...above, own] : above
	for (const entry of entries) {
		const path = `${base}${entry.name}`
		if (isExcluded(path)) continue
		if (entry.isDirectory()) {
			if (!isIgnored(`${path}/`, rules)) yield* filesIn(root, path, rules, depth + 1)
		} else if (entry.isFile() && !isIgnored(path, rules)) yield path
	}
}

async function entriesOf(folder: string): Promise<Dirent[]> {
	const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
	return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The rules of the root and of every folder above a path. */
async function rulesAbove(root: WorkspaceRoot, folder: string): Promise<Rules[]> {
	const rules: Rules[] = [{ base: '', rules: ignore({ allowRelativePaths: true }).add([...root.excluded]) }]
	const exclude = await readFile(join(root.folder, '.git', 'info', 'exclude'), 'utf8').catch(() => '')
	rules.push({ base: '', rules: ignore().add(exclude) })
	if (folder === '') return rules
	const segments = folder.split('/')
	for (let count = 0; count < segments.length; count++) {
		const base = segments
			.slice(0, count)
			.map((segment) => `${segment}/`)
			.join('')
		const own = await gitignoreIn(root, base)
		if (own) rules.push(own)
	}
	return rules
}

async function gitignoreIn({ folder }: WorkspaceRoot, base: string): Promise<Rules | undefined> {
	const text = await readFile(join(folder, base, '.gitignore'), 'utf8').catch(() => undefined)
	return text === undefined ? undefined : { base, rules: ignore().add(text) }
}

function isIgnored(path: string, rules: readonly Rules[]): boolean {
	let ignored = false
	for (const { base, rules: own } of rules) {
		if (!path.startsWith(base) || path.length === base.length) continue
		const found = own.test(path.slice(base.length))
		if (found.ignored) ignored = true
		else if (found.unignored) ignored = false
	}
	return ignored
}
