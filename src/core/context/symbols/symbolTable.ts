import { pathOfImport, segmentsOf, stemOf } from '../imports/importPath.ts'
import type { Definition, FileSymbols, ImportedName } from './fileSymbols.ts'

/** A definition and where it is. */
export interface PlacedDefinition {
	readonly path: string
	readonly definition: Definition
}

const mostFiles = 24
const deepestReexport = 3

/** What is defined where in a workspace. */
export class SymbolTable {
	private readonly files = new Map<string, FileSymbols>()
	private readonly byName = new Map<string, Set<string>>()
	private readonly byStem = new Map<string, Set<string>>()
	private readonly byFolder = new Map<string, Set<string>>()
	private readonly byPackage = new Map<string, Set<string>>()
	private definitionCount = 0

	get size(): { readonly files: number; readonly definitions: number } {
		return { files: this.files.size, definitions: this.definitionCount }
	}

	/** Takes the place of what was known of the file. */
	set(file: FileSymbols): void {
		this.delete(file.path)
		this.files.set(file.path, file)
		this.definitionCount += file.definitions.length
		for (const name of namesOf(file)) add(this.byName, name, file.path)
		add(this.byStem, lastOf(stemOf(file.path)), file.path)
		add(this.byFolder, folderOf(file.path), file.path)
		if (file.packageName !== '') add(this.byPackage, file.packageName, file.path)
	}

	delete(path: string): void {
		const file = this.files.get(path)
		if (!file) return
		this.files.delete(path)
		this.definitionCount -= file.definitions.length
		for (const name of namesOf(file)) remove(this.byName, name, path)
		remove(this.byStem, lastOf(stemOf(path)), path)
		remove(this.byFolder, folderOf(path), path)
		remove(this.byPackage, file.packageName, path)
	}

	get(path: string): FileSymbols | undefined {
		return this.files.get(path)
	}

	paths(): IterableIterator<string> {
		return this.files.keys()
	}

	/** Whether anything in the workspace has that name. */
	knows(name: string): boolean {
		return this.byName.has(name)
	}

	/** Definitions of a name, wherever they are. Bounded. */
	named(name: string): PlacedDefinition[] {
		const paths = [...(this.byName.get(name) ?? [])].slice(0, mostFiles)
		return paths.flatMap((path) => this.inFile(path, name))
	}

	inFile(path: string, name: string): PlacedDefinition[] {
		const definitions = this.files.get(path)?.definitions ?? []
		return definitions.filter((definition) => definition.name === name).map((definition) => ({ path, definition }))
	}

	/** What a file has under a name, also where it only passes it on. */
	exportedAs(path: string, name: string, depth = 0): PlacedDefinition[] {
		const own = this.inFile(path, name).filter(({ definition }) => definition.container === undefined)
		if (own.length > 0 || depth >= deepestReexport) return own
		const file = this.files.get(path)
		const passed = (file?.imports ?? []).filter(({ alias }) => alias === undefined || alias === name)
		for (const imported of passed.slice(0, mostFiles)) {
			for (const target of this.resolve(path, imported)) {
				const found = this.exportedAs(target, imported.name ?? name, depth + 1)
				if (found.length > 0) return found
			}
		}
		return []
	}

	/** The files that an import may mean, the likeliest first; none where it is from outside of the workspace. */
	resolve(path: string, { from, name }: ImportedName): string[] {
		const { relative, segments } = pathOfImport(path, from)
		if (segments.length === 0) return relative ? this.inFolder(folderOf(path)) : []
		if (relative) return this.exactly(segments, name)
		const packages = [...(this.byPackage.get(from) ?? [])]
		if (packages.length > 0) return packages.slice(0, mostFiles)
		return this.bySuffix(path, segments, name)
	}

	/** Files that a file sees without an import: those of its folder, or of its package. */
	neighbours(path: string): string[] {
		const file = this.files.get(path)
		const sameFolder = this.inFolder(folderOf(path))
		const samePackage = file?.packageName ? [...(this.byPackage.get(file.packageName) ?? [])] : []
		return [...new Set([...sameFolder, ...samePackage])].filter((other) => other !== path).slice(0, 200)
	}

	inFolder(folder: string): string[] {
		return [...(this.byFolder.get(folder) ?? [])]
	}

	/** Of a path that is known in full, without its ending. */
	private exactly(segments: readonly string[], name: string | undefined): string[] {
		const whole = segments.join('/')
		const module = this.withStem(whole)
		if (module.length > 0) return module
		// `from .package import module`
		const inside = name === undefined ? [] : this.withStem(`${whole}/${name}`)
		return inside.length > 0 ? inside : this.inFolder(whole).slice(0, mostFiles)
	}

	private withStem(path: string): string[] {
		const candidates = this.byStem.get(lastOf(path.split('/'))) ?? []
		return [...candidates].filter((candidate) => stemOf(candidate).join('/') === path)
	}

	/** The files, or the folders, whose paths end like the import. */
	private bySuffix(path: string, segments: readonly string[], name: string | undefined): string[] {
		const targets = name === undefined || segments.at(-1) === name ? [segments] : [[...segments, name], segments]
		for (const target of targets) {
			const stems = this.byStem.get(lastOf(target)) ?? []
			const found = best([...stems], (candidate) => commonEnd(stemOf(candidate), target), path)
			if (found.score >= Math.min(2, target.length)) return found.paths
		}
		const folders = [...this.byFolder.keys()].filter((folder) => lastOf(folder.split('/')) === lastOf(segments))
		const found = best(folders, (folder) => commonEnd(folder.split('/'), segments), path)
		if (found.score < Math.min(2, segments.length)) return []
		return found.paths.flatMap((folder) => this.inFolder(folder)).slice(0, mostFiles)
	}
}

/** Those that match best; among equals those nearest to the file that asks. */
function best(
	candidates: readonly string[],
	score: (candidate: string) => number,
	path: string,
): { readonly paths: string[]; readonly score: number } {
	let most = 0
	let paths: string[] = []
	for (const candidate of candidates) {
		const points = score(candidate)
		if (points < most || points === 0) continue
		if (points > most) paths = []
		most = points
		paths.push(candidate)
	}
	const near = segmentsOf(path)
	const closeness = (candidate: string) => commonStart(segmentsOf(candidate), near)
	return { paths: paths.sort((a, b) => closeness(b) - closeness(a)).slice(0, mostFiles), score: most }
}

function commonEnd(a: readonly string[], b: readonly string[]): number {
	let count = 0
	while (count < a.length && count < b.length && a[a.length - 1 - count] === b[b.length - 1 - count]) count++
	return count
}

function commonStart(a: readonly string[], b: readonly string[]): number {
	let count = 0
	while (count < a.length && count < b.length && a[count] === b[count]) count++
	return count
}

function namesOf({ definitions }: FileSymbols): Set<string> {
	return new Set(definitions.map(({ name }) => name))
}

function folderOf(path: string): string {
	return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

function lastOf(segments: readonly string[]): string {
	return segments.at(-1) ?? ''
}

function add(map: Map<string, Set<string>>, key: string, path: string): void {
	const paths = map.get(key)
	if (paths) paths.add(path)
	else map.set(key, new Set([path]))
}

function remove(map: Map<string, Set<string>>, key: string, path: string): void {
	const paths = map.get(key)
	paths?.delete(path)
	if (paths?.size === 0) map.delete(key)
}
