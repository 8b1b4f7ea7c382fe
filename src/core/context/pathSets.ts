/** Paths by what they are looked up by. A key without paths is not there. */
export type PathSets = Map<string, Set<string>>

export function addPath(sets: PathSets, key: string, path: string): void {
	const paths = sets.get(key)
	if (paths) paths.add(path)
	else sets.set(key, new Set([path]))
}

export function removePath(sets: PathSets, key: string, path: string): void {
	const paths = sets.get(key)
	paths?.delete(path)
	if (paths?.size === 0) sets.delete(key)
}
