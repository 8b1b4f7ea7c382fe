import type { ImportPlaces, WrittenImport } from './knownFiles.ts'
import { folderOf, joined, lastPart, nearestFirst, upFrom } from './paths.ts'

const most = 24

/** A folder of a module of the workspace. */
export function resolveGo({ files, projects }: ImportPlaces, { path, from }: WrittenImport): string[] {
	const filesOf = (folder: string) =>
		files.inFolder(folder).filter((file) => file.endsWith('.go') && !file.endsWith('_test.go'))
	for (const prefix of upFrom(from)) {
		const folders = projects.named('goModule', prefix).map(({ folder }) => folder)
		const found = nearestFirst(folders, path).flatMap((folder) =>
			filesOf(joined(folder, from.slice(prefix.length)) ?? folder),
		)
		if (found.length > 0) return found.slice(0, most)
	}
	if (projects.nearest('goModule', folderOf(path))) return []
	// Where the workspace is a folder of a module, or has none, the end of the path has to do. The language's own packages have no dot.
	if (!/^[^/]*\./.test(from)) return []
	const plain = from.replace(/\/v\d+$/, '')
	const folders = files.foldersCalled(lastPart(plain)).filter((folder) => isEndOf(plain, folder))
	const [nearest] = nearestFirst(folders, path)
	return nearest === undefined ? [] : filesOf(nearest).slice(0, most)
}

/** The folder's path is the end of the import's, or they have their last two parts in common. */
function isEndOf(from: string, folder: string): boolean {
	const lastTwo = folder.split('/').slice(-2).join('/')
	return from.endsWith(`/${lastTwo}`)
}
