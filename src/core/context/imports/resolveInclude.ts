import type { ImportPlaces, WrittenImport } from './knownFiles.ts'
import { folderOf, joined, lastPart, nearestFirst } from './paths.ts'

const most = 24

/** Beside the file, else in whatever folder may be one that the compiler is told of. */
export function resolveInclude({ files }: ImportPlaces, { path, from }: WrittenImport): string[] {
	const beside = joined(folderOf(path), from)
	if (beside !== undefined && files.has(beside)) return [beside]
	const inside = from.replace(/^(\.\.?\/)+/, '')
	const found = files
		.called(lastPart(inside).replace(/\.\w+$/, ''))
		.filter((candidate) => candidate === inside || candidate.endsWith(`/${inside}`))
	return nearestFirst(found, path).slice(0, most)
}
