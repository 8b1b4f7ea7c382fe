import type { ImportPlaces, KnownFiles, WrittenImport } from './knownFiles.ts'
import { folderOf, joined, nearestFirst } from './paths.ts'
import type { Patterns } from './projectFile.ts'
import { type CompilerOptions, type Placed, packageName } from './projects.ts'

const endings = ['.ts', '.tsx', '.mts', '.cts', '.d.ts', '.js', '.jsx', '.mjs', '.cjs', '.d.mts', '.d.cts']
/** Where packages keep what a tool made; the sources are beside it. */
const madeFolder = /^(\.\/)?(dist|build|lib|out|output|esm|cjs|es|dist-\w+)\//
const sourceFolders = ['src/', 'source/', 'lib/', '']
/** The sources of the package, in the way that many bundlers are told to read it. */
const ownSources = /^(?:@|~|@@|~~)?\/(?=.)/

/** As the compilers and Node do: relative, by the compiler's `paths` and `baseUrl`, and among the packages of the workspace. */
export function resolveScript({ files, projects }: ImportPlaces, { path, from }: WrittenImport): string[] {
	const folder = folderOf(path)
	const specifier = from.replace(/(?<=.)[?].*$/, '')
	if (/^\.\.?(\/|$)/.test(specifier)) return moduleAt(files, joined(folder, specifier))
	if (specifier.startsWith('#')) {
		const own = projects.nearest('package', folder)
		const found = own ? firstModule(files, placesOf(own, matched(own.file.imports, specifier))) : []
		if (found.length > 0) return found
	}
	for (const options of projects.compilerOptionsAt(folder)) {
		const found = firstModule(files, placesByOptions(options, specifier))
		if (found.length > 0) return found
	}
	const [, name = '', rest = ''] = packageName.exec(specifier) ?? []
	const packages = projects.named('package', name)
	for (const one of packages.length > 1 ? nearestPackages(packages, path) : packages) {
		const found = firstModule(files, placesInPackage(one, rest))
		if (found.length > 0) return found
	}
	if (!ownSources.test(specifier)) return []
	const inside = specifier.replace(ownSources, '')
	const top = projects.nearest('package', folder)?.folder ?? ''
	return firstModule(files, [joined(top, `src/${inside}`), joined(top, inside)])
}

function placesByOptions({ baseUrl, paths }: CompilerOptions, specifier: string): (string | undefined)[] {
	const places: (string | undefined)[] = [...matched(paths, specifier)]
	if (baseUrl !== undefined) places.push(joined(baseUrl, specifier))
	return places
}

function placesInPackage(one: Placed<'package'>, rest: string): (string | undefined)[] {
	const targets = matched(one.file.entries, rest === '' ? '.' : `./${rest}`)
	const usual = sourceFolders.map((folder) => `${folder}${rest === '' ? 'index' : rest}`)
	return placesOf(one, [...targets, ...usual])
}

/** Of what was made from sources, where these may be. */
function placesOf({ folder }: Placed<'package'>, targets: readonly string[]): (string | undefined)[] {
	const sources = targets
		.filter((target) => madeFolder.test(target))
		.flatMap((target) => sourceFolders.map((source) => target.replace(madeFolder, source)))
	return [...targets, ...sources].map((target) => joined(folder, target))
}

/** The targets of the pattern that fits best: the one that is the text itself, then the one with the longest text before its `*`. */
function matched(patterns: Patterns, text: string): string[] {
	const targets = patterns.filter(([pattern]) => pattern === text).flatMap(([, own]) => own)
	if (targets.length > 0) return targets
	let best: { readonly start: string; readonly end: string; readonly targets: readonly string[] } | undefined
	for (const [pattern, own] of patterns) {
		const star = pattern.indexOf('*')
		if (star < 0) continue
		const start = pattern.slice(0, star)
		const end = pattern.slice(star + 1)
		const fits = text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end)
		if (fits && (!best || start.length > best.start.length)) best = { start, end, targets: own }
	}
	if (!best) return []
	const between = text.slice(best.start.length, text.length - best.end.length)
	return best.targets.map((target) => target.replaceAll('*', () => between))
}

function nearestPackages(packages: readonly Placed<'package'>[], path: string): Placed<'package'>[] {
	const byFolder = new Map(packages.map((one) => [one.folder, one]))
	return nearestFirst(byFolder.keys(), path).flatMap((folder) => byFolder.get(folder) ?? [])
}

function firstModule(files: KnownFiles, places: readonly (string | undefined)[]): string[] {
	for (const place of places) {
		const found = moduleAt(files, place)
		if (found.length > 0) return found
	}
	return []
}

/** The file itself, with an ending, in TypeScript where the ending of what is made of it is written, or as a folder. */
function moduleAt(files: KnownFiles, place: string | undefined): string[] {
	if (place === undefined) return []
	const script = /\.([cm]?)jsx?$/.exec(place)
	const bare = script ? place.slice(0, script.index) : place
	const typed = script ? [`.${script[1]}ts`, '.tsx', `.d.${script[1]}ts`].map((ending) => bare + ending) : []
	const inside = place === '' ? 'index' : `${place}/index`
	const wanted = [
		...typed,
		place,
		...endings.map((ending) => place + ending),
		...endings.map((ending) => inside + ending),
	]
	const found = wanted.find((path) => isScript.test(path) && files.has(path))
	return found === undefined ? [] : [found]
}

const isScript = /\.[cm]?[jt]sx?$/
