import type { Breach } from '../sources.ts'

export interface Manifest {
	readonly engines: { readonly vscode: string }
	readonly dependencies?: Readonly<Record<string, string>>
	readonly devDependencies?: Readonly<Record<string, string>>
	readonly enabledApiProposals?: readonly string[]
	readonly contributes?: Readonly<Record<string, unknown>>
}

export type Texts = Readonly<Record<string, string>>

const path = 'package.json'
const inManifest = (message: string): Breach => ({ path, line: 0, message })

/** Every `%key%` of the manifest has a text, and every text is used. */
export function textBreaches(manifest: unknown, texts: Texts): Breach[] {
	const used = new Set(stringsIn(manifest).flatMap((text) => /^%(.+)%$/.exec(text)?.[1] ?? []))
	const missing = [...used].filter((key) => !texts[key]?.trim())
	const unused = Object.keys(texts).filter((key) => !used.has(key))
	return [
		...missing.map((key) => inManifest(`%${key}% has no text in package.nls.json`)),
		...unused.map((key) => ({ path: 'package.nls.json', line: 0, message: `${key} is not used` })),
	]
}

function stringsIn(value: unknown): string[] {
	if (typeof value === 'string') return [value]
	if (typeof value !== 'object' || value === null) return []
	return Object.values(value).flatMap(stringsIn)
}

/** A published extension may not use proposed API, and the types must not offer more than the oldest editor has. */
export function apiBreaches(manifest: Manifest, files: readonly string[]): Breach[] {
	const breaches: Breach[] = []
	if (manifest.enabledApiProposals !== undefined) breaches.push(inManifest('enables proposed API'))
	for (const file of files) {
		if (/vscode\.proposed\..*\.d\.ts$/.test(file)) breaches.push({ path: file, line: 0, message: 'is proposed API' })
	}
	const oldest = manifest.engines.vscode.replace(/^\^/, '')
	const types = manifest.devDependencies?.['@types/vscode']
	if (types !== oldest) breaches.push(inManifest(`engines.vscode is ${oldest}, but @types/vscode is ${types}`))
	return breaches
}

const telemetry = [
	/^@vscode\/extension-telemetry$/,
	/^vscode-extension-telemetry$/,
	/^applicationinsights/,
	/^@microsoft\/(1ds|applicationinsights)/,
	/^@sentry\//,
	/^@opentelemetry\//,
	/^@segment\//,
	/^@datadog\//,
	/^@bugsnag\//,
	/^@amplitude\//,
	/^(amplitude|analytics-node|bugsnag|dd-trace|mixpanel|newrelic|posthog|raygun|rollbar|universal-analytics)/,
]

interface LockFile {
	readonly packages?: Readonly<
		Record<
			string,
			{ readonly resolved?: string; readonly integrity?: string; readonly dev?: boolean; readonly link?: boolean }
		>
	>
}

/** No package that reports to somebody, in what runs at a user's; packages of the tools are listed, but not shipped. */
export function telemetryBreaches(path: string, lock: LockFile): Breach[] {
	return Object.entries(lock.packages ?? {}).flatMap(([place, { dev }]) => {
		const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)
		if (place === '' || dev || !telemetry.some((pattern) => pattern.test(name))) return []
		return [{ path, line: 0, message: `${name} is telemetry` }]
	})
}

/** Names the packages and their hashes, not the host that one machine happened to get them from. */
export function lockFileBreaches(path: string, lock: LockFile): Breach[] {
	return Object.entries(lock.packages ?? {}).flatMap(([place, entry]) => {
		if (place === '' || entry.link) return []
		if (entry.resolved !== undefined) return [{ path, line: 0, message: `${place} is bound to ${entry.resolved}` }]
		if (entry.integrity === undefined) return [{ path, line: 0, message: `${place} has no hash` }]
		return []
	})
}

/** Versions are exact, so that two installations are the same. */
export function versionBreaches({ dependencies = {}, devDependencies = {} }: Manifest): Breach[] {
	return Object.entries({ ...dependencies, ...devDependencies })
		.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))
		.map(([name, version]) => inManifest(`${name} has the version ${version}, not an exact one`))
}
