import { lstat, realpath } from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'
import { isParsed } from '../../core/security/analysis/parsedFiles.ts'
import type { ExcludedGlob } from '../symbols/editorGlob.ts'
import { IncludedFiles } from '../symbols/workspaceFiles.ts'

export interface ChosenFiles {
	/** Relative to the root, with `/`, sorted, each once. */
	readonly files: readonly string[]
	/** Of what was asked for, what is not there or not below the root. */
	readonly missing: readonly string[]
}

export interface FileChoice {
	/** Absolute path. */
	readonly root: string
	/** Files and folders, absolute or relative to the root; none is all of the root. */
	readonly paths: readonly string[]
	readonly exclude: readonly ExcludedGlob[]
	readonly isCancelled?: () => boolean
}

/** Whole folders of what others wrote or tools made; where somebody commits them they are no less somebody else's. */
const otherPeoples =
	/(^|\/)(node_modules|bower_components|jspm_packages|\.git|\.hg|\.svn|\.venv|venv|site-packages|__pycache__|\.tox|\.mypy_cache|\.gradle|\.idea|\.vs|\.next|\.nuxt)(\/|$)/
/** Files without a grammar that may hold secrets. */
const mayHoldSecrets =
	/(^|\/)(\.env(\.[^/]*)?|Dockerfile[^/]*|\.npmrc|\.pypirc|\.netrc|\.htpasswd)$|\.(properties|ini|cfg|conf|config|env|xml|tf|tfvars|gradle|sql|pem|key|vue|svelte|erb|jsp|ejs|hbs)$/i

/**
 * The files to analyze, as git would see them: not what `.gitignore` files and `.git/info/exclude` leave out, what is below links, nor
 * folders of packages. A file that is named itself is chosen whatever they say. Named folders are looked through even where git ignores them.
 */
export async function chooseFiles({ root, paths, exclude, isCancelled }: FileChoice): Promise<ChosenFiles> {
	const files = new Set<string>()
	const missing: string[] = []
	const top = await realpath(root).catch(() => root)
	const named = paths.length === 0 ? ['.'] : paths
	for (const path of named) {
		const inside = await insideOf(top, path)
		const stats = inside === undefined ? undefined : await lstat(join(top, inside)).catch(() => undefined)
		if (inside === undefined || !stats) missing.push(path)
		else if (stats.isFile()) files.add(inside)
		else if (stats.isDirectory()) await addFolder(top, inside, exclude, files, isCancelled)
		else missing.push(path)
	}
	return { files: [...files].sort(), missing }
}

/** Whether anything is looked for in such a file. @param path with `/` */
export function isAnalyzable(path: string): boolean {
	return isParsed(path) || mayHoldSecrets.test(path)
}

async function addFolder(
	top: string,
	inside: string,
	excluded: readonly ExcludedGlob[],
	files: Set<string>,
	isCancelled: (() => boolean) | undefined,
): Promise<void> {
	const included = new IncludedFiles({ folder: join(top, inside), name: '', excluded: [] }, (path) =>
		otherPeoples.test(path),
	)
	// What is left out is said relative to the root, whichever folder is looked through.
	const globs = new IncludedFiles({ folder: top, name: '', excluded }, () => false)
	for await (const path of included.below()) {
		if (isCancelled?.()) return
		const whole = inside === '' ? path : `${inside}/${path}`
		if (isAnalyzable(whole) && (excluded.length === 0 || (await globs.has(whole)))) files.add(whole)
	}
}

/** Relative to the root with `/`, empty for the root itself; undefined where it leads out of it. */
async function insideOf(top: string, path: string): Promise<string | undefined> {
	const absolute = isAbsolute(path) ? path : join(top, path)
	const real = await realpath(absolute).catch(() => absolute)
	const inside = relative(top, real)
	if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return undefined
	return inside.replaceAll('\\', '/')
}
