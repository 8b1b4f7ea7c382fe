import type { ImportPlaces, WrittenImport } from './knownFiles.ts'
import { folderOf, joined, lastPart, nearestFirst } from './paths.ts'

const most = 24
/** Folders that Ruby, its test runners and Rails look in. */
const loadFolders = /^(lib|test|spec|ext|app|models|controllers|helpers|concerns|services|jobs|mailers)$/

/** Relative to the file, or under one of the folders that Ruby looks in. */
export function resolveRuby({ files }: ImportPlaces, { path, from }: WrittenImport): string[] {
	const plain = from.replace(/\.rb$/, '')
	const relative = /^\.\.?\//.test(plain) ? joined(folderOf(path), plain) : undefined
	if (relative !== undefined && files.has(`${relative}.rb`)) return [`${relative}.rb`]
	const inside = plain.replace(/^(\.\.?\/)+/, '')
	const found = files.called(lastPart(inside)).filter((candidate) => {
		if (candidate !== `${inside}.rb` && !candidate.endsWith(`/${inside}.rb`)) return false
		const top = candidate.slice(0, Math.max(0, candidate.length - inside.length - 4))
		return top === '' || loadFolders.test(lastPart(top))
	})
	return nearestFirst(found, path).slice(0, most)
}
