import type { ProjectText } from '../analyzer.ts'
import { folderOf } from './importCandidates.ts'

export interface GoFiles {
	list(folder: string): Promise<readonly string[]>
	read(file: string): Promise<ProjectText | undefined>
}

/** First parts of import paths of the language's own packages: a folder of that name is no such package. */
const standard = new Set(
	(
		'archive bufio bytes cmp compress container context crypto database debug embed encoding errors expvar flag fmt go hash html image index io ' +
		'iter log maps math mime net os path plugin reflect regexp runtime slices sort strconv strings structs sync syscall testing text time unicode ' +
		'unique unsafe weak C'
	).split(' '),
)

/** The folder of a package that a Go file imports; undefined where it is of a library. Folders that were looked for go to `asked`. */
export async function goPackage(
	files: GoFiles,
	from: string,
	module: string,
	asked: Set<string>,
): Promise<{ readonly file: string; readonly isWhole: boolean } | undefined> {
	const parts = module.split('/')
	if (standard.has(parts[0] as string)) return undefined
	const root = await moduleRoot(files, folderOf(from))
	if (root) {
		asked.add(root.file)
		const folder = root.folderOf(module)
		return folder === undefined ? undefined : firstFile(files, folder, asked)
	}
	// Where no go.mod says what the first parts stand for, the longest end that is a folder.
	for (let at = 0; at < parts.length; at++) {
		const end = parts.slice(at).join('/')
		for (let around: string | undefined = folderOf(from); around !== undefined; ) {
			const found = await firstFile(files, around === '' ? end : `${around}/${end}`, asked)
			if (found && folderOf(found.file) !== folderOf(from)) return found
			around = around === '' ? undefined : folderOf(around)
		}
	}
	return undefined
}

async function firstFile(files: GoFiles, folder: string, asked: Set<string>) {
	const first = (await files.list(folder)).find((name) => name.endsWith('.go') && !name.endsWith('_test.go'))
	if (first === undefined) return undefined
	asked.add(`${folder}/`)
	return { file: folder === '' ? first : `${folder}/${first}`, isWhole: false }
}

interface ModuleRoot {
	readonly file: string
	folderOf(module: string): string | undefined
}

/** What the nearest go.mod says of import paths. */
async function moduleRoot(files: GoFiles, folder: string): Promise<ModuleRoot | undefined> {
	for (let at: string | undefined = folder; at !== undefined; at = at === '' ? undefined : folderOf(at)) {
		if (!(await files.list(at)).includes('go.mod')) continue
		const file = at === '' ? 'go.mod' : `${at}/go.mod`
		const read = await files.read(file)
		const text = read && 'text' in read ? (read.text ?? '') : ''
		const home = at
		const own = /^\s*module\s+"?([^\s"]+)/m.exec(text)?.[1]
		const replaced = [...text.matchAll(/^\s*(?:replace\s+)?([^\s()]+)(?:\s+v\S+)?\s+=>\s+(\.{1,2}\/\S*)/gm)]
		const modules: readonly (readonly [string, string | undefined])[] = [
			...(own === undefined ? [] : [[own, home] as const]),
			...replaced.map((it) => [it[1] as string, within(home, it[2] as string)] as const),
		]
		return {
			file,
			folderOf: (module) => {
				for (const [name, base] of modules) {
					if (base === undefined || (module !== name && !module.startsWith(`${name}/`))) continue
					return [base, module.slice(name.length + 1)].filter((part) => part !== '').join('/')
				}
				return undefined
			},
		}
	}
	return undefined
}

function within(folder: string, path: string): string | undefined {
	const parts = folder === '' ? [] : folder.split('/')
	for (const part of path.split('/')) {
		if (part === '' || part === '.') continue
		if (part !== '..') parts.push(part)
		else if (parts.pop() === undefined) return undefined
	}
	return parts.join('/')
}
