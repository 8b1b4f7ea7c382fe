/** A library and the version of it, or the range of versions, that a project asks for. */
export type DeclaredVersion = readonly [library: string, version: string]

/** Names of the files that `declaredVersions` understands; `*` is any text. */
export const manifestNames: readonly string[] = [
	...['package.json', 'composer.json', 'requirements.txt', 'pyproject.toml', 'Gemfile.lock'],
	...['pom.xml', 'build.gradle', 'build.gradle.kts', 'go.mod', '*.csproj'],
]

/**
 * What the manifest of a project says of the libraries that it uses. What is not understood is not there: a library without a version
 * counts as one of any version.
 *
 * @param name of the file, without its folder
 */
export function declaredVersions(name: string, text: string): readonly DeclaredVersion[] {
	switch (name) {
		case 'package.json':
			return ofJson(text, ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'])
		case 'composer.json':
			return ofJson(text, ['require', 'require-dev'])
		case 'requirements.txt':
			return matches(text, /^\s*([\w.-]+)(?:\[[^\]\n]*\])?\s*(?:==|~=|(?=>=))\s*((?:>=\s*)?\d[\w.]*)/gm)
		case 'pyproject.toml':
			return [
				...matches(text, /["']([\w.-]+)(?:\[[^\]\n]*\])?\s*(?:==|~=|(?=>=))\s*((?:>=\s*)?\d[\w.]*)/g),
				...matches(text, /^([\w.-]+)\s*=\s*["'](?:==)?((?:[\^~]|>=)?\s*\d[\w.]*)/gm),
			]
		case 'Gemfile.lock':
			return matches(text, /^ {4}([\w.-]+) \((\d[\w.]*)[^)\n]*\)$/gm)
		case 'pom.xml':
			return ofMaven(text)
		case 'build.gradle':
		case 'build.gradle.kts':
			return matches(text, /["'][\w.-]+:([\w.-]+):(\d[\w.-]*)["']/g)
		case 'go.mod':
			return matches(text, /^\s*(?:require\s+)?([\w.-]+\.[\w.-]+\/\S+)\s+v(\d\S*)/gm)
		default:
			return name.endsWith('.csproj')
				? matches(text, /<PackageReference\s[^>]*?Include="([^"]+)"[^>]*?Version="([^"]+)"/g)
				: []
	}
}

function matches(text: string, pattern: RegExp): DeclaredVersion[] {
	return [...text.matchAll(pattern)].map(([, library = '', version = '']) => [library.toLowerCase(), version] as const)
}

function ofJson(text: string, lists: readonly string[]): DeclaredVersion[] {
	let manifest: unknown
	try {
		manifest = JSON.parse(text)
	} catch {
		return []
	}
	const found: DeclaredVersion[] = []
	for (const list of lists) {
		const entries: unknown = (manifest as Record<string, unknown> | null)?.[list]
		if (typeof entries !== 'object' || entries === null) continue
		for (const [library, version] of Object.entries(entries))
			if (typeof version === 'string') found.push([library.toLowerCase(), version])
	}
	return found
}

function ofMaven(text: string): DeclaredVersion[] {
	const properties = new Map(matches(text, /<([\w.-]+)>\s*(\d[\w.-]*)\s*<\//g))
	const found: DeclaredVersion[] = []
	for (const [, dependency = ''] of text.matchAll(/<dependency>([\s\S]*?)<\/dependency>/g)) {
		const library = /<artifactId>\s*([\w.-]+)/.exec(dependency)?.[1]
		const version = /<version>\s*([^<\s]+)/.exec(dependency)?.[1]
		if (!library || !version) continue
		const property = /^\$\{([\w.-]+)\}$/.exec(version)?.[1]
		const known = property === undefined ? version : properties.get(property.toLowerCase())
		if (known !== undefined) found.push([library.toLowerCase(), known])
	}
	return found
}
