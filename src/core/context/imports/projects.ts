import { addPath, removePath } from '../pathSets.ts'
import { folderOf, joined, upFrom } from './paths.ts'
import type { Patterns, ProjectFile } from './projectFile.ts'

type Kind = ProjectFile['kind']
type Of<K extends Kind> = Extract<ProjectFile, { readonly kind: K }>

/** A project file and where it is. */
export interface Placed<K extends Kind> {
	readonly folder: string
	readonly file: Of<K>
}

/** What the compiler is told of imports, with paths from the top of the workspace. */
export interface CompilerOptions {
	readonly baseUrl: string | undefined
	readonly paths: Patterns
}

const mostBases = 12

/** The project files of a workspace, by folder and by name: each question is a few look-ups. */
export class Projects {
	private readonly files = new Map<string, ProjectFile>()
	private readonly byFolder = new Map<string, Set<string>>()
	/** Paths by kind and name. */
	private readonly byName = new Map<string, Set<string>>()
	/** Of compiler files, with what they extend. */
	private readonly options = new Map<string, CompilerOptions>()

	/** Takes the place of what was known. @returns whether anything changed */
	set(path: string, file: ProjectFile | undefined): boolean {
		const known = this.files.get(path)
		if (JSON.stringify(known) === JSON.stringify(file)) return false
		this.options.clear()
		if (known) {
			this.files.delete(path)
			removePath(this.byFolder, folderOf(path), path)
			for (const name of namesOf(known)) removePath(this.byName, `${known.kind} ${name}`, path)
		}
		if (file) {
			this.files.set(path, file)
			addPath(this.byFolder, folderOf(path), path)
			for (const name of namesOf(file)) addPath(this.byName, `${file.kind} ${name}`, path)
		}
		return true
	}

	paths(): IterableIterator<string> {
		return this.files.keys()
	}

	/** The nearest folder above that has a project file of a kind. */
	nearest<K extends Kind>(kind: K, folder: string): Placed<K> | undefined {
		for (const above of upFrom(folder)) {
			const [path] = this.inFolder(kind, above)
			if (path !== undefined) return this.placed(kind, path)
		}
		return undefined
	}

	/** Projects that have a name, or a beginning of names. */
	named<K extends Kind>(kind: K, name: string): Placed<K>[] {
		return [...(this.byName.get(`${kind} ${name}`) ?? [])].flatMap((path) => this.placed(kind, path) ?? [])
	}

	/** What the nearest folder with compiler files says, the usual one first: others of the folder are for a part of its files. */
	compilerOptionsAt(folder: string): CompilerOptions[] {
		for (const above of upFrom(folder)) {
			const paths = this.inFolder('compiler', above)
			if (paths.length > 0) return paths.map((path) => this.optionsOf(path))
		}
		return []
	}

	private inFolder(kind: Kind, folder: string): string[] {
		const paths = [...(this.byFolder.get(folder) ?? [])].filter((path) => this.files.get(path)?.kind === kind)
		// `tsconfig.json` is shorter than all that are beside it.
		return paths.length < 2 ? paths : paths.sort((a, b) => a.length - b.length || (a < b ? 1 : -1))
	}

	private placed<K extends Kind>(kind: K, path: string): Placed<K> | undefined {
		const file = this.files.get(path)
		return isOf(kind, file) ? { folder: folderOf(path), file } : undefined
	}

	private optionsOf(path: string): CompilerOptions {
		const known = this.options.get(path)
		if (known) return known
		const options = this.merged(path, folderOf(path), new Set())
		this.options.set(path, options)
		return options
	}

	/** What a file does not say, those say that it extends, the last one first. Paths count from the file that has them. */
	private merged(path: string, leaf: string, seen: Set<string>): CompilerOptions {
		const placed = this.placed('compiler', path)
		if (!placed || seen.has(path) || seen.size >= mostBases) return { baseUrl: undefined, paths: [] }
		seen.add(path)
		const { folder, file } = placed
		const place = (written: string, from: string) => {
			const here = written.replace(/^\$\{configDir\}/, '')
			return here === written ? joined(from, written) : joined(leaf, here)
		}
		let baseUrl = file.baseUrl === undefined ? undefined : place(file.baseUrl, folder)
		let paths: Patterns | undefined = file.paths?.map(([pattern, targets]) => {
			return [pattern, targets.flatMap((target) => place(target, baseUrl ?? folder) ?? [])] as const
		})
		for (const base of file.bases.toReversed()) {
			if (baseUrl !== undefined && paths) break
			const found = this.extended(folder, base)
			if (found === undefined) continue
			const outer = this.merged(found, leaf, seen)
			baseUrl ??= outer.baseUrl
			if (outer.paths.length > 0) paths ??= outer.paths
		}
		return { baseUrl, paths: paths ?? [] }
	}

	private extended(folder: string, base: string): string | undefined {
		const places = base.startsWith('.') ? [joined(folder, base)] : this.inPackages(base)
		return places
			.flatMap((place) => (place === undefined ? [] : [place, `${place}.json`, `${place}/tsconfig.json`]))
			.find((place) => this.files.get(place)?.kind === 'compiler')
	}

	/** Of a path that begins with the name of a package of the workspace. */
	private inPackages(specifier: string): (string | undefined)[] {
		const [, name = '', rest = ''] = packageName.exec(specifier) ?? []
		return this.named('package', name).map(({ folder }) => joined(folder, rest))
	}
}

/** `@scope/name/rest` */
export const packageName = /^((?:@[^/]+\/)?[^/]+)\/?(.*)$/

function isOf<K extends Kind>(kind: K, file: ProjectFile | undefined): file is Of<K> {
	return file?.kind === kind
}

function namesOf(file: ProjectFile): string[] {
	if (file.kind === 'autoload') return file.prefixes.map(([prefix]) => prefix)
	return 'name' in file && file.name !== undefined ? [file.name] : []
}
