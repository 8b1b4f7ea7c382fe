import type { KnownFiles } from '../imports/knownFiles.ts'
import { folderOf, lastPart } from '../imports/paths.ts'
import type { ProjectFile } from '../imports/projectFile.ts'
import { Projects } from '../imports/projects.ts'
import { resolveImport } from '../imports/resolveImport.ts'
import { keyOf, keysIn, type NameKey } from '../nameKeys.ts'
import { addPath, removePath } from '../pathSets.ts'
import type { Definition, FileSymbols, ImportedName } from './fileSymbols.ts'
import { PopularNames } from './popularNames.ts'

/** A definition and where it is. */
export interface PlacedDefinition {
	readonly path: string
	readonly definition: Definition
}

interface FileDefinitions {
	readonly byKey: ReadonlyMap<NameKey, readonly Definition[]>
	readonly byContainer: ReadonlyMap<string, readonly Definition[]>
}

const none: readonly Definition[] = []
const mostFiles = 24
const mostFilesOfPackage = 80
const deepestReexport = 3
/** Counters of how many files mention a name: a fixed size, two names may share one. */
const counters = 2 ** 20
const mostLookedUp = 1_500
const mostResolved = 4_000

/** What is defined where in a workspace, and in how many files each name is mentioned. */
export class SymbolTable implements KnownFiles {
	private readonly files = new Map<string, FileSymbols>()
	/** Paths of the files that define a name: one, or several. */
	private readonly byKey = new Map<NameKey, string | Set<string>>()
	/** By the last part of their paths without its ending. */
	private readonly byStem = new Map<string, Set<string>>()
	private readonly byFolder = new Map<string, Set<string>>()
	/** Folders by the last part of their paths. */
	private readonly byFolderName = new Map<string, Set<string>>()
	private readonly byPackage = new Map<string, Set<string>>()
	private readonly mentions = new Uint16Array(counters)
	/** Definitions by name of files that were asked for lately. */
	private readonly lookedUp = new Map<string, FileDefinitions>()
	private readonly popular = new PopularNames()
	private readonly projects = new Projects()
	/** What imports mean: the same as long as no file comes or goes, or says that it is in another package. */
	private readonly resolved = new Map<string, readonly string[]>()
	private definitionCount = 0

	get size(): { readonly files: number; readonly definitions: number } {
		return { files: this.files.size, definitions: this.definitionCount }
	}

	/** Takes the place of what was known of the file. */
	set(file: FileSymbols): void {
		const known = this.files.get(file.path)
		const isNew = known === undefined
		this.forget(file.path)
		this.files.set(file.path, file)
		if (isNew || known.packageName !== file.packageName) this.resolved.clear()
		this.definitionCount += file.definitions.length
		for (const key of keysOf(file)) this.addKey(key, file.path)
		this.count(file, 1)
		addPath(this.byStem, stemOf(file.path), file.path)
		const folder = folderOf(file.path)
		addPath(this.byFolder, folder, file.path)
		addPath(this.byFolderName, lastPart(folder), folder)
		if (file.packageName !== '') addPath(this.byPackage, file.packageName, file.path)
		// What is typed in one file changes little about all of them.
		if (isNew) this.popular.changed()
	}

	delete(path: string): void {
		if (!this.files.has(path)) return
		this.popular.changed()
		this.resolved.clear()
		this.forget(path)
	}

	private forget(path: string): void {
		const file = this.files.get(path)
		if (!file) return
		this.files.delete(path)
		this.lookedUp.delete(path)
		this.definitionCount -= file.definitions.length
		for (const key of keysOf(file)) this.removeKey(key, path)
		this.count(file, -1)
		removePath(this.byStem, stemOf(path), path)
		const folder = folderOf(path)
		removePath(this.byFolder, folder, path)
		if (!this.byFolder.has(folder)) removePath(this.byFolderName, lastPart(folder), folder)
		removePath(this.byPackage, file.packageName, path)
	}

	/** What a file says of where imports are found takes the place of what it said before. @param file undefined where it says nothing, or is gone */
	setProject(path: string, file: ProjectFile | undefined): void {
		if (this.projects.set(path, file)) this.resolved.clear()
	}

	projectPaths(): IterableIterator<string> {
		return this.projects.paths()
	}

	has(path: string): boolean {
		return this.files.has(path)
	}

	get(path: string): FileSymbols | undefined {
		return this.files.get(path)
	}

	paths(): IterableIterator<string> {
		return this.files.keys()
	}

	/** Whether anything in the workspace has that name. */
	knows(name: string): boolean {
		return this.pathsOf(keyOf(name)).some((path) => this.inFile(path, name).length > 0)
	}

	/** Definitions of a name, wherever they are. Bounded. */
	named(name: string): PlacedDefinition[] {
		return this.pathsOf(keyOf(name))
			.slice(0, mostFiles)
			.flatMap((path) => this.inFile(path, name))
	}

	inFile(path: string, name: string): PlacedDefinition[] {
		const found: PlacedDefinition[] = []
		for (const definition of this.definitionsIn(path).byKey.get(keyOf(name)) ?? none) {
			if (definition.name === name) found.push({ path, definition })
		}
		return found
	}

