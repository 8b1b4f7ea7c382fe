/** The folder of a path, without `/` at its end; empty at the top. */
export function folderOf(path: string): string {
	return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

export function lastPart(path: string): string {
	return path.slice(path.lastIndexOf('/') + 1)
}

/** @returns undefined where the steps lead out of the workspace */
export function joined(folder: string, steps: string): string | undefined {
	const segments = segmentsOf(folder)
	for (const step of segmentsOf(steps)) {
		if (step === '..') {
			if (segments.pop() === undefined) return undefined
		} else if (step !== '.') segments.push(step)
	}
	return segments.join('/')
}

/** A folder and those that it is in, the nearest first; the top is the last one. */
export function* upFrom(folder: string): Generator<string> {
	for (let at = folder; at !== ''; at = folderOf(at)) yield at
	yield ''
}

export function isBelow(path: string, folder: string): boolean {
	return folder === '' || path === folder || path.startsWith(`${folder}/`)
}

/** Those first that have the most folders in common with a path. */
export function nearestFirst(paths: Iterable<string>, path: string): string[] {
	const near = segmentsOf(path)
	const closeness = (other: string) => {
		const segments = segmentsOf(other)
		let count = 0
		while (count < segments.length && segments[count] === near[count]) count++
		return count
	}
	return [...paths].sort((a, b) => closeness(b) - closeness(a) || a.length - b.length || (a < b ? -1 : 1))
}

function segmentsOf(path: string): string[] {
	return path.split('/').filter((segment) => segment !== '')
}
