import type { FileSymbols, ImportedName } from './symbols/fileSymbols.ts'

/** What is known of the files of a workspace. Answers at once, in an order that stays the same. */
export interface RepositorySymbols {
	file(path: string): FileSymbols | undefined
	/** Files of the workspace that an import means; none where it means something from outside. */
	resolve(from: FileSymbols, imported: ImportedName): readonly FileSymbols[]
	/** Files that can name what a file defines without an import: its package or folder. Without the file itself. */
	neighbours(of: FileSymbols): readonly FileSymbols[]
	/** Files that define a name, where they are few. */
	defining(name: string): readonly FileSymbols[]
}
