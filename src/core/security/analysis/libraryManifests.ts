/** Whether a `package.json` is that of a package which others install: it says where it begins, and not that it is private. */
export function isLibraryManifest(text: string, isIndexed: boolean): boolean {
	try {
		const manifest: unknown = JSON.parse(text)
		if (typeof manifest !== 'object' || manifest === null) return false
		const { name, private: isPrivate, ...more } = manifest as Readonly<Record<string, unknown>>
		if (typeof name !== 'string' || isPrivate === true) return false
		// Where nothing is said, what has a version begins with `index.js`.
		if (isIndexed && 'version' in more) return true
		return ['main', 'exports', 'module', 'browser', 'types'].some((key) => key in more)
	} catch {
		return false
	}
}

/** Where a package begins that does not say it, and where those begin that are still to be built. */
export const beginnings: readonly string[] = ['index.js', 'index.mjs', 'index.cjs', 'index.ts'].flatMap((it) => [
	it,
	`src/${it}`,
	`lib/${it}`,
])

/** Whether the first file of a program of which no `package.json` says what it is hands something to others, and is no program that somebody starts. */
export function isLibraryIndex(text: string): boolean {
	return handsOn.test(text) && !starts.test(text)
}

const handsOn = /^(?:module\.exports\s*=|exports\.\w+\s*=|export\s)/m
const starts =
	/exports\.(?:lambda)?[hH]andler\b|\.listen\(|\bcreateServer\(|\b(?:createRoot|createApp)\(|\brender\(\s*<|\bprocess\.argv\b|\bexpress\(\)|^#!/
