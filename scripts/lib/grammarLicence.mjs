/**
 * Where the licence of a grammar's package is kept, relative to the repository.
 *
 * @param {string} packageName
 */
export function licenceFileOf(packageName) {
	return `grammars/licences/${packageName.replace('@', '').replace('/', '-')}.txt`
}
