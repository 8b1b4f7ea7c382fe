/** Whether a `package.json` is that of a package which others install: it says where it begins, and not that it is private. */
export function isLibraryManifest(text: string): boolean {
	try {
		const manifest: unknown = JSON.parse(text)
		if (typeof manifest !== 'object' || manifest === null) return false
		const { name, private: isPrivate, ...more } = manifest as Readonly<Record<string, unknown>>
		if (typeof name !== 'string' || isPrivate === true) return false
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

/** Whether the first file of a program gives functions to others, and does not start anything itself. */
export function beginsLibrary(text: string): boolean {
	return (
		/^(?:export\s|module\.exports\b|exports\.\w)/m.test(text) &&
		!/\.listen\(|\bprocess\.argv\b|\b(?:createRoot|createApp|render)\(/.test(text)
	)
}
