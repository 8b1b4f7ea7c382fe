/** Where an import points to, as the segments of a path without an ending. */
export interface ImportPath {
	/** Counted from the file that imports, so that the segments are the whole path; else only its end is known. */
	readonly relative: boolean
	readonly segments: readonly string[]
}

/** Files that stand for the folder that they are in. */
const folderFiles = new Set(['index', '__init__', 'mod'])
const extension = /\.(d\.ts|[cm]?[jt]sx?|pyi?|go|rs|java|kts?|c|h|cc|cpp|cxx|hh|hpp|hxx|cs|php|rb|lua|sh|bash)$/

export function segmentsOf(path: string): string[] {
	return path.split('/').filter((segment) => segment !== '')
}

/**
 * A file's path as an import names it: without its ending, without `index` and the like, and without `src`, which Rust's and Java's
 * imports leave out.
 */
export function stemOf(path: string): string[] {
	return named(segmentsOf(path.replace(extension, '')))
}

function named(segments: readonly string[]): string[] {
	const last = segments.at(-1) ?? ''
	const isCrate = (last === 'lib' || last === 'main') && segments.at(-2) === 'src'
	const isFolder = segments.length > 1 && (folderFiles.has(last) || isCrate)
	const kept = isFolder ? segments.slice(0, -1) : segments
	return kept.filter((segment, i) => segment !== 'src' || (i === kept.length - 1 && !isCrate))
}

/** @param path of the file that imports @param from as it is written there */
export function pathOfImport(path: string, from: string): ImportPath {
	const folder = segmentsOf(path).slice(0, -1)
	if (/^\.\.?(\/|$)/.test(from)) return relativeTo(folder, from.replace(extension, '').split('/'))
	// Python: one dot is the package itself, each further one a package further out.
	const dots = /^(\.+)([\w.]*)$/.exec(from)
	if (dots) {
		const up = (dots[1] ?? '').length - 1
		return relativeTo(folder, [...Array<string>(up).fill('..'), ...(dots[2] ?? '').split('.')])
	}
	if (/^(super|self)(::|$)/.test(from)) return ofRustModule(path, from)
	const isPath = from.includes('/') || /\.(h|hh|hpp|hxx|c|inc)$/.test(from)
	const text = isPath ? from.replace(extension, '') : from
	const separator = isPath ? '/' : /\.|::|\\|\//
	const segments = text.split(separator).filter((segment) => segment !== '' && segment !== '.' && segment !== 'crate')
	return { relative: false, segments: segments.filter((segment) => !/^[@~#]$/.test(segment)) }
}

function relativeTo(folder: readonly string[], steps: readonly string[]): ImportPath {
	const segments = [...folder]
	for (const step of steps) {
		if (step === '..') segments.pop()
		else if (step !== '.' && step !== '') segments.push(step)
	}
	return { relative: true, segments: named(segments) }
}

function ofRustModule(path: string, from: string): ImportPath {
	const segments = stemOf(path)
	for (const step of from.split('::')) {
		if (step === 'super') segments.pop()
		else if (step !== 'self') segments.push(step)
	}
	return { relative: true, segments: named(segments) }
}
