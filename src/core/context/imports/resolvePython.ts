import type { ImportPlaces, KnownFiles, WrittenImport } from './knownFiles.ts'
import { folderOf, isBelow, joined, lastPart, nearestFirst } from './paths.ts'

const most = 24

/** Relative to the package, or from a folder that is none itself: what is inside of a package has its name only together with the package's. */
export function resolvePython({ files }: ImportPlaces, { path, from, name }: WrittenImport): string[] {
	const [, dots = '', module = ''] = /^(\.*)(.*)$/.exec(from) ?? []
	const segments = module.split('.').filter((segment) => segment !== '')
	const wanted = name === undefined ? [segments] : [[...segments, name], segments]
	if (dots !== '') {
		const base = joined(folderOf(path), '../'.repeat(dots.length - 1))
		return base === undefined ? [] : wanted.flatMap((inside) => moduleAt(files, joined(base, inside.join('/'))))
	}
	if (segments.length === 0) return []
	const found = wanted.map((inside) => fromAnyTop(files, path, inside))
	return found.flat().slice(0, most)
}

function fromAnyTop(files: KnownFiles, path: string, segments: readonly string[]): string[] {
	const inside = segments.join('/')
	const tops = files.called(segments.at(-1) ?? '').flatMap((candidate) => {
		const module = candidate.replace(/(\/__init__)?\.pyi?$/, '')
		const isPython = module !== candidate
		if (!isPython || (module !== inside && !module.endsWith(`/${inside}`))) return []
		const top = module.slice(0, Math.max(0, module.length - inside.length - 1))
		return isTop(files, top) && (segments.length > 1 || mayHave(top, candidate, path)) ? [candidate] : []
	})
	if (tops.length > 0) return nearestFirst(tops, path)
	// The workspace may be the package itself, or be inside of it.
	if (segments.length < 2 || isTop(files, '')) return []
	return segments.flatMap((_, at) => (at === 0 ? [] : moduleAt(files, segments.slice(at).join('/')))).slice(0, 1)
}

function isTop(files: KnownFiles, folder: string): boolean {
	const inside = folder === '' ? '' : `${folder}/`
	return !files.has(`${inside}__init__.py`) && !files.has(`${inside}__init__.pyi`)
}

/** A single file far away that happens to be called like a module of the language is not what is meant. */
function mayHave(top: string, candidate: string, path: string): boolean {
	if (candidate.includes('__init__.')) return true
	return isBelow(path, top) || (/^(src|lib|python)$/.test(lastPart(top)) && isBelow(path, folderOf(top)))
}

function moduleAt(files: KnownFiles, place: string | undefined): string[] {
	if (place === undefined) return []
	const inside = place === '' ? '' : `${place}/`
	const wanted = [`${place}.py`, `${inside}__init__.py`, `${place}.pyi`, `${inside}__init__.pyi`]
	return wanted.filter((path) => files.has(path)).slice(0, 1)
}
