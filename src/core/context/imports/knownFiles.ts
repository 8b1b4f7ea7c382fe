import type { Projects } from './projects.ts'

/** The files of a workspace, as far as imports are found among them. Paths from its top. */
export interface KnownFiles {
	has(path: string): boolean
	inFolder(folder: string): readonly string[]
	/** Files by the last part of their paths without its ending. */
	called(stem: string): readonly string[]
	/** Folders by the last part of their paths. */
	foldersCalled(name: string): readonly string[]
	/** Files that say that they are in a package or namespace. Bounded. */
	ofPackage(packageName: string): readonly string[]
	/** Of these those that define a name outside of any type. */
	inPackage(packageName: string, name: string): readonly string[]
}

/** What an import is looked for in. */
export interface ImportPlaces {
	readonly files: KnownFiles
	readonly projects: Projects
}

/** An import as a file writes it. */
export interface WrittenImport {
	/** Of the file. */
	readonly path: string
	readonly from: string
	/** The name that it takes; undefined: all of it. */
	readonly name: string | undefined
}
