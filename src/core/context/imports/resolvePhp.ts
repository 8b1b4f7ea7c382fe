import type { ImportPlaces, WrittenImport } from './knownFiles.ts'
import { joined, nearestFirst } from './paths.ts'
import { resolvePackaged } from './resolvePackaged.ts'

/** By the folders that Composer is told of for the beginnings of namespaces, else by what the files say that they are in. */
export function resolvePhp(places: ImportPlaces, written: WrittenImport): readonly string[] {
	const { files, projects } = places
	const from = written.from.replace(/^\\+/, '')
	const steps = from.split('\\')
	for (let length = steps.length - 1; length >= 0; length--) {
		const prefix = steps.slice(0, length).join('\\')
		const rest = steps.slice(length).join('/')
		const found = projects.named('autoload', prefix).flatMap(({ folder, file }) => {
			const folders = file.prefixes.filter(([own]) => own === prefix).flatMap(([, targets]) => targets)
			return folders
				.flatMap((target) => joined(folder, `${target}/${rest}.php`) ?? [])
				.filter((path) => files.has(path))
		})
		if (found.length > 0) return nearestFirst(found, written.path)
	}
	return resolvePackaged(places, { ...written, from }, '\\')
}