	/** Definitions whose names have a key: those of a name that is known by its key only. Bounded. */
	withKey(key: NameKey): PlacedDefinition[] {
		const found: PlacedDefinition[] = []
		for (const path of this.pathsOf(key).slice(0, mostFiles)) {
			for (const definition of this.definitionsIn(path).byKey.get(key) ?? none) found.push({ path, definition })
		}
		return found
	}

	/** How many files define a name. */
	definedIn(key: NameKey): number {
		const paths = this.byKey.get(key)
		return paths === undefined ? 0 : typeof paths === 'string' ? 1 : paths.size
	}

	/** In how many files a name is mentioned, those that define it counted too. */
	mentionedIn(key: NameKey): number {
		return this.mentions[key & (counters - 1)] ?? 0
	}

	/** Names that something has and many files mention, the most mentioned first. Not always of the last state. */
	mostMentioned(): readonly NameKey[] {
		return this.popular.of(this.byKey.keys(), (key) => this.mentionedIn(key), this.files.size)
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

	/** The files that an import means, the likeliest first; none where it is from outside of the workspace. */
	resolve(path: string, { from, name }: ImportedName): readonly string[] {
		const key = `${path}\0${from}\0${name ?? ''}`
		const known = this.resolved.get(key)
		if (known) return known
		const found = resolveImport({ files: this, projects: this.projects }, { path, from, name })
		if (this.resolved.size >= mostResolved) this.resolved.clear()
		this.resolved.set(key, found)
		return found
	}

	called(stem: string): readonly string[] {
		return [...(this.byStem.get(stem) ?? [])]
	}

	foldersCalled(name: string): readonly string[] {
		return [...(this.byFolderName.get(name) ?? [])]
	}

	ofPackage(name: string): readonly string[] {
		return [...(this.byPackage.get(name) ?? [])].slice(0, mostFilesOfPackage)
	}

	inPackage(packageName: string, name: string): readonly string[] {
		if (!this.byPackage.has(packageName)) return []
		const isThere = (path: string) =>
			this.files.get(path)?.packageName === packageName &&
			this.inFile(path, name).some(({ definition }) => definition.container === undefined)
		return this.pathsOf(keyOf(name)).filter(isThere).slice(0, mostFiles)
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

	/** Files of the folder above one, and of the folders beside and below it. Bounded. */
	aroundFolder(folder: string): string[] {
		const outer = folderOf(folder)
		const found = this.inFolder(outer).slice(0, mostFiles)
		for (const [other, paths] of this.byFolder) {
			if (found.length >= 2 * mostFiles) break
			const isNear = folderOf(other) === outer || folderOf(other) === folder
			if (isNear && other !== folder && other !== outer) found.push(...[...paths].slice(0, 6))
		}
		return found
	}

	/** What stands in a type of a file, by the type's name without what it is in. */
	membersIn(path: string, type: string): readonly Definition[] {
		return this.definitionsIn(path).byContainer.get(type) ?? none
	}

	private definitionsIn(path: string): FileDefinitions {
		const known = this.lookedUp.get(path)
		if (known) return known
		const found = definitionsBy(this.files.get(path)?.definitions ?? none)
		const [oldest] = this.lookedUp.keys()
		if (this.lookedUp.size >= mostLookedUp && oldest !== undefined) this.lookedUp.delete(oldest)
		this.lookedUp.set(path, found)
		return found
	}

	private pathsOf(key: NameKey): readonly string[] {
		const paths = this.byKey.get(key)
		return paths === undefined ? [] : typeof paths === 'string' ? [paths] : [...paths]
	}

	private addKey(key: NameKey, path: string): void {
		const known = this.byKey.get(key)
		if (known === undefined) this.byKey.set(key, path)
		else if (typeof known !== 'string') known.add(path)
		else if (known !== path) this.byKey.set(key, new Set([known, path]))
	}

	private removeKey(key: NameKey, path: string): void {
		const known = this.byKey.get(key)
		if (known === path) this.byKey.delete(key)
		if (known === undefined || typeof known === 'string') return
		known.delete(path)
		const [left] = known
		if (known.size === 1 && left !== undefined) this.byKey.set(key, left)
	}

	private count({ mentions }: FileSymbols, step: 1 | -1): void {
		for (const key of keysIn(mentions)) {
			const at = key & (counters - 1)
			const known = this.mentions[at] ?? 0
			if (known < 65_535 || step < 0) this.mentions[at] = known + step
		}
	}
}

function definitionsBy(definitions: readonly Definition[]): FileDefinitions {
	const byKey = new Map<NameKey, Definition[]>()
	const byContainer = new Map<string, Definition[]>()
	const put = <K>(map: Map<K, Definition[]>, key: K, definition: Definition) => {
		const same = map.get(key)
		if (same) same.push(definition)
		else map.set(key, [definition])
	}
	for (const definition of definitions) {
		const { name, container } = definition
		put(byKey, keyOf(name), definition)
		if (container !== undefined) put(byContainer, container.slice(container.lastIndexOf('.') + 1), definition)
	}
	return { byKey, byContainer }
}

function keysOf({ definitions }: FileSymbols): Set<NameKey> {
	return new Set(definitions.map(({ name }) => keyOf(name)))
}

/** A package of Python is called like its folder. */
function stemOf(path: string): string {
	const stem = lastPart(path).replace(/\.\w+$/, '')
	return stem === '__init__' ? lastPart(folderOf(path)) : stem
}
