/** What a diff says of one file. */
export interface DiffFile {
	/** As it is after the change, relative to the repository, with `/`; as it was where it is deleted. */
	readonly path: string
	/** What it was called before, or what it was copied from; absent where that is the same. */
	readonly from?: string
	readonly text: string
}

/** The parts of a diff of git, one for each file. What stands before the first is left out. */
export function diffFiles(diff: string): readonly DiffFile[] {
	const starts = [...diff.matchAll(/^diff --(?:git|cc|combined) /gm)].map(({ index }) => index)
	return starts.map((start, at) => {
		const text = diff.slice(start, starts[at + 1] ?? diff.length)
		const [head = ''] = text.split(/^@@/m, 1)
		const from = /^(?:rename|copy) from (.*)$/m.exec(head)?.[1]
		return { path: pathOf(text), ...(from !== undefined && { from: unquoted(from) }), text }
	})
}

function pathOf(part: string): string {
	const head = part.split(/^@@/m, 1)[0] ?? part
	for (const pattern of [/^\+\+\+ (.*)$/m, /^--- (.*)$/m, /^rename to (.*)$/m, /^copy to (.*)$/m]) {
		const name = pattern.exec(head)?.[1]?.replace(/\t$/, '')
		if (name === undefined || name === '/dev/null') continue
		const plain = unquoted(name)
		return pattern.source.startsWith('^rename') || pattern.source.startsWith('^copy')
			? plain
			: plain.replace(/^[abciow]\//, '')
	}
	// A mode that changed, or binary: both names are the same.
	const [line = ''] = head.split('\n', 1)
	const combined = /^diff --(?:cc|combined) (.*)$/.exec(line)?.[1]
	if (combined !== undefined) return unquoted(combined)
	const names = line.replace(/^diff --git /, '')
	const half = names.slice(0, Math.floor(names.length / 2))
	return unquoted(half).replace(/^[abciow]\//, '')
}

/** Names with other characters than those of ASCII stand between quotes, their bytes in octal. */
function unquoted(name: string): string {
	if (!/^".*"$/.test(name)) return name
	const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }
	const encoded = name.slice(1, -1).replace(/(?:\\[0-7]{3})+|\\(.)/g, (all: string, char?: string) => {
		if (char !== undefined) return escapes[char] ?? char
		const bytes = [...all.matchAll(/\\([0-7]{3})/g)].map(([, octal = '']) => Number.parseInt(octal, 8))
		const hex = bytes.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
		try {
			return decodeURIComponent(hex)
		} catch {
			return all
		}
	})
	return encoded
}
