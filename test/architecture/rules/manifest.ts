import type { Breach } from '../sources.ts'

export interface Manifest {
	readonly dependencies?: Readonly<Record<string, string>>
	readonly devDependencies?: Readonly<Record<string, string>>
}

const path = 'package.json'
const inManifest = (message: string): Breach => ({ path, line: 0, message })

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
		.filter(([, version]) => !/^(?:npm:[@\w./-]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))
		.map(([name, version]) => inManifest(`${name} has the version ${version}, not an exact one`))
}
