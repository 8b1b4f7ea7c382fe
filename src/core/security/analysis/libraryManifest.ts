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
