import type { ImportPlaces, KnownFiles, WrittenImport } from './knownFiles.ts'
import { folderOf, isBelow, joined, lastPart, upFrom } from './paths.ts'

const modules = /(^|\/)(mod|lib|main)\.rs$/
/** Each of their files is a crate of its own. */
const crateFolders = /(^|\/)(tests|examples|benches|src\/bin)$/

/** From the crate, the module, or another crate of the workspace; the longest part of the path that is a module counts. */
export function resolveRust({ files, projects }: ImportPlaces, { path, from, name }: WrittenImport): string[] {
	const written = from.split('::').filter((step) => step !== '')
	const steps = name === undefined ? written : [...written, name]
	const [first = '', ...rest] = steps
	if (first === 'crate' || first === '$crate') return inModule(files, crateOf({ files, projects }, path), rest)
	if (first === 'self' || first === 'super') {
		let folder: string | undefined = moduleFolderOf(path)
		let at = 0
		for (; steps[at] === 'self' || steps[at] === 'super'; at++) {
			if (steps[at] === 'super' && folder !== undefined) folder = joined(folder, '..')
		}
		return folder === undefined ? [] : inModule(files, folder, steps.slice(at), first === 'self' && at < steps.length)
	}
	for (const { folder, file } of projects.named('crate', first)) {
		const found = inModule(files, joined(folder, file.sources) ?? folder, rest)
		if (found.length > 0) return found
	}
	// A module that the file, or in the older edition the crate, declares.
	const near = inModule(files, moduleFolderOf(path), steps, true)
	return near.length > 0 ? near : inModule(files, crateOf({ files, projects }, path), steps, true)
}

/** The folder of the files of a file's modules. */
function moduleFolderOf(path: string): string {
	const folder = folderOf(path)
	return modules.test(path) || crateFolders.test(folder) ? folder : path.replace(/\.rs$/, '')
}

/** The folder of the sources of the crate that a file is in. */
function crateOf({ files, projects }: ImportPlaces, path: string): string {
	const folder = folderOf(path)
	if (crateFolders.test(folder)) return folder
	const crate = projects.nearest('crate', folder)
	const sources = crate && joined(crate.folder, crate.file.sources)
	if (sources !== undefined && isBelow(path, sources)) return sources
	for (const above of upFrom(folder)) {
		if (['lib.rs', 'main.rs'].some((file) => files.has(above === '' ? file : `${above}/${file}`))) return above
		if (lastPart(above) === 'src') return above
	}
	return ''
}

/** @param isNamed the first step has to be a module: else the file that the folder stands for counts too */
function inModule(files: KnownFiles, folder: string, steps: readonly string[], isNamed = false): string[] {
	for (let length = steps.length; length >= (isNamed ? 1 : 0); length--) {
		const place = joined(folder, steps.slice(0, length).join('/')) ?? folder
		const inside = place === '' ? '' : `${place}/`
		const roots = length === 0 ? [`${inside}lib.rs`, `${inside}main.rs`] : []
		const found = [`${place}.rs`, `${inside}mod.rs`, ...roots].find((path) => files.has(path))
		if (found !== undefined) return [found]
	}
	return []
}
