import type { Dirent } from 'node:fs'
import { lstat, readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import ignore, { type Ignore } from 'ignore'
import { isExcluded } from '../../core/context/excludedPaths.ts'
import { type ExcludedGlob, patternOf } from './editorGlob.ts'

/** A folder of the workspace. */
export interface WorkspaceRoot {
	/** Absolute. */
	readonly folder: string
	/** Stands before the paths of its files; empty where there is one root only. */
	readonly name: string
	/** Of the editor's setting `files.exclude`, what is switched on. */
	readonly excluded: readonly ExcludedGlob[]
}

interface Rules {
	/** Relative to the root, ending with `/` or empty. */
	readonly base: string
	/** Of rules above the root: where it is from there, ending with `/`. */
	readonly prefix?: string
	readonly rules: Ignore
}

/** What holds in a folder. */
interface Folder {
	readonly isExcluded: boolean
	/** Its own and those of the folders above it. */
	readonly rules: readonly Rules[]
	/** The same of `.alcoveignore`: what these leave out, no `.gitignore` brings back. */
	readonly ownRules: readonly Rules[]
}

const deepest = 40
const excludedFolder: Folder = { isExcluded: true, rules: [], ownRules: [] }
const ownFile = '.alcoveignore'

/** The path of a file as the index has it, or undefined where it is not below the root. */
export function pathIn({ folder, name }: WorkspaceRoot, absolute: string): string | undefined {
	const inside = absolute.replaceAll('\\', '/')
	const base = `${folder.replaceAll('\\', '/').replace(/\/$/, '')}/`
	if (!inside.startsWith(base)) return undefined
	return name === '' ? inside.slice(base.length) : `${name}/${inside.slice(base.length)}`
}

/** The path below a root that the index has a path for, or undefined where it is of another root. */
export function relativeIn({ name }: WorkspaceRoot, path: string): string | undefined {
	if (name === '') return path
	return path.startsWith(`${name}/`) ? path.slice(name.length + 1) : undefined
}

/**
 * Which files of a root may be read: not what `.gitignore` and `.alcoveignore` files and the editor's settings exclude, what looks secret, and what is
 * behind links, which could lead in circles or out of the workspace. Each folder's rules are read once: it is made for one pass
 * over what changed, and forgotten then.
 */
export class IncludedFiles {
	private readonly root: WorkspaceRoot
	private readonly isHiddenName: (path: string) => boolean
	private readonly globs: readonly { readonly pattern: RegExp; readonly when: string | undefined }[]
	private readonly folders = new Map<string, Promise<Folder>>()
	private readonly names = new Map<string, Promise<ReadonlySet<string>>>()

	/** @param isHiddenName whether a path is left out whatever the rules say; by default what looks secret, too */
	constructor(root: WorkspaceRoot, isHiddenName: (path: string) => boolean = isExcluded) {
		this.root = root
		this.isHiddenName = isHiddenName
		this.globs = root.excluded.map(({ glob, when }) => ({ pattern: patternOf(glob), when }))
	}

	/** Whether what is excluded depends on what else is in a folder. */
	get dependsOnSiblings(): boolean {
		return this.globs.some(({ when }) => when !== undefined)
	}

	/** @param path of a file, relative to the root, with `/` */
	async has(path: string): Promise<boolean> {
		const folder = await this.folder(folderOf(path))
		const isOut = folder.isExcluded || isIgnored(path, folder.ownRules) || isIgnored(path, folder.rules)
		return !isOut && !(await this.isHidden(path))
	}

	/** Whether `.alcoveignore` files leave a file out, whatever else holds for it. @param path relative to the root, with `/` */
	async isKeptOut(path: string): Promise<boolean> {
		const rules = [...(await this.aboveAll()).ownRules]
		const parts = path.split('/')
		for (let at = 0; at < parts.length; at++) {
			const folder = parts.slice(0, at).join('/')
			if (at > 0 && isIgnored(`${folder}/`, rules)) return true
			rules.push(...(await this.rulesIn(folder, ownFile)))
		}
		return isIgnored(path, rules)
	}

	/** The files below a folder, relative to the root. Folders that cannot be read are left out. @param start empty for all of it */
	async *below(start = ''): AsyncGenerator<string> {
		if ((await this.folder(start)).isExcluded) return
		for (const entry of await entriesOf(join(this.root.folder, start))) {
			const path = start === '' ? entry.name : `${start}/${entry.name}`
			if (entry.isDirectory()) yield* this.below(path)
			else if (entry.isFile() && (await this.has(path))) yield path
		}
	}

	private folder(path: string): Promise<Folder> {
		const known = this.folders.get(path)
		if (known) return known
		const reading = this.readFolder(path)
		this.folders.set(path, reading)
		return reading
	}

	private async readFolder(path: string): Promise<Folder> {
		const above = path === '' ? await this.aboveAll() : await this.folder(folderOf(path))
		if (above.isExcluded) return excludedFolder
		// Nothing below an excluded folder is included again by rules further down.
		if (path !== '') {
			const isIgnoredHere = isIgnored(`${path}/`, above.ownRules) || isIgnored(`${path}/`, above.rules)
			const isOut = isIgnoredHere || path.split('/').length > deepest
			if (isOut || (await this.isHidden(path)) || !(await isFolder(join(this.root.folder, path)))) return excludedFolder
		}
		return {
			isExcluded: false,
			rules: [...above.rules, ...(await this.rulesIn(path, '.gitignore'))],
			ownRules: [...above.ownRules, ...(await this.rulesIn(path, ownFile))],
		}
	}

	/** None where a folder has no such file. */
	private async rulesIn(path: string, name: string): Promise<readonly Rules[]> {
		const text = await readFile(join(this.root.folder, path, name), 'utf8').catch(() => undefined)
		return text === undefined ? [] : [{ base: path === '' ? '' : `${path}/`, rules: ignore().add(text) }]
	}

	/** What the repository says that the root is in, or is. Who opens a folder that it ignores wants to work there: nothing then. */
	private async aboveAll(): Promise<Folder> {
		const { folder: top } = this.root
		const repository = await repositoryOf(top)
		if (repository === undefined) return { isExcluded: false, rules: [], ownRules: [] }
		const rules: Rules[] = []
		const ownRules: Rules[] = []
		const add = async (folder: string, file: string, to = rules) => {
			const text = await readFile(join(folder, file), 'utf8').catch(() => undefined)
			const prefix = relative(folder, top).replaceAll('\\', '/')
			if (text !== undefined) to.push({ base: '', prefix: prefix && `${prefix}/`, rules: ignore().add(text) })
		}
		await add(repository, join('.git', 'info', 'exclude'))
		for (const folder of foldersBetween(repository, top)) {
			await add(folder, '.gitignore')
			await add(folder, ownFile, ownRules)
		}
		return { isExcluded: false, rules: repository !== top && isIgnored('', rules) ? [] : rules, ownRules }
	}

	/** By its name or by the editor's setting: nothing includes it again. */
	private async isHidden(path: string): Promise<boolean> {
		if (this.isHiddenName(path)) return true
		for (const { pattern, when } of this.globs) {
			if (pattern.test(path) && (when === undefined || (await this.hasSibling(path, when)))) return true
		}
		return false
	}

	private async hasSibling(path: string, when: string): Promise<boolean> {
		const folder = folderOf(path)
		const stem = path.slice(path.lastIndexOf('/') + 1).replace(/(?<=.)\.[^.]*$/, '')
		const known = this.names.get(folder) ?? this.namesIn(folder)
		this.names.set(folder, known)
		return (await known).has(when.replace('$(basename)', () => stem))
	}

	private async namesIn(folder: string): Promise<ReadonlySet<string>> {
		return new Set((await entriesOf(join(this.root.folder, folder))).map(({ name }) => name))
	}
}

/** The nearest folder at or above one that is a repository. */
async function repositoryOf(folder: string): Promise<string | undefined> {
	for (let at = folder; ; at = dirname(at)) {
		if (await lstat(join(at, '.git')).catch(() => undefined)) return at
		if (dirname(at) === at) return undefined
	}
}

/** The outermost first, without the inner one. */
function foldersBetween(outer: string, inner: string): string[] {
	const folders: string[] = []
	for (let at = inner; at !== outer; ) {
		at = dirname(at)
		folders.unshift(at)
	}
	return folders
}

async function entriesOf(folder: string): Promise<Dirent[]> {
	const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
	return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
}

async function isFolder(absolute: string): Promise<boolean> {
	return (await lstat(absolute).catch(() => undefined))?.isDirectory() ?? false
}

function folderOf(path: string): string {
	return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

function isIgnored(path: string, rules: readonly Rules[]): boolean {
	let ignored = false
	for (const { base, prefix = '', rules: own } of rules) {
		const inside = `${prefix}${path.slice(base.length)}`
		if (!path.startsWith(base) || inside === '') continue
		const found = own.test(inside)
		if (found.ignored) ignored = true
		else if (found.unignored) ignored = false
	}
	return ignored
}
